from odoo import api, models

from ...tools.same_name import is_same_name
from ..ground.selections import SENT_STATES
from .passport_registration_values import ATTENDEE_FIELDS


class PassportSamePerson(models.AbstractModel):
    """Whose name stands on a registration, once another takes the place or the person is called otherwise?

    Follows registrations, contacts and their merges: a registration names the one who attends, until
    it is told to the authority.
    """

    _name = "passport.same.person"
    _description = "Registrations That Follow Their Attendee"

    @api.model
    def _registrations_changing(self, registrations, vals):
        """Return ``{registration: attendee before}`` of those who are given another one by itself."""
        if "attendee_partner_id" not in vals:
            return None
        return {seat: seat.attendee_partner_id for seat in registrations.sudo()}

    @api.model
    def _registrations_changed(self, registrations, vals, before):
        """Have what stood there of the attendee before follow the one who takes the place.

        An address too, even if none is known of the other: their link must not go to somebody else.
        """
        for seat, old in (before or {}).items():
            new = seat.attendee_partner_id
            if not old or not new or old == new:
                continue
            values = {
                fname: new[fname]
                for fname in ATTENDEE_FIELDS
                if fname not in vals and seat[fname] and seat[fname] == old[fname]
            }
            if values:
                seat._assign_attendee(values)

    @api.model
    def _before_partner_write(self, partners, vals):
        """Return the registrations, not told to the authority yet, that hold the name as it is."""
        return self._named_after(partners) if "name" in vals else None

    @api.model
    def _before_merge(self, sources, target):
        """Return those that hold the name of a contact that is merged into another one."""
        return self._named_after(sources)

    @api.model
    def _named_after(self, partners):
        registrations = (
            self.env["event.registration"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("attendee_partner_id", "in", partners.ids),
                    ("passport_line_state", "not in", SENT_STATES),
                ]
            )
        )
        return registrations.filtered(
            lambda seat: is_same_name(seat.name, seat.attendee_partner_id.name)
        )

    @api.model
    def _after_partner_write(self, partners, vals, registrations):
        """Have the registrations of somebody who is called otherwise by now follow."""
        if registrations:
            for person, seats in registrations.grouped("attendee_partner_id").items():
                name = person.name
                others = seats.filtered(lambda seat, name=name: seat.name != name)
                if others:
                    others._assign_attendee({"name": name})

    @api.model
    def _after_merge(self, sources, target, registrations):
        """Have the registrations of who was merged follow the name that stays: they are one person."""
        registrations.invalidate_recordset(["attendee_partner_id"])
        self._after_partner_write(target, {}, registrations)
