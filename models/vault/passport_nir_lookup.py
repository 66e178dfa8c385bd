from odoo import api, models

from ...tools import nir


class PassportNirLookup(models.AbstractModel):
    """Who holds a number, or the same number, found by blind index: nothing is opened."""

    _name = "passport.nir.lookup"
    _description = "Holders of a NIR"

    @api.model
    def _holders(self, texts):
        """Return who holds each of these NIRs, in one query.

        The caller has checked that the user may know it.

        :param texts: NIRs as typed
        :returns: ``{text: [partner ids]}``; a text that nobody holds is left out
        """
        numbers = {text: nir.compact(text) for text in dict.fromkeys(texts)}
        ring = self.env["passport.nir.keys"]._ring_or_none() if any(numbers.values()) else None
        if not ring:
            return {}
        # All keys: in the middle of a rotation some rows still carry the index of an older one.
        indexes = {
            text: ring.blind_indexes(nir.parse(number).body or number)
            for text, number in numbers.items()
            if number
        }
        wanted = {index for found in indexes.values() for index in found}
        rows = (
            self.env["passport.nir"]
            .sudo()
            .search_fetch([("blind_index", "in", list(wanted))], ["blind_index", "partner_id"])
        )
        holders = {}
        for row in rows:
            holders.setdefault(row.blind_index, []).append(row.partner_id.id)
        found = {
            text: sorted({pid for index in keys for pid in holders.get(index, ())})
            for text, keys in indexes.items()
        }
        return {text: ids for text, ids in found.items() if ids}

    @api.model
    def _shared(self, partner_ids):
        """Return those of ``partner_ids`` whose NIR is also another contact's, as a dictionary.

        :returns: ``{partner id: [ids of the other contacts]}``
        """
        if not partner_ids:
            return {}
        self.env["passport.nir"].flush_model(["partner_id", "blind_index"])
        self.env.cr.execute(
            """
            SELECT own.partner_id, array_agg(other.partner_id ORDER BY other.partner_id)
              FROM passport_nir own
              JOIN passport_nir other
                ON other.blind_index = own.blind_index AND other.partner_id != own.partner_id
             WHERE own.partner_id = ANY(%s)
             GROUP BY own.partner_id
            """,
            (list(partner_ids),),
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _check_codes(self, people):
        """Return ``{person id: [codes of readiness]}`` of those of these people who have a NIR.

        Told from what was found when it was typed; one whose key is missing has to be asked again.
        """
        vault = self.env["passport.nir"]
        vault.flush_model(["partner_id", "check_codes", "key_id"])
        readable = self.env["passport.nir.keys"]._readable_ids()
        self.env.cr.execute(
            "SELECT partner_id, check_codes, key_id FROM passport_nir WHERE partner_id = ANY(%s)",
            (people.ids,),
        )
        return {
            person_id: codes.split(",") if codes else []
            for person_id, codes in (
                (person_id, codes if key_id in readable else "nir_invalid")
                for person_id, codes, key_id in self.env.cr.fetchall()
            )
        }

    @api.model
    def _same(self, people):
        """Return the other contacts that hold the same NIR as one of ``people``."""
        others = self._shared(people.ids)
        return self.env["res.partner"].browse({pid for ids in others.values() for pid in ids})
