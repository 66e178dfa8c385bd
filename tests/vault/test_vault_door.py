import ast
import pathlib
import time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...models.vault.passport_vault import EXPORT, MASK, PURPOSES, REVEAL
from ..common import ROLES
from .test_nir import NIR, OTHER_NIR, SHOWN
from .test_nir_access import AccessCase

ROOT = pathlib.Path(__file__).parents[2]
MASKED = "1 85 04 ** *** *** **"
# What may open an envelope, in one way or another: the vault's own files.
OPENERS = {"decrypt", "_unseal", "_own_number", "_opens_with", "_reseal", "_opened"}


class DoorCase(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.door = cls.env["passport.vault"]
        cls.registration = cls.make_registration(attendee=cls.zoe)
        cls.fields = cls.env["ir.model.fields"]
        cls.partner_model = cls.env["ir.model"]._get("res.partner")

    def door_of(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.door.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def assertNowhere(self):
        """Check that no column of a contact, nor a message, holds a number, in clear or in part."""
        self.env.flush_all()
        for table in ("res_partner", "mail_message", "mail_mail"):
            for (text,) in self.sql(f"SELECT to_jsonb(t)::text FROM {table} t"):
                compact = text.replace(" ", "")
                self.assertNotIn(NIR[:13], compact)
                self.assertNotIn(OTHER_NIR[:13], compact)


@tagged("post_install", "-at_install", "passport")
class TestDoor(DoorCase):
    def test_declarants_get_numbers_and_the_log_tells(self):
        for role in ("declarant", "manager"):
            user = self.users[role]
            for purpose in PURPOSES:
                with self.subTest(role=role, purpose=purpose):
                    numbers = self.door_of(user)._numbers(self.zoe, purpose, "why")
                    self.assertEqual(numbers, {self.zoe.id: NIR})
                    self.assertEntries((user, self.zoe, purpose, "why"))

    def test_superuser_code_counts_for_nothing(self):
        for role in ROLES.keys() - {"declarant", "manager"}:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.door_of(self.users[role]).sudo()._numbers(self.zoe, REVEAL)
        for env in (self.env, self.env(su=True), self.env(user=SUPERUSER_ID, su=False)):
            with self.assertRaises(AccessError):
                env["passport.vault"]._numbers(self.zoe, EXPORT)
        # Nor does it take anything away: the user himself is asked.
        numbers = self.door_of(self.users["declarant"]).sudo()._numbers(self.zoe, EXPORT)
        self.assertEqual(numbers, {self.zoe.id: NIR})

    def test_other_company_s_people(self):
        other = self.make_attendee(
            "Autre", nir=OTHER_NIR, company_id=self.other_company.id, parent_id=False
        )
        self.last_id = self.log.search([], limit=1).id
        for role in ("declarant", "manager"):
            door = self.door_of(self.users[role])
            for people in (other, other | self.zoe):
                for asked in (door, door.sudo()):
                    with self.assertRaises(AccessError):
                        asked._numbers(people, REVEAL)
        self.assertEntries()

    def test_unknown_purpose(self):
        with self.assertRaises(ValueError):
            self.door_of(self.users["declarant"])._numbers(self.zoe, "curiosity")

    def test_who_has_none_and_what_cannot_be_opened(self):
        without = self.make_attendee("Inès", nir=False)
        self.row_of(self.zoe).sudo().envelope = "v1.gone.AAAA"
        declarant = self.users["declarant"]
        with mute_logger("odoo.addons.passeport_prevention.models.vault.passport_nir_sealed"):
            numbers = self.door_of(declarant)._numbers(self.zoe | self.theo | without, REVEAL)
        self.assertEqual(numbers, {self.zoe.id: None, self.theo.id: OTHER_NIR})
        self.assertEntries((declarant, self.theo, "reveal", False))

    def test_constant_number_of_queries(self):
        people = self.make_attendees([f"Personne {number}" for number in range(40)])
        door = self.door_of(self.users["declarant"])
        door._numbers(people, EXPORT)
        few = self.queries_of(lambda: door._numbers(people[:10], EXPORT))
        self.assertEqual(self.queries_of(lambda: door._numbers(people, EXPORT)), few)
        self.assertLess(few, 10)

    def test_seals_are_opened_as_their_owner_is_seen(self):
        deposit = self.make_deposit(self.registration, role="declarant")
        deposit._render_file()
        lines = "passport.nir.seal", deposit.line_ids
        declarant = self.users["declarant"]
        self.last_id = self.log.search([], limit=1).id
        numbers = self.door_of(declarant)._sealed_numbers(*lines, EXPORT, "again")
        self.assertEqual(numbers, {deposit.line_ids.id: NIR[:13]})
        self.assertEntries((declarant, self.zoe, "export", "again"))
        for user in (self.users["user"], self.users["internal"], self.env.ref("base.user_root")):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.door_of(user).sudo()._sealed_numbers(*lines, EXPORT)
        declarant.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        with self.assertRaises(AccessError):
            self.door_of(declarant)._sealed_numbers(*lines, EXPORT)

    def test_holders_are_told_to_the_log_and_of_one_s_own_companies(self):
        self.make_attendee(
            "Autre", nir=OTHER_NIR, company_id=self.other_company.id, parent_id=False
        )
        self.last_id = self.log.search([], limit=1).id
        declarant = self.users["declarant"]
        found = self.door_of(declarant)._holders([NIR, OTHER_NIR, "1"], "retour.csv")
        self.assertEqual(found, {NIR: self.zoe.ids, OTHER_NIR: self.theo.ids})
        self.assertEntries(
            (declarant, self.zoe, "search", "retour.csv"),
            (declarant, self.theo, "search", "retour.csv"),
        )
        self.assertEqual(self.door_of(self.users["user"])._holders([NIR]), {})
        self.assertEqual(self.door._holders([NIR]), {})
        self.assertEntries()

    def test_nothing_else_opens_an_envelope(self):
        """Read in the source: who is written tomorrow is covered too."""
        found = []
        for path in ROOT.rglob("*.py"):
            parts = path.relative_to(ROOT).parts
            if parts[0] in ("tests", "tooling") or parts[:2] == ("models", "vault"):
                continue
            if parts == ("tools", "cipher.py"):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in OPENERS:
                    found.append(f"{'/'.join(parts)}:{node.lineno} {node.attr}")
        self.assertEqual(found, [])


@tagged("post_install", "-at_install", "passport")
class TestSuperuserIsNoKey(DoorCase):
    def test_fields_give_nothing_in_a_superuser_environment(self):
        trainee = self.make_user("trainee", "base.group_portal", partner_id=self.zoe.id)
        for record in (self.zoe, self.registration, trainee):
            for user in (*self.users.values(), self.env.ref("base.user_root")):
                seen = self.as_role(record, "declarant").with_user(user).sudo()
                for fname in {"nir", "nir_masked", "nir_entry"} & set(seen._fields):
                    with self.subTest(record=record, user=user.login, field=fname):
                        self.assertFalse(seen[fname])
                        self.assertFalse(seen.read([fname])[0][fname])
        self.assertFalse(self.env["res.partner"].search([("nir", "=", NIR)]))
        self.assertEntries()

    def test_what_a_declarant_saw_is_not_in_the_superuser_s_cache(self):
        person = self.as_role(self.zoe, "declarant")
        self.assertEqual((person.nir, person.nir_masked), (SHOWN, MASKED))
        self.assertFalse(person.sudo().nir)
        self.assertFalse(person.sudo().nir_masked)
        self.assertFalse(person.with_user(self.users["user"]).sudo().nir)
        # Nor the other way round.
        self.env.invalidate_all()
        self.assertFalse(person.sudo().nir)
        self.assertEqual(person.nir, SHOWN)

    def add_field(self, name, **values):
        self.fields.create(
            {
                "name": name,
                "field_description": name,
                "model_id": self.partner_model.id,
                "ttype": "char",
                "state": "manual",
                **values,
            }
        )
        self.addCleanup(self.registry.reset_changes)

    def test_fields_of_one_s_own_store_none(self):
        """As a settings administrator, or Studio, defines them."""
        self.add_field("x_related", related="nir", store=True)
        self.add_field("x_looked", related="nir", store=False)
        for number, compute in enumerate(
            (
                "for record in self: record['{0}'] = record.nir",
                "for record in self: record['{0}'] = record.sudo(False).nir",
                "for record in self:\n"
                "  user = record.env['res.users'].browse({1})\n"
                "  seen = record.with_user(user).with_context(allowed_company_ids=[])\n"
                "  record['{0}'] = seen.nir or seen.nir_masked",
                "for record in self:\n"
                "  user = record.env['res.users'].browse({1})\n"
                "  seen = record.with_user(user).with_context(allowed_company_ids=[])\n"
                "  record['{0}'] = str(seen.read(['nir', 'nir_masked']))",
            )
        ):
            name = f"x_copy{number}"
            code = compute.format(name, self.users["declarant"].id)
            self.add_field(name, compute=code, depends="name,birth_name", store=True)
        person = self.as_role(self.zoe, "declarant")
        self.assertEqual(person.nir, SHOWN)  # in the cache of the declarant, as it could be
        person.birth_name = "AUTRE"
        self.env.flush_all()
        self.assertNowhere()
        self.assertFalse(person.x_looked)
        self.assertFalse(person.x_related)

    def test_server_actions_get_none(self):
        for code in (
            "record.write({'comment': record.nir or record.nir_masked})",
            "record.write({'comment': record.sudo().nir})",
            "record.write({'comment': str(record.read(['nir', 'nir_masked']))})",
            "record.message_post(body=str(record.nir))",
        ):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Copy",
                    "model_id": self.partner_model.id,
                    "state": "code",
                    "code": code,
                }
            )
            for role in ("declarant", "manager"):
                with self.subTest(code=code, role=role):
                    seen = self.as_role(action, role).with_context(
                        active_model="res.partner", active_id=self.zoe.id, active_ids=self.zoe.ids
                    )
                    seen.sudo(False).run()
                    self.assertNowhere()
        with self.assertRaises(AccessError):
            code = "env['passport.vault']._numbers(record, 'reveal')"
            action.code = code
            self.as_role(action, "declarant").with_context(
                active_model="res.partner", active_id=self.zoe.id
            ).run()

    def test_templates_give_none(self):
        self.users["declarant"].group_ids |= self.env.ref("mail.group_mail_template_editor")
        render = self.as_role(self.env["mail.render.mixin"], "declarant")
        for engine, template in (
            ("inline_template", "{{ object.nir }} {{ object.nir_masked }}"),
            ("inline_template", "{{ object.sudo().nir }}"),
            ("qweb", '<p><t t-out="object.nir"/><t t-out="object.nir_masked"/></p>'),
            ("qweb", '<p><t t-out="object.sudo().nir"/></p>'),
        ):
            with self.subTest(engine=engine, template=template):
                texts = render._render_template(
                    template, "res.partner", self.zoe.ids, engine=engine
                )
                self.assertNotIn("185", str(texts).replace(" ", ""))

    def test_seen_in_part_is_told_too(self):
        person = self.as_role(self.zoe, "declarant")
        self.assertEqual(person.nir_masked, MASKED)
        self.assertEntries((self.users["declarant"], self.zoe, MASK, False))
        self.assertEqual(self.as_role(self.registration, "declarant").nir_masked, MASKED)
        self.assertEntries((self.users["declarant"], self.zoe, MASK, False))


