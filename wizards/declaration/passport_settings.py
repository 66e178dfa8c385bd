from odoo import fields, models


class PassportSettings(models.TransientModel):
    """The settings of declarations and their files."""

    _inherit = "passport.settings"

    passport_max_attendees = fields.Integer(
        related="company_id.passport_max_attendees", readonly=False
    )
    passport_max_attendees_form = fields.Integer(
        related="company_id.passport_max_attendees_form", readonly=False
    )
    passport_line_end = fields.Selection(
        related="company_id.passport_line_end", readonly=False, required=True
    )
    passport_statement_rhythm = fields.Selection(
        related="company_id.passport_statement_rhythm", readonly=False, required=True
    )
    passport_bom = fields.Boolean(related="company_id.passport_bom", readonly=False)
    passport_without_accents = fields.Boolean(
        related="company_id.passport_without_accents", readonly=False
    )
