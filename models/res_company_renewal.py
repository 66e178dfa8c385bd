from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.reminders import MOST_DAYS, MOST_REMINDERS, parse_days
from .event_registration_renewal import DEFAULT_HORIZON

RENEWAL_AUDIENCES = [
    ("client", "The client"),
    ("trainee", "The attendee"),
    ("both", "The client and the attendee"),
    ("nobody", "Nobody"),
]


class ResCompany(models.Model):
    """Who is reminded of renewals, and when."""

    _inherit = "res.company"

    renewal_reminder_days = fields.Char(
        string="Days before the End of Validity",
        default="90/30/7",
        help="Separated by “/”: with 90/30/7 a reminder is sent 90, 30 and 7 days before.",
    )
    renewal_reminder_to = fields.Selection(
        RENEWAL_AUDIENCES,
        string="Renewal Reminders To",
        default="client",
        required=True,
        help="The client gets one e-mail with all its people. People who booked for themselves are "
        "their own client.",
    )

    @api.constrains("renewal_reminder_days")
    def _check_renewal_reminder_days(self):
        for company in self:
            try:
                parse_days(company.renewal_reminder_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(company)s: enter the days of the renewal reminders like 90/30/7, each from "
                        "1 to %(days)s, none twice, %(count)s at most.",
                        company=company.name,
                        days=MOST_DAYS,
                        count=MOST_REMINDERS,
                    )
                ) from error

    def _renewal_days(self):
        """Return the days before the end of validity when reminders are sent, the largest first."""
        self.ensure_one()
        return parse_days(self.sudo().renewal_reminder_days)

    def _renewal_horizon(self):
        """Return from how many days before its end a training is to be renewed."""
        days = self._renewal_days() if self else ()
        return days[0] if days else DEFAULT_HORIZON
