from odoo import fields, models


class PassportSettings(models.TransientModel):
    """The settings of deadlines: who is told, when, and how long a missed one keeps a NIR."""

    _inherit = "passport.settings"

    passport_first_day = fields.Date(related="company_id.passport_first_day", readonly=False)
    passport_responsible_id = fields.Many2one(
        related="company_id.passport_responsible_id",
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    passport_alert_days = fields.Char(related="company_id.passport_alert_days", readonly=False)
    nir_overdue_months = fields.Integer(related="company_id.nir_overdue_months", readonly=False)
