from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestCompanies(PassportCase):
    def test_one_more_french_company(self):
        """A phone number has Odoo's electronic invoicing ask for a library to read it with."""
        company = self.env["res.company"].create(
            {"name": "Prévention Alpes", "country_id": self.france.id, "phone": "01 23 45 67 89"}
        )
        self.assertEqual(company.phone, "01 23 45 67 89")
