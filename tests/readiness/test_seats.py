from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestSeats(PassportCase):
    """One person, once: a contact, or whoever has the same number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.number = cls.next_nir()
        cls.person, cls.twin = cls.make_attendees(["Zoé Lefèvre", "Zoe Lefevre"])
        cls.session = cls.make_session()
        cls.registration = cls.make_registration(cls.session, cls.person)
        cls.other = cls.make_registration(cls.session, cls.twin)

    def codes_of(self, registration):
        self.env.flush_all()
        self.env.invalidate_all()
        stored = set(registration.passport_issue_ids.mapped("code"))
        self.assertEqual(stored, set(self.issue_codes(registration)))
        return stored

    def test_two_contacts_with_one_number_in_one_session(self):
        self.assertFalse(self.codes_of(self.registration) | self.codes_of(self.other))
        self.person.nir = self.twin.nir = self.number
        for registration in (self.registration, self.other):
            self.assertIn("duplicate_attendee", self.codes_of(registration))
            self.assertEqual(registration.passport_state, "blocked")
        for change in ({"state": "cancel"}, {"active": False}, {"outcome": "absent"}):
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                self.other.write(change)
                self.assertEqual(self.codes_of(self.registration), {"same_nir_other_contact"})
                self.assertEqual(self.registration.passport_state, "ready")
                savepoint.rollback()
                self.env.invalidate_all()
        self.twin.nir = self.next_nir()
        self.assertFalse(self.codes_of(self.registration) | self.codes_of(self.other))

    def test_wrong_numbers_join_nobody(self):
        self.person.nir = self.twin.nir = "185047500608400"
        self.assertNotIn("duplicate_attendee", self.codes_of(self.registration))

    def test_merging_then_cancelling(self):
        self.person.nir = self.twin.nir = self.number
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.person | self.twin).ids, self.person, extra_checks=False)
        self.assertEqual(self.other.attendee_partner_id, self.person)
        self.assertEqual(self.codes_of(self.registration), {"duplicate_attendee"})
        self.assertEqual(self.codes_of(self.other), {"duplicate_attendee"})
        self.other.state = "cancel"
        self.assertFalse(self.codes_of(self.registration))
        self.assertEqual(self.registration.passport_state, "ready")

    def test_moved_to_another_session(self):
        self.person.nir = self.twin.nir = self.number
        elsewhere = self.make_session(
            date_begin="2026-09-23 07:00:00", date_end="2026-09-24 15:00:00"
        )
        self.other.event_id = elsewhere
        self.assertEqual(self.codes_of(self.registration), {"same_nir_other_contact"})
        self.assertEqual(self.codes_of(self.other), {"same_nir_other_contact"})

    def test_a_duplicated_session_is_told_of(self):
        copy = self.session.copy({"name": "SST de septembre (copie)"})
        again = self.make_registration(copy, self.person)
        self.assertEqual(self.codes_of(self.registration), {"duplicate_session"})
        self.assertIn(copy.name, self.issue(self.registration, "duplicate_session")[0])
        self.assertIn(self.session.name, self.issue(again, "duplicate_session")[0])
        self.assertEqual(again.passport_state, "ready")
        copy.date_begin = "2026-09-08 07:00:00"
        self.assertFalse(self.codes_of(self.registration) | self.codes_of(again))
        copy.date_begin = self.session.date_begin
        self.assertEqual(self.codes_of(self.registration), {"duplicate_session"})
        copy.training_id = self.make_training(name="Gestes et postures")
        self.assertFalse(self.codes_of(self.registration) | self.codes_of(again))

    def test_query_count_does_not_grow(self):
        seats = self.env["passport.seats"]
        small, large = self.make_ready(3), self.make_ready(30)
        self.assertEqual(
            self.queries_of(lambda: seats._of(small)), self.queries_of(lambda: seats._of(large))
        )
