from odoo import api, models


class PassportTrainees(models.AbstractModel):
    """Does anybody attend a training in this session? Told by the session's own row.

    Most sessions hold a training themselves. In others people attend those of their tickets, or one
    that somebody chose for them: these sessions note it (``has_trainees``) and keep the note. So
    nothing is looked for in conferences, not even whether there is something to look for.
    """

    _name = "passport.trainees"
    _description = "Sessions That Have Trainees"

    @api.model
    def _sessions(self, events):
        """Return those of these sessions that hold a training, or somebody who attends one."""
        self.env["event.registration"]._recompute_model(["training_id"])
        return events.filtered(lambda event: event.training_id or event.has_trainees)

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        self._note(registrations)

    @api.model
    def _registrations_changed(self, registrations, vals, memo):
        if not {"training_id", "event_id"}.isdisjoint(vals):
            self._note(registrations)

    @api.model
    def _note(self, registrations):
        """Have the sessions note it of which these attend another training than the session's."""
        apart = registrations.sudo().filtered(
            lambda seat: (
                seat.id and seat.training_id and seat.training_id != seat.event_id.training_id
            )
        )
        fresh = apart.event_id.filtered(lambda event: not event.has_trainees)
        if fresh:
            fresh.has_trainees = True
