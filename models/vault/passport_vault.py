from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from ...tools import nir
from ..ground.passport_rights import DECLARANT_GROUP

# What a number may be wanted for; each is an action of the access log.
REVEAL = "reveal"
MASK = "mask"
EXPORT = "export"
PURPOSES = (REVEAL, MASK, EXPORT)
# An invented number, for checks of a whole row that ask for none.
STAND_IN = "1850475006084"


class PassportVault(models.AbstractModel):
    """The vault's door: may this user have these numbers, for this purpose?

    Nothing else hands out a number. Who asks is the user, whatever the rights of the code through
    which the question comes: superuser code counts for nothing, and OdooBot is nobody. What is given
    is told to ``passport.nir.access``, once for each person.
    """

    _name = "passport.vault"
    _description = "Door of the NIR Vault"

    @api.model
    def _numbers(self, people, purpose, reason=None):
        """Return ``{person id: NIR}`` in clear; a NIR that cannot be opened is ``None``.

        Keys that are missing or broken make NIRs unreadable, they never make a screen fail.

        :param purpose: one of ``PURPOSES``
        :param reason: for the access log
        :raises AccessError: the user is no declarant, or may not read one of these people
        """
        self._check(people)
        return self._open(self._rows_of(people), purpose, reason)

    @api.model
    def _seen(self, people, purpose):
        """Return what ``_numbers`` does, of those of these people whom the user may see: for fields.

        Nothing at all in a superuser environment: what is computed there may answer anybody.
        """
        if self.env.su or not self._is_declarant():
            return {}
        return self._open(self._rows_of(self._visible(people)), purpose)

    @api.model
    def _masks(self, people):
        """Return ``{person id: NIR}`` with no more than sex, year and month of birth in clear."""
        numbers = self._seen(people, MASK)
        return {pid: number and nir.mask(number) for pid, number in numbers.items()}

    @api.model
    def _sealed_numbers(self, rows, purpose, reason=None):
        """Return ``{owner id: number}`` of sealed rows of another model than the vault itself.

        :param rows: rows of a model that is built on ``passport.nir.sealed``, as superuser
        :raises AccessError: the user is no declarant, or may not read one of their owners
        """
        self._check(rows[rows._sealed_for])
        return self._open(rows, purpose, reason)

    @api.model
    def _stand_ins(self, people):
        """Return ``{person id: an invented number}`` of those of these people whose NIR can be used.

        For checks that need to know that a number is there and right, and not which: no right is
        needed, and nothing is told to the log.
        """
        rows = self.env["passport.nir"].sudo().search([("partner_id", "in", people.ids)])
        return {
            row.partner_id.id: STAND_IN
            for row in rows
            if "nir_invalid" not in row._check_code_list()
        }

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    @api.model
    def _is_declarant(self):
        """Tell whether the user himself is a declarant; OdooBot, who is in all groups, is not."""
        return self.env.uid != SUPERUSER_ID and self.env["passport.rights"]._has(DECLARANT_GROUP)

    @api.model
    def _visible(self, records):
        """Return those of these records that the user himself may read, companies included."""
        return records.with_user(self.env.user)._filtered_access("read")

    @api.model
    def _check(self, records):
        if not self._is_declarant():
            raise AccessError(
                self.env._("Only declarants may use social security numbers, in their own name.")
            )
        records.with_user(self.env.user).check_access("read")

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.model
    def _rows_of(self, people):
        return (
            self.env["passport.nir"]
            .sudo()
            .search_fetch([("partner_id", "in", people.ids)], ["partner_id", "envelope"])
        )

    @api.model
    def _open(self, rows, purpose, reason=None):
        """Open rows whose user was checked, and tell the log of those that opened."""
        if purpose not in PURPOSES:
            raise ValueError(f"no purpose of the vault: {purpose}")
        ring = self.env["passport.nir.keys"]._ring_or_none() if rows else None
        numbers, opened = {}, rows.browse()
        for row in rows:
            number = row._open(ring)
            numbers[row[row._sealed_for].id] = number
            opened += row if number else rows.browse()
        people = opened.mapped(rows._sealed_person)
        self.env["passport.nir.access"]._record(people, purpose, reason)
        return numbers
