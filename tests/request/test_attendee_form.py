from contextlib import contextmanager
from unittest.mock import patch

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ...models.request import passport_form_attempt
from ..common import NOW
from ..vault.test_nir import NIR, OTHER_NIR, SHOWN
from .test_form_link import FormCase

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

    def post(self, values, path=None, **kwargs):
        """Post values as a page without JavaScript does."""
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

    def test_without_any_cookie(self):
        """In a private window, or after a login in another tab: the link is enough."""
        self.opener.cookies.clear()
        self.assertNotIn("csrf_token", self.get().text)
        self.opener.cookies.clear()
        wrong = self.post({**ANSWER, "notice": "", "name_note": "Inès Morelle"})
        self.assertEqual(wrong.status_code, 422)
        page = self.page(wrong)
        self.assertEqual(page.xpath("//input[@name='birth_name']/@value"), ["MOREL"])
        self.assertEqual(page.xpath("//input[@name='name_note']/@value"), ["Inès Morelle"])
        self.opener.cookies.clear()
        self.assertEqual(self.post(ANSWER).status_code, 303)
        self.assertEqual(self.ines.nir_state, "provided")

    def test_opened_by_a_person_and_not_by_a_scanner_of_mails(self):
        for method in ("GET", "HEAD"):
            self.assertEqual(self.url_open(self.path, method=method).status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.registration.passport_form_opened_on)
        response = self.post({"x": "1"}, f"{self.path}/vu")
        self.assertEqual((response.status_code, response.text), (204, ""))
        self.assertEqual(self.registration.passport_form_opened_on, NOW)
        self.assertEqual(self.registration.passport_form_state, "opened")
        self.assertEqual(self.post({"x": "1"}, "/passeport/f/wrong/vu").status_code, 404)

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

    def test_refusal_is_told_to_somebody_still_at_work(self):
        self.session_sst.user_id = self.users["event"]
        self.users["event"].active = False
        self.post({"action": "refuse", "refuse_notice": "1"})
        activity = self.registration.activity_ids
        self.assertTrue(activity.user_id.active)
        self.assertTrue(activity.user_id.has_group("passeport_prevention.group_passport_user"))

    def test_who_has_no_employer_is_told_of_none(self):
        """A private person: nobody declares instead of the training body, and nobody is to be told."""
        self.assertIn("employeur", self.text(self.get()))
        self.session_sst.user_id = self.users["user"]
        self.registration.without_employer = True
        page = self.text(self.get()).lower()
        self.post({"action": "refuse", "refuse_notice": "1"})
        statement = self.ines.nir_refusal_proof_id.raw.decode()
        self.assertIn("Inès Morel", statement)
        for text in (page, statement):
            self.assertNotRegex(text, "employ[eé]")
        self.assertFalse(self.registration.activity_ids)

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
        link = self.registry["passport.personal.form.answer"]
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
