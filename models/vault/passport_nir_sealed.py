import logging

from odoo import api, fields, models

from ...tools import cipher

_logger = logging.getLogger(__name__)


class PassportNirSealed(models.AbstractModel):
    """A number sealed for one owner: an envelope copied to another row does not open there."""

    _name = "passport.nir.sealed"
    _description = "Sealed NIR"
    # The many2one to what the number is sealed for.
    _sealed_for = None

    envelope = fields.Char(required=True, groups=fields.NO_ACCESS)
    key_id = fields.Char(required=True, readonly=True)

    @api.model
    def _context_of(self, owner_id):
        return f"{self._name}:{owner_id}"

    @api.model
    def _sealed(self, owner_id, number, ring):
        """Return the columns that hold ``number``, sealed for its owner with the primary key."""
        return {
            self._sealed_for: owner_id,
            "envelope": ring.encrypt(number, self._context_of(owner_id)),
            "key_id": ring.primary_id,
        }

    def _open(self, ring):
        """Return the number of this row in clear, or ``None`` when these keys do not open it."""
        try:
            return self._decrypt(ring)
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

    def _reencrypt(self, ring):
        """Seal these rows with the primary key of ``ring``; who cannot be opened stays as it is.

        :returns: the rows that were there to be sealed; what somebody else holds is left to him
        """
        rows = self.try_lock_for_update()
        for row in rows:
            number = row._open(ring)
            if number is not None:
                row.write(self._sealed(row[self._sealed_for].id, number, ring))
        return rows
