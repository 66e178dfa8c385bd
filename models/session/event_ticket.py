from odoo import api, fields, models


class EventTicket(models.Model):
    """A ticket: does it sell a training of ours? Known from its own row, without its product's."""

    _inherit = "event.event.ticket"

    training_id = fields.Many2one(
        "product.template",
        compute="_compute_training_id",
        store=True,
        help="What the ticket sells, where somebody described it as a training.",
    )

    @api.depends("product_id.product_tmpl_id.is_passport_training")
    def _compute_training_id(self):
        for ticket in self:
            sold = ticket.sudo().product_id.product_tmpl_id
            ticket.training_id = sold.is_passport_training and sold
