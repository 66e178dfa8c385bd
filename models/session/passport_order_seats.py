from odoo import api, models


class PassportOrderSeats(models.AbstractModel):
    """Who is registered by an order, when the order is cancelled, signed again, or made smaller?

    Odoo cancels the registrations of a cancelled order and leaves them so when it is signed again, with
    nobody else registered for it; and it leaves too many when its quantity is reduced.
    """

    _name = "passport.order.seats"
    _description = "Seats of Orders"

    # ------------------------------------------------------------
    # Cancelled and signed again
    # ------------------------------------------------------------

    @api.model
    def _bring_back(self, registrations):
        """Take back the cancellation of those who went with an order that is alive again.

        :returns: those that are not cancelled
        """
        back = registrations.filtered(
            lambda seat: (
                seat.cancelled_with_order and seat.sale_order_id.state not in (False, "cancel")
            )
        )
        if back:
            back.state = "draft"  # as that of an order not signed; Odoo confirms it if it is
            back.cancelled_with_order = False
        return registrations.filtered(lambda seat: seat.state != "cancel")

    @api.model
    def _note_cancelled(self, registrations):
        """Note which of these registrations are cancelled by now because their order is."""
        gone = registrations.filtered(
            lambda seat: seat.state == "cancel" and seat.sale_order_id.state == "cancel"
        )
        if gone:
            gone.cancelled_with_order = True

    # ------------------------------------------------------------
    # Made smaller
    # ------------------------------------------------------------

    @api.model
    def _lines_changed(self, lines, vals, memo):
        """Give back the seats that are ordered no more, of those for whom nobody is named."""
        if "product_uom_qty" not in vals:
            return
        for line in lines.filtered(lambda line: line.state == "sale" and line.event_id.training_id):
            unnamed = self._taken(line).filtered(lambda seat: not seat.attendee_partner_id)
            surplus = unnamed.sorted("id", reverse=True)[: max(self._surplus(line), 0)]
            if surplus:
                # Not by the button's method: other addons ask for the reason there, and cancel nothing.
                surplus.state = "cancel"
                line.order_id._message_log(
                    body=self.env._(
                        "Seats given back, for which nobody was named: %(count)s (%(session)s).",
                        count=len(surplus),
                        session=line.event_id.name,
                    )
                )

    @api.model
    def _taken(self, line):
        return line.sudo().registration_ids.filtered(lambda seat: seat.state != "cancel")

    @api.model
    def _surplus(self, line):
        """Return how many people more than ordered are registered by a line."""
        return len(self._taken(line)) - int(line.product_uom_qty)

    @api.model
    def _warning(self, order):
        """Return what to tell of an order that has more people than seats, ``False`` for others."""
        if order.state != "sale":
            return False
        texts = [
            self.env._(
                "%(session)s: people registered: %(people)s, seats ordered: %(seats)s. Cancel the "
                "registration of who does not come, or order a seat more.",
                session=line.event_id.name,
                people=len(self._taken(line)),
                seats=int(line.product_uom_qty),
            )
            for line in order.order_line
            if line.event_id.training_id and self._surplus(line) > 0
        ]
        return "\n".join(texts) or False
