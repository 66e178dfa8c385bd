import json

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.nir_text import holds_number


class IrDefault(models.Model):
    """Default values of fields are kept in clear and given to everybody: never a number."""

    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_no_nir(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_no_nir(vals)
        return super().write(vals)

    @api.model
    def _check_no_nir(self, vals):
        value = vals.get("json_value") and json.loads(vals["json_value"])
        if holds_number(str(value or "")) or holds_number(vals.get("condition") or ""):
            raise UserError(
                self.env._(
                    "This value holds a social security number: it cannot be kept as a default, which "
                    "others are given."
                )
            )
