from odoo.tests import HttpCase, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestPurgeBrowser(HttpCase, PassportCase):
    """A manager purges the numbers that nothing needs any more, from the dashboard."""

    def test_what_is_due(self):
        old = self.make_attendees(["Ada Nevez", "Yves Autret"])
        kept = self.make_attendee("Zoé Lefèvre")
        rows = self.env["passport.nir"].search([("partner_id", "in", old.ids)])
        rows.sudo().collected_on = "2020-01-01 10:00:00"
        self.env.flush_all()
        login = self.users["manager"].login
        self.start_tour("/odoo/passport", "passport_purge", login=login, timeout=180)
        self.env.invalidate_all()
        self.assertEqual(set(old.mapped("nir_state")), {"purged"})
        self.assertEqual(kept.nir_state, "provided")
