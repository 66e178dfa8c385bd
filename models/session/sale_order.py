from odoo import api, fields, models

from .passport_client import client_field


class SaleOrder(models.Model):
    """An order of seats: as many people as seats?"""

    _inherit = "sale.order"

    passport_seat_warning = fields.Text(
        string="People without a Seat", compute="_compute_passport_seat_warning"
    )
    passport_client_id = client_field("Client That Ordered")

    @api.depends("partner_id")
    def _compute_passport_client_id(self):
        self.env["passport.client"]._note_of_orders(self)

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
        with self.env["passport.client"]._kept(self, vals):
            return super().write(vals)
