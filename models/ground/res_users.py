from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _follows_declarations(self, company, group):
        """Tell whether this person, at work, is in ``group`` and works for ``company``."""
        self.ensure_one()
        user = self.sudo()
        return (
            user.active and not user.share and company in user.company_ids and user.has_group(group)
        )
