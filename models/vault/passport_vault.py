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
    def _numbers(self, people, purpose, reason=None, company=None):
        """Return ``{person id: NIR}`` in clear; a NIR that cannot be opened is ``None``.

        Keys that are missing or broken make NIRs unreadable, they never make a screen fail.

        :param purpose: one of ``PURPOSES``
        :param reason: for the access log
        :param company: the training body whose declarations want them, for the access log
        :raises AccessError: the user is no declarant, may not read one of these people, or did not
            give the password lately
        """
        return self._checked("passport.nir", people, purpose, reason, company)

    @api.model
    def _seen(self, people, purpose):
        """Return what ``_numbers`` does, of those of these people whom the user may see: for fields.

        Nothing at all in a superuser environment: what is computed there may answer anybody.
        """
        if self.env.su or not self._is_declarant() or is_typed_code():
            return {}
        rows = self._rows("passport.nir", self._visible_ids(people))
        if rows:
            self._check_confirmed(purpose)
        return self._opened("passport.nir", rows, purpose)

    @api.model
    def _masks(self, people):
        """Return ``{person id: NIR}`` with no more than sex, year and month of birth in clear."""
        numbers = self._seen(people, MASK)
        return {pid: number and nir.mask(number) for pid, number in numbers.items()}

    @api.model
    def _sealed_numbers(self, model, owners, purpose, reason=None, company=None):
        """Return ``{owner id: number}`` of what another model than the vault itself holds sealed.

        :param model: the name of one that is built on ``passport.nir.sealed``
        :param owners: what its numbers are sealed for
        :raises AccessError: as ``_numbers``, of these owners
        """
        return self._checked(model, owners, purpose, reason, company)

    @api.model
    def _stand_ins(self, people):
        """Return ``{person id: an invented number}`` of those of these people whose NIR can be used.

        For checks that need to know that a number is there and right, and not which: no right is
        needed, and nothing is told to the log.
        """
        codes = self.env["passport.nir.lookup"]._check_codes(people)
        return {pid: STAND_IN for pid, found in codes.items() if "nir_invalid" not in found}

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
        visible = dict.fromkeys(self._visible_ids(self.env["res.partner"].browse(ids)), reason)
        self.env["passport.nir.access"]._record_each(list(visible.items()), SEARCH)
        seen = {text: [pid for pid in found if pid in visible] for text, found in holders.items()}
        return {text: found for text, found in seen.items() if found}

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
    def _visible_ids(self, records):
        """Return the ids of those of these records that the user himself may read, in their order."""
        if not records:
            return []
        seen = records.with_env(self.env(su=False)).with_context(active_test=False)
        if not seen.browse().has_access("read"):
            return []
        visible = set(seen._search([("id", "in", records.ids)]).get_result_ids())
        return [record_id for record_id in records.ids if record_id in visible]

    @api.model
    def _check(self, records, purpose):
        if not self._is_declarant() or is_typed_code():
            raise AccessError(
                self.env._("Only declarants may use social security numbers, in their own name.")
            )
        if len(self._visible_ids(records)) < len(records):
            records.with_env(self.env(su=False)).check_access("read")
            raise AccessError(self.env._("Some of these records are gone, or not yours to see."))
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
    def _checked(self, model, owners, purpose, reason, company):
        self._check(owners, purpose)
        return self._opened(model, self._rows(model, owners.ids), purpose, reason, company)

    @api.model
    def _rows(self, model, owner_ids):
        """Return what is sealed for these owners, as ``[(owner id, person id, envelope), …]``."""
        sealed = self.env[model].sudo()
        query = sealed._search([(sealed._sealed_for, "in", owner_ids)])
        columns = (sealed._sealed_for, sealed._sealed_person, "envelope")
        return self.env.execute_query(
            query.select(*(sealed._field_to_sql(sealed._table, name, query) for name in columns))
        )

    @api.model
    def _opened(self, model, rows, purpose, reason=None, company=None):
        """Open rows whose user was checked, and tell the log of those that opened."""
        if purpose not in PURPOSES:
            raise ValueError(f"no purpose of the vault: {purpose}")
        sealed = self.env[model]
        ring = self.env["passport.nir.keys"]._ring_or_none() if rows else None
        numbers, opened = {}, []
        for owner_id, person_id, envelope in rows:
            number = numbers[owner_id] = sealed._unseal(ring, owner_id, envelope)
            if number is not None:
                opened.append((person_id, reason))
        self.env["passport.nir.access"]._record_each(opened, purpose, company)
        return numbers
