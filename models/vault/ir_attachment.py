from odoo import api, models

# What pages are made of: long, and nobody's text.
ASSETS = ("text/css", "text/javascript")


class IrAttachment(models.Model):
    """Names of files, and what Odoo notes of their texts to search in them, hold no NIR."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._without_number(values) for values in vals_list])

    def write(self, vals):
        return super().write(self._without_number(vals))

    @api.model
    def _without_number(self, values):
        masking = self.env["passport.masking"]
        if not masking._is_ours(values.get("res_model")):
            return values
        texts = {
            fname: masking._text(values[fname])
            for fname in ("name", "description")
            if isinstance(values.get(fname), str)
        }
        return {**values, **texts}

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        text = super()._index(bin_data, file_type, checksum=checksum)
        return text if file_type in ASSETS else self.env["passport.masking"]._text(text)
