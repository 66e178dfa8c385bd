from odoo import api, models

TEXTS = ("old_value_char", "new_value_char", "old_value_text", "new_value_text")


class MailTrackingValue(models.Model):
    """What is tracked holds no NIR: one typed into a name, for instance."""

    _inherit = "mail.tracking.value"

    @api.model_create_multi
    def create(self, vals_list):
        masking = self.env["passport.masking"]
        for values in vals_list:
            for fname in TEXTS:
                if isinstance(values.get(fname), str):
                    values[fname] = masking._text(values[fname])
        return super().create(vals_list)
