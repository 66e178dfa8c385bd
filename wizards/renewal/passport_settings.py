from odoo import fields, models

from ...models.renewal.res_company import RENEWAL_AUDIENCES


class PassportSettings(models.TransientModel):
    """The settings of renewals: who is reminded, and when."""

    _inherit = "passport.settings"

    renewal_reminder_days = fields.Char(
        string="Days before the End of Validity",
        help="Separated by “/”: with 90/30/7 a reminder is sent 90, 30 and 7 days before. Trainings "
        "are “to renew” from the first of them on.",
    )
    renewal_reminder_to = fields.Selection(
        RENEWAL_AUDIENCES,
        string="Reminders To",
        required=True,
        help="The client gets one e-mail with all its people. Contacts with “No Renewal Reminders” "
        "and blacklisted addresses get none.",
    )
