from odoo import api, models


class PassportLevels(models.AbstractModel):
    """Who reached which level: the trainings of one session as columns, its people as rows."""

    _name = "passport.levels"
    _description = "Levels of a Session"

    @api.model
    def _sheet(self, event):
        """Return what the sheet of a session shows.

        :returns: ``{"name", "trainings": [{"id", "name"}], "people": [{"key", "name", "employer",
            "seats": {training id: {"id", "outcome", "good", "bad", "is_locked"}}}]}``; ``good`` and
            ``bad`` are the outcomes a tick and a cross stand for
        :raises UserError: the session has not begun
        """
        event.check_access("read")
        self.env["passport.outcome"]._check_session_begun(event)
        seats = self.env["event.registration"].search(
            [("event_id", "=", event.id), ("state", "!=", "cancel"), ("training_id", "!=", False)],
            order="name, id",
        )
        trainings = seats.training_id.sorted(lambda training: (training.name, training.id))
        return {
            "name": event.display_name,
            "trainings": [{"id": training.id, "name": training.name} for training in trainings],
            "people": self._people(seats),
        }

    @api.model
    def _people(self, seats):
        """Return the rows: who takes one level twice, in two slots, has two."""
        rows = {}
        for seat in seats:
            who = seat.attendee_partner_id.id or f"seat {seat.id}"
            key = (who, seat.event_slot_id.id)
            row = rows.setdefault(key, {"key": f"{who} {seat.event_slot_id.id}", "seats": {}})
            row["name"] = seat.name or self.env._("not named yet")
            row["employer"] = seat.employer_id.name or ""
            row["slot"] = seat.event_slot_id.display_name or ""
            row["seats"][seat.training_id.id] = self._cell(seat)
        return list(rows.values())

    @api.model
    def _cell(self, seat):
        is_certified = self.env["passport.outcome"]._gives_certificate(seat)
        return {
            "id": seat.id,
            "outcome": seat.outcome,
            "good": "passed" if is_certified else "attended",
            "bad": "failed" if is_certified else "absent",
            "is_locked": seat._passport_is_frozen(),
        }
