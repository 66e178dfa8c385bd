from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import intervals


class ResCompany(models.Model):
    """Settings of the personal form and of the reminders."""

    _inherit = "res.company"

    passport_form_days = fields.Integer(
        string="Personal Links Last",
        default=60,
        help="Days, counted from the last time the link was sent or printed.",
    )
    passport_reminder_days = fields.Char(
        string="Attendees Are Reminded After",
        default="7/14",
        help="Days since the data were asked for: 7/14 is one reminder after 7 days and "
        "another after 14. Empty: no reminder.",
    )
    passport_reminder_employer_days = fields.Char(
        string="Employers Are Reminded After",
        default="21/35",
        help="Days since the data were asked for; one summary for all attendees of an employer. "
        "Empty: no reminder.",
    )

    @api.constrains("passport_form_days")
    def _check_passport_form_days(self):
        for company in self:
            if not 1 <= company.passport_form_days <= 365:
                raise ValidationError(
                    self.env._("%s: a personal link lasts 1 to 365 days.", company.name)
                )

    @api.constrains("passport_reminder_days", "passport_reminder_employer_days")
    def _check_passport_reminder_days(self):
        for company in self:
            for text in (company.passport_reminder_days, company.passport_reminder_employer_days):
                try:
                    intervals.parse_days(text)
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "%(company)s: “%(text)s” is no list of days. Type rising numbers from 1 to "
                            "%(max)s, separated by “/”, such as 7/14; %(steps)s at most.",
                            company=company.name,
                            text=text,
                            max=intervals.MAX_DAYS,
                            steps=intervals.MAX_STEPS,
                        )
                    ) from error

    def _passport_reminder_steps(self, fname):
        """Return the days of one of the two settings as integers."""
        self.ensure_one()
        return intervals.parse_days(self[fname])
