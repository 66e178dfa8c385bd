from odoo import api, models
from odoo.exceptions import UserError

from ..ground.selections import LIVE_STATES, SENT_STATES

# Who sits there stays as long as somebody is declared for it; where, once the authority knows it.
PERSON_FIELDS = ("attendee_partner_id",)
PLACE_FIELDS = ("event_id", "event_slot_id", "training_id")
NAMES_SHOWN = 10


class PassportSeatGuard(models.AbstractModel):
    """What of a seat stays as it was declared: a person is declared once, and as who they are."""

    _name = "passport.seat.guard"
    _description = "Seats That Are Declared"

    @api.model
    def _registrations_changing(self, registrations, vals):
        """Refuse another person on a declared seat, and another session or training once it is sent.

        :raises UserError: names the attendees, and the declaration
        """
        self._check(registrations, vals, PERSON_FIELDS, LIVE_STATES)
        self._check(registrations, vals, PLACE_FIELDS, SENT_STATES)

    @api.model
    def _check(self, registrations, vals, fnames, states):
        changing = registrations.filtered(
            lambda registration: (
                registration.passport_line_state in states
                and any(
                    registration[fname].id != (vals[fname] or False)
                    for fname in fnames
                    if fname in vals
                )
            )
        )
        if changing:
            raise UserError(
                self.env._(
                    "These attendees are in a declaration: %(names)s. Who attended, the session and the "
                    "training stay as declared. To change them, first withdraw the attendee from the "
                    "declaration.",
                    names=self.env["passport.outcome"]._names_with_places(changing[:NAMES_SHOWN]),
                )
            )
