from datetime import timedelta

from odoo.tests import tagged

from ..common import NOW, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestStanding(PassportCase):
    """Where an attendee stands, in a user's eyes: one answer for lists, counts and tiles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dates = {"date_begin": NOW + timedelta(days=8), "date_end": NOW + timedelta(days=9)}
        cls.coming_session = cls.make_session(**dates)
        past = cls.make_session()
        seat = cls.make_registration
        nobody = {"nir": False}
        cls.seats = {
            "coming": seat(cls.coming_session, cls.make_attendee("Ada Un"), state="open"),
            "incomplete": seat(
                cls.coming_session, cls.make_attendee("Ada Deux", **nobody), state="open"
            ),
            "blocked": seat(past, cls.make_attendee("Ada Trois", **nobody)),
            "ready": seat(past, cls.make_attendee("Ada Quatre")),
            "employer": seat(past, cls.make_attendee("Ada Cinq", **nobody)),
            "not_concerned": seat(past, cls.make_attendee("Ada Six"), state="cancel"),
            "in_progress": seat(cls.make_session(), cls.make_attendee("Ada Sept")),
        }
        # Private persons: nobody declares in their stead.
        cls.seats["refused"] = seat(past, cls.make_attendee("Ada Huit", **nobody))
        cls.seats["refused"].without_employer = True
        for standing in ("employer", "refused"):
            cls.seats[standing].attendee_partner_id.action_nir_refused()

    def test_each_stands_somewhere_and_is_found_there(self):
        self.declare(self.seats["in_progress"])
        everybody = self.env["event.registration"].union(*self.seats.values())
        for standing, seat in self.seats.items():
            with self.subTest(standing=standing):
                self.assertEqual(seat.passport_standing, standing)
                own = [("passport_standing", "=", standing), ("id", "in", everybody.ids)]
                self.assertEqual(everybody.search(own), seat)
        others = [("passport_standing", "not in", ["coming", "incomplete"])]
        found = everybody.search([*others, ("id", "in", everybody.ids)])
        self.assertEqual(len(found), len(everybody) - 2)

    def test_nobody_is_blocked_before_the_end(self):
        self.assertEqual(self.coming_session.passport_blocked_count, 0)
        self.assertEqual(self.seats["blocked"].event_id.passport_blocked_count, 1)

    def test_the_wizard_and_the_tile_count_the_same(self):
        wizard = self.make_wizard(self.seats["blocked"].event_id, role="declarant")
        self.assertEqual(wizard.blocked_count, 1)
        self.assertEqual(wizard._blocked_attendees().ids, self.seats["blocked"].ids)
        data = self.as_role(self.env["passport.dashboard"], "declarant").get_data()
        self.assertEqual(data["totals"]["blocked"]["count"], 1)
