from odoo import api, models


class MailThread(models.AbstractModel):
    """Mails that come through the gateway."""

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        self.env["passport.masking"]._incoming(values)
        return values
