from odoo import models

from ..ground.followers import Follower, following

# Who else looks at lines of orders that are written, in this order.
WRITE_FOLLOWERS = (Follower("passport.order.seats", after="_lines_changed"),)


class SaleOrderLine(models.Model):
    """The seats of one session in an order."""

    _inherit = "sale.order.line"

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)
