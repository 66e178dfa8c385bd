from odoo import models


class PassportDeposit(models.Model):
    """What is given to the portal needs no alert any more."""

    _inherit = "passport.deposit"

    def action_mark_deposited(self):
        result = super().action_mark_deposited()
        self.declaration_ids.event_id._passport_close_alerts()
        return result
