from odoo.tests import tagged

from ..common import SIRET_OTHER_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestEmployer(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_client("Autre", SIRET_OTHER_CLIENT)
        cls.attendee = cls.make_attendee()

    def test_attendee_s_company_comes_before_the_booker_s(self):
        private = self.make_attendee("Sans Société", parent_id=False)
        for attendee, booker, employer in [
            (self.attendee, self.other, self.client),
            (private, self.other, self.other),
            (private, private, self.env["res.partner"]),
        ]:
            with self.subTest(attendee=attendee.name, booker=booker.name):
                registration = self.make_registration(attendee=attendee, partner_id=booker.id)
                self.assertEqual(registration.employer_id, employer)

    def test_employer_of_the_time_stays_when_the_person_moves(self):
        registration = self.make_registration(attendee=self.attendee)
        self.env.flush_all()
        self.attendee.parent_id = self.other
        self.assertEqual(registration.employer_id, self.client)
        later = self.make_registration(attendee=self.attendee)
        self.assertEqual(later.employer_id, self.other)

    def test_without_employer(self):
        registration = self.make_registration(attendee=self.attendee, employer_reference="M 1")
        registration.without_employer = True
        self.assertFalse(registration.employer_id)
        self.assertEqual(self.issue_codes(registration), [])
        line = self.declare(registration).line_ids
        self.assertRecordValues(
            line, [{"has_employer": False, "siret": False, "employer_reference": False}]
        )

    def test_employer_comes_back(self):
        registration = self.make_registration(attendee=self.attendee, without_employer=True)
        registration.without_employer = False
        self.assertEqual(registration.employer_id, self.client)

    def test_chosen_establishment_stays(self):
        registration = self.make_registration(attendee=self.attendee, employer_id=self.other.id)
        self.assertEqual(registration.employer_id, self.other)
        registration.state = "open"
        self.assertEqual(registration.employer_id, self.other)


@tagged("post_install", "-at_install", "passport")
class TestValidity(PassportCase):
    def test_computed_from_the_session_and_the_training(self):
        registration = self.make_registration()
        self.assertRecordValues(
            registration,
            [
                {
                    "validity_start_date": self.date("2026-09-10"),
                    "validity_end_date": self.date("2028-09-09"),
                }
            ],
        )
        self.training.validity_months = 0
        self.assertFalse(registration.validity_end_date)
        registration.event_id.date_end = "2026-09-11 15:00:00"
        self.assertEqual(registration.validity_start_date, self.date("2026-09-11"))

    def test_typed_dates_reach_the_file(self):
        registration = self.make_registration()
        registration.validity_start_date = "2026-10-01"
        self.assertEqual(registration.validity_end_date, self.date("2028-09-30"))
        registration.validity_end_date = "2027-01-31"
        content = self.file_of(self.make_deposit(registration)).decode()
        self.assertIn("|01/10/2026|31/01/2027\r\n", content)

    def test_declared_dates_stay(self):
        registration = self.make_registration()
        self.declare(registration)
        self.training.validity_months = 12
        registration.event_id.date_end = "2026-09-11 15:00:00"
        self.assertEqual(registration.validity_start_date, self.date("2026-09-10"))
        self.assertEqual(registration.validity_end_date, self.date("2028-09-09"))

    def date(self, text):
        return self.env["event.registration"]._fields["validity_start_date"].to_date(text)
