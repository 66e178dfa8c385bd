from odoo import api, models


class PassportPersonSeats(models.AbstractModel):
    """Which seats does one person take in a session? One for each training attended there."""

    _name = "passport.person.seats"
    _description = "Seats of One Person"

    @api.model
    def _together(self, seats):
        """Return the seats of these people in the same sessions: one for each training they attend."""
        people = seats.sudo().attendee_partner_id
        found = seats.search(
            [("event_id", "in", seats.event_id.ids), ("attendee_partner_id", "in", people.ids)],
            order="id",
        )
        theirs = set(map(self._place, seats))
        return seats | found.filtered(lambda seat: self._place(seat) in theirs)

    @api.model
    def _trainings(self, seats):
        """Return ``{seat id: all trainings that its person attends in the session}``."""
        by_place = {}
        for seat in self._together(seats):
            place = self._place(seat)
            by_place[place] = by_place.get(place, seat.training_id) | seat.training_id
        return {seat.id: by_place[self._place(seat)] for seat in seats}

    @api.model
    def _place(self, seat):
        return seat.event_id, seat.event_slot_id, seat.sudo().attendee_partner_id or seat

    @api.model
    def _one_each(self, seats):
        """Return one seat of each person in a session: who attends several trainings comes once."""
        first = {}
        for seat in seats.sorted("id"):
            first.setdefault(self._place(seat), seat.id)
        return seats.browse(first.values())
