from odoo.tests import HttpCase, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestSettingsBrowser(HttpCase, PassportCase):
    """The settings are a page that one looks at, too: what nobody typed is not written."""

    def leave(self, tour):
        self.company.nir_retention_months = 7
        self.env.flush_all()
        login = self.users["manager"].login
        self.start_tour("/odoo/passport-settings", tour, login=login, timeout=180)
        self.env.invalidate_all()
        return self.env["passport.settings"].search([])

    def test_closed_without_a_change(self):
        self.assertFalse(self.leave("passport_settings_left"))
        self.assertEqual(self.company.nir_retention_months, 7)

    def test_closed_while_something_was_typed(self):
        self.assertTrue(self.leave("passport_settings_typed"))
        self.assertEqual(self.company.nir_retention_months, 9)
