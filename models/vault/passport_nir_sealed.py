import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import cipher, nir

_logger = logging.getLogger(__name__)


class PassportNirSealed(models.AbstractModel):
    """A number sealed for one owner: an envelope copied to another row does not open there.

    Only the vault's own services call what opens (``_unseal``, ``_own_number``, ``_opens_with``, ``_reseal``); whoever
    wants a number asks ``passport.vault``.
    """

    _name = "passport.nir.sealed"
    _description = "Sealed NIR"
    # The many2one to what the number is sealed for, and the field that tells whose number it is.
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

    @api.model
    def _unseal(self, ring, owner_id, envelope):
        """Return the number sealed for an owner, or ``None`` when these keys do not open it."""
        try:
            return ring.decrypt(envelope, self._context_of(owner_id)) if ring else None
        except cipher.UnreadableError as error:
            owner = f"{self._name}, {self._sealed_for} {owner_id}"
            _logger.warning("A NIR cannot be opened (%s): %s", owner, error)
            return None

    def _own_number(self, ring):
        """Return the number of this row in clear, or ``None`` when these keys do not open it."""
        self.ensure_one()
        row = self.sudo()
        return self._unseal(ring, row[self._sealed_for].id, row.envelope)

    def _opens_with(self, ring):
        """Tell whether the keys of ``ring`` open this row; nothing is logged or kept."""
        self.ensure_one()
        row = self.sudo()
        try:
            return bool(
                ring and ring.decrypt(row.envelope, self._context_of(row[self._sealed_for].id))
            )
        except cipher.UnreadableError:
            return False

    def _reseal(self, ring, owner=None):
        """Seal these rows anew with the primary key of ``ring``; what cannot be opened stays as it is.

        No number leaves: this needs no right.

        :param owner: whose the only row is from now on; its own if there is none
        """
        for row in self:
            number = row._own_number(ring)
            if number is not None:
                row.write(row._sealed((owner or row[row._sealed_for]).id, number, ring))

    @api.model
    def _insert(self, numbers):
        """Seal numbers, ``{owner id: number}``, each for an owner that has none, in one statement."""
        if not numbers:
            return
        ring = self.env["passport.nir.keys"]._sealing_ring()
        rows = [self._sealed(owner_id, number, ring) for owner_id, number in numbers.items()]
        columns = [*rows[0], "create_uid", "create_date", "write_uid", "write_date"]
        now, uid = self.env.cr.now(), self.env.uid
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT *, %s, %s, %s, %s FROM unnest(%s)",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, columns)),
                uid,
                now,
                uid,
                now,
                SQL(", ").join(SQL("%s", [row[name] for row in rows]) for name in rows[0]),
            )
        )
        self.invalidate_model()
