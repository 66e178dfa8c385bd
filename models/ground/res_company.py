from odoo import fields, models

SINCE = "E-mails about sessions that end on or after this day may be sent; empty: none is sent."


class ResCompany(models.Model):
    """What may be sent, and since when: nothing until somebody says so."""

    _inherit = "res.company"

    passport_send_requests_since = fields.Date(string="Requests Sent Since", help=SINCE)
    passport_send_reminders_since = fields.Date(string="Reminders Sent Since", help=SINCE)
    passport_send_summaries_since = fields.Date(string="Summaries Sent Since", help=SINCE)
    passport_send_renewals_since = fields.Date(string="Renewals Sent Since", help=SINCE)
    passport_send_statements_since = fields.Date(string="Statements Sent Since", help=SINCE)
    passport_sending_answered_on = fields.Datetime(
        string="What May Be Sent Answered On",
        readonly=True,
        help="When a manager said what may be sent, even if it is nothing.",
    )
