from odoo import api, models


class MailTemplate(models.Model):
    """The supplied e-mails: scheduled actions send by them, and would stop without."""

    _name = "mail.template"
    _inherit = ["mail.template", "passport.shipped"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        """Refuse people only: other addons' code that clears templates away keeps working."""
        if not self.env.su:
            super()._unlink_except_shipped()
