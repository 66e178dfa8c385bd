from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError

from ...tools import nir
from ..ground.passport_rights import DECLARANT_GROUP
from .identity import is_confirmed, is_typed_code

# What a number may be wanted for; each is an action of the access log.
REVEAL = "reveal"
MASK = "mask"
EXPORT = "export"
SEARCH = "search"
PURPOSES = (REVEAL, MASK, EXPORT)
# For these the password must have been given lately.
CONFIRMED_PURPOSES = (REVEAL, EXPORT)
# How many searches by number one user may make in an hour: more is no work, but trying.
SEARCHES_PER_HOUR = 60
# An invented number, for checks of a whole row that ask for none.
STAND_IN = "1850475006084"


class PassportVault(models.AbstractModel):
    """The vault's door: may this user have these numbers, for this purpose?

    Nothing else hands out a number. Who asks is the user, whatever the rights of the code through
    which the question comes: superuser code counts for nothing, and OdooBot is nobody. Nor is
    anything given to code that was typed into a screen (server actions, computed fields of one's
    own, templates), whoever runs it: it could keep what it gets. In the web client the password must
    have been given lately. What is given is told to ``passport.nir.access``, once for each person.
    """

    _name = "passport.vault"
    _description = "Door of the NIR Vault"

    @api.model
    def _numbers(self, people, purpose, reason=None):
        """Return ``{person id: NIR}`` in clear; a NIR that cannot be opened is ``None``.

        Keys that are missing or broken make NIRs unreadable, they never make a screen fail.

        :param purpose: one of ``PURPOSES``
        :param reason: for the access log
        :raises AccessError: the user is no declarant, may not read one of these people, or did not
            give the password lately
        """
        self._check(people, purpose)
        return self._open(self._rows_of(people), purpose, reason)

    @api.model
    def _seen(self, people, purpose):
        """Return what ``_numbers`` does, of those of these people whom the user may see: for fields.

        Nothing at all in a superuser environment: what is computed there may answer anybody.
        """
        if self.env.su or not self._is_declarant() or is_typed_code():
            return {}
        rows = self._rows_of(self._visible(people))
        if rows:
            self._check_confirmed(purpose)
        return self._open(rows, purpose)

    @api.model
    def _masks(self, people):
        """Return ``{person id: NIR}`` with no more than sex, year and month of birth in clear."""
        numbers = self._seen(people, MASK)
        return {pid: number and nir.mask(number) for pid, number in numbers.items()}

    @api.model
    def _sealed_numbers(self, rows, purpose, reason=None):
        """Return ``{owner id: number}`` of sealed rows of another model than the vault itself.

        :param rows: rows of a model that is built on ``passport.nir.sealed``, as superuser
        :raises AccessError: as ``_numbers``, of their owners
        """
        self._check(rows[rows._sealed_for], purpose)
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
    # The other way round
    # ------------------------------------------------------------

    @api.model
    def _holders(self, texts, reason=None):
        """Return who holds each of these NIRs, of those whom the user may see; told to the log.

        :param texts: NIRs as typed or read from a file
        :param reason: where they come from, for the access log
        :returns: ``{text: [partner ids]}``; a text that nobody holds is left out
        """
        if self.env.su or not self._is_declarant() or is_typed_code():
            return {}
        holders = self.env["passport.nir.lookup"]._holders(texts)
        ids = dict.fromkeys(pid for found in holders.values() for pid in found)
        people = self.env["res.partner"].browse(ids)
        visible = self._visible(people)
        self.env["passport.nir.access"]._record(visible, SEARCH, reason)
        seen = {text: [pid for pid in ids if pid in visible._ids] for text, ids in holders.items()}
        return {text: ids for text, ids in seen.items() if ids}

    @api.model
    def _search(self, text):
        """Return the ids of who holds the NIR that a user searches for.

        :raises UserError: too many searches in an hour
        """
        log = self.env["passport.nir.access"]
        if log._count_lately(SEARCH) >= SEARCHES_PER_HOUR:
            raise UserError(
                self.env._(
                    "You searched for %s social security numbers within an hour. Try again later.",
                    SEARCHES_PER_HOUR,
                )
            )
        found = self._holders([text])
        if not found and not self.env.su:
            log._record_nobody(SEARCH)
        return found.get(text, [])

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
        return records.with_env(self.env(su=False))._filtered_access("read")

    @api.model
    def _check(self, records, purpose):
        if not self._is_declarant() or is_typed_code():
            raise AccessError(
                self.env._("Only declarants may use social security numbers, in their own name.")
            )
        records.with_env(self.env(su=False)).check_access("read")
        self._check_confirmed(purpose)

    @api.model
    def _check_confirmed(self, purpose):
        if purpose in CONFIRMED_PURPOSES and not is_confirmed():
            raise AccessError(
                self.env._(
                    "Confirm your password first: click “Show” beside the NIR of a contact, then do "
                    "this again within ten minutes."
                )
            )

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
            number = row._unseal(ring)
            numbers[row[row._sealed_for].id] = number
            opened += row if number else rows.browse()
        people = opened.mapped(rows._sealed_person)
        self.env["passport.nir.access"]._record(people, purpose, reason)
        return numbers
