from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    """Users whom the access log names."""

    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_nir_log(self):
        log = self.env["passport.nir.access"].sudo()
        if entry := log.search([("user_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "%s used social security numbers, and the access log says when: archive this user "
                    "instead of deleting it.",
                    entry.user_id.name,
                )
            )
