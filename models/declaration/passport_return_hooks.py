"""Where what a rejection blames is mended: the activities about it close by themselves."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        self.env["passport.corrections"]._after_partner_write(self, vals, None)
        return result


class PassportNir(models.Model):
    _inherit = "passport.nir"

    @api.model
    def _store(self, numbers, reason=None):
        result = super()._store(numbers, reason)
        self.env["passport.corrections"]._close_on(list(numbers))
        return result
