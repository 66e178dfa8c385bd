from odoo import api, models
from odoo.fields import Domain

# Odoo's own portal shows these and no draft.
PORTAL_ORDER_STATES = ("sent", "sale")


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

    @api.model
    def _passport_portal_domain(self, user):
        """Return the domain of the orders of trainings whose attendees ``user`` may complete.

        Those of the user's company and of its establishments, as in Odoo's own portal; nothing for
        whoever is not a portal user.
        """
        if not user._is_portal():
            return Domain.FALSE
        return Domain(
            [
                ("partner_id", "child_of", user.commercial_partner_id.ids),
                ("state", "in", PORTAL_ORDER_STATES),
                ("order_line.event_id.training_id", "!=", False),
            ]
        )

    def _passport_portal_hold(self):
        """Keep the free places of these orders for this transaction; tell whether that was possible.

        It is not while somebody else fills them in. Who has just finished, after what was read here,
        is met too: the orders are written, so that the database has the slower one read again (Odoo
        then repeats its request by itself).
        """
        orders = self.sudo()
        if orders.try_lock_for_update(allow_referencing=True) != orders:
            return False
        orders.write({})  # nothing but who wrote last, and when
        orders.flush_recordset(["write_date"])
        return True

    def _passport_portal_empty_places(self):
        """Return ``{order line: places that have no registration yet}``, in superuser mode.

        Counted as event_sale counts when it confirms an order: a cancelled registration keeps its
        place, which is the sales people's to give away.
        """
        lines = self.sudo().order_line.filtered(
            lambda line: (
                line.event_id.training_id.passport_eligible and not line.event_id.is_subcontracted
            )
        )
        places = {
            line: max(int(line.product_uom_qty) - len(line.registration_ids), 0) for line in lines
        }
        return {line: count for line, count in places.items() if count}
