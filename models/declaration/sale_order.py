from odoo import api, fields, models


class SaleOrder(models.Model):
    """What was declared of the attendees of an order."""

    _inherit = "sale.order"

    passport_line_count = fields.Integer(
        string="Declared Attendees",
        compute="_compute_passport_line_count",
        groups="passeport_prevention.group_passport_user",
    )

    @api.depends("name")
    def _compute_passport_line_count(self):
        concerned = self.filtered(self._may_have_trainees)
        groups = self.env["passport.declaration.line"]._read_group(
            [("sale_order_id", "in", concerned.ids)], ["sale_order_id"], ["__count"]
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.passport_line_count = counts.get(order.id, 0)

    def _may_have_trainees(self, order):
        """Tell whether people of this order may attend a training: by its sessions, or by hand.

        Who ordered a training made to measure has no session on its lines.
        """
        sessions = order.order_line.event_id.sudo()
        if self.env["passport.trainees"]._sessions(sessions):
            return True
        goods = order.order_line.filtered(lambda line: not line.display_type)
        return bool(order.attendee_count) and any(not line.event_id for line in goods)

    def action_passport_lines(self):
        """Open what was declared of the attendees of this order, with the files."""
        self.ensure_one()
        lines = self.env["passport.declaration.line"]
        return lines._history_action([("sale_order_id", "=", self.id)], self.name)
