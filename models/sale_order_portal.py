from odoo import models


class SaleOrder(models.Model):
    """The order's page in the employer's space of the customer portal."""

    _inherit = "sale.order"

    def _passport_portal_url(self):
        """Return the absolute address of this order's page in the employer's space.

        Logging in is required: the ``access_token`` of a quotation is no key to it, since such links
        are forwarded. Who is not logged in meets the login page, then this one. A contact without a
        user is invited through Odoo's own "Grant portal access".
        """
        self.ensure_one()
        return f"{self.get_base_url()}/my/passport/orders/{self.id}"
