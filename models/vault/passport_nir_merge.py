from odoo import api, models
from odoo.exceptions import UserError

from ...tools import nir


class PassportNirMerge(models.AbstractModel):
    """The NIR of contacts that are merged: one row stays, bound to the contact that stays.

    Whoever may merge contacts need not be a declarant: numbers are compared and sealed anew here, and
    none leaves.
    """

    _name = "passport.nir.merge"
    _description = "NIR of Merged Contacts"

    @api.model
    def _move(self, sources, target):
        """Move the NIR of ``sources`` to ``target``, before Odoo moves the foreign keys.

        :raises UserError: the contacts hold two different NIRs, so they are not one person; or one
            cannot be read, and would be lost
        """
        vault = self.env["passport.nir"].sudo()
        rows = vault.search([("partner_id", "in", (sources | target).ids)])
        ring = self.env["passport.nir.keys"]._ring_or_none() if rows else None
        self._check_one_number([row._own_number(ring) for row in rows])
        kept = rows.filtered(lambda row: row.partner_id == target) or rows[:1]
        (rows - kept).unlink()
        if kept and kept.partner_id != target:
            # The same row, so that its retention goes on: a merge is no new collection.
            kept._reseal(ring, target)
            target._set_nir_state("provided")

    @api.model
    def _moved(self, sources, target):
        """Move the log, which has no foreign keys, and tell who follows numbers."""
        self.env["passport.nir.access"]._move(sources, target)
        self.env["passport.nir"]._tell(touched=target)

    @api.model
    def _check_one_number(self, numbers):
        if None in numbers:
            raise UserError(
                self.env._(
                    "These contacts cannot be merged now: a social security number of theirs cannot "
                    "be read, since its encryption key is missing. Put the key back first."
                )
            )
        if len({nir.parse(number).body or number for number in numbers}) > 1:
            raise UserError(
                self.env._(
                    "These contacts cannot be merged: they have different social security numbers, so "
                    "they are different people. Correct the wrong number first."
                )
            )