@tagged("post_install", "-at_install", "passport")
class TestTypedIsNotShown(DoorCase):
    def test_created_and_read_back(self):
        shown = {"nir_entry": {}, "nir_state": {}}
        people = self.as_role(self.env["res.partner"], "declarant")
        (values,) = people.web_save({"name": "Neuf", "nir_entry": OTHER_NIR}, shown)
        self.assertEqual((values["nir_entry"], values["nir_state"]), (False, "provided"))
        created = people.create({"name": "Neuf", "nir_entry": OTHER_NIR, "nir": OTHER_NIR})
        self.assertFalse(created.nir_entry)
        registrations = self.as_role(self.env["event.registration"], "declarant")
        (values,) = registrations.web_save(
            {
                "event_id": self.registration.event_id.id,
                "attendee_partner_id": self.theo.id,
                "nir_entry": OTHER_NIR,
            },
            shown,
        )
        self.assertEqual((values["nir_entry"], values["nir_state"]), (False, "provided"))

    def test_written_and_read_back(self):
        for record in (self.zoe, self.registration):
            seen = self.as_role(record, "declarant")
            seen.nir_entry = OTHER_NIR
            self.assertFalse(seen.nir_entry)
            seen.write({"nir_entry": NIR})
            self.assertFalse(seen.read(["nir_entry"])[0]["nir_entry"])


