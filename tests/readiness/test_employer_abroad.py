from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import SIRET_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestEmployerAbroad(PassportCase):
    """Employers without a SIRET: what to do is said, and a click does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registration = cls.make_registration()
        cls.client.company_registry = False

    def test_the_message_says_what_to_do(self):
        for country, code in [
            ("fr", "siret_missing"),
            ("re", "siret_missing"),
            ("mc", "employer_abroad"),
            ("nc", "employer_abroad"),
            ("pf", "employer_abroad"),
        ]:
            self.client.country_id = self.env.ref(f"base.{country}")
            with self.subTest(country=country):
                message, record = self.issue(self.registration, code)
                self.assertEqual(record, self.client)
                self.assertIn("Has No SIRET", message)
                self.assertEqual(self.registration.passport_issue_ids.mapped("code"), [code])

    def test_one_click_declares_without_an_employer_who_stays(self):
        other = self.make_registration()
        self.client.country_id = self.env.ref("base.mc")
        self.assertTrue(self.registration.employer_may_lack_siret)
        self.as_role(self.registration, "user").action_employer_has_no_siret()
        for registration in (self.registration, other):
            self.assertEqual(registration.passport_state, "ready")
            self.assertEqual(registration.employer_id, self.client)
        self.registration.employer_reference = "M-12"
        deposit = self.make_deposit(self.registration, role="declarant")
        header, line = self.file_of(deposit).decode().splitlines()
        row = dict(zip(header.split("|"), line.split("|"), strict=True))
        self.assertEqual(row["PRESENCE_EMPLOYEUR"], "NON")
        self.assertEqual((row["SIRET_EMPLOYEUR"], row["REFERENCE_EMPLOYEUR"]), ("", ""))

    def test_taken_back_it_is_asked_for_again(self):
        self.client.passport_no_siret = True
        self.assertEqual(self.registration.passport_state, "ready")
        self.client.passport_no_siret = False
        self.assertEqual(self.registration.passport_issue_ids.mapped("code"), ["siret_missing"])
        self.client.company_registry = SIRET_CLIENT
        self.assertEqual(self.registration.passport_state, "ready")

    def test_a_number_of_another_register(self):
        self.client.write({"company_registry": "0 123 456", "country_id": self.env.ref("base.nc")})
        self.assertEqual(self.registration.passport_issue_ids.mapped("code"), ["employer_abroad"])

    def test_is_for_users_of_the_app(self):
        for role in ("event", "sales", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.registration, role).action_employer_has_no_siret()
