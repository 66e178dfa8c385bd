from datetime import timedelta
from html import unescape
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import email_normalize, mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from ..common import NOW
from .test_form_link import FormCase

REFUSED = MailDeliveryException(
    "Mail Delivery Failed",
    "Mail delivery failed via SMTP server 'mx.example'.\nSMTPRecipientsRefused: "
    "{'ines@example.com': (550, b'5.1.1 no such user')}",
)
DOWN = MailDeliveryException(
    "Mail Delivery Failed",
    "Mail delivery failed via SMTP server 'mx.example'.\nConnectionRefusedError: [Errno 111]",
)
DSN = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-Id: <dsn-1@mx.example>
References: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {email}
Action: {action}
Status: 5.1.1

--B--
"""


class LetterCase(FormCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.write({"email": "rh@client.example", "lang": "fr_FR"})
        cls.session_sst.user_id = cls.users["user"]

    def leave_with(self, error, function=None):
        """Call a function and have the queue sent by a mail server that fails."""
        failing = patch.object(IrMail_Server, "send_email", side_effect=error)
        with self.mock_mail_gateway(mail_unlink_sent=True), failing:
            if function:
                function()
            self.env.flush_all()
            with mute_logger("odoo.addons.mail.models.mail_mail"):
                self.env["mail.mail"].sudo().process_email_queue()
        self.env.invalidate_all()

    def letter(self):
        return self.env["passport.letter"].sudo().search([], limit=1)

    def bounce(self, email="ines@example.com", message_id=None, action="failed"):
        message = DSN.format(
            to="bounce@of.example",
            email=email,
            action=action,
            message_id=self.letter().message_id if message_id is None else message_id,
        )
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, message)
        self.env.invalidate_all()

    def remind(self, days):
        """Run the reminders some days later; return the addresses that they left for."""
        with (
            freeze_time(NOW + timedelta(days=days)),
            patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60),
        ):
            sent = self.leave(self.env["passport.reminder"]._cron_remind)
        return sorted(email_normalize(address) for mail in sent for address in mail["email_to"])

    def notes(self):
        return " ".join(self.registration.message_ids.mapped("body"))


@tagged("post_install", "-at_install", "passport")
class TestLetters(LetterCase):
    def assertWrong(self):
        self.assertTrue(self.registration.passport_address_wrong)
        self.assertEqual(self.registration.passport_form_state, "wrong")
        self.assertEqual(len(self.registration.activity_ids), 1)
        self.assertEqual(self.registration.activity_ids.user_id, self.users["user"])
        found = self.registration.search([("passport_address_wrong", "=", True)])
        self.assertEqual(found, self.registration)
        words = self.env["passport.request"]._words()
        text = "An e-mail did not arrive: the address is wrong."
        self.assertIn(words._(text), unescape(self.notes()))

    def test_sent_once_the_server_took_it(self):
        self.registration.action_passport_ask()
        self.assertEqual(self.letter().state, "waiting")
        self.assertFalse(self.registration.passport_form_sent_on)
        self.leave()
        self.assertEqual(self.letter().state, "sent")
        self.assertTrue(self.letter().message_id)
        self.assertFalse(self.letter().mail_id.exists())
        self.assertEqual(self.registration.passport_form_sent_on, NOW)
        self.assertFalse(self.registration.passport_address_wrong)
        self.assertFalse(self.registration.activity_ids)

    def test_address_that_the_server_refuses(self):
        self.leave_with(REFUSED, self.registration.action_passport_ask)
        self.assertFalse(self.registration.passport_form_sent_on)
        self.assertWrong()

    def test_server_that_is_down_is_no_wrong_address(self):
        self.leave_with(DOWN, self.registration.action_passport_ask)
        self.assertEqual(self.registration.passport_form_state, "unsent")
        self.assertFalse(self.registration.passport_address_wrong)
        self.assertFalse(self.registration.activity_ids)
        # Odoo's administrator has it sent again.
        self.env["mail.mail"].sudo().search([("state", "=", "exception")]).mark_outgoing()
        self.leave()
        self.assertEqual(self.registration.passport_form_state, "sent")

    def test_bounce(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce()
        self.assertWrong()

    def test_bounce_whose_message_was_renamed_on_the_way(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce(message_id="<changed@relay.example>")
        self.assertWrong()

    def test_what_is_no_bounce_of_ours(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce(action="delayed")
        self.bounce(email="somebody@example.com", message_id="<x@example.com>")
        self.assertFalse(self.registration.passport_address_wrong)
        self.assertEqual(self.registration.passport_form_state, "sent")

    def test_reminders_stop_and_the_employer_is_asked(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce()
        self.assertEqual(self.remind(0), ["rh@client.example"])
        self.assertEqual(self.remind(7), [])
        self.assertEqual(self.remind(14), [])
        self.assertEqual(self.remind(21), ["rh@client.example"])

    def test_asked_again_by_hand_it_is_left_to_the_employer(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce()
        self.assertEqual(self.leave(self.registration.action_passport_ask), [])
        self.assertTrue(self.registration.passport_ask_employer)

    def test_corrected_address(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce()
        self.registration.email = "ines.morel@example.com"
        self.assertFalse(self.registration.passport_address_wrong)
        (mail,) = self.leave(self.registration.action_passport_ask)
        self.assertEqual(mail["email_to"], ["ines.morel@example.com"])

    def test_address_that_was_right_after_all(self):
        self.leave(self.registration.action_passport_ask)
        self.bounce()
        for role in ("sales", "event", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.registration, role).action_passport_address_right()
        self.as_role(self.registration, "user").action_passport_address_right()
        self.env.invalidate_all()
        self.assertFalse(self.registration.passport_address_wrong)
        (mail,) = self.leave(self.registration.action_passport_ask)
        self.assertEqual(mail["email_to"], ["ines@example.com"])

    def test_employer_s_address(self):
        self.leave(self.registration.action_passport_ask)
        self.assertEqual(self.remind(21), ["ines@example.com", "rh@client.example"])
        self.bounce("rh@client.example", message_id="")
        self.assertFalse(self.registration.passport_address_wrong)
        self.assertEqual(len(self.registration.activity_ids), 1)
        self.assertEqual(self.remind(35), [])

    def test_no_reminder_counts_as_sent_before_it_is(self):
        self.leave(self.registration.action_passport_ask)
        with (
            freeze_time(NOW + timedelta(days=7)),
            patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60),
        ):
            self.env["passport.reminder"]._cron_remind()
        self.assertFalse(self.registration.passport_reminded_on)
        self.leave()
        self.assertTrue(self.registration.passport_reminded_on)

    def test_notes_are_in_the_training_body_s_language(self):
        self.ines.lang = "en_US"
        self.leave(self.registration.with_context(lang="en_US").action_passport_ask)
        self.remind(7)
        self.remind(21)
        self.assertIn("relancé", self.notes())
        self.assertNotIn("was reminded", self.notes())
        self.assertNotIn("The employer was sent", self.notes())

    def test_rows_are_nobody_s(self):
        self.leave(self.registration.action_passport_ask)
        for role in self.users:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.letter(), role).read(["email"])

    def test_forgotten_in_the_end(self):
        self.leave(self.registration.action_passport_ask)
        letter = self.letter()
        letter._gc_letters()
        self.assertTrue(letter.exists())
        with freeze_time(NOW + timedelta(days=401)):
            letter._gc_letters()
        self.assertFalse(letter.exists())
