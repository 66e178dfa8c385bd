from odoo import api, models

from ..ground.followers import Follower, following

# Who else looks at lines of orders that are written, in this order.
WRITE_FOLLOWERS = (
    Follower("passport.intake", before="_writing"),
    Follower("passport.order.seats", after="_lines_changed"),
)


class SaleOrderLine(models.Model):
    """The seats of one session in an order."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.intake"]._creating(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)
