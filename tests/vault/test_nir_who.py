import json
import re
import time
from contextlib import suppress
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_qweb import QWebError

from ..common import MODULE
from .test_nir import NIR, OTHER_NIR, OTHER_ROLES, SHOWN, NirCase

MASKED = "1 85 04 ** *** *** **"
OUTSIDERS = (*OTHER_ROLES, "portal", "public")
PASSWORD = "Passeport-2026!"


class WhoCase(NirCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["public"] = cls.env.ref("base.public_user")
        cls.registration = cls.make_registration(attendee=cls.zoe)
        cls.trainee_user = cls.make_user(
            "trainee", "base.group_portal", partner_id=cls.zoe.id, name=cls.zoe.name
        )
        cls.users["trainee"] = cls.trainee_user

    def revealed(self):
        """Return the persons whose NIR the log tells to be read in clear, entry by entry."""
        log = self.env["passport.nir.access"].search([("action", "=", "reveal")], order="id")
        return [(entry.user_id, entry.partner_id) for entry in log]

    def assertNotTold(self, text):
        text = re.sub(r"\s", "", str(text))
        for secret in (NIR[:13], MASKED.replace(" ", "")):
            self.assertNotIn(secret, text)


@tagged("post_install", "-at_install", "passport")
class TestNirReading(WhoCase):
    def assertRefused(self, role, calls):
        """Check that each call on a record in the eyes of ``role`` is refused, and tells nothing."""
        for name, record, call in calls:
            with self.subTest(role=role, call=name):
                with self.assertRaises(Exception) as caught:
                    call(self.as_role(record, role))
                self.assertIsInstance(caught.exception, AccessError | QWebError)
                self.assertNotTold(caught.exception)

    def test_fields_through_other_models(self):
        for role in OTHER_ROLES:
            self.users[role].group_ids |= self.env.ref("base.group_allow_export")
            for fname in ("nir", "nir_masked"):
                spec, path = {fname: {}}, f"attendee_partner_id/{fname}"
                self.assertRefused(
                    role,
                    [
                        (
                            "registration",
                            self.registration,
                            lambda reg: reg.web_read({"attendee_partner_id": {"fields": spec}}),
                        ),
                        (
                            "company's contacts",
                            self.client,
                            lambda client: client.web_read({"child_ids": {"fields": spec}}),
                        ),
                        (
                            "search and read",
                            self.zoe,
                            lambda zoe: zoe.web_search_read([("id", "=", zoe.id)], spec),
                        ),
                        ("user", self.trainee_user, lambda user: user.read([fname])),
                        ("user's", self.trainee_user, lambda user: user.mapped(fname)),
                        (
                            "mapped",
                            self.registration,
                            lambda reg: reg.mapped(f"attendee_partner_id.{fname}"),
                        ),
                        ("export", self.registration, lambda reg: reg.export_data(["name", path])),
                        (
                            "export of users",
                            self.trainee_user,
                            lambda user: user.export_data([f"partner_id/{fname}"]),
                        ),
                        ("onchange", self.zoe, lambda zoe: zoe.onchange({}, [], spec)),
                        ("filter", self.zoe, lambda zoe: zoe.filtered_domain([(fname, "!=", 0)])),
                        ("sort", self.zoe | self.theo, lambda both: both.sorted(fname)),
                    ],
                )
            self.assertRefused(
                role, [("registration", self.registration, lambda reg: reg.read(["nir_masked"]))]
            )

    def test_domains_other_than_search(self):
        """Whatever takes a domain answers yes or no to who guesses."""
        for role in OTHER_ROLES:
            for operator in ("=", "in", "!=", "not in", "=like", "ilike", "not ilike", "=ilike"):
                value = [NIR] if operator.endswith("in") else NIR
                domain = [("nir", operator, value)]
                self.assertRefused(
                    role,
                    [
                        (operator, self.zoe, lambda zoe: zoe.search_count(domain)),
                        (operator, self.zoe, lambda zoe: zoe.web_search_read(domain, {})),
                        (operator, self.zoe, lambda zoe: zoe.name_search("Z", domain)),
                        (
                            operator,
                            self.zoe,
                            lambda zoe: zoe.formatted_read_group(domain, [], ["__count"]),
                        ),
                        (
                            operator,
                            self.trainee_user,
                            lambda user: user.search([("nir", operator, value)]),
                        ),
                        (
                            operator,
                            self.trainee_user,
                            lambda user: user.search([("partner_id.nir", operator, value)]),
                        ),
                    ],
                )

    def test_nobody_groups_by_it(self):
        for role in (*OTHER_ROLES, "declarant", "manager"):
            for record in (self.zoe, self.trainee_user):
                for groupby, aggregates in (
                    (["nir"], ["__count"]),
                    (["nir_masked"], ["__count"]),
                    ([], ["nir:array_agg"]),
                    ([], ["nir:max"]),
                ):
                    with (
                        self.subTest(role=role, groupby=groupby, model=record._name),
                        self.assertRaises(Exception) as caught,
                    ):
                        seen = self.as_role(record, role)
                        seen.formatted_read_group([], groupby, aggregates)
                    self.assertIsInstance(caught.exception, AccessError | ValueError)

    def test_name_search_finds_nobody(self):
        for role in (*OTHER_ROLES, "declarant"):
            for text in (NIR, NIR[:13], SHOWN):
                with self.subTest(role=role, text=text):
                    self.assertEqual(self.as_role(self.zoe, role).name_search(text), [])

    def test_import(self):
        for role in OTHER_ROLES:
            for columns, row in (
                (["name", "nir"], ["Inès", OTHER_NIR]),
                (["name", "nir_entry"], ["Inès", OTHER_NIR]),
                ([".id", "nir"], [str(self.zoe.id), OTHER_NIR]),
                ([".id", "child_ids/.id", "child_ids/nir"], [self.client.id, self.zoe.id, NIR]),
            ):
                with self.subTest(role=role, columns=columns), suppress(AccessError):
                    self.as_role(self.zoe, role).load(columns, [list(map(str, row))])
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(self.zoe), SHOWN)
        holders = self.env["passport.nir"].search([]).partner_id
        self.assertEqual(holders, self.zoe | self.theo)

    def test_default_in_the_context_of_a_registration(self):
        for role in ("user", "sales", "event"):
            registrations = self.as_role(self.env["event.registration"], role)
            registrations = registrations.with_context(default_nir_entry=OTHER_NIR)
            with self.subTest(role=role):
                count = self.env["passport.nir"].search_count([])
                with suppress(AccessError):
                    registrations.create(
                        {
                            "event_id": self.registration.event_id.id,
                            "attendee_partner_id": self.make_attendee("Inès", nir=False).id,
                        }
                    )
                self.assertEqual(self.env["passport.nir"].search_count([]), count)

    def test_default_does_not_reach_a_contact_made_on_the_way(self):
        """The contact of a new attendee is made as superuser, the user's context must not be."""
        for role in ("user", "sales", "event"):
            for fname in ("nir", "nir_entry"):
                registrations = self.as_role(self.env["event.registration"], role)
                registrations = registrations.with_context(**{f"default_{fname}": OTHER_NIR})
                values = {"name": f"Nouveau {role} {fname}", "partner_id": self.client.id}
                with self.subTest(role=role, fname=fname), suppress(AccessError):
                    registration = registrations.create(
                        {"event_id": self.registration.event_id.id, **values}
                    )
                    self.assertFalse(self.row_of(registration.sudo().attendee_partner_id))

    def test_storing_checks_by_itself(self):
        """Whatever way leads there: Odoo checks values given, not those from elsewhere."""
        for role in OTHER_ROLES:
            for record, inverse in (
                (self.zoe, "_inverse_nir"),
                (self.zoe, "_inverse_nir_entry"),
                (self.registration, "_inverse_nir_entry"),
            ):
                with self.subTest(role=role, inverse=inverse), self.assertRaises(AccessError):
                    getattr(self.as_role(record, role), inverse)()

    def test_templates(self):
        arch = etree.fromstring(
            '<div><t t-out="partner.nir"/><t t-out="partner.nir_masked"/></div>'
        )
        self.assertRefused(
            "internal",
            [
                (
                    "qweb",
                    self.zoe,
                    lambda zoe: zoe.env["ir.qweb"]._render(arch, {"partner": zoe}),
                )
            ],
        )
        editor = self.env.ref("mail.group_mail_template_editor")
        for role in OTHER_ROLES:
            self.users[role].group_ids |= editor
            with self.subTest(role=role), self.assertRaises(UserError) as caught:
                self.as_role(self.env["mail.render.mixin"], role)._render_template(
                    "{{ object.nir }}", "res.partner", self.zoe.ids
                )
            self.assertNotTold(caught.exception)

    def test_views_do_not_ask_for_it(self):
        views = [(False, "form"), (False, "list"), (False, "search")]
        for role in OTHER_ROLES:
            for model in ("res.partner", "event.registration"):
                seen = self.as_role(self.env[model], role)
                if not seen.has_access("read"):
                    continue
                with self.subTest(role=role, model=model):
                    result = seen.get_views(views)
                    for fname in ("nir", "nir_masked", "nir_entry"):
                        self.assertNotIn(fname, result["models"][model]["fields"])
                        self.assertNotIn(f'"{fname}"', json.dumps(result["views"]["form"]["arch"]))


