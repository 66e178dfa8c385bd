import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import PassportCase
from .test_nir import NIR, OTHER_ROLES

PROOF = b"Je refuse de donner mon num\xc3\xa9ro."


class RefuseCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ines = cls.make_attendee("Inès Morel", nir=False)
        cls.registration = cls.make_registration(attendee=cls.ines)

    def dialog(self, role="declarant", **values):
        """Fill in the dialog that the button opens."""
        action = self.as_role(self.ines, role).action_open_nir_refuse()
        dialog = self.as_role(self.env[action["res_model"]], role).browse(action["res_id"])
        dialog = dialog.with_context(lang="en_US")
        dialog.write({"proof": base64.b64encode(PROOF), "proof_name": "refus.pdf", **values})
        return dialog

    def proofs(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.ines.id)]
        )


@tagged("post_install", "-at_install", "passport")
class TestNirRefusal(RefuseCase):
    def test_recorded_with_date_and_proof(self):
        self.dialog(date="2026-10-12").action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.ines.nir_state, "refused")
        self.assertEqual(str(self.ines.nir_state_date.date()), "2026-10-12")
        proof = self.ines.nir_refusal_proof_id
        self.assertEqual(proof, self.proofs())
        self.assertEqual((proof.name, proof.raw), ("refus.pdf", PROOF))
        self.assertFalse(self.env["passport.nir.refuse"].search([("proof", "!=", False)]))
        entry = self.env["passport.nir.access"].search([], limit=1)
        self.assertEqual(
            (entry.user_id, entry.partner_id, entry.action),
            (self.users["declarant"], self.ines, "refuse"),
        )

    def test_today_by_default(self):
        self.dialog().action_confirm()
        self.assertEqual(str(self.ines.nir_state_date.date()), "2026-10-15")

    def test_not_without_proof_nor_tomorrow(self):
        for values in ({"proof": False}, {"date": "2026-10-16"}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.dialog(**values).action_confirm()
            self.env.invalidate_all()
            self.assertEqual(self.ines.nir_state, "missing")
            self.assertFalse(self.proofs())

    def test_not_when_the_number_is_known(self):
        dialog = self.dialog()
        self.ines.nir = NIR
        with self.assertRaises(UserError) as caught:
            dialog.action_confirm()
        self.assertIn("Inès", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(self.ines.nir_state, "provided")
        self.assertFalse(self.proofs())
        self.assertTrue(self.nir_of(self.ines))

    def test_after_a_purge(self):
        self.ines.nir = NIR
        self.ines._erase_nir()
        self.dialog().action_confirm()
        self.assertEqual(self.ines.nir_state, "refused")

    def test_readiness_says_so(self):
        self.assertEqual(self.issue_codes(self.registration), ["nir_missing"])
        self.dialog().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.issue_codes(self.registration), ["nir_refused"])
        self.assertEqual(self.registration.passport_state, "blocked")
        self.assertEqual(self.registration.passport_issue_ids.mapped("code"), ["nir_refused"])
        self.assertEqual(self.registration.nir_state, "refused")

    def test_taken_back(self):
        self.dialog().action_confirm()
        self.as_role(self.ines, "declarant").action_nir_ask_again()
        self.env.invalidate_all()
        self.assertEqual(self.ines.nir_state, "missing")
        self.assertEqual(self.issue_codes(self.registration), ["nir_missing"])
        self.assertFalse(self.nir_of(self.ines))

    def test_ask_again_changes_nothing_else(self):
        self.ines.nir = NIR
        self.as_role(self.ines, "declarant").action_nir_ask_again()
        self.assertEqual(self.ines.nir_state, "provided")

    def test_who_may_not(self):
        for role in OTHER_ROLES:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.dialog(role)
        proof = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        for role in (*OTHER_ROLES, "declarant", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.ines, role).nir_refusal_proof_id = proof

    def test_proof_is_not_copied(self):
        self.dialog().action_confirm()
        copy = self.ines.copy()
        self.assertEqual((copy.nir_state, copy.nir_state_date), ("missing", False))
        self.assertFalse(copy.nir_refusal_proof_id)


@tagged("post_install", "-at_install", "passport")
class TestEmployerNotice(RefuseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.write({"email": "rh@menuiserie.example", "lang": "fr_FR"})
        cls.template = cls.env.ref("passeport_prevention.mail_template_employer_declares")

    def setUp(self):
        super().setUp()
        self.dialog().action_confirm()
        self.env.invalidate_all()

    def rendered(self, registration=None):
        registration = registration or self.registration
        fnames = ("subject", "body_html", "partner_to", "email_to")
        return self.template._generate_template(registration.ids, fnames)[registration.id]

    def sent(self):
        return (
            self.env["mail.mail"].search_count([]),
            self.env["mail.message"].search_count([("model", "=", "event.registration")]),
        )

    def test_speaks_french_to_the_employer(self):
        values = self.rendered()
        self.assertIn("Inès Morel", values["subject"])
        self.assertIn("formation", values["subject"])
        body = values["body_html"]
        for text in ("Bonjour", "Inès Morel", self.training.name, "10 septembre 2026"):
            self.assertIn(text, body)
        self.assertIn("employeur", body)
        self.assertIn(self.company.name, body)
        self.assertNotIn("Hello", body)
        self.assertEqual(values["partner_ids"], self.client.ids)

    def test_holds_no_number(self):
        self.ines.nir = NIR
        values = self.rendered()
        self.assertNotIn(NIR[:5], str(values).replace(" ", ""))

    def test_without_employer_goes_to_nobody(self):
        self.registration.without_employer = True
        self.assertFalse(self.rendered().get("partner_ids"))

    def test_nothing_is_sent_by_itself(self):
        before = self.sent()
        self.ines.sudo().action_nir_ask_again()
        self.dialog().action_confirm()
        self.env.flush_all()
        self.assertEqual(self.sent(), before)
        self.assertFalse(
            self.env["event.type.mail"].search([("template_ref", "=like", f"%,{self.template.id}")])
        )

    def test_button_opens_the_message_and_sends_nothing(self):
        before = self.sent()
        registration = self.as_role(self.registration, "user")
        action = registration.action_notify_employer()
        self.assertEqual((action["res_model"], action["target"]), ("mail.compose.message", "new"))
        composer = registration.env[action["res_model"]].with_context(**action["context"])
        composer = composer.create({})
        self.assertEqual(composer.template_id.id, self.template.id)
        self.assertEqual(composer.partner_ids.ids, self.client.ids)
        self.assertIn("Bonjour", composer.body)
        self.env.flush_all()
        self.assertEqual(self.sent(), before)
