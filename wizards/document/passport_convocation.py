from odoo import api, fields, models
from odoo.exceptions import UserError


class PassportConvocation(models.TransientModel):
    """The convocations of one session, about to be sent."""

    _name = "passport.convocation"
    _description = "Send Convocations"
    _rec_name = "event_id"

    event_id = fields.Many2one("event.event", string="Session", required=True, readonly=True)
    registration_ids = fields.Many2many(
        "event.registration",
        string="Attendees",
        domain="[('event_id', '=', event_id), ('state', '=', 'open'), ('attendee_partner_id', '!=', False)]",
        help="Proposed: the confirmed and named attendees who got no convocation yet.",
    )
    unnamed_count = fields.Integer(compute="_compute_counts")
    other_address_count = fields.Integer(compute="_compute_counts")
    no_address_names = fields.Char(compute="_compute_counts")
    under_way_text = fields.Char(compute="_compute_under_way_text")

    @api.depends("registration_ids")
    def _compute_counts(self):
        convocations = self.env["passport.convocations"]
        for dialog in self:
            seats = dialog.event_id.registration_ids.filtered(lambda seat: seat.state == "open")
            chosen = dialog.registration_ids._origin
            ways = convocations._ways(chosen)
            without = chosen - convocations._own(chosen)
            lost = without.filtered(lambda seat, ways=ways: not ways[seat.id].email)
            dialog.unnamed_count = len(seats.filtered(lambda seat: not seat.attendee_partner_id))
            dialog.other_address_count = len(without - lost)
            dialog.no_address_names = ", ".join(lost.mapped("display_name")) or False

    @api.depends("event_id")
    def _compute_under_way_text(self):
        for dialog in self:
            dialog.under_way_text = self.env["passport.job"]._under_way_text(
                "convocation", dialog.event_id.registration_ids
            )

    def action_send(self):
        """Send the convocations and tell how many left, or show how far they are in the background.

        :raises UserError: nobody is chosen, or somebody is not confirmed or not of this session
        """
        self.ensure_one()
        seats = self.registration_ids
        wrong = seats.filtered(
            lambda seat: (
                seat.event_id != self.event_id
                or seat.state != "open"
                or not seat.attendee_partner_id
            )
        )
        if wrong:
            raise UserError(
                self.env._(
                    "Only confirmed and named attendees of this session get a convocation. Remove: %s.",
                    ", ".join(wrong.mapped("display_name")),
                )
            )
        if not seats:
            raise UserError(self.env._("Choose the attendees to send the convocation to."))
        seats -= self.env["passport.job"]._queued("convocation", seats)
        if not seats:
            raise UserError(
                self.env._("These convocations are being sent in the background already.")
            )
        sent, jobs = self.env["passport.convocations"]._send_or_queue(seats)
        if jobs:
            return jobs._open()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sent else "warning",
                "message": self.env._("Convocations on their way: %s.", len(sent)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
