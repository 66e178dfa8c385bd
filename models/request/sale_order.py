from odoo import models


class SaleOrder(models.Model):
    """The order's page in the employer's space."""

    _inherit = "sale.order"

    def _passport_space_url(self):
        """Return the absolute address of this order's page in the employer's space, see the service."""
        return self.env["passport.employer.space"]._order_url(self)
