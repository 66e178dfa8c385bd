from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.res_users import check_identity

from ...tools import authority_file, nir, siret
from ...tools.text import clean_text, describe_character, forbidden_characters
from ..ground.passport_rights import DECLARANT_GROUP
from ..ground.selections import TRAINER_QUALIFICATIONS

# They follow from the vault and from recorded refusals; nobody writes them directly.
PROTECTED_FIELDS = {"nir_state", "nir_state_date", "nir_refusal_proof_id"}
NOTHING_KNOWN = (None, False, "missing")


class ResPartner(models.Model):
    _inherit = "res.partner"

    birth_name = fields.Char(
        help="Name at birth, exactly as on the identity document: the portal compares it with the "
        "social security number. 30 characters at most.",
    )
    nir = fields.Char(
        string="Social Security Number (NIR)",
        compute="_compute_nir",
        inverse="_inverse_nir",
        search="_search_nir",
        groups=DECLARANT_GROUP,
        copy=False,
        help="15 characters, key included; spaces do not matter. Stored encrypted.",
    )
    nir_masked = fields.Char(
        string="NIR",
        compute="_compute_nir_masked",
        groups=DECLARANT_GROUP,
        help="Sex, year and month of birth only.",
    )
    nir_entry = fields.Char(
        string="Enter the NIR",
        compute="_compute_nir_entry",
        inverse="_inverse_nir_entry",
        groups=DECLARANT_GROUP,
        copy=False,
        help="Type the number here: it is stored encrypted and never shown again in this field.",
    )
    nir_state = fields.Selection(
        [
            ("missing", "Missing"),
            ("provided", "Provided"),
            ("refused", "Refused"),
            ("purged", "Purged"),
        ],
        string="NIR Status",
        # Being computed keeps Odoo's merge of contacts from copying the status of one person onto
        # another; the value is written by the vault.
        compute="_compute_nir_state",
        store=True,
        default="missing",
        copy=False,
        help="Tells whether the social security number is known, never the number.",
    )
    nir_state_date = fields.Datetime(
        string="NIR Status Since", compute="_compute_nir_state", store=True, copy=False
    )
    same_nir_partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts with the Same NIR",
        compute="_compute_same_nir_partner_ids",
        groups=DECLARANT_GROUP,
    )
    nir_refusal_proof_id = fields.Many2one(
        "ir.attachment", string="Proof of the Refusal", readonly=True, copy=False
    )
    nir_vault_ids = fields.One2many("passport.nir", "partner_id", groups=fields.NO_ACCESS)
    nir_warning = fields.Char(
        string="NIR to Check",
        compute="_compute_nir_warning",
        help="What is wrong or unusual with the number that was typed, without telling it.",
    )
    trainer_qualification = fields.Selection(
        TRAINER_QUALIFICATIONS,
        string="Trainer's Qualification",
        help="Proposed on the sessions this person teaches.",
    )
    passport_registration_ids = fields.One2many(
        "event.registration", "attendee_partner_id", string="Trainings Attended"
    )
    passport_registration_count = fields.Integer(
        string="Number of Trainings",
        compute="_compute_passport_registration_count",
        groups="event.group_event_registration_desk",
    )

    # ------------------------------------------------------------
    # NIR
    # ------------------------------------------------------------

    def _compute_nir_state(self):
        for partner in self:
            partner.nir_state = partner.nir_state or "missing"
            partner.nir_state_date = partner.nir_state_date

    @api.depends("nir_vault_ids.envelope")
    def _compute_nir(self):
        numbers = self._readable_numbers()
        seen = self.browse()
        for partner in self:
            number = numbers.get(partner._origin.id)
            partner.nir = nir.display(number) if number else False
            seen |= partner._origin if number else self.browse()
        if seen and not self.env.su:
            self.env["passport.nir.access"]._record(seen, "reveal")

    @api.depends("nir_vault_ids.envelope")
    def _compute_nir_masked(self):
        numbers = self._readable_numbers()
        for partner in self:
            number = numbers.get(partner._origin.id)
            partner.nir_masked = nir.mask(number) if number else False

    def _readable_numbers(self):
        """Return ``{partner id: NIR}`` of those of these people whom the user may see.

        Nothing else would ask: a number is no column of the contact, and a record of any id can be
        browsed, or made the draft of a dialog.
        """
        return self.env["passport.nir"]._read_numbers(self._origin._filtered_access("read"))

    def _compute_nir_entry(self):
        self.nir_entry = False

    def _inverse_nir_entry(self):
        self._check_field_access(self._fields["nir_entry"], "write")
        typed = {partner: partner.nir_entry for partner in self if partner.nir_entry}
        if typed:
            self.env["passport.nir"]._store(typed)

    def _inverse_nir(self):
        # Also for values that come from defaults of the context, which Odoo does not check.
        self._check_field_access(self._fields["nir"], "write")
        self.env["passport.nir"]._store({partner: partner.nir for partner in self})
        # What was typed leaves the cache: what is read next comes from the vault.
        self.invalidate_recordset(["nir"])

    @api.model
    def _search_nir(self, operator, value):
        # Without this line people outside the group could find a NIR by trying values.
        self._check_field_access(self._fields["nir"], "read")
        if operator != "in":
            return NotImplemented
        vault = self.env["passport.nir"]
        partner_ids = [pid for text in value if text for pid in vault._partner_ids_of(text)]
        domain = fields.Domain("id", "in", partner_ids)
        if any(not text for text in value):
            domain |= fields.Domain("nir_state", "!=", "provided")
        return domain

    @api.depends("nir_vault_ids.check_codes")
    def _compute_nir_warning(self):
        messages = {
            "nir_invalid": self.env._("wrong: ask for it again"),
            "nir_provisional": self.env._("provisional number"),
            "nir_month_unusual": self.env._("unusual month of birth"),
            "nir_key_unchecked": self.env._("typed without its key, so not checked"),
        }
        for partner in self:
            row = partner.sudo().nir_vault_ids
            if row and not row.is_readable:
                partner.nir_warning = self.env._("unreadable: its encryption key is missing")
                continue
            codes = row._check_code_list() if row else []
            partner.nir_warning = ", ".join(messages[code] for code in codes) or False

    @api.depends("nir_vault_ids.blind_index")
    def _compute_same_nir_partner_ids(self):
        others = self.env["passport.nir"]._shared_partner_ids(self._origin.ids)
        for partner in self:
            same = self.browse(others.get(partner._origin.id, []))
            partner.same_nir_partner_ids = same._filtered_access("read")

    @api.onchange("nir")
    def _onchange_nir(self):
        return self._nir_typing_warning(self.nir)

    @api.onchange("nir_entry")
    def _onchange_nir_entry(self):
        return self._nir_typing_warning(self.nir_entry)

    @api.model
    def _nir_typing_warning(self, text):
        """Return what an onchange answers to a NIR just typed: a warning, or ``None``."""
        parsed = nir.parse(text)
        if parsed.problem and parsed.problem != nir.EMPTY:
            return self._passport_warning(self._nir_problem_text(parsed.problem))
        if nir.KEY_UNCHECKED in parsed.warnings:
            return self._passport_warning(
                self.env._(
                    "The number has 13 characters: without its two-digit key a typing error goes "
                    "unseen. Type the 15 characters if you have them."
                )
            )
        return None

    @api.onchange("birth_name")
    def _onchange_birth_name(self):
        self.birth_name = clean_text(self.birth_name)
        if texts := self._birth_name_problem_texts():
            return self._passport_warning("\n".join(texts))
        return None

    @api.onchange("company_registry", "country_id")
    def _onchange_passport_company_registry(self):
        if self.company_registry and self.l10n_fr_is_french:
            problem = siret.problem_of(self.company_registry)
            if problem:
                return self._passport_warning(self._siret_problem_text(problem))
        return None

    def _passport_warning(self, text):
        return {"warning": {"title": self.env._("Passeport de prévention"), "message": text}}

    @api.model
    def _nir_problem_text(self, problem):
        """Return what is wrong with a NIR, in words, without the number."""
        return {
            nir.BAD_CHARACTER: self.env._(
                "The social security number holds a character it cannot hold: it is made of digits, "
                "with 2A or 2B for Corsica."
            ),
            nir.BAD_LENGTH: self.env._(
                "The social security number has 15 characters, its two-digit key included."
            ),
            nir.BAD_SEX: self.env._("The first digit of the social security number is wrong."),
            nir.BAD_MONTH: self.env._(
                "The month of birth (4th and 5th characters) in the social security number is wrong."
            ),
            nir.BAD_KEY: self.env._(
                "The key of the social security number (last two digits) does not fit: one of its "
                "digits is wrong."
            ),
        }[problem]

    @api.model
    def _siret_problem_text(self, problem):
        """Return what is wrong with a SIRET, in words."""
        return {
            siret.BAD_CHARACTER: self.env._("A SIRET is made of digits only."),
            siret.BAD_LENGTH: self.env._("A SIRET has 14 digits."),
            siret.BAD_CHECKSUM: self.env._(
                "This SIRET does not exist: one of its digits is wrong."
            ),
        }[problem]

    def _passport_siret(self):
        """Return the 14 digits of the SIRET, or what stands there in their place."""
        return siret.compact(self.company_registry)

    def _birth_name_problem_texts(self):
        self.ensure_one()
        texts = []
        limit = authority_file.column("adf", "NOM_TITULAIRE").max_length
        if len(self.birth_name or "") > limit:
            texts.append(
                self.env._(
                    "The birth name has %(count)s characters; the portal takes %(max)s.",
                    count=len(self.birth_name),
                    max=limit,
                )
            )
        if found := forbidden_characters(self.birth_name):
            texts.append(
                self.env._(
                    "The birth name holds a character that the portal refuses: %s",
                    " ".join(describe_character(char) for char in found),
                )
            )
        return texts

    def _set_nir_state(self, state):
        """Set the state of the NIR of these people; only this addon's own code may."""
        people = self.sudo()
        people.filtered(lambda person: person.nir_state != state).write(
            {"nir_state": state, "nir_state_date": fields.Datetime.now()}
        )

    @check_identity
    def action_nir_reveal(self):
        """Show the NIR of this person, after the password was asked for; the access log tells it."""
        self.ensure_one()
        self._check_declarant()
        reveal = self.env["passport.nir.reveal"].create({"partner_id": self.id})
        return reveal._get_records_action(name=self.env._("Social Security Number"), target="new")

    def action_nir_refused(self):
        """Record that these people refuse to give their NIR: their employer then declares.

        :raises UserError: the NIR of one of them is known
        """
        self._check_declarant()
        for partner in self:
            if partner.nir_state == "provided":
                raise UserError(
                    self.env._(
                        "The NIR of %s is known. Erase it before recording a refusal.",
                        partner.display_name,
                    )
                )
        self._set_nir_state("refused")
        self.env["passport.nir.access"]._record(self, "refuse")

    def action_open_nir_refuse(self):
        """Open the dialog that records a refusal with its written proof."""
        return self._nir_dialog("passport.nir.refuse", self.env._("Refusal to Give the NIR"))

    def action_open_nir_erase(self):
        """Open the dialog that erases the NIR of this person, with what follows from it."""
        return self._nir_dialog("passport.nir.erase", self.env._("Erase the NIR"))

    def _nir_dialog(self, model, name):
        self.ensure_one()
        self._check_declarant()
        dialog = self.env[model].create({"partner_id": self.id})
        return dialog._get_records_action(name=name, target="new")

    def _erase_nir(self):
        """Erase the NIR of these people on their request."""
        self._check_declarant()
        self.sudo().nir_vault_ids._erase("erase")

    def action_merge_same_nir(self):
        """Open Odoo's merge of contacts on this person and whoever has the same NIR."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_merge")
        action["context"] = {
            "active_model": self._name,
            "active_ids": (self | self.same_nir_partner_ids).ids,
        }
        return action

    def action_nir_access_log(self):
        """Open who did what with the NIR of this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_nir_access_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        return action

    def action_nir_ask_again(self):
        """Take a recorded refusal back."""
        self._check_declarant()
        self.filtered(lambda person: person.nir_state == "refused")._set_nir_state("missing")

    def _check_declarant(self):
        self.env["passport.rights"]._check(
            DECLARANT_GROUP, self.env._("Only declarants may do this.")
        )
        self.check_access("write")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # What says nothing is allowed: Odoo passes such defaults on when it creates a user.
            self._check_protected(
                fname for fname in PROTECTED_FIELDS if vals.get(fname) not in NOTHING_KNOWN
            )
            self._passport_clean_values(vals)
            # Explicitly, lest a default in the context says otherwise.
            for fname in PROTECTED_FIELDS:
                vals.setdefault(fname, fname == "nir_state" and "missing")
        return super().create(vals_list)

    def write(self, vals):
        self._check_protected(PROTECTED_FIELDS & set(vals))
        self._passport_clean_values(vals)
        if "nir" in vals:
            # Apart: Odoo compares the values before and after, which would read the number in clear.
            self._check_field_access(self._fields["nir"], "write")
            self.check_access("write")
            number = vals["nir"]
            vals = {fname: value for fname, value in vals.items() if fname != "nir"}
            self.env["passport.nir"]._store(dict.fromkeys(self, number))
            self.invalidate_recordset(["nir"])
        result = super().write(vals)
        if "company_registry" in vals:
            self._refresh_employed()
        return result

    def unlink(self):
        # Not left to the database: Odoo's privacy tools pass by what goes with its contact anyway.
        self.sudo().nir_vault_ids.unlink()
        return super().unlink()

    @api.model
    def _check_protected(self, fnames):
        """Refuse that users write what follows from the vault and from recorded refusals."""
        if not self.env.su and any(fnames):
            raise AccessError(
                self.env._("The status of the NIR follows from the NIR, it cannot be written.")
            )

    @api.model
    def _passport_clean_values(self, vals):
        if vals.get("birth_name"):
            vals["birth_name"] = clean_text(vals["birth_name"])

    def _refresh_passport_state(self):
        """Recompute the readiness of all registrations of these people."""
        registrations = self.env["event.registration"].sudo()
        registrations = registrations.with_context(active_test=False).search(
            [("attendee_partner_id", "in", self.ids)]
        )
        registrations._mark_passport_state()

    def _refresh_employed(self):
        """Recompute the readiness of everybody these companies employ, after their SIRET changed.

        Not a dependency of the field: Odoo writes the SIRET of a company on each of its contacts,
        one by one, and every one of these writes would look for registrations.
        """
        companies = self.filtered("is_company")
        if companies:
            registrations = self.env["event.registration"].sudo().with_context(active_test=False)
            registrations.search([("employer_id", "in", companies.ids)])._mark_passport_state()

    # ------------------------------------------------------------
    # Trainings of a person
    # ------------------------------------------------------------

    def _compute_passport_registration_count(self):
        groups = self.env["event.registration"]._read_group(
            [("attendee_partner_id", "in", self.ids)], ["attendee_partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.passport_registration_count = counts.get(partner.id, 0)
