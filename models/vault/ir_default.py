import json
from contextlib import suppress

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
        texts = [vals.get("json_value") or "", vals.get("condition") or ""]
        with suppress(ValueError):  # no JSON: Odoo's own error says so
            texts.append(str(json.loads(texts[0])))
        if any(map(holds_number, texts)):
            raise UserError(
                self.env._(
                    "This value holds a social security number: it cannot be kept as a default, which "
                    "others are given."
                )
            )
