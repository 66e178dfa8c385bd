from odoo import api, models


class MailMail(models.Model):
    """E-mails that wait hold no NIR: nothing that leaves by mail is meant to."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        hide = self.env["passport.masking"]._waiting_values
        return super().create([hide(vals, self.browse()) for vals in vals_list])

    def write(self, vals):
        return super().write(self.env["passport.masking"]._waiting_values(vals, self))
