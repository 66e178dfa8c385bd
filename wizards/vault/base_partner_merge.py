from odoo import api, models
from odoo.exceptions import UserError

from ...tools import nir


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move the NIR to the contact that stays: its envelope is bound to the person's id.

        :raises UserError: the contacts hold two different NIRs, so they are not one person; or one
            cannot be read, and would be lost
        """
        people = src_partners | dst_partner
        vault = self.env["passport.nir"].sudo()
        numbers = vault._read_numbers(people)
        if None in numbers.values():
            raise UserError(
                self.env._(
                    "These contacts cannot be merged now: a social security number of theirs cannot "
                    "be read, since its encryption key is missing. Put the key back first."
                )
            )
        if len({nir.parse(number).body or number for number in numbers.values()}) > 1:
            raise UserError(
                self.env._(
                    "These contacts cannot be merged: they have different social security numbers, so "
                    "they are different people. Correct the wrong number first."
                )
            )
        rows = vault.search([("partner_id", "in", people.ids)])
        kept = rows.filtered(lambda row: row.partner_id == dst_partner) or rows[:1]
        (rows - kept).unlink()
        if kept and kept.partner_id != dst_partner:
            # The same row, so that its retention goes on: a merge is no new collection.
            kept._hand_over(dst_partner, numbers[kept.partner_id.id])
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner._refresh_passport_state()
        return result
