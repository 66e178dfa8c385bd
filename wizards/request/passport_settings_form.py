from odoo import fields, models


class PassportSettings(models.TransientModel):
    """Settings of the attendee's form and of the reminders."""

    _inherit = "passport.settings"

    passport_form_days = fields.Integer(related="company_id.passport_form_days", readonly=False)
    passport_reminder_days = fields.Char(
        related="company_id.passport_reminder_days", readonly=False
    )
    passport_reminder_employer_days = fields.Char(
        related="company_id.passport_reminder_employer_days", readonly=False
    )
    passport_mails_at_once = fields.Integer(
        related="company_id.passport_mails_at_once", readonly=False
    )
