from odoo import api, fields, models

from ...tools import nir
from .followers import INDEX_FOLLOWERS, NUMBER_FOLLOWERS
from .passport_nir_sealed import PassportNirSealed


class PassportNir(models.Model):
    """The vault: one row per person whose NIR is held.

    Life of a row: written through ``res.partner.nir`` (form, import), read through the vault's door
    (``passport.vault``), deleted when the NIR is erased or purged. Nobody writes a row directly;
    ciphertext and index are out of reach of every user. Each clear read, write and purge is told to
    ``passport.nir.access``.
    """

    _name = "passport.nir"
    _inherit = [PassportNirSealed._name]
    _description = "NIR Vault"
    _rec_name = "partner_id"
    _order = "collected_on desc, id desc"
    _sealed_for = "partner_id"
    _sealed_person = "partner_id"
    _sealed_index = "blind_index"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index=True)
    blind_index = fields.Char(required=True, index=True, groups=fields.NO_ACCESS)
    # Readiness codes found when the NIR was typed: the value itself is not needed to tell them.
    check_codes = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    collected_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    collected_by_id = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.uid)
    # Whose retention rules apply: the training body that collected the number.
    collecting_company_id = fields.Many2one(
        "res.company",
        string="Collected For",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    is_readable = fields.Boolean(compute="_compute_is_readable")
    purge_on = fields.Date(
        string="To Purge On",
        compute="_compute_purge",
        search="_search_purge_on",
        help="Empty while a declaration of this person is pending.",
    )
    purge_reason = fields.Char(string="Why", compute="_compute_purge")

    _partner_unique = models.Constraint("unique(partner_id)", "A person has one NIR at most.")
    _key_index = models.Index("(key_id, id)")

    @api.depends("envelope")
    def _compute_is_readable(self):
        # By opening it: another key may carry the same id.
        ring = self.env["passport.nir.keys"]._ring_or_none()
        for row in self:
            row.is_readable = row._opens_with(ring)

    @api.depends("collected_on", "collecting_company_id")
    def _compute_purge(self):
        dates = self.env["passport.nir.purge"]._dates(self)
        for row in self:
            row.purge_on, row.purge_reason = dates[row]

    @api.model
    def _search_purge_on(self, operator, value):
        if operator not in ("<", "<="):
            return NotImplemented
        limit = fields.Date.to_date(value)
        due = self.env["passport.nir.purge"]._due_query(limit, included=operator == "<=")
        return [("id", "in", due)]

    def _check_code_list(self):
        """Return the readiness codes of this NIR; one that cannot be read has to be asked again."""
        self.ensure_one()
        if not self.is_readable:
            return ["nir_invalid"]
        return [code for code in (self.check_codes or "").split(",") if code]

    # ------------------------------------------------------------
    # Storing and erasing
    # ------------------------------------------------------------

    @api.model
    def _store(self, numbers, reason=None):
        """Seal NIRs and tell who follows them, in a constant number of queries.

        :param numbers: ``{person: text}``; an empty text removes the person's NIR
        :param reason: how they came, for the access log, when not through a user's own entry
        """
        vault = self.sudo()
        people = self.env["res.partner"].browse([person.id for person in numbers])
        self._hold(people)
        given = people.filtered(lambda person: str(numbers[person] or "").strip())
        ring = self.env["passport.nir.keys"]._sealing_ring() if given else None
        twins = self._twins(people)
        old_rows = vault.search([("partner_id", "in", people.ids)])
        removed = old_rows.partner_id - given
        old_rows._remove()
        vault.create([self._values(person.id, numbers[person], ring) for person in given])
        given._set_nir_state("provided")
        removed._set_nir_state("missing")
        log = self.env["passport.nir.access"]
        log._record(given, "write", reason)
        log._record(removed, "erase", reason)
        self._tell(given=given, gone=removed, touched=twins | self._twins(given))

    @api.model
    def _hold(self, people):
        """Wait for whoever stores a number of one of these people at this moment.

        What is stored is written on the contact too, or takes the place of a row: the transaction
        that waited begins again, and finds the number that is there. Else the database would refuse
        the second one.
        """
        self.env.cr.execute(
            "SELECT FROM res_partner WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            (people.ids,),
        )

    @api.model
    def _values(self, partner_id, text, ring):
        """Return the values of the row that seals the NIR ``text`` of a person.

        What was typed is kept as it is, less its spaces: a wrong number is stored and blocks the
        declaration, since losing it would send the user back to the trainee. Marks alone are a wrong
        number, no empty one.
        """
        number = nir.compact(text) or "?"
        parsed = nir.parse(number)
        return {
            **self._sealed(partner_id, number, ring),
            "check_codes": ",".join(parsed.warnings if parsed.is_valid else ("nir_invalid",)),
            "collected_on": fields.Datetime.now(),
            "collected_by_id": self.env.uid,
            "collecting_company_id": self.env.company.id,
        }

    @api.model
    def _twins(self, people):
        """Return the other contacts that hold the same NIR as one of ``people``."""
        return self.env["passport.nir.lookup"]._same(people)

    @api.model
    def _tell(self, given=None, gone=None, touched=None):
        """Tell the rooms above what became of numbers; see ``NUMBER_FOLLOWERS``."""
        nobody = self.env["res.partner"]
        for service in NUMBER_FOLLOWERS:
            self.env[service]._after_numbers(given or nobody, gone or nobody, touched or nobody)

    def _reseal(self, ring, owner=None):
        """Seal these rows anew (see ``passport.nir.sealed``), and tell who knows them by their index."""
        rows = self.sudo()
        people, before = rows.partner_id.ids, rows.mapped("blind_index")
        done = super()._reseal(ring, owner)
        after = rows.mapped("blind_index")
        indexes = dict(zip(people, zip(before, after, strict=True), strict=True))
        for service in INDEX_FOLLOWERS:
            self.env[service]._after_reindexed(indexes)
        return done

    def unlink(self):  # pylint: disable=method-required-super
        """Erase NIRs; the privacy tools of Odoo delete rows this way too, as superuser."""
        self.check_access("unlink")
        self._erase("erase")
        return True

    def _remove(self):
        """Delete these rows and nothing else: another one takes their place, or the contact goes too."""
        people = self.env["res.partner"].sudo().browse(self.sudo().partner_id.ids)
        # Past our own unlink(), which erases.
        done = super(PassportNir, self.sudo()).unlink()  # pylint: disable=super-method-mismatch
        self._tell(touched=people)
        return done

    def _erase(self, action, reasons=None):
        """Delete these rows; the people stay, told to be purged.

        :param action: ``purge`` (the retention is over) or ``erase`` (asked for), for the log
        :param reasons: ``{row id: why}``, for the log
        """
        # By their ids: what Odoo reads for one is read for all, also once the rows are gone.
        people = self.env["res.partner"].sudo().browse(self.sudo().partner_id.ids)
        told = {}
        for row in self.sudo():
            # A purge is by the rules of who collected the number; an erasure is its user's.
            company = row.collecting_company_id if action == "purge" else self.env.company
            told.setdefault(company, []).append((row.partner_id.id, (reasons or {}).get(row.id)))
        twins = self._twins(people)
        self._remove()
        people._set_nir_state("purged")
        for company, entries in told.items():
            self.env["passport.nir.access"]._record_each(entries, action, company)
        self._tell(gone=people, touched=twins)

    # ------------------------------------------------------------
    # Purging
    # ------------------------------------------------------------

    def action_purge_due(self):
        """Purge those of these rows that are due; managers only, the others stay."""
        self.check_access("unlink")
        purged = self.env["passport.nir.purge"]._purge(self.ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "NIRs purged: %(purged)s, kept: %(kept)s.",
                    purged=purged,
                    kept=len(self) - purged,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_purge(self):
        """Purge what is due."""
        self.env["passport.nir.purge"]._run()

    @api.model
    def _cron_rotate_keys(self):
        """Encrypt anew, with the primary key, what an older key still encrypts."""
        self.env["passport.nir.keys"]._rotate()
