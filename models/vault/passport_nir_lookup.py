from odoo import api, models

from ...tools import nir


class PassportNir(models.Model):
    """The people behind many numbers at once."""

    _inherit = "passport.nir"

    @api.model
    def _partner_ids_of_many(self, texts):
        """Return who holds each of these NIRs, found by blind index in one query.

        The caller has checked that the user may know it.

        :param texts: NIRs as typed
        :returns: ``{text: [partner ids]}``; a text that nobody holds is left out
        """
        numbers = {text: nir.compact(text) for text in set(texts)}
        ring = self._key_ring_or_none()
        if not ring or not any(numbers.values()):
            return {}
        indexes = {
            text: ring.blind_indexes(nir.parse(number).body or number)
            for text, number in numbers.items()
            if number
        }
        wanted = {index for found in indexes.values() for index in found}
        rows = self.sudo().search_fetch(
            [("blind_index", "in", list(wanted))], ["blind_index", "partner_id"]
        )
        holders = {}
        for row in rows:
            holders.setdefault(row.blind_index, []).append(row.partner_id.id)
        found = {
            text: sorted({pid for index in keys for pid in holders.get(index, ())})
            for text, keys in indexes.items()
        }
        return {text: ids for text, ids in found.items() if ids}
