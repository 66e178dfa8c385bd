from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...tools import calendar

# A deadline is near when it is due within so many days.
SOON_DAYS = 30
# What a session takes from its attendees.
OF_SESSIONS = ("passport_is_pending", "passport_deadline", "passport_obligation")
NOTED = "passport_sessions_noted"


class PassportDeadlines(models.AbstractModel):
    """How urgent is it? One answer for attendees and sessions, which have the same fields."""

    _name = "passport.deadlines"
    _description = "Urgency of Deadlines"

    @api.model
    def _attendees_changed(self, registrations):
        """Note the sessions of attendees who have other deadlines than before."""
        self._note_sessions(registrations.sudo().event_id)

    @api.model
    def _note_sessions(self, events):
        """Note sessions whose attendees have to be asked, for the time of this transaction."""
        self.env.cr.cache.setdefault(NOTED, set()).update(events._origin.ids)

    @api.model
    def _sessions_concerned(self, events):
        """Return the sessions whose attendees tell the deadline; conferences have none to ask.

        Those hold no training, and none of their attendees had anything to declare until now: what
        has changed since was noted.
        """
        self.env["event.registration"]._recompute_model(OF_SESSIONS)
        noted = self.env.cr.cache.get(NOTED, set())
        return events.filtered(
            lambda event: (
                event.training_id
                or event.has_trainees
                or event.passport_obligation
                or event._origin.id in noted
            )
        )

    @api.model
    def _tell_urgency(self, records):
        """Fill ``passport_deadline_state`` of attendees or sessions."""
        today = self.env["passport.clock"]._today()
        for record in records:
            record.passport_deadline_state = self._urgency(
                record.passport_is_pending and record.passport_deadline,
                record.passport_obligation,
                today,
            )

    @api.model
    def _urgency(self, deadline, obligation, today):
        """Return one of ``PASSPORT_DEADLINE_STATES``; nobody is late for what is voluntary."""
        if not deadline:
            return False
        left = calendar.days_left(deadline, today)
        if obligation != "mandatory" or left > SOON_DAYS:
            return "ok"
        return "late" if left < 0 else "soon"

    @api.model
    def _urgency_domain(self, states):
        """Return the domain, for attendees and sessions alike, of some deadline states.

        :param states: values of ``PASSPORT_DEADLINE_STATES``; a false one means that nothing is left
        """
        today = self.env["passport.clock"]._today()
        soon = today + timedelta(days=SOON_DAYS)
        pending = Domain("passport_is_pending", "=", True) & Domain(
            "passport_deadline", "!=", False
        )
        due = pending & Domain("passport_obligation", "=", "mandatory")
        domains = {
            "late": due & Domain("passport_deadline", "<", today),
            "soon": due
            & Domain("passport_deadline", ">=", today)
            & Domain("passport_deadline", "<=", soon),
            "ok": pending
            & (
                Domain("passport_obligation", "!=", "mandatory")
                | Domain("passport_deadline", ">", soon)
            ),
            False: Domain("passport_is_pending", "=", False)
            | Domain("passport_deadline", "=", False),
        }
        return Domain.OR(domains[state] for state in domains if state in set(states))
