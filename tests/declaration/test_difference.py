from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestDifference(PassportCase):
    """What is with the authority, and is otherwise here by now: nobody corrects it there but us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.session = cls.make_session()
        cls.seat, cls.other = cls.make_registrations(
            cls.session, cls.make_attendees(["Anne Lebreton", "Béa Riou"])
        )

    def send(self, accepted=True):
        deposit = self.make_deposit(self.seat | self.other)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        if accepted:
            deposit.action_accept()
        return deposit

    def difference(self):
        """Return what is told of the first attendee everywhere it is told."""
        self.env.flush_all()
        self.env.invalidate_all()
        seat, other = (self.as_role(one, "user") for one in (self.seat, self.other))
        line = seat.passport_line_ids.sorted("id")[-1:]
        found = seat.passport_difference
        self.assertEqual(line.difference, found)
        self.assertFalse(other.passport_difference and "dates" not in other.passport_difference)
        listed = line.search([("differs", "=", True)])
        self.assertEqual(line in listed, bool(found))
        self.assertEqual(seat.event_id.passport_difference_count, len(listed))
        return found

    def test_nothing_while_it_is_as_declared(self):
        self.assertFalse(self.difference())
        self.send()
        self.assertFalse(self.difference())

    def test_each_of_them(self):
        self.send()
        employer = self.make_client("Scierie Armor", "51234987900019")
        for change, told in (
            ({"validity_end_date": "2027-01-31"}, "validity"),
            ({"employer_id": employer.id}, "employer"),
            ({"without_employer": True}, "employer"),
            ({"active": False}, "attendance (the registration is cancelled)"),
        ):
            with self.subTest(change):
                before = {name: self.seat[name] for name in change}
                self.seat.write(change)
                self.assertEqual(self.difference(), told)
                self.seat.write(
                    {
                        name: value.id if hasattr(value, "ids") else value
                        for name, value in before.items()
                    }
                )
                self.assertFalse(self.difference())

    def test_dates_of_the_session(self):
        self.send()
        # An hour more is the same day, where the session is held.
        self.session.date_end = "2026-09-10 21:30:00"
        self.assertFalse(self.difference())
        self.session.date_end = "2026-09-11 15:00:00"
        self.assertEqual(self.difference(), "dates of the session")
        self.session.write({"date_end": "2026-09-10 15:00:00", "date_begin": "2026-09-08 07:00:00"})
        self.assertEqual(self.difference(), "dates of the session")

    def test_dates_are_the_session_s_own(self):
        """23:30 in Saint-Denis is the same evening there, and in Paris."""
        self.session.write({"date_tz": "Indian/Reunion", "date_end": "2026-09-10 19:30:00"})
        self.send()
        self.assertFalse(self.difference())

    def test_birth_name(self):
        self.send()
        person = self.seat.attendee_partner_id
        person.birth_name = "LE BRETON"
        self.assertEqual(self.difference(), "birth name")
        # Erased with the rest of a person's data, it says nothing else.
        person.birth_name = False
        self.assertFalse(self.difference())

    def test_accents_left_away_are_no_difference(self):
        self.seat.attendee_partner_id.birth_name = "LÉBRETON"
        self.company.passport_without_accents = True
        self.send()
        self.company.passport_without_accents = False
        self.assertFalse(self.difference())

    def test_what_was_right_on_its_day_is_left_alone(self):
        self.send()
        self.client.company_registry = "78945612600026"
        self.training.write({"name": "SST, autre nom", "validity_months": 12})
        self.training.rome_code_ids = [Command.set(self.codes("rome", 3, start=3).ids)]
        self.assertFalse(self.difference())

    def test_not_before_the_deposit_nor_after_the_withdrawal(self):
        self.make_deposit(self.seat | self.other)
        self.seat.validity_end_date = "2027-01-31"
        self.assertFalse(self.difference())
        self.seat.passport_line_ids.deposit_id.action_update_values()
        deposit = self.seat.passport_line_ids.deposit_id
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.assertFalse(self.difference())
        self.seat.validity_end_date = "2028-01-31"
        self.assertEqual(self.difference(), "validity")
        self.seat.passport_line_ids._withdraw("Validity was wrong")
        self.assertFalse(self.difference())
        self.assertEqual(self.seat.passport_state, "ready")

    def test_banner_leads_to_what_was_declared(self):
        self.send()
        self.seat.validity_end_date = "2027-01-31"
        seat = self.as_role(self.seat, "user")
        self.assertEqual(seat.action_passport_declared()["res_id"], self.seat.passport_line_ids.id)
        action = seat.event_id.action_passport_differences()
        lines = seat.env["passport.declaration.line"].search(action["domain"])
        self.assertEqual(lines.registration_id, seat)

    def test_client_is_told_what_was_declared(self):
        self.send()
        self.session.date_end = "2026-09-11 15:00:00"
        self.seat.validity_end_date = "2027-01-31"
        service = self.env["passport.statement"].with_company(self.company)
        year = date(2026, 1, 1), date(2026, 12, 31)
        row, _other = service._of(self.client, *year, self.company).sections["declared"]
        self.assertEqual((row.start, row.end), (date(2026, 9, 9), date(2026, 9, 10)))
        self.assertEqual(row.valid_until, date(2028, 9, 9))

    def test_nothing_is_asked_of_who_was_never_sent(self):
        def queries(*fnames):
            both = self.seat | self.other
            both.read(fnames)
            return self.queries_of(lambda: both.read(fnames))

        plain = queries("passport_line_state")
        self.assertEqual(queries("passport_line_state", "passport_difference"), plain)

    def test_query_count_does_not_grow_with_the_attendees(self):
        self.send()
        both = self.seat | self.other
        self.queries_of(lambda: both.read(["passport_difference"]))  # what is kept in mind for all
        few = self.queries_of(lambda: self.seat.read(["passport_difference"]))
        self.assertLessEqual(self.queries_of(lambda: both.read(["passport_difference"])), few)
