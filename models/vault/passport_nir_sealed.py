import logging

from odoo import api, fields, models

from ...tools import cipher, nir

_logger = logging.getLogger(__name__)


class PassportNirSealed(models.AbstractModel):
    """A number sealed for one owner: an envelope copied to another row does not open there.

    Only the vault's own services call what opens (``_unseal``, ``_opens_with``, ``_reseal``); whoever
    wants a number asks ``passport.vault``.
    """

    _name = "passport.nir.sealed"
    _description = "Sealed NIR"
    # The many2one to what the number is sealed for, and the path to whose number it is.
    _sealed_for = None
    _sealed_person = None
    # The column with the number's keyed fingerprint, where the number is searched for.
    _sealed_index = None

    envelope = fields.Char(required=True, groups=fields.NO_ACCESS)
    key_id = fields.Char(required=True, readonly=True)

    @api.model
    def _context_of(self, owner_id):
        return f"{self._name}:{owner_id}"

    @api.model
    def _sealed(self, owner_id, number, ring):
        """Return the columns that hold ``number``, sealed for its owner with the primary key."""
        values = {
            self._sealed_for: owner_id,
            "envelope": ring.encrypt(number, self._context_of(owner_id)),
            "key_id": ring.primary_id,
        }
        if self._sealed_index:
            values[self._sealed_index] = ring.blind_index(nir.parse(number).body or number)
        return values

    def _unseal(self, ring):
        """Return the number of this row in clear, or ``None`` when these keys do not open it."""
        try:
            return self._decrypt(ring) if ring else None
        except cipher.UnreadableError as error:
            owner = self.sudo()[self._sealed_for]
            _logger.warning("The NIR of %s cannot be opened: %s", owner, error)
            return None

    def _opens_with(self, ring):
        """Tell whether the keys of ``ring`` open this row; nothing is logged or kept."""
        try:
            return bool(ring) and bool(self._decrypt(ring))
        except cipher.UnreadableError:
            return False

    def _decrypt(self, ring):
        self.ensure_one()
        row = self.sudo()
        return ring.decrypt(row.envelope, self._context_of(row[self._sealed_for].id))

    def _reseal(self, ring, owner=None):
        """Seal these rows anew with the primary key of ``ring``; what cannot be opened stays as it is.

        No number leaves: this needs no right.

        :param owner: whose the only row is from now on; its own if there is none
        """
        for row in self:
            number = row._unseal(ring)
            if number is not None:
                row.write(row._sealed((owner or row[row._sealed_for]).id, number, ring))
