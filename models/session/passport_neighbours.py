from odoo import api, models


class PassportNeighbours(models.AbstractModel):
    """Other addons that say who attends, kept from saying it of trainings.

    OCA's ``partner_event`` has a field ``attendee_partner_id`` of its own, fills it by the e-mail
    address, which colleagues share, and has each registration follow its contact. In a training
    somebody would bear another one's name, and be declared with another one's number.
    """

    _name = "passport.neighbours"
    _description = "Neighbours That Say Who Attends"

    @api.model
    def _kept_by_name(self, registrations, values):
        """Return the registrations to write so that an address alone makes nobody of them another."""
        if not values.get("email") or not registrations.sudo().training_id:
            return registrations
        # partner_event's own word for: look nobody up.
        return registrations.with_context(partner_event_merging=True)

    @api.model
    def _following(self, registrations, data):
        """Return ``[(registrations, values)]``: what contacts that were written give each of them.

        The names of a training's attendees follow by our own rule; who is registered under another
        name takes nothing.
        """
        ours = registrations.filtered("training_id")
        alike = ours.filtered(lambda seat: not self.env["passport.identity"]._differs(seat))
        unnamed = {fname: value for fname, value in data.items() if fname != "name"}
        return [(registrations - ours, data), (alike, unnamed)]
