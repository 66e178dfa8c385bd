from odoo import api, models


class MailMail(models.Model):
    """E-mails that wait hold no NIR: nothing that leaves by mail is meant to."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        masking = self.env["passport.masking"]
        for values in vals_list:
            if values.get("body_html") and masking._is_ours(values.get("model")):
                values["body_html"] = masking._html(values["body_html"])
        return super().create(vals_list)