@tagged("post_install", "-at_install", "passport")
class TestPasswordIsAskedFor(HttpCase, DoorCase):
    def setUp(self):
        super().setUp()
        self.deposit = self.make_deposit(self.registration, role="declarant")
        self.deposit._render_file()
        self.env.flush_all()

    def log_in(self, seconds_ago=None):
        session = {}
        if seconds_ago is not None:
            session["identity-check-last"] = time.time() - seconds_ago
        login = self.users["declarant"].login
        self.authenticate(login, login, session_extra=session)

    def ask(self, **kwargs):
        answer = self.url_open(
            "/web/dataset/call_kw/res.partner/read",
            json={
                "params": {
                    "model": "res.partner",
                    "method": "read",
                    "args": [self.zoe.ids, ["nir", "nir_masked"]],
                    "kwargs": kwargs,
                }
            },
        )
        self.env.invalidate_all()
        return answer.json()

    @mute_logger("odoo.http")
    def test_reading_asks_for_it(self):
        for seconds_ago in (None, 601):
            self.log_in(seconds_ago)
            answer = self.ask()
            self.assertEqual(
                answer["error"]["data"]["name"], "odoo.exceptions.AccessError", str(answer)
            )
            self.assertNotIn(NIR[:13], str(answer).replace(" ", ""))
        self.log_in(599)
        self.assertEqual(self.ask()["result"][0]["nir"], SHOWN)

    @mute_logger("odoo.http")
    def test_downloading_asks_for_it(self):
        url = f"/passeport_prevention/deposit/{self.deposit.id}/file"
        self.log_in()
        response = self.url_open(url)
        self.assertEqual(response.status_code, 403)
        self.assertNotIn(NIR[:13], response.text)
        self.log_in(10)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn(NIR[:13], response.text)

    def test_download_button_asks_for_it(self):
        def click():
            return self.url_open(
                "/web/dataset/call_kw/passport.deposit/action_download",
                json={
                    "params": {
                        "model": "passport.deposit",
                        "method": "action_download",
                        "args": [self.deposit.ids],
                        "kwargs": {},
                    }
                },
            ).json()["result"]

        self.log_in()
        self.assertEqual(click()["res_model"], "res.users.identitycheck")
        self.log_in(10)
        self.assertEqual(click()["type"], "ir.actions.act_url")
