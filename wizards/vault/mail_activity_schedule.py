from odoo import api, models


class MailActivitySchedule(models.TransientModel):
    """What is typed of an activity stands in its dialog first, which the database keeps for a while."""

    _inherit = "mail.activity.schedule"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.intake"]._creating(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self.env["passport.intake"]._writing(self, vals)
        return super().write(vals)
