from odoo import api, models, tools


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model
    @tools.ormcache()
    def _passport_lang(self):
        """Return the code of the language declarations are written in: French where installed."""
        installed = [code for code, _name in self.sudo().get_installed()]
        if "fr_FR" in installed:
            return "fr_FR"
        return next((code for code in installed if code.startswith("fr_")), "en_US")
