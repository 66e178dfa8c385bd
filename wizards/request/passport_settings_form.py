from odoo import fields, models


class PassportSettings(models.TransientModel):
    """Settings of the attendee's form and of the reminders."""

    _inherit = "passport.settings"

    passport_form_days = fields.Integer(
        string="Personal Links Last",
        help="Days, counted from the last time the link was sent or printed.",
    )
    passport_reminder_days = fields.Char(
        string="Attendees Are Reminded After",
        help="Days since the data were asked for: 7/14 is one reminder after 7 days and another after "
        "14. Empty: no reminder.",
    )
    passport_reminder_employer_days = fields.Char(
        string="Employers Are Reminded After",
        help="Days since the data were asked for; one summary for all attendees of an employer. "
        "Empty: no reminder.",
    )