@tagged("post_install", "-at_install", "passport")
class TestNirDeclarant(WhoCase):
    def test_masked_wherever_a_screen_shows_it(self):
        before = self.revealed()
        readiness = "passeport_prevention.event_registration_view_list_entry"
        for record, view in ((self.zoe, None), (self.registration, readiness)):
            seen = self.as_role(record, "declarant")
            with Form(seen, view=view) as form:
                self.assertEqual(form.nir_masked, MASKED)
                self.assertFalse(form.nir_entry)
                self.assertNotIn("nir", form._view["fields"])
                values = seen.web_read({fname: {} for fname in form._view["fields"]})
            self.assertNotIn(NIR[:13], str(values).replace(" ", ""))
        self.assertEqual(self.revealed(), before)

    def test_each_sight_is_told_to_the_log(self):
        declarant = self.users["declarant"]
        for name, record, read in [
            ("read", self.zoe, lambda zoe: zoe.read(["nir"])),
            ("list", self.zoe, lambda zoe: zoe.search_read([("id", "=", zoe.id)], ["nir"])),
            (
                "registration",
                self.registration,
                lambda reg: reg.web_read({"attendee_partner_id": {"fields": {"nir": {}}}}),
            ),
            ("user", self.trainee_user, lambda user: user.read(["nir"])),
            ("user's", self.trainee_user, lambda user: user.nir),
        ]:
            with self.subTest(read=name):
                before = len(self.revealed())
                self.assertIn(NIR, str(read(self.as_role(record, "declarant"))).replace(" ", ""))
                self.assertEqual(self.revealed()[before:], [(declarant, self.zoe)])

    def test_other_company_s_people(self):
        """Neither way to a number leads to the people of a company one is not allowed."""
        other = self.make_attendee(
            "Autre", nir=NIR, company_id=self.other_company.id, parent_id=False
        )
        for name, call in [
            ("read", lambda person: person.read(["nir"])),
            ("masked", lambda person: person.read(["nir_masked"])),
            ("web_read", lambda person: person.web_read({"nir": {}})),
            ("onchange", lambda person: person.onchange({}, [], {"nir": {}})),
            ("change", lambda person: person.onchange({"name": "X"}, ["name"], {"nir": {}})),
            ("write", lambda person: person.write({"nir": OTHER_NIR})),
            ("entry", lambda person: person.write({"nir_entry": OTHER_NIR})),
            ("erase", lambda person: person.action_open_nir_erase()),
            ("refuse", lambda person: person.action_open_nir_refuse()),
            (
                "erase at once",
                lambda person: (
                    person.env["passport.nir.erase"]
                    .create({"partner_id": person.id})
                    .action_confirm()
                ),
            ),
        ]:
            for role in ("declarant", "manager"):
                with self.subTest(call=name, role=role), self.assertRaises(AccessError):
                    call(self.as_role(other, role))
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(other), SHOWN)
        self.assertFalse(self.as_role(self.zoe, "declarant").same_nir_partner_ids)

    def test_made_by_hand_for_another_company(self):
        """Over the interfaces anybody asks anything of any id, and drafts count as records."""
        other = self.make_attendee(
            "Autre", nir=NIR, company_id=self.other_company.id, parent_id=False
        ).id
        through = {"attendee_partner_id": {"fields": {"nir": {}, "nir_masked": {}}}}
        for name, record, call in [
            (
                "dialog",
                self.env["passport.nir.reveal"],
                lambda reveal: reveal.create({"partner_id": other}).read(["nir"]),
            ),
            (
                "draft of a dialog",
                self.env["passport.nir.reveal"],
                lambda reveal: reveal.onchange({"partner_id": other}, ["partner_id"], {"nir": {}}),
            ),
            *(
                (
                    "draft of a registration",
                    self.env["event.registration"],
                    lambda registration, spec=spec: registration.onchange(
                        {"attendee_partner_id": other}, ["attendee_partner_id"], spec
                    ),
                )
                for spec in (through, {"nir_masked": {}}, {"attendee_partner_id": {}, **through})
            ),
        ]:
            with self.subTest(name=name), suppress(AccessError):
                self.assertNotTold(call(self.as_role(record, "declarant")))

    def test_entry_on_a_registration_reaches_no_other_company_s_person(self):
        registration = self.make_registration(attendee=self.theo)
        self.theo.write({"parent_id": False, "company_id": self.other_company.id})
        with self.assertRaises(AccessError):
            self.as_role(registration, "declarant").write({"nir_entry": NIR})
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(self.theo).replace(" ", ""), OTHER_NIR)

    def test_search_does_not_tell_of_other_companies(self):
        self.make_attendee(
            "Autre", nir=OTHER_NIR, company_id=self.other_company.id, parent_id=False
        )
        people = self.as_role(self.env["res.partner"], "declarant")
        self.assertEqual(people.search([("nir", "=", OTHER_NIR)]).ids, self.theo.ids)

    def test_show_is_for_the_web_client_only(self):
        with self.assertRaises(UserError):
            self.as_role(self.zoe, "declarant").action_nir_reveal()

    def test_dialogs_are_for_declarants(self):
        for model in ("passport.nir.reveal", "passport.nir.erase", "passport.nir.refuse"):
            for role in OUTSIDERS:
                with self.subTest(model=model, role=role), self.assertRaises(AccessError):
                    self.as_role(self.env[model], role).create({"partner_id": self.zoe.id})


