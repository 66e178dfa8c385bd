from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    passport_activity_number = fields.Char(
        related="company_id.passport_activity_number", readonly=False
    )
    passport_company_registry = fields.Char(
        string="SIRET of the Training Body", related="company_id.company_registry", readonly=False
    )
    passport_max_attendees = fields.Integer(
        related="company_id.passport_max_attendees", readonly=False
    )
    passport_max_attendees_form = fields.Integer(
        related="company_id.passport_max_attendees_form", readonly=False
    )
    passport_line_end = fields.Selection(related="company_id.passport_line_end", readonly=False)
    passport_bom = fields.Boolean(related="company_id.passport_bom", readonly=False)
