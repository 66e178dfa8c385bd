from odoo import api, fields, models

from ...tools import alert_days

# Without a reminder set, a training is to be renewed from so many days before its end.
DEFAULT_HORIZON = 90

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
        help="Separated by “/”: with 90/30/7 a reminder is sent 90, 30 and 7 days before. Trainings "
        "are “to renew” from the first of them on.",
    )
    renewal_reminder_to = fields.Selection(
        RENEWAL_AUDIENCES,
        string="Reminders To",
        default="client",
        help="The client gets one e-mail with all its people; people who booked for themselves are "
        "their own client. Contacts with “No Renewal Reminders” and blacklisted addresses get none.",
    )

    @api.constrains("renewal_reminder_days")
    def _check_renewal_reminder_days(self):
        self._check_day_list("renewal_reminder_days")

    def _renewal_days(self):
        """Return the days before the end of validity when reminders are sent, the largest first."""
        self.ensure_one()
        return alert_days.parse(self.sudo().renewal_reminder_days)

    def _renewal_horizon(self):
        """Return from how many days before its end a training is to be renewed."""
        days = self._renewal_days() if self else ()
        return days[0] if days else DEFAULT_HORIZON
