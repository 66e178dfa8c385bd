from odoo import api, fields, models

from ...tools import nir


class PassportNir(models.Model):
    """The vault: one row per person whose NIR is held.

    Life of a row: written through ``res.partner.nir`` (form, import), read through the same field
    by declarants, read by the deposit when it renders a file, deleted when the NIR is erased or
    purged. Nobody writes a row directly; ciphertext and index are out of reach of every user. Each
    clear read, write and purge is told to ``passport.nir.access``.
    """

    _name = "passport.nir"
    _inherit = ["passport.nir.sealed"]
    _description = "NIR Vault"
    _sealed_for = "partner_id"
    _rec_name = "partner_id"
    _order = "collected_on desc, id desc"

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

    _partner_unique = models.Constraint("unique(partner_id)", "A person has one NIR at most.")

    # ------------------------------------------------------------
    # Storing and reading
    # ------------------------------------------------------------

    @api.model
    def _sealed(self, owner_id, number, ring):
        return {
            **super()._sealed(owner_id, number, ring),
            "blind_index": ring.blind_index(nir.parse(number).body or number),
        }

    @api.model
    def _vault_values(self, partner_id, text, ring):
        """Return the values of the row that seals the NIR ``text`` of a person.

        What was typed is kept as it is, less its spaces: a wrong number is stored and blocks the
        declaration, since losing it would send the user back to the trainee.
        """
        number = nir.compact(text)
        parsed = nir.parse(number)
        return {
            **self._sealed(partner_id, number, ring),
            "check_codes": ",".join(parsed.warnings if parsed.is_valid else ("nir_invalid",)),
            "collected_on": fields.Datetime.now(),
            "collected_by_id": self.env.uid,
            "collecting_company_id": self.env.company.id,
        }

    @api.model
    def _store(self, numbers, reason=None):
        """Seal NIRs and update what depends on them, in a constant number of queries.

        :param numbers: ``{person: text}``; an empty text removes the person's NIR
        :param reason: how they came, for the access log, when not through a user's own entry
        """
        vault = self.sudo()
        people = self.env["res.partner"].browse([person.id for person in numbers])
        given = people.filtered(lambda person: nir.compact(numbers[person]))
        ring = self._key_ring() if given else None
        affected = people | self._same_nir_partners(people)
        old_rows = vault.search([("partner_id", "in", people.ids)])
        removed = old_rows.partner_id - given
        old_rows.unlink()
        vault.create([self._vault_values(person.id, numbers[person], ring) for person in given])
        given._set_nir_state("provided")
        removed._set_nir_state("missing")
        self.env["passport.nir.seal"]._forget_people(removed)
        log = self.env["passport.nir.access"]
        log._record(given, "write", reason)
        log._record(removed, "erase", reason)
        (affected | self._same_nir_partners(given))._refresh_passport_state()

    @api.model
    def _read_numbers(self, partners):
        """Return ``{partner id: NIR}`` in clear; a NIR that cannot be opened is ``None``.

        The caller has checked that the user may see them, and tells the access log why. Keys that
        are missing or broken make NIRs unreadable, they never make a screen fail.
        """
        rows = self.sudo().search_fetch(
            [("partner_id", "in", partners.ids)], ["partner_id", "envelope"]
        )
        ring = self._key_ring_or_none() if rows else None
        return {row.partner_id.id: row._open(ring) if ring else None for row in rows}

    def _hand_over(self, partner, number):
        """Give this row, sealed anew, to the contact that stays when two are merged."""
        self.ensure_one()
        self.sudo().write(self._sealed(partner.id, number, self._key_ring()))
        partner._set_nir_state("provided")

    @api.model
    def _partner_ids_of(self, text):
        """Return the ids of the people who hold the NIR ``text``, found by its blind index."""
        number = nir.compact(text)
        ring = self._key_ring_or_none()
        if not number or not ring:
            return []
        # All keys: in the middle of a rotation some rows still carry the index of an older one.
        indexes = ring.blind_indexes(nir.parse(number).body or number)
        return self.sudo().search([("blind_index", "in", indexes)]).partner_id.ids

    @api.model
    def _shared_partner_ids(self, partner_ids):
        """Return those of ``partner_ids`` whose NIR is also another contact's, as a dictionary.

        :returns: ``{partner id: [ids of the other contacts]}``
        """
        if not partner_ids:
            return {}
        vault = self.sudo()
        vault.flush_model(["partner_id", "blind_index"])
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
    def _same_nir_partners(self, partners):
        """Return the other contacts that hold the same NIR as one of ``partners``."""
        others = self._shared_partner_ids(partners.ids)
        return self.env["res.partner"].browse({pid for ids in others.values() for pid in ids})

    def unlink(self):
        """Erase NIRs; the privacy tools of Odoo delete rows this way too."""
        partners = self.sudo().partner_id
        if not self.env.su:
            self.check_access("unlink")
            self.sudo()._erase("erase")
            return True
        result = super().unlink()
        partners._refresh_passport_state()
        return result

    def _erase(self, action, reason=None):
        """Delete these rows; the people stay, told to be purged.

        :param action: ``purge`` (the retention is over) or ``erase`` (asked for), for the log
        """
        people = self.sudo().partner_id
        affected = people | self._same_nir_partners(people)
        self.sudo().unlink()
        self.env["passport.nir.seal"]._forget_people(people)
        people._set_nir_state("purged")
        self.env["passport.nir.access"]._record(people, action, reason)
        affected._refresh_passport_state()
