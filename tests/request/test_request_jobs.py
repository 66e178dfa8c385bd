from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..common import NOW
from .test_form_link import FormCase

COUNT = 4


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class TestRequestJobs(FormCase):
    """Many are asked for their data in the background, few at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speak_english()
        cls.company.passport_mails_at_once = COUNT - 1
        people = cls.make_attendees([f"Stagiaire {one}" for one in range(COUNT)], nir=False)
        for number, person in enumerate(people):
            person.email = f"p{number}@example.com"
        cls.seats = cls.make_registrations(cls.make_session(), people)
        cls.jobs = cls.env["passport.job"]

    def ask(self, seats):
        seats = self.as_role(seats, "user")
        action = seats.action_passport_ask()
        return seats.env["passport.ask"].browse(action["res_id"]).action_send()

    def letters(self):
        return self.env["passport.letter"].sudo().search([("kind", "=", "request")])

    def turn(self, job):
        return self.env["passport.job.worker"]._turn(job.sudo())

    def test_few_at_once(self):
        self.assertEqual(self.ask(self.seats[:-1])["tag"], "display_notification")
        self.assertEqual(self.letters().registration_ids, self.seats[:-1])
        self.assertFalse(self.jobs.search([]))

    def test_many_in_the_background(self):
        notes = len(self.seats[0].message_ids)
        action = self.ask(self.seats)
        job = self.jobs.browse(action["res_id"])
        self.assertEqual((job.kind, job.total, len(self.letters())), ("request", COUNT, 0))
        with self.assertRaisesRegex(UserError, "in the background already"):
            self.as_role(self.seats, "user").action_passport_ask()
        self.turn(job)
        self.assertEqual((job.state, job.done_count), ("done", COUNT))
        self.assertEqual(self.letters().registration_ids, self.seats)
        self.assertTrue(all(self.seats.mapped("passport_asked_on")))
        self.assertTrue(all(len(seat.message_ids) == notes + 1 for seat in self.seats))

    def test_what_changed_meanwhile(self):
        job = self.jobs.browse(self.ask(self.seats)["res_id"])
        given, other, silent, _last = self.seats
        given.attendee_partner_id.nir = self.next_nir()
        with freeze_time("2026-10-15 10:05:00"):
            self.env["passport.request"]._ask_by_mail(other)
            silent.email = silent.attendee_partner_id.email = False
            self.turn(job)
        self.assertEqual(len(self.letters()), 2)
        self.assertEqual((job.state, job.done_count, job.left_count), ("done", 1, 3))
        self.assertIn(f"{other.display_name}: The attendee was asked meanwhile.", job.left_text)
        self.assertIn(f"{given.display_name}: Nothing is missing any more", job.left_text)

    def test_switched_off_meanwhile(self):
        job = self.jobs.browse(self.ask(self.seats)["res_id"])
        self.company.passport_send_requests_since = False
        self.turn(job)
        self.assertFalse(self.letters())
        self.assertIn("Requests were switched off.", job.left_text)
