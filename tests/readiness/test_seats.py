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
            self.queries_of(lambda: seats._found(small.ids)),
            self.queries_of(lambda: seats._found(large.ids)),
        )

    def test_another_training_bodys_session_is_not_named(self):
        elsewhere = self.make_session(name="Chez Réunion", company_id=self.other_company.id)
        self.make_registration(elsewhere, self.registration.attendee_partner_id)
        seat = self.as_role(self.registration, "user")
        message, _record = self.issue(seat, "duplicate_session")
        self.assertNotIn("Chez Réunion", message)
        self.assertNotIn("Chez Réunion", seat.passport_issues or "")
        self.users["user"].company_ids |= self.other_company
        seat = self.as_role(self.registration, "user")
        self.assertIn("Chez Réunion", self.issue(seat, "duplicate_session")[0])


@tagged("post_install", "-at_install", "passport")
class TestDeclaredOnce(PassportCase):
    """Whatever becomes of a declared registration, its person is not declared a second time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.make_attendee()
        cls.session = cls.make_session()
        cls.registration = cls.make_registration(cls.session, cls.person)

    def assertHeld(self, registration):
        self.env.flush_all()
        self.env.invalidate_all()
        declared = self.registration.passport_line_ids.declaration_id
        self.assertEqual(self.issue(registration, "already_declared")[1], declared)
        self.assertEqual(registration.passport_state, "blocked")
        self.assertIn("already_declared", registration.passport_issue_ids.mapped("code"))
        self.assertFalse(self.declare(registration))

    def test_after_it_was_cancelled_or_archived_or_moved(self):
        elsewhere = self.make_session(
            date_begin="2026-09-23 07:00:00", date_end="2026-09-24 15:00:00"
        )
        self.declare(self.registration)
        for values in ({"state": "cancel"}, {"active": False}, {"event_id": elsewhere.id}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                # Past what other rooms refuse: the database may hold such rows.
                assignments = ", ".join(f"{fname} = %s" for fname in values)
                self.env.cr.execute(
                    f"UPDATE event_registration SET {assignments} WHERE id = %s",
                    [*values.values(), self.registration.id],
                )
                self.env.invalidate_all()
                again = self.make_registration(self.session, self.person)
                self.assertHeld(again)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_as_another_contact_with_the_same_number(self):
        number = self.next_nir()
        self.person.nir = number
        self.declare(self.registration)
        twin = self.make_attendee("Zoe Lefevre")
        again = self.make_registration(self.session, twin)
        self.assertEqual(again.passport_state, "ready")
        twin.nir = number
        self.assertHeld(again)

    def test_waiting_while_the_other_one_is_declared_then_withdrawn(self):
        again = self.make_registration(self.session, self.person)
        again.state = "cancel"
        declaration = self.declare(self.registration)
        again.state = "done"
        self.assertHeld(again)
        self.registration.flush_recordset()
        declaration.action_cancel()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(again.passport_issue_ids.mapped("code"), ["duplicate_attendee"])

    def test_other_trainings_and_slots_are_not_held(self):
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-09-07 05:00:00", date_end="2026-09-18 20:00:00"
        )
        slots = [self.make_slot(session, day) for day in ("2026-09-08", "2026-09-09")]
        first, second = (
            self.make_registration(session, self.person, event_slot_id=slot.id) for slot in slots
        )
        self.assertEqual(second.passport_state, "ready")
        self.assertEqual(len(self.declare(first | second).line_ids), 2)
