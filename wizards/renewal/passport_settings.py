from odoo import fields, models


class PassportSettings(models.TransientModel):
    """The settings of renewals: who is reminded, and when."""

    _inherit = "passport.settings"

    renewal_reminder_days = fields.Char(related="company_id.renewal_reminder_days", readonly=False)
    renewal_reminder_to = fields.Selection(
        related="company_id.renewal_reminder_to", readonly=False, required=True
    )
