from odoo.exceptions import AccessError
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

    def test_dialogs_act_for_the_user_s_own_companies_only(self):
        """What they do for a training body they do as superuser: a program may name another one."""
        for role, model, values in (
            ("manager", "passport.settings", {"nir_unused_months": 1}),
            ("manager", "passport.sending.step", {}),
            ("user", "passport.declare", {}),
        ):
            dialogs = self.as_role(self.env[model], role)
            own = dialogs.create({"company_id": self.company.id, **values})
            with self.subTest(model=model):
                with self.assertRaises(AccessError):
                    dialogs.create({"company_id": self.other_company.id, **values})
                with self.assertRaises(AccessError):
                    own.company_id = self.other_company
                self.assertEqual(self.other_company.nir_unused_months, 12)
