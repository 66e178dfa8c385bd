from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import NOW
from ..vault.test_nir import NIR
from .test_form_link import FormCase

MAY = ("user", "declarant", "manager")
MAY_NOT = ("sales", "event", "internal")


@tagged("post_install", "-at_install", "passport")
class TestFormStaff(FormCase):
    def mails_of(self, function):
        before = self.env["mail.mail"].sudo().search([])
        function()
        return self.env["mail.mail"].sudo().search([]) - before

    def test_asked_by_e_mail(self):
        (mail,) = self.mails_of(self.as_role(self.registration, "user").action_passport_ask)
        self.assertEqual((mail.email_to, mail.recipient_ids.ids), ("ines@example.com", []))
        self.assertIn("formation", mail.subject)
        for part in ("Bonjour", self.company.name, self.training.name):
            self.assertIn(part, mail.body_html)
        self.assertEqual(self.registration.passport_asked_on, NOW)
        self.assertEqual(self.registration.passport_form_state, "waiting")
        self.assertFalse(self.registration.passport_form_sent_on)
        (sent,) = self.leave()
        self.assertEqual(sent["email_to"], ["ines@example.com"])
        self.assertIn(f'href="{self.address()}"', sent["body"])
        self.assertIn(self.address(), sent["body_alternative"])
        self.assertEqual(self.registration.passport_form_state, "sent")
        self.assertEqual(self.registration.passport_form_sent_on, NOW)

    def test_link_is_not_in_the_chatter_nor_left_behind(self):
        (mail,) = self.mails_of(self.as_role(self.registration, "user").action_passport_ask)
        self.assertTrue(mail.auto_delete)
        self.assertFalse(mail.model or mail.res_id)
        notes = " ".join(self.registration.message_ids.mapped("body"))
        self.assertTrue(notes)
        self.assertNotIn("/passeport/f/", notes)
        self.assertNotIn("ines", notes.lower())
        for role in (*MAY, *MAY_NOT):
            found = self.as_role(self.env["mail.message"], role).search(
                [("id", "=", mail.mail_message_id.id)]
            )
            # Who sent it is its author in Odoo's eyes, and has the session's e-mails anyway.
            self.assertFalse(found if role != "user" else False, role)

    def test_sent_again_with_the_same_link(self):
        for _turn in range(2):
            (mail,) = self.leave(self.registration.action_passport_ask)
            self.assertIn(self.address(), mail["body"])
        self.assertEqual(len(self.registration.sudo().passport_form_link_ids), 1)

    def test_several_at_once(self):
        self.client.email = "rh@client.example"
        silent = self.make_registration(
            self.session_sst, self.make_attendee("Sans Adresse", nir=False)
        )
        complete = self.make_registration(self.session_sst, self.make_attendee("Théo Riou"))
        unnamed = self.env["event.registration"].create(
            {"event_id": self.session_sst.id, "partner_id": self.client.id}
        )
        session = self.as_role(self.session_sst, "user")
        mails = self.mails_of(lambda: self.assertIn("1", self.ask(session)["params"]["message"]))
        self.assertEqual(mails.mapped("email_to"), ["ines@example.com"])
        for registration in (silent, unnamed):
            self.assertEqual(registration.passport_asked_on, NOW)
            self.assertTrue(registration.passport_ask_employer)
        self.assertFalse(complete.passport_asked_on)

    def test_nothing_to_ask(self):
        self.ines.write({"nir": NIR, "birth_name": "MOREL"})
        with self.assertRaises(UserError):
            self.as_role(self.registration, "user").action_passport_ask()

    def test_who_may(self):
        actions = (
            "action_passport_ask",
            "action_passport_form_revoke",
            "action_passport_name_accept",
            "action_passport_name_dismiss",
        )
        for role in MAY_NOT:
            for action in actions:
                with self.subTest(role=role, action=action), self.assertRaises(AccessError):
                    getattr(self.as_role(self.registration, role), action)()
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.session_sst, role).action_passport_ask()
        for role in MAY:
            for action in actions:
                with self.subTest(role=role, action=action):
                    getattr(self.as_role(self.registration, role), action)()

    def test_other_company_s_attendees_are_out_of_reach(self):
        session = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(
            session, self.make_attendee("Théo Riou", nir=False, email="theo@example.com")
        )
        for action in ("action_passport_ask", "action_passport_form_revoke"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(self.as_role(registration, "manager"), action)()

    def test_others_do_not_see_how_far_it_is(self):
        for role in MAY_NOT:
            for fname in ("passport_form_state", "passport_form_opened_on", "passport_name_note"):
                with self.subTest(role=role, fname=fname), self.assertRaises(AccessError):
                    self.as_role(self.registration, role).read([fname])

    def test_revoke(self):
        token = self.token()
        self.as_role(self.registration, "user").action_passport_form_revoke()
        self.assertEqual(self.registration.passport_form_state, "revoked")
        self.assertFalse(self.env["passport.form.link"]._find(token)._is_usable())

    def test_name_dismissed(self):
        self.env["passport.request"]._note_name(self.registration, "Inès Morelle")
        self.as_role(self.registration, "user").action_passport_name_dismiss()
        self.assertFalse(self.registration.passport_name_note)
        self.assertEqual(self.ines.name, "Inès Morel")

    def test_state_of_a_substitute_is_his_own(self):
        self.link().write({"done_on": NOW, "outcome": "given"})
        self.assertEqual(self.registration.passport_form_state, "given")
        self.registration.attendee_partner_id = self.make_attendee("Théo Riou", nir=False)
        self.assertFalse(self.registration.passport_form_state)

    def test_settings(self):
        settings = self.as_role(self.env["passport.settings"], "manager").create({})
        settings.write(
            {
                "passport_form_days": 30,
                "passport_reminder_days": "3/5",
                "passport_reminder_employer_days": False,
            }
        )
        self.assertEqual(self.company.passport_form_days, 30)
        self.assertEqual(self.company._passport_reminder_steps("passport_reminder_days"), (3, 5))
        self.assertEqual(
            self.company._passport_reminder_steps("passport_reminder_employer_days"), ()
        )
        for values in (
            {"passport_form_days": 0},
            {"passport_form_days": 366},
            {"passport_reminder_days": "a few"},
            {"passport_reminder_employer_days": "7/3"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError) as caught:
                settings.write(values)
            self.assertIn(self.company.name, str(caught.exception))
