from odoo import api, models

# What tells who attends which session: one who changes it may leave a namesake's readiness behind.
PLACE_FIELDS = {"attendee_partner_id", "state", "active", "event_id", "name", "email", "partner_id"}


class PassportRefresh(models.AbstractModel):
    """Whose readiness is to be told anew? Follows registrations: one seat can make another ready.

    Somebody registered twice in a session is ready once the other registration is cancelled, moved
    or given to somebody else.
    """

    _name = "passport.refresh"
    _description = "Readiness of Others to Tell Anew"

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        self._same_attendees(registrations)._mark_passport_state()

    @api.model
    def _registrations_changing(self, registrations, vals):
        """Return those of the same people, or nothing where the change says nothing about it."""
        if PLACE_FIELDS.isdisjoint(vals):
            return None
        return self._same_attendees(registrations)

    @api.model
    def _registrations_changed(self, registrations, vals, before):
        if before is not None:
            (before | self._same_attendees(registrations))._mark_passport_state()

    @api.model
    def _registrations_deleting(self, registrations, vals):
        return self._same_attendees(registrations) - registrations

    @api.model
    def _registrations_deleted(self, registrations, vals, others):
        others._mark_passport_state()

    @api.model
    def _same_attendees(self, registrations):
        return self.env["passport.identity"]._same_attendees(registrations)
