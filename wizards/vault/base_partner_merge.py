from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move the NIR to the contact that stays: its envelope is bound to the person's id."""
        merge = self.env["passport.nir.merge"]
        merge._move(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        merge._moved(src_partners, dst_partner)
        return result