@tagged("post_install", "-at_install", "passport")
class TestNirOverHttp(HttpCase, WhoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["declarant"].password = PASSWORD

    def call_kw(self, model, method, *args, **kwargs):
        """Return what ``/web/dataset/call_kw`` answers: the result or the error, as text too."""
        self.env.flush_all()
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        )
        self.env.invalidate_all()
        return response.json()

    def log_in(self, role, **session):
        login = self.users[role].login if role != "public" else None
        self.authenticate(login, login, session_extra=session)

    def bearer(self, role):
        user = self.users[role]
        scope = {"scope": "rpc", "name": "test"}
        later = fields.Datetime.now() + timedelta(days=3650)  # the database's clock is not frozen
        key = user.with_user(user).sudo().env["res.users.apikeys"]
        key = key._generate(**scope, expiration_date=later)
        self.env.flush_all()
        return {"Authorization": f"Bearer {key}"}

    # Asked in the same way over both interfaces: model, method, ids, other arguments.
    def questions(self):
        ask = {"domain": [["nir", "=", NIR]]}
        spec = {"specification": {"nir": {}}}
        zoe, reg = self.zoe.ids, self.registration.ids
        through = {"specification": {"attendee_partner_id": {"fields": {"nir": {}}}}}
        return [
            ("res.partner", "read", zoe, {"fields": ["nir"]}),
            ("res.partner", "read", zoe, {"fields": ["nir_masked"]}),
            ("res.partner", "web_read", zoe, spec),
            ("res.partner", "search_read", None, {**ask, "fields": ["name"]}),
            ("res.partner", "search_count", None, ask),
            ("res.partner", "web_search_read", None, {"domain": [], **spec}),
            (
                "res.partner",
                "formatted_read_group",
                None,
                {"domain": [], "groupby": ["nir"], "aggregates": ["__count"]},
            ),
            ("res.partner", "export_data", zoe, {"fields_to_export": ["nir"]}),
            ("res.partner", "write", zoe, {"vals": {"nir": OTHER_NIR}}),
            ("event.registration", "web_read", reg, through),
            ("passport.nir", "search_read", None, {"domain": []}),
            ("passport.nir.access", "search_read", None, {"domain": []}),
            ("passport.nir.reveal", "create", None, {"vals_list": [{"partner_id": zoe[0]}]}),
        ]

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_json_rpc_refuses_outsiders(self):
        for role in (*OUTSIDERS, "trainee"):
            self.log_in(role)
            for model, method, ids, kwargs in self.questions():
                with self.subTest(role=role, model=model, method=method):
                    answer = self.call_kw(model, method, *([ids] if ids else []), **kwargs)
                    self.assertIn("error", answer)
                    if "domain" not in kwargs:
                        self.assertNotTold(answer["error"])
        self.assertEqual(self.nir_of(self.zoe), SHOWN)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_json_2_refuses_outsiders(self):
        for role in (*OTHER_ROLES, "trainee"):
            headers = self.bearer(role)
            self.users[role].group_ids |= self.env.ref("base.group_allow_export")
            for model, method, ids, kwargs in self.questions():
                with self.subTest(role=role, model=model, method=method):
                    answer = self.url_open(
                        f"/json/2/{model}/{method}",
                        json={"ids": ids, **kwargs} if ids else kwargs,
                        headers=headers,
                    )
                    self.env.invalidate_all()
                    self.assertIn(answer.status_code, (401, 403, 404, 422, 500))
                    if "domain" not in kwargs:
                        self.assertNotTold(answer.text)
                    self.assertEqual(
                        answer.json()["name"].rpartition(".")[2], "AccessError", answer.text[:500]
                    )
        self.assertEqual(self.nir_of(self.zoe), SHOWN)

    @mute_logger("odoo.http")
    def test_underscored_methods_are_out_of_reach(self):
        self.log_in("declarant")
        headers = self.bearer("declarant")
        zoe = self.zoe.ids
        for model, method in (
            ("passport.vault", "_numbers"),
            ("passport.vault", "_sealed_numbers"),
            ("passport.nir.lookup", "_holders"),
            ("passport.nir", "_store"),
            ("passport.nir.keys", "_ring"),
            ("passport.nir.keys", "_text"),
            ("passport.nir.access", "_record"),
            ("passport.deposit", "_render_file"),
        ):
            with self.subTest(model=model, method=method):
                self.assertIn("error", self.call_kw(model, method, zoe))
                response = self.url_open(f"/json/2/{model}/{method}", json={}, headers=headers)
                self.assertGreaterEqual(response.status_code, 400)

    def test_declarant_reads_over_json_2_and_the_log_tells(self):
        before = len(self.revealed())
        response = self.url_open(
            "/json/2/res.partner/read",
            json={"ids": self.zoe.ids, "fields": ["nir"]},
            headers=self.bearer("declarant"),
        )
        self.env.invalidate_all()
        self.assertEqual(response.json(), [{"id": self.zoe.id, "nir": SHOWN}])
        self.assertEqual(self.revealed()[before:], [(self.users["declarant"], self.zoe)])

    def test_show_asks_for_the_password(self):
        self.log_in("declarant")
        before = len(self.revealed())
        action = self.call_kw("res.partner", "action_nir_reveal", self.zoe.ids)["result"]
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        self.assertEqual(len(self.revealed()), before)
        dialog = self.call_kw(
            "res.users.identitycheck",
            "run_check",
            [action["res_id"]],
            context={"password": PASSWORD},
        )["result"]
        self.assertEqual(dialog["res_model"], "passport.nir.reveal")
        self.assertDialogShows(dialog, before)
        # Asked a moment ago: not again.
        again = self.call_kw("res.partner", "action_nir_reveal", self.theo.ids)["result"]
        self.assertEqual(again["res_model"], "passport.nir.reveal")

    @mute_logger("odoo.http")
    def test_show_refuses_a_wrong_password(self):
        self.log_in("declarant")
        action = self.call_kw("res.partner", "action_nir_reveal", self.zoe.ids)["result"]
        answer = self.call_kw(
            "res.users.identitycheck", "run_check", [action["res_id"]], context={"password": "no"}
        )
        self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.UserError")
        self.assertEqual(self.revealed(), [])

    def test_show_after_ten_minutes_asks_again(self):
        for age, model in ((599, "passport.nir.reveal"), (601, "res.users.identitycheck")):
            self.log_in("declarant", **{"identity-check-last": time.time() - age})
            action = self.call_kw("res.partner", "action_nir_reveal", self.zoe.ids)["result"]
            with self.subTest(age=age):
                self.assertEqual(action["res_model"], model)

    @mute_logger("odoo.http")
    def test_show_is_for_declarants(self):
        for role in (*OTHER_ROLES, "trainee"):
            self.log_in(role, **{"identity-check-last": time.time()})
            with self.subTest(role=role):
                answer = self.call_kw("res.partner", "action_nir_reveal", self.zoe.ids)
                self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")

    def assertDialogShows(self, dialog, before):
        self.assertNotTold(dialog)
        (values,) = self.call_kw(
            "passport.nir.reveal",
            "web_read",
            [dialog["res_id"]],
            specification={"nir": {}, "partner_id": {}},
        )["result"]
        self.assertEqual(values["nir"], SHOWN)
        self.assertEqual(self.revealed()[before:], [(self.users["declarant"], self.zoe)])

    def test_portal_pages_of_the_person(self):
        """The trainee's own pages: the number is not shown there, nor is its mask."""
        self.log_in("trainee")
        for url in ("/my", "/my/account", "/my/security", "/my/addresses", "/my/address"):
            response = self.url_open(url)
            with self.subTest(url=url):
                self.assertNotTold(response.text)
        self.assertNotIn(f'"{MODULE}', self.url_open("/my/account").text)

    def test_user_menu_and_company_switch_do_not_carry_it(self):
        self.registration.partner_id = self.zoe
        self.trainee_user.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        self.log_in("trainee")
        self.assertNotTold(self.url_open("/web/session/get_session_info", json={}).text)
