from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# What local midnight can be away from that of UTC, at most.
EAST, WEST = timedelta(hours=14), timedelta(hours=12)
# Among so many that ended first is the one whose own day is the first.
EARLIEST = 20


class PassportEnded(models.AbstractModel):
    """Which sessions ended on which days? Each by its own clock, a slot by its own end.

    As the file and the deadlines have it: a session that ends at 23:30 in Saint-Denis ended that
    day, though it was evening in Paris.
    """

    _name = "passport.ended"
    _description = "Days on Which Sessions Ended"

    @api.model
    def _domain(self, date_from=None, date_to=None):
        """Return the domain of the registrations whose session ended in these days, and not after now."""
        domain = Domain("event_end_date", "<=", fields.Datetime.now())
        if date_from:
            domain &= Domain("event_end_date", ">=", _midnight(date_from) - EAST)
            domain &= self._not_in(self._around(date_from), lambda day: day < date_from)
        if date_to:
            after = date_to + timedelta(days=1)
            domain &= Domain("event_end_date", "<", _midnight(after) + WEST)
            domain &= self._not_in(self._around(after), lambda day: day > date_to)
        return domain

    @api.model
    def _first_day(self, registrations_domain):
        """Return the first day on which one of the sessions of some registrations ended, or ``None``.

        :param registrations_domain: of the registrations that count
        """
        whole = Domain("registration_ids", "any", registrations_domain & _WITHOUT_SLOT)
        parts = Domain("registration_ids", "any", registrations_domain)
        sessions, slots_of = self._all_sessions()
        events = sessions.search(whole, order="date_end", limit=EARLIEST)
        slots = slots_of.search(parts, order="end_datetime", limit=EARLIEST)
        return min((day for _session, day in self._days(events, slots)), default=None)

    @api.model
    def _around(self, day):
        """Return the sessions that may or may not have ended before ``day`` by their own clock."""
        first, last = _midnight(day) - EAST, _midnight(day) + WEST
        sessions, slots = self._all_sessions()
        return (
            sessions.search([("date_end", ">=", first), ("date_end", "<=", last)]),
            slots.search([("end_datetime", ">=", first), ("end_datetime", "<=", last)]),
        )

    @api.model
    def _all_sessions(self):
        """Return what finds sessions and slots, archived ones too: their attendees are still declared."""
        everything = self.with_context(active_test=False)
        return everything.env["event.event"], everything.env["event.slot"]

    @api.model
    def _not_in(self, sessions, is_outside):
        outside = [session for session, day in self._days(*sessions) if is_outside(day)]
        ids = {
            model: [session.id for session in outside if session._name == model]
            for model in ("event.event", "event.slot")
        }
        whole = _WITHOUT_SLOT & Domain("event_id", "in", ids["event.event"])
        return ~whole & ~Domain("event_slot_id", "in", ids["event.slot"])

    @api.model
    def _days(self, events, slots):
        """Yield ``(event or slot, the day on which it ended)``."""
        day_of = self.env["passport.clock"]._day_of
        for event in events:
            yield event, day_of(event.date_end, event._passport_timezone())
        for slot in slots:
            yield slot, day_of(slot.end_datetime, slot.event_id._passport_timezone())


_WITHOUT_SLOT = Domain("event_slot_id", "=", False)


def _midnight(day):
    return datetime.combine(day, time.min)
