from odoo import api, models


class MailScheduledMessage(models.Model):
    """Messages that wait to be posted hold no NIR: they stand in the database until then."""

    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        hide = self.env["passport.masking"]._waiting_values
        return super().create([hide(vals, self.browse()) for vals in vals_list])

    def write(self, vals):
        return super().write(self.env["passport.masking"]._waiting_values(vals, self))
