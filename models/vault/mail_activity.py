from odoo import api, models


class MailActivity(models.Model):
    """What is noted to be done holds no NIR."""

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.intake"]._creating(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self.env["passport.intake"]._writing(self, vals)
        return super().write(vals)
