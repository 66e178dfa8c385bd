from odoo import api, fields, models


class SaleOrder(models.Model):
    """An order of seats: as many people as seats?"""

    _inherit = "sale.order"

    passport_seat_warning = fields.Text(
        string="People without a Seat", compute="_compute_passport_seat_warning"
    )
    passport_client_id = fields.Many2one(
        "res.partner",
        string="Client That Ordered",
        compute="_compute_passport_client_id",
        store=True,
        index="btree_not_null",
        help="The company that ordered, as it was when the customer was chosen: it stays the client when "
        "the contact moves to another company.",
    )

    # Not of whom the contact belongs to by now: who changes employer takes no order along.
    @api.depends("partner_id")
    def _compute_passport_client_id(self):
        for order in self:
            order.passport_client_id = order.partner_id.commercial_partner_id

    @api.depends("state", "order_line.product_uom_qty", "order_line.registration_ids.state")
    def _compute_passport_seat_warning(self):
        for order in self:
            order.passport_seat_warning = self.env["passport.order.seats"]._warning(order)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.intake"]._creating(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self.env["passport.intake"]._writing(self, vals)
        return super().write(vals)
