from odoo.tests import HttpCase, tagged

from .test_entry import EntryCase


@tagged("post_install", "-at_install", "passport")
class TestEntryBrowser(HttpCase, EntryCase):
    """The assisted entry in a browser; skipped by Odoo itself where there is no Chromium."""

    def tour(self, name, role, address):
        self.env.flush_all()
        login = self.users[role].login
        self.start_tour(f"/odoo/{address}", name, login=login, timeout=180)
        self.env.invalidate_all()

    def entry_address(self):
        return f"passport-declarations/{self.declaration.id}/passport-assisted-entry"

    def test_begun_by_one_declarant_and_finished_by_another(self):
        self.tour(
            "passport_entry_begins", "declarant", f"passport-declarations/{self.declaration.id}"
        )
        self.assertEqual(self.line_of(self.zoe).typed_by_id, self.users["declarant"])
        self.assertFalse(self.line_of(self.theo).typed_on)
        reads = self.env["passport.nir.access"].search([("action", "=", "reveal")])
        mine = reads.filtered(lambda entry: entry.user_id == self.users["declarant"])
        # Copied once, then shown once.
        self.assertEqual(mine.mapped("partner_name"), ["Zoé Lefèvre", "Zoé Lefèvre"])
        self.tour("passport_entry_resumes", "colleague", self.entry_address())
        self.assertEqual(self.line_of(self.theo).typed_by_id, self.users["colleague"])
        self.assertEqual(self.declaration.state, "deposited")

    def test_blocked_declaration_says_why(self):
        self.theo.birth_name = "RIOU-LE GALL"
        self.tour("passport_entry_blocked", "declarant", self.entry_address())
        self.assertEqual(self.line_of(self.theo).birth_name, "RIOU-LE GALL")
