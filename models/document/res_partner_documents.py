from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _passport_address_lines(self):
        """Return the lines of this contact's address that are filled in, without its name."""
        self.ensure_one()
        lines = self._display_address(without_company=True).split("\n")
        return [line.strip() for line in lines if line.strip()]
