from odoo import api, models

# With one of these a registration may have nothing left to correct.
REGISTRATION_FIELDS = {"employer_id", "without_employer", "attendee_partner_id", "state", "active"}


class PassportCorrections(models.AbstractModel):
    """Takes the tasks about rejected attendees back once these are corrected."""

    _name = "passport.corrections"
    _description = "Corrections after Rejections"

    @api.model
    def _before_registration_write(self, registrations, values):
        """Look up what a change of registrations may correct: who is moved must not hide it."""
        if REGISTRATION_FIELDS.isdisjoint(values):
            return None
        return registrations._rejected_lines()

    @api.model
    def _after_registration_write(self, registrations, values, memo):
        if memo:
            memo._close_corrections()
