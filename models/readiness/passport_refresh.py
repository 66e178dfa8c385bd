from odoo import api, models
from odoo.fields import Domain

from .passport_readiness import STORED_FIELDS, UNHELD_STATES

# What tells who attends which session: one who changes it may leave a namesake's readiness behind.
PLACE_FIELDS = {
    "attendee_partner_id",
    "state",
    "active",
    "event_id",
    "event_slot_id",
    "outcome",
    "name",
    "email",
    "partner_id",
}
# What a company may say of all that it declares.
COMPANY_FIELDS = {"passport_first_day", "passport_without_accents"}
# What takes somebody out of a session, or puts them into another one.
LEAVING_FIELDS = {"active", "event_id"}
# When a session is held, and what else tells it from another one of the same people.
DATE_FIELDS = {"date_begin", "date_end"}
SESSION_FIELDS = {"training_id", "kanban_state"}
# What of an attendee follows from the session's dates.
DATED_FIELDS = ("validity_start_date", "passport_reference_date", *STORED_FIELDS)


class PassportRefresh(models.AbstractModel):
    """Whose readiness is to be told anew? Follows registrations: one seat can make another ready.

    Somebody registered twice in a session is ready once the other registration is cancelled, moved
    or given to somebody else.
    """

    _name = "passport.refresh"
    _description = "Readiness of Others to Tell Anew"

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        self._in_order(registrations)
        # Whose contact was made for them attends nothing else.
        known = registrations.filtered(lambda seat: not seat.attendee_created)
        self._same_attendees(known)._mark_passport_state()

    @api.model
    def _in_order(self, registrations):
        """Have the sessions' lists read anew: new registrations go behind those that were read, and
        the readiness of a session reads them earlier than Odoo's own code does."""
        listed = self.env["event.event"]._fields["registration_ids"]
        self.env.cache.invalidate([(listed, registrations.event_id.ids)])

    @api.model
    def _registrations_changing(self, registrations, vals):
        """Return those of the same people, and the sessions that lose somebody.

        ``None`` where the change says nothing about it.
        """
        if PLACE_FIELDS.isdisjoint(vals):
            return None
        left = registrations if not LEAVING_FIELDS.isdisjoint(vals) else registrations.browse()
        return self._same_attendees(registrations), left.sudo().event_id

    @api.model
    def _registrations_changed(self, registrations, vals, before):
        if before is None:
            return
        others, left = before
        # A name is nothing that states follow by themselves: those of conferences are written for
        # themselves.
        told = self.env["passport.silence"]._broken(registrations.sudo())
        (told | others | self._same_attendees(registrations))._mark_passport_state()
        if left:
            self.env["passport.deadlines"]._note_sessions(left | registrations.sudo().event_id)
        if "event_id" in vals:
            self.env["passport.silence"]._lift(registrations)

    @api.model
    def _registrations_deleting(self, registrations, vals):
        events = registrations.sudo().event_id
        return self._same_attendees(registrations) - registrations, events

    @api.model
    def _registrations_deleted(self, registrations, vals, before):
        others, events = before
        others._mark_passport_state()
        self.env["passport.deadlines"]._note_sessions(events)

    @api.model
    def _events_changing(self, events, vals):
        """Return who also attends a session elsewhere that is moved, or is another training by now."""
        if not SESSION_FIELDS.isdisjoint(vals):
            return self._same_attendees(events.registration_ids)
        if not DATE_FIELDS.isdisjoint(vals):
            ours = self.env["passport.deadlines"]._sessions_concerned(events)
            return self._same_attendees(ours.registration_ids)
        return None

    @api.model
    def _events_changed(self, events, vals, others):
        if others is not None:
            others._mark_passport_state()
        if not DATE_FIELDS.isdisjoint(vals):
            self._moved(self.env["passport.deadlines"]._sessions_concerned(events))
        if "company_id" in vals:
            self.env["passport.silence"]._lift(events.registration_ids)

    @api.model
    def _moved(self, events):
        """Have all that follows from the dates of these sessions told anew; conferences have none."""
        if not events:
            return
        registrations = self.env["event.registration"].sudo().with_context(active_test=False)
        moved = registrations.search([("event_id", "in", events.ids)])
        for fname in DATED_FIELDS:
            self.env.add_to_compute(moved._fields[fname], moved)
        moved.modified(DATED_FIELDS)

    @api.model
    def _companies_changed(self, companies, vals, memo):
        """Ask for the training of each event without one, or stop asking; declare from another day on,
        or names as they are written otherwise."""
        concerned = Domain.FALSE
        if "passport_events_are_trainings" in vals:
            concerned |= Domain("training_id", "=", False)
        if not COMPANY_FIELDS.isdisjoint(vals):
            concerned |= Domain("training_id", "!=", False) & Domain(
                "passport_line_state", "in", UNHELD_STATES
            )
        if concerned.is_false():
            return
        registrations = self.env["event.registration"].sudo().with_context(active_test=False)
        found = registrations.search(Domain("company_id", "in", companies.ids) & concerned)
        self.env["passport.silence"]._lift(found)

    @api.model
    def _same_attendees(self, registrations):
        """Return all registrations (as superuser) of the same people: contacts, and same numbers."""
        people = registrations.sudo().attendee_partner_id
        if not people:
            return registrations.sudo().browse()
        people |= self.env["passport.nir"].sudo()._twins(people)
        return (
            registrations.sudo()
            .with_context(active_test=False)
            .search([("attendee_partner_id", "in", people.ids), ("training_id", "!=", False)])
        )
