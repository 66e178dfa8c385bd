from odoo import api, models


class MailComposeMessage(models.TransientModel):
    """What stands in the composer is kept in the database for a while: it holds no NIR."""

    _inherit = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        hide = self.env["passport.masking"]._waiting_values
        return super().create([hide(vals, self.browse()) for vals in vals_list])

    def write(self, vals):
        return super().write(self.env["passport.masking"]._waiting_values(vals, self))
