from odoo import models


class MailTemplate(models.Model):
    """The supplied e-mails: scheduled actions send by them, and would stop without."""

    _name = "mail.template"
    _inherit = ["mail.template", "passport.shipped"]

    _shipped_kept_from_code = False
