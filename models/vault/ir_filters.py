from odoo import api, models
from odoo.exceptions import UserError

from ...tools.nir_text import holds_number

TEXT_FIELDS = ("name", "domain", "context")


class IrFilters(models.Model):
    """Favourites: what is searched for is kept in clear, so never a number."""

    _inherit = "ir.filters"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_no_nir(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_no_nir([vals])
        return super().write(vals)

    @api.model
    def _check_no_nir(self, vals_list):
        texts = (str(vals[fname]) for vals in vals_list for fname in TEXT_FIELDS if vals.get(fname))
        if any(map(holds_number, texts)):
            raise UserError(
                self.env._(
                    "This search holds a social security number: it cannot be kept as a favourite, "
                    "which others can read."
                )
            )
