import os
from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..common import NIR_KEYS, PassportCase
from ..vault.test_nir_keys import VARIABLE, keys


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

    def test_number(self):
        person = self.seat.attendee_partner_id
        declared, right = self.nir_of(person).replace(" ", ""), self.next_nir()
        self.send(accepted=False)
        # Entered once more, it is the same.
        person.nir = declared[:13]
        self.assertFalse(self.difference())
        person.nir = right
        self.assertEqual(self.difference(), "social security number")
        self.seat.passport_line_ids.deposit_id.action_accept()
        self.assertEqual(self.difference(), "social security number")
        person.nir = declared
        self.assertFalse(self.difference())
        person.nir = right
        self.seat.passport_line_ids._withdraw("Another number")
        deposit = self.make_deposit(self.seat)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.assertFalse(self.difference())

    def test_number_of_the_file_is_the_one_that_was_declared(self):
        """Corrected between the file and its deposit, the number is not the one that was given."""
        deposit = self.make_deposit(self.seat | self.other)
        self.file_of(deposit)
        self.seat.attendee_partner_id.nir = self.next_nir()
        deposit.action_mark_deposited()
        self.assertEqual(self.difference(), "social security number")

    def test_number_of_a_file_taken_back_is_forgotten(self):
        deposit = self.make_deposit(self.seat | self.other)
        self.file_of(deposit)
        deposit.action_reset_to_draft()
        self.seat.attendee_partner_id.nir = self.next_nir()
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.assertFalse(self.difference())

    def test_erased_number_leaves_no_trace(self):
        self.send()
        person = self.seat.attendee_partner_id
        line = self.seat.passport_line_ids.sudo()
        self.assertTrue(line.declared_index)
        person.nir = self.next_nir()
        self.env["passport.nir"].sudo().search([("partner_id", "=", person.id)])._erase("erase")
        self.assertFalse(line.declared_index)
        self.assertFalse(self.difference())
        person.nir = self.next_nir()
        self.assertFalse(self.difference())

    def test_another_key_makes_no_other_number(self):
        self.send()
        self.other.attendee_partner_id.nir = self.next_nir()
        line = self.other.passport_line_ids
        self.assertEqual(line.difference, "social security number")
        with (
            patch.dict(os.environ, {VARIABLE: f"{keys('new')},{NIR_KEYS}"}),
            patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60),
        ):
            self.env.invalidate_all()
            self.env["passport.nir.keys"]._rotate()
            self.env.invalidate_all()
            self.assertEqual(line.difference, "social security number")
            self.assertFalse(self.seat.passport_line_ids.difference)
            self.seat.attendee_partner_id.nir = self.next_nir()
            self.assertEqual(self.seat.passport_line_ids.difference, "social security number")

    def test_merged_contacts_keep_the_number(self):
        self.send()
        person = self.seat.attendee_partner_id
        twin = person.copy({"nir": self.nir_of(person)})
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((person | twin).ids, twin)
        self.env.invalidate_all()
        self.assertEqual(self.seat.passport_line_ids.partner_id, twin)
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
