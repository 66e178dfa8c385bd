from odoo import fields, models
from odoo.tools import SQL


class ProductTemplate(models.Model):
    """Which training renews which."""

    _inherit = "product.template"

    renewal_training_id = fields.Many2one(
        "product.template",
        string="Renewed By",
        index="btree_not_null",
        domain="[('service_tracking', '=', 'event'), ('id', '!=', id)]",
        help="The training proposed when this one ends, such as the MAC SST after the SST. "
        "Empty: the same training again.",
    )

    def _renewal_training(self):
        """Return the training that renews this one."""
        self.ensure_one()
        return self.renewal_training_id or self

    def _renews_sql(self, old, new):
        """Return the condition that one training renews another.

        The same training or another of its official family, the one that renews it, or the
        initial one taken again.

        :param old: SQL alias of the ``product_template`` whose validity ends
        :param new: SQL alias of the ``product_template`` attended later
        """
        self.flush_model(["passport_family_id", "renewal_training_id"])
        return SQL(
            "(%(old)s.id = %(new)s.id OR %(old)s.renewal_training_id = %(new)s.id "
            "OR %(new)s.renewal_training_id = %(old)s.id "
            "OR %(old)s.passport_family_id = %(new)s.passport_family_id)",
            old=SQL.identifier(old),
            new=SQL.identifier(new),
        )
