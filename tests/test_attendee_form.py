import logging
import re
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.passeport_prevention.models import passport_form_attempt

from .common import NOW, nir_with_key
from .test_form_link import FormCase
from .test_nir import NIR, OTHER_NIR, SHOWN

ANSWER = {"action": "give", "nir": SHOWN, "birth_name": "MOREL", "notice": "1"}


class HttpFormCase(HttpCase, FormCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.path = f"/passeport/f/{self.token()}"

    def get(self, path=None, **kwargs):
        self.env.flush_all()
        response = self.url_open(path or self.path, allow_redirects=False, **kwargs)
        self.env.invalidate_all()
        return response

    def post(self, values, path=None, token=True, **kwargs):
        """Post values as a page without JavaScript does, with the token of the form."""
        if token:
            page = self.get("/passeport/lien")
            (csrf,) = re.findall(r'name="csrf_token" value="(\w+)"', page.text)
            values = {**values, "csrf_token": csrf}
        return self.get(path, data=values, **kwargs)

    def page(self, response):
        return html.fromstring(response.content)

    def text(self, response):
        return " ".join(self.page(response).xpath("//main")[0].text_content().split())

    @contextmanager
    def limit(self, kind, count):
        with patch.dict(passport_form_attempt.LIMITS, {kind: (count, 60)}):
            yield


@tagged("post_install", "-at_install", "passport")
class TestAttendeeForm(HttpFormCase):
    def assertUntouched(self):
        self.assertEqual(self.ines.nir_state, "missing")
        self.assertFalse(self.ines.birth_name)
        self.assertFalse(self.link().done_on)

    def test_shows_who_asks_for_what(self):
        response = self.get()
        self.assertEqual(response.status_code, 200)
        text = self.text(response)
        for part in ("Inès Morel", self.company.name, self.training.name, "10 septembre 2026"):
            self.assertIn(part, text)
        page = self.page(response)
        self.assertEqual(page.get("lang"), "fr-FR")
        self.assertTrue(page.xpath("//input[@name='nir' and not(@value)]"))
        self.assertNotIn("ines@example.com", response.text)
        self.assertNotIn(self.client.name, response.text)

    def test_each_input_has_its_label(self):
        page = self.page(self.get())
        inputs = page.xpath("//input[@type != 'hidden']")
        self.assertGreaterEqual(len(inputs), 5)
        for node in inputs:
            with self.subTest(node=node.get("name") or node.get("id")):
                labelled = page.xpath(f"//label[@for='{node.get('id')}']") or node.xpath(
                    "ancestor::label"
                )
                self.assertTrue(labelled)
                for described in (node.get("aria-describedby") or "").split():
                    self.assertTrue(page.xpath(f"//*[@id='{described}']"), described)

    def test_headers_of_every_page(self):
        paths = (
            self.path,
            "/passeport/f/wrong",
            "/passeport/lien",
            "/passeport/lien/envoye",
            "/passeport/merci",
            "/passeport/refus",
        )
        for path in paths:
            with self.subTest(path=path):
                headers = self.get(path).headers
                self.assertIn("no-store", headers["Cache-Control"])
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")
                self.assertIn("noindex", headers["X-Robots-Tag"])
                self.assertEqual(headers["X-Frame-Options"], "DENY")
                self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
                self.assertIn("default-src 'none'", headers["Content-Security-Policy"])

    def test_nothing_comes_from_elsewhere(self):
        page = self.page(self.get())
        for address in page.xpath("//@src | //link/@href | //form/@action"):
            self.assertTrue(address.startswith(("/web/assets/", "data:")), address)
        self.assertFalse(page.xpath("//script[not(@src)] | //style | //@style | //@onclick"))
        for path in page.xpath("//script/@src | //link[@rel='stylesheet']/@href"):
            self.assertEqual(self.get(path).status_code, 200)

    def test_given(self):
        response = self.post(ANSWER)
        self.assertEqual(
            (response.status_code, response.headers["Location"][-16:]), (303, "/passeport/merci")
        )
        self.assertEqual((self.ines.nir_state, self.ines.birth_name), ("provided", "MOREL"))
        self.assertEqual(self.as_role(self.ines, "declarant").nir, SHOWN)
        row = self.env["passport.nir"].search([("partner_id", "=", self.ines.id)])
        self.assertEqual(row.collecting_company_id, self.company)
        entry = self.env["passport.nir.access"].search([("partner_id", "=", self.ines.id)])[-1]
        self.assertEqual((entry.action, entry.company_id), ("write", self.company))
        self.assertEqual(entry.user_id, self.env.ref("base.public_user"))
        self.assertTrue(entry.reason)
        self.assertEqual(self.registration.passport_state, "ready")
        self.assertEqual(self.registration.passport_form_state, "given")
        self.assertEqual(self.registration.passport_form_notice_on, NOW)
        self.assertFalse(self.registration.passport_name_note)

    def test_nothing_of_it_is_shown_again(self):
        used = self.post(ANSWER)
        for response in (used, self.get("/passeport/merci"), self.get(), self.post(ANSWER)):
            for typed in ("MOREL", "Inès", NIR, SHOWN):
                self.assertNotIn(typed, response.text)
        self.assertEqual(self.get().status_code, 404)

    def test_refused(self):
        response = self.post({"action": "refuse", "refuse_notice": "1"})
        self.assertEqual(
            (response.status_code, response.headers["Location"][-16:]), (303, "/passeport/refus")
        )
        self.assertEqual((self.ines.nir_state, self.ines.nir_state_date), ("refused", NOW))
        proof = self.ines.nir_refusal_proof_id
        self.assertEqual((proof.res_model, proof.res_id), ("res.partner", self.ines.id))
        statement = proof.raw.decode()
        for part in ("Inès Morel", self.company.name, self.training.name, "2026"):
            self.assertIn(part, statement)
        entry = self.env["passport.nir.access"].search([], limit=1)
        self.assertEqual((entry.action, entry.partner_id), ("refuse", self.ines))
        self.assertEqual(self.issue_codes(self.registration), ["nir_refused", "birth_name_missing"])
        self.assertEqual(self.registration.passport_form_state, "refused")
        self.assertEqual(self.get().status_code, 404)
        self.assertEqual(self.get("/passeport/refus").status_code, 200)

    def test_refusal_gives_the_responsible_something_to_do(self):
        self.session_sst.user_id = self.users["user"]
        self.post({"action": "refuse", "refuse_notice": "1"})
        activity = self.registration.activity_ids
        self.assertEqual(activity.user_id, self.users["user"])
        self.assertNotIn("Inès", activity.summary)

    def test_refusal_needs_its_tick(self):
        response = self.post({"action": "refuse"})
        self.assertEqual(response.status_code, 422)
        self.assertTrue(self.page(response).xpath("//details[@open]//input[@autofocus]"))
        self.assertUntouched()

    def test_refusal_of_who_typed_a_wrong_number_before(self):
        self.ines.nir = NIR[:-1]
        self.path = f"/passeport/f/{self.token()}"
        self.post({"action": "refuse", "refuse_notice": "1"})
        self.assertEqual(self.ines.nir_state, "refused")
        self.assertFalse(self.ines.sudo().nir_vault_ids)

    def test_wrong_answers_store_nothing_and_say_why(self):
        cases = {
            "nir": (
                "",
                NIR[:-1],
                NIR[:13],
                NIR[:-2] + "00",
                "X" + NIR[1:],
                "9" + NIR[1:],
                "1851375006084" + "00",
                "é" * 15,
                "1" * 5000,
                "<script>alert(1)</script>",
                "\x00" + NIR[:-1],
            ),
            "birth_name": ("", "   ", "A" * 31, "MOREL|", 'MO"REL', NIR, "MOREL 2", "MO\x07REL"),
            "name_note": (NIR, "A" * 101, "Inès|Morel"),
            "notice": ("",),
        }
        for name, values in cases.items():
            for value in values:
                with self.subTest(name=name, value=value[:20]):
                    with self.limit("answer_link", 1000):
                        response = self.post({**ANSWER, name: value})
                    self.assertEqual(response.status_code, 422)
                    page = self.page(response)
                    (focused,) = page.xpath("//input[@autofocus]")
                    self.assertEqual(focused.get("name"), name)
                    self.assertEqual(focused.get("aria-invalid"), "true")
                    (error,) = page.xpath(f"//*[@id='error_{name}' and not(@hidden)]")
                    self.assertTrue(error.text_content().strip())
                    self.assertUntouched()

    def test_number_is_never_sent_back(self):
        for values in ({**ANSWER, "notice": ""}, {**ANSWER, "nir": SHOWN[:-1] + "0"}):
            response = self.post(values)
            self.assertEqual(response.status_code, 422)
            self.assertNotIn(SHOWN[:-1], response.text)
            self.assertIn("MOREL", response.text)
        response = self.post({**ANSWER, "birth_name": NIR, "name_note": SHOWN})
        self.assertNotIn(NIR[:-2], response.text.replace(" ", ""))

    def test_typed_name_is_escaped(self):
        response = self.post({**ANSWER, "nir": "", "birth_name": "<b>'\"></input>"})
        self.assertNotIn("<b>", response.text)

    def test_asks_only_for_what_is_missing(self):
        self.ines.nir = OTHER_NIR
        page = self.page(self.get())
        self.assertFalse(page.xpath("//input[@name='nir']"))
        self.assertFalse(page.xpath("//form[@id='refuse']"))
        self.assertEqual(
            self.post({**ANSWER, "action": "refuse", "refuse_notice": "1"}).status_code, 404
        )
        self.assertEqual(self.ines.nir_state, "provided")
        # Who got hold of the link cannot put another number in the place of a good one.
        self.post(ANSWER)
        self.assertEqual(self.ines.birth_name, "MOREL")
        self.assertNotEqual(self.as_role(self.ines, "declarant").nir, SHOWN)

    def test_known_birth_name_stays(self):
        self.ines.birth_name = "LE GOFF"
        response = self.get()
        self.assertNotIn("LE GOFF", response.text)
        self.post(ANSWER)
        self.assertEqual((self.ines.birth_name, self.ines.nir_state), ("LE GOFF", "provided"))

    def test_name_to_correct(self):
        self.post({**ANSWER, "name_note": "Inès  Morelle"})
        self.assertEqual(self.ines.name, "Inès Morel")
        self.assertEqual(self.registration.passport_name_note, "Inès Morelle")
        self.as_role(self.registration, "user").action_passport_name_accept()
        self.assertEqual((self.ines.name, self.registration.name), ("Inès Morelle", "Inès Morelle"))
        self.assertEqual(self.registration.attendee_partner_id, self.ines)
        self.assertFalse(self.registration.passport_name_note)

    def test_same_number_as_somebody_else_is_taken_alike(self):
        other = self.make_attendee("Inconnue", nir=NIR)
        response = self.post(ANSWER)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.ines.nir_state, "provided")
        self.assertNotIn(other.name, response.text)

    def test_storing_fails(self):
        link = self.registry["passport.form.link"]
        with patch.object(link, "_give", side_effect=UserError("keys")):
            response = self.post(ANSWER)
        self.assertEqual(response.status_code, 422)
        self.assertIn(
            self.company.name, self.page(response).xpath("//*[@role='alert']")[0].text_content()
        )
        self.assertUntouched()
        with patch.object(self.registry["passport.nir"], "_store", side_effect=UserError("keys")):
            self.assertEqual(self.post(ANSWER).status_code, 422)
        self.assertUntouched()

    def test_staff_who_opens_it_is_told_in_the_log(self):
        self.authenticate("passport_declarant", "passport_declarant")
        self.post(ANSWER)
        entry = self.env["passport.nir.access"].search([("partner_id", "=", self.ines.id)])[-1]
        self.assertEqual(entry.user_id, self.users["declarant"])

    def test_chatter_holds_nothing_personal(self):
        self.post({**ANSWER, "name_note": "Inès Morelle"})
        notes = " ".join(self.registration.message_ids.mapped("body"))
        self.assertTrue(notes)
        for personal in ("Inès", "Morelle", "MOREL", NIR, "/passeport/f/"):
            self.assertNotIn(personal, notes)

    def test_opened(self):
        self.assertEqual(self.registration.passport_form_state, "sent")
        self.url_open(self.path, method="HEAD", allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual(self.registration.passport_form_state, "sent")
        self.get()
        self.assertEqual(self.registration.passport_form_state, "opened")
        self.assertEqual(self.registration.passport_form_opened_on, NOW)


@tagged("post_install", "-at_install", "passport")
class TestAttendeeFormAbuse(HttpFormCase):
    def other_registration(self):
        person = self.make_attendee(
            "Théo Riou", nir=False, birth_name=False, email="theo@example.com"
        )
        return self.make_registration(self.session_sst, person)

    def unusable(self):
        """Yield the name and the path of every kind of link that opens nothing."""
        yield "wrong", "/passeport/f/" + "A" * 40
        yield "short", "/passeport/f/A"
        yield "altered", self.path[:-1] + ("A" if self.path[-1] != "A" else "B")
        yield "id", f"/passeport/f/{self.link().id}"
        for name, values in {
            "used": {"done_on": NOW, "outcome": "given"},
            "refused": {"done_on": NOW, "outcome": "refused"},
            "revoked": {"revoked_on": NOW},
            "expired": {"expires_on": NOW - timedelta(minutes=1)},
        }.items():
            registration = self.other_registration()
            path = f"/passeport/f/{self.token(registration)}"
            registration.sudo().passport_form_link_ids.write(values)
            yield name, path
        registration = self.other_registration()
        path = f"/passeport/f/{self.token(registration)}"
        registration.attendee_partner_id.write({"nir": self.next_nir(), "birth_name": "RIOU"})
        yield "nothing to ask", path

    def plain(self, response):
        return re.sub(r'(csrf_token" value=")\w+', r"\1", response.text)

    def test_no_link_tells_why_it_opens_nothing(self):
        seen = set()
        for name, path in self.unusable():
            with self.subTest(name=name):
                for response in (self.get(path), self.post(ANSWER, path)):
                    headers = {
                        key: value
                        for key, value in response.headers.items()
                        if key not in ("Date", "Content-Length", "Set-Cookie")
                    }
                    seen.add(
                        (response.status_code, self.plain(response), str(sorted(headers.items())))
                    )
                    self.assertEqual(response.status_code, 404)
        self.assertEqual(len(seen), 1)
        self.assertTrue(
            self.page(self.get("/passeport/f/x")).xpath("//form[@action='/passeport/lien']")
        )

    def test_other_person_s_link_is_hers_alone(self):
        registration = self.other_registration()
        response = self.get(f"/passeport/f/{self.token(registration)}")
        self.assertIn("Théo Riou", response.text)
        self.assertNotIn("Inès", response.text)
        self.post(ANSWER, f"/passeport/f/{self.token(registration)}")
        self.assertEqual(registration.attendee_partner_id.nir_state, "provided")
        self.assertEqual(self.ines.nir_state, "missing")

    def test_posted_ids_change_nothing(self):
        registration = self.other_registration()
        self.post(
            {
                **ANSWER,
                "registration_id": registration.id,
                "partner_id": registration.attendee_partner_id.id,
            }
        )
        self.assertEqual(registration.attendee_partner_id.nir_state, "missing")
        self.assertEqual(self.ines.nir_state, "provided")

    def test_values_in_the_address_are_ignored(self):
        path = f"{self.path}?nir={NIR}&birth_name=MOREL&notice=1&action=give"
        self.assertNotIn(NIR, self.get(path).text)
        self.assertEqual(self.ines.nir_state, "missing")
        self.assertEqual(self.post({"action": "give"}, path).status_code, 422)
        self.assertEqual(self.ines.nir_state, "missing")

    @mute_logger("odoo.http")
    def test_csrf_token_is_needed(self):
        for path in (self.path, "/passeport/lien"):
            with self.subTest(path=path):
                response = self.post(ANSWER, path, token=False)
                self.assertEqual(response.status_code, 400)
                self.assertNotIn(SHOWN, response.text)
        self.assertEqual(self.ines.nir_state, "missing")

    @mute_logger("odoo.http", "werkzeug")
    def test_oversized_body_is_refused(self):
        for path in (self.path, "/passeport/lien"):
            response = self.post({**ANSWER, "more": "x" * 20_000}, path)
            self.assertEqual(response.status_code, 413)
            response = self.post(ANSWER, path, files={"file": b"x" * 20_000})
            self.assertEqual(response.status_code, 413)
        self.assertEqual(self.ines.nir_state, "missing")

    @mute_logger("odoo.http")
    def test_other_methods_are_refused(self):
        for method in ("PUT", "DELETE", "PATCH"):
            response = self.url_open(self.path, method=method)
            self.assertEqual(response.status_code, 405)

    def test_wrong_links_are_limited_per_address(self):
        with self.limit("wrong_link", 3):
            self.assertEqual(self.get().status_code, 200)
            for _ in range(3):
                self.assertEqual(self.get("/passeport/f/wrong").status_code, 404)
            # Whatever the link: the answer tells nothing about it.
            for path in (self.path, "/passeport/f/wrong"):
                for response in (self.get(path), self.post(ANSWER, path)):
                    self.assertEqual(response.status_code, 429)
                    self.assertEqual(response.headers["Retry-After"], "3600")
        self.assertEqual(self.ines.nir_state, "missing")

    def test_answers_are_limited_per_link_and_per_address(self):
        for kind in ("answer_link", "answer"):
            with self.subTest(kind=kind), self.limit(kind, 2):
                self.env["passport.form.attempt"].search([]).unlink()
                for _ in range(2):
                    self.assertEqual(self.post({**ANSWER, "nir": NIR[:-1]}).status_code, 422)
                self.assertEqual(self.post(ANSWER).status_code, 429)
                self.assertEqual(self.ines.nir_state, "missing")
        other = f"/passeport/f/{self.token(self.other_registration())}"
        with self.limit("answer_link", 2):
            self.assertEqual(self.post(ANSWER, other).status_code, 303)

    def test_limits_end_and_are_forgotten(self):
        attempts = self.env["passport.form.attempt"]
        with self.limit("wrong_link", 1):
            self.get("/passeport/f/wrong")
            self.assertEqual(self.get().status_code, 429)
            attempts.search([]).moment = NOW - timedelta(minutes=61)
            self.assertEqual(self.get().status_code, 200)
        attempts.search([]).moment = NOW - timedelta(days=2)
        attempts._add("wrong_link", "127.0.0.1")
        attempts._gc_attempts()
        self.assertEqual(len(attempts.search([])), 1)

    def test_network_addresses_are_not_kept(self):
        self.get("/passeport/f/wrong")
        self.env.cr.execute("SELECT to_jsonb(a)::text FROM passport_form_attempt a")
        rows = self.env.cr.fetchall()
        self.assertTrue(rows)
        self.assertNotIn("127.0.0.1", str(rows))

    def test_neighbours_in_ipv6_are_one(self):
        network = self.env["passport.form.attempt"]._network
        self.assertEqual(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"))
        self.assertNotEqual(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"))
        self.assertEqual(network("::ffff:192.0.2.1"), network("192.0.2.1"))
        self.assertNotEqual(network("192.0.2.1"), network("192.0.2.2"))
        self.assertEqual(network(None), "")

    def test_links_are_not_in_the_server_s_log(self):
        for name in ("werkzeug", "odoo.http"):
            with self.subTest(name=name), self.assertLogs(name, "WARNING") as logs:
                logging.getLogger(name).warning('"GET %s HTTP/1.1" %s', self.path, 200)
                self.assertEqual(
                    logs.records[0].getMessage(), '"GET /passeport/f/*** HTTP/1.1" 200'
                )

    def test_provisional_number_is_taken(self):
        self.post({**ANSWER, "nir": nir_with_key("7850475006084")})
        self.assertEqual(self.ines.nir_state, "provided")


@tagged("post_install", "-at_install", "passport")
class TestNewLink(HttpFormCase):
    def requests(self):
        return self.env["passport.form.request"].sudo().search([])

    def ask(self, email):
        return self.post({"email": email}, "/passeport/lien")

    def answer(self):
        """Run the scheduled action; return the e-mails it has queued."""
        before = self.env["mail.mail"].sudo().search([])
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
            self.env["passport.form.request"]._cron_answer()
        self.assertFalse(self.requests())
        return self.env["mail.mail"].sudo().search([]) - before

    def test_same_answer_for_everybody(self):
        self.client.email = "rh@client.example"
        answers = set()
        for email in ("ines@example.com", "nobody@example.com", "rh@client.example"):
            response = self.ask(email)
            location = response.headers["Location"]
            answers.add((response.status_code, location, self.get(location).text))
            self.assertNotIn(email, self.get(location).text)
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self.requests()), 3)

    def test_goes_to_the_attendee_s_own_address_only(self):
        self.client.email = "rh@client.example"
        self.env["event.registration"].create(
            {
                "event_id": self.session_sst.id,
                "partner_id": self.client.id,
                "name": "Max Rio",
                "email": "rh@client.example",
            }
        )
        for email in ("INES@example.com", "nobody@example.com", "rh@client.example"):
            self.ask(email)
        (mail,) = self.answer()
        self.assertEqual((mail.email_to, mail.recipient_ids.ids), ("ines@example.com", []))
        self.assertIn(self.path, mail.body_html)

    def test_used_expired_and_revoked_links_are_replaced(self):
        for values in ({"revoked_on": NOW}, {"expires_on": NOW - timedelta(days=1)}):
            with self.subTest(values=values):
                self.link().write(values)
                self.ask("ines@example.com")
                (mail,) = self.answer()
                self.assertNotIn(self.path, mail.body_html)
                (path,) = set(re.findall(r"/passeport/f/[\w-]{40}", mail.body_html))
                self.assertEqual(self.get(path).status_code, 200)
                self.path = path

    def test_nothing_when_there_is_nothing_to_ask(self):
        for values in ({"nir": NIR, "birth_name": "MOREL"}, {"nir_state": "refused"}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.ines.write(values)
                self.env["passport.form.request"]._ask("ines@example.com")
                self.assertFalse(self.answer())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_not_for_sessions_of_long_ago(self):
        self.session_sst.write(
            {"date_begin": "2026-01-09 07:00:00", "date_end": "2026-01-10 15:00:00"}
        )
        self.ask("ines@example.com")
        self.assertFalse(self.answer())

    def test_what_is_no_address(self):
        for email in (
            "",
            "ines",
            "ines@",
            "a@example.com,b@example.com",
            "x" * 300 + "@example.com",
            "%@%",
        ):
            with self.subTest(email=email[:20]):
                self.assertEqual(self.ask(email).status_code, 422)
        self.assertFalse(self.requests())

    def test_limited_per_address_without_saying_so(self):
        texts = {self.ask("ines@example.com").headers["Location"] for _ in range(5)}
        self.assertEqual(len(texts), 1)
        self.assertEqual(len(self.requests()), 3)

    def test_limited_per_network_address(self):
        with self.limit("new_link", 2):
            for _ in range(2):
                self.assertEqual(self.ask("ines@example.com").status_code, 303)
            self.assertEqual(self.ask("ines@example.com").status_code, 429)

    def test_forgotten_when_not_answered(self):
        self.ask("nobody@example.com")
        self.requests()._gc_requests()
        self.assertTrue(self.requests())
        self.env.cr.execute(
            "UPDATE passport_form_request SET create_date = %s", (NOW - timedelta(days=2),)
        )
        self.env.invalidate_all()
        self.requests()._gc_requests()
        self.assertFalse(self.requests())
