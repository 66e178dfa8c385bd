from odoo import api, models

from ...models.ground.followers import following
from ...models.vault.followers import MERGE_FOLLOWERS


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge contacts; who has one NIR is one person, whatever the e-mail addresses."""
        same = self.env["passport.nir.merge"]._is_one_person(partner_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks and not same)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move the NIR to the contact that stays: its envelope is bound to the person's id."""
        merge = self.env["passport.nir.merge"]
        merge._move(src_partners, dst_partner)
        with following(MERGE_FOLLOWERS, src_partners, dst_partner):
            result = super()._update_foreign_keys(src_partners, dst_partner)
        merge._moved(src_partners, dst_partner)
        return result
