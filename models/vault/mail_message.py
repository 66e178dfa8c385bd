from odoo import api, models


class MailMessage(models.Model):
    """Messages hold no NIR, whoever writes them."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        masking = self.env["passport.masking"]
        found = [masking._message_values(values) for values in vals_list]
        messages = super().create(vals_list)
        if any(found):
            told = zip(messages, found, strict=True)
            masking._tell(messages.browse(message.id for message, is_found in told if is_found))
        return messages

    def write(self, vals):
        masking = self.env["passport.masking"]
        if not {"body", "subject"}.isdisjoint(vals) and any(
            masking._is_ours(message.model) for message in self
        ):
            vals = {**vals, "model": self[:1].model}
            found = masking._message_values(vals)
            vals.pop("model")
            if found:
                masking._tell(self)
        return super().write(vals)
