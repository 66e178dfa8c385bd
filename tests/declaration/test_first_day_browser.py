from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestFirstDayBrowser(HttpCase, PassportCase):
    """A new training body, from its settings to the first accepted deposit, in few clicks."""

    def test_from_nothing_to_accepted(self):
        company = self.make_company("Organisme neuf", False)
        manager = self.users["manager"]
        manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id, "lang": "fr_FR"}
        )
        self.training.active = False
        self.env.flush_all()
        self.start_tour(
            "/odoo/passport",
            "passport_first_day",
            login=manager.login,
            timeout=600,
        )
        registrations = self.env["event.registration"].search([("company_id", "=", company.id)])
        self.assertEqual(len(registrations), 5)
        self.assertEqual(set(registrations.mapped("passport_state")), {"declared"})
