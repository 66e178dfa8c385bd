from odoo import fields, models


class ResPartner(models.Model):
    """Who does not want to be reminded."""

    _inherit = "res.partner"

    passport_no_reminder = fields.Boolean(
        string="No Reminders of the Passeport",
        help="This contact, or the whole company, gets no reminder to give the data of attendees. "
        "The first request by hand is still sent.",
    )
