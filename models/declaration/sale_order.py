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
        lines = self.env["passport.declaration.line"]
        groups = lines._read_group(
            [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.passport_line_count = counts.get(order.id, 0)

    def action_passport_lines(self):
        """Open what was declared of the attendees of this order, with the files."""
        self.ensure_one()
        lines = self.env["passport.declaration.line"]
        return lines._history_action([("sale_order_id", "=", self.id)], self.name)
