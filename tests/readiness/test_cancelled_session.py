from datetime import timedelta

from odoo.tests import tagged

from ..common import NOW, PassportCase

CANCELLED = {"kanban_state": "cancel"}


@tagged("post_install", "-at_install", "passport")
class TestCancelledSession(PassportCase):
    """A session that is cancelled, as Odoo cancels events, asks for nothing any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        cls.waiting = cls.make_registration(cls.session, cls.make_attendee(nir=False), state="open")

    def told(self, registration):
        self.env.flush_all()
        self.env.invalidate_all()
        return registration.passport_state

    def test_nobody_is_to_declare(self):
        self.assertEqual(self.told(self.waiting), "blocked")
        self.session.write(CANCELLED)
        self.assertEqual(self.told(self.waiting), "not_concerned")
        self.assertFalse(self.waiting.passport_is_pending)
        self.assertFalse(self.waiting.passport_deadline)
        self.assertEqual(self.session.passport_step, "7_done")
        self.assertFalse(self.session.passport_deadline)
        self.session.kanban_state = "normal"
        self.assertEqual(self.told(self.waiting), "blocked")
        self.assertTrue(self.session.passport_deadline)

    def test_it_is_neither_to_come_nor_under_way(self):
        events = self.env["event.event"]
        for begin, end, step in (
            ("2026-11-16 08:00:00", "2026-11-17 16:00:00", "6_coming"),
            ("2026-10-14 08:00:00", "2026-10-16 16:00:00", "5_running"),
        ):
            session = self.make_session(date_begin=begin, date_end=end)
            with self.subTest(step=step):
                self.assertEqual(session.passport_step, step)
                session.write(CANCELLED)
                self.assertEqual(session.passport_step, "7_done")
                self.assertIn(session, events.search([("passport_step", "=", "7_done")]))
                self.assertNotIn(session, events.search([("passport_step", "=", step)]))

    def test_nothing_is_asked(self):
        needs = self.env["passport.needs"]
        self.assertTrue(needs._of(self.waiting)[self.waiting])
        self.session.write(CANCELLED)
        self.told(self.waiting)
        self.assertFalse(needs._of(self.waiting)[self.waiting])
        day = NOW.date() - timedelta(days=90)
        statement = self.env["passport.statement"]._of(self.client, day, NOW.date(), self.company)
        self.assertTrue(statement.is_empty())

    def test_who_attended_all_the_same_is_declared(self):
        """A wrong click must not hide somebody who was there."""
        there = self.make_registration(self.session, self.make_attendee("Théo Riou"))
        self.session.write(CANCELLED)
        self.assertEqual(self.told(there), "ready")
        self.assertEqual(self.told(self.waiting), "not_concerned")
        self.waiting.outcome = "attended"
        self.assertEqual(self.told(self.waiting), "blocked")

    def test_no_seat_is_taken_in_it(self):
        """Cancelled and held on the same days in another room: nobody sits twice."""
        other = self.make_session(name="SST, autre salle")
        person = self.waiting.attendee_partner_id
        seat = self.make_registration(other, person)
        self.assertIn("duplicate_session", self.issue_codes(seat))
        self.session.write(CANCELLED)
        self.told(seat)
        self.assertNotIn("duplicate_session", self.issue_codes(seat))
        self.assertNotIn("duplicate_session", seat.passport_issue_ids.mapped("code"))

    def test_without_attendees_it_has_no_deadline(self):
        session = self.make_session()
        self.assertTrue(session.passport_deadline)
        session.write(CANCELLED)
        self.assertFalse(session.passport_deadline)
