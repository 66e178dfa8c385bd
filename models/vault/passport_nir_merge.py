from odoo import api, models
from odoo.exceptions import UserError

from ...tools import nir
from .followers import MERGE_CHECKS

# What is known of a person's NIR, from the most to the least.
PRECEDENCE = ("provided", "refused", "purged", "missing")


class PassportNirMerge(models.AbstractModel):
    """The NIR of contacts that are merged: one row stays, bound to the contact that stays.

    Whoever may merge contacts need not be a declarant: numbers are compared and sealed anew here, and
    none leaves.
    """

    _name = "passport.nir.merge"
    _description = "NIR of Merged Contacts"

    @api.model
    def _is_one_person(self, partner_ids):
        """Tell whether all these contacts hold the same NIR."""
        others = self.env["passport.nir.lookup"]._shared(partner_ids)
        return all(
            {*partner_ids} <= {partner_id, *others.get(partner_id, ())}
            for partner_id in partner_ids
        )

    @api.model
    def _move(self, sources, target):
        """Move the NIR of ``sources`` to ``target``, before Odoo moves the foreign keys.

        :raises UserError: the contacts hold two different NIRs, so they are not one person; one
            cannot be read, and would be lost; or both are declared for the same training
        """
        for service in MERGE_CHECKS:
            self.env[service]._check_merge(sources | target)
        vault = self.env["passport.nir"].sudo()
        rows = vault.search([("partner_id", "in", (sources | target).ids)])
        ring = self.env["passport.nir.keys"]._ring_or_none() if rows else None
        self._check_one_number([row._own_number(ring) for row in rows])
        kept = rows.filtered(lambda row: row.partner_id == target) or rows[:1]
        (rows - kept)._remove()
        if kept and kept.partner_id != target:
            # The same row, so that its retention goes on: a merge is no new collection.
            kept._reseal(ring, target)
        self._join_states(sources, target, bool(kept))

    @api.model
    def _join_states(self, sources, target, is_known):
        """Give ``target`` what is known of the NIR of the person: given, else refused, else purged."""
        people = (target | sources).sudo()
        state = "provided" if is_known else min(people.mapped("nir_state"), key=PRECEDENCE.index)
        if target.nir_state != state:
            told = people.filtered(lambda person: person.nir_state == state)[:1]
            target.sudo().write(
                {
                    "nir_state": state,
                    "nir_state_date": told.nir_state_date or self.env["passport.clock"]._now(),
                }
            )
        if not target.nir_refusal_proof_id:
            target.sudo().nir_refusal_proof_id = people.nir_refusal_proof_id[:1]

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
