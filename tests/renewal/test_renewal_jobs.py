from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..common import NOW
from .test_renewal_offer import OfferCase


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class TestRenewalJobs(OfferCase):
    """Many clients are written to in the background: one e-mail each, whoever asks again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speak_english()
        cls.company.passport_mails_at_once = 1
        cls.other = cls.make_client("Cimenterie", "51234987900019", email="rh@cimenterie.example")
        person = cls.make_attendee("Paul Riou", parent_id=cls.other.id)
        cls.all = cls.registrations | cls.make_valid(person, days=10, partner_id=cls.other.id)
        cls.jobs = cls.env["passport.job"]

    def write_to(self, registrations, role="sales"):
        action = self.as_role(registrations, role).action_renewal_write()
        dialog = self.as_role(self.env["passport.renewal.write"], role).browse(action["res_id"])
        return dialog.action_send()

    def sent(self):
        return self.env["passport.renewal.reminder"].search([])

    def turn(self, job):
        return self.env["passport.job.worker"]._turn(job.sudo())

    def test_few_at_once(self):
        self.assertEqual(self.write_to(self.registrations)["tag"], "display_notification")
        self.assertEqual(len(self.sent()), 1)
        self.assertFalse(self.jobs.search([]))

    def test_many_in_the_background(self):
        job = self.jobs.browse(self.write_to(self.all)["res_id"])
        self.assertEqual((job.kind, job.total, len(self.sent())), ("renewal", 2, 0))
        with self.assertRaisesRegex(UserError, "being written to in the background already"):
            self.write_to(self.all)
        self.turn(job)
        self.assertEqual((job.state, job.done_count), ("done", 2))
        sent = self.sent()
        self.assertEqual(sent.client_id, self.client | self.other)
        self.assertEqual(sent.line_ids.registration_id, self.all)
        self.assertEqual(sent.by_hand_id, self.users["sales"])

    def test_told_by_somebody_else_meanwhile(self):
        job = self.jobs.browse(self.write_to(self.all)["res_id"])
        self.company.passport_mails_at_once = 10
        letter = self.env["passport.renewal.letter"]
        letter._carry_out(letter._plan(self.registrations))
        self.tell_today()
        self.turn(job)
        self.assertEqual(len(self.sent()), 2)
        self.assertEqual((job.done_count, job.left_count), (1, 1))
        self.assertIn(f"{self.client.display_name}: Told today already", job.left_text)

    def test_switched_off_meanwhile(self):
        self.users["sales"].group_ids |= self.env.ref("passeport_prevention.group_passport_manager")
        job = self.jobs.browse(self.write_to(self.all)["res_id"])
        self.company.passport_send_renewals_since = False
        self.turn(job)
        self.assertFalse(self.sent())
        self.assertEqual((job.state, job.left_count), ("done", 2))
        self.assertIn("Configuration ›", job.left_text)

    def tell_today(self):
        """The database has a clock of its own."""
        self.env.cr.execute("UPDATE passport_renewal_reminder_line SET create_date = %s", [NOW])
        self.env.invalidate_all()
