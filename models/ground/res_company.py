from odoo import fields, models

SINCE = "E-mails about sessions that end on or after this day may be sent; empty: none is sent."


class ResCompany(models.Model):
    """What may be sent, and since when: nothing until somebody says so; how much is done at once."""

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
    passport_convocations_at_once = fields.Integer(
        string="Convocations Sent at Once",
        default=20,
        help="Up to so many convocations are made while you wait, about a second each. More are made in "
        "the background, with a bar that shows how far it is: you may go on working, or close the "
        "browser. 0: always in the background.",
    )
    passport_mails_at_once = fields.Integer(
        string="E-mails Sent at Once",
        default=500,
        help="Up to so many e-mails are written while you wait: requests of data, renewals. More are "
        "written in the background, with a bar that shows how far it is. 0: always in the background.",
    )

    _passport_at_once_check = models.Constraint(
        "CHECK (passport_convocations_at_once >= 0 AND passport_mails_at_once >= 0)",
        "How many are done at once is 0 or more.",
    )
