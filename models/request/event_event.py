from odoo import models


class EventEvent(models.Model):
    """Asking the attendees of a session for the data that are missing."""

    _inherit = "event.event"

    def action_passport_ask(self):
        """Ask the attendees of these sessions, see the method of the registrations."""
        return self.registration_ids.action_passport_ask()
