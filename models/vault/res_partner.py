from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.res_users import check_identity

from ...tools import nir, person_name, siret
from ...tools.text import clean_text
from ..ground.followers import following
from ..ground.passport_rights import DECLARANT_GROUP
from .followers import PARTNER_FOLLOWERS
from .passport_vault import REVEAL

# They follow from the vault and from recorded refusals; nobody writes them directly.
PROTECTED_FIELDS = {"nir_state", "nir_state_date", "nir_refusal_proof_id"}
NOTHING_KNOWN = (None, False, "missing")


class ResPartner(models.Model):
    """The NIR and the birth name of a person: typed here, kept in the vault."""

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
        "ir.attachment",
        string="Proof of the Refusal",
        compute="_compute_nir_state",
        store=True,
        readonly=True,
        copy=False,
    )
    birth_name_proposal = fields.Char(
        string="Probably Meant",
        compute="_compute_birth_name_proposal",
        help="The birth name with the characters of a keyboard in place of those that look like them.",
    )
    nir_vault_ids = fields.One2many("passport.nir", "partner_id", groups=fields.NO_ACCESS)
    nir_warning = fields.Char(
        string="NIR to Check",
        compute="_compute_nir_warning",
        help="What is wrong or unusual with the number that was typed, without telling it.",
    )

    # ------------------------------------------------------------
    # NIR
    # ------------------------------------------------------------

    def _compute_nir_state(self):
        for partner in self:
            partner.nir_state = partner.nir_state or "missing"
            partner.nir_state_date = partner.nir_state_date
            partner.nir_refusal_proof_id = partner.nir_refusal_proof_id

    # Each user has a cache of his own, and so has superuser code: what one may see, another may not.
    @api.depends("nir_vault_ids.envelope")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_nir(self):
        numbers = self.env["passport.vault"]._seen(self._origin, REVEAL)
        for partner in self:
            number = numbers.get(partner._origin.id)
            partner.nir = nir.display(number) if number else False

    @api.depends("nir_vault_ids.envelope")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_nir_masked(self):
        masks = self.env["passport.vault"]._masks(self._origin)
        for partner in self:
            partner.nir_masked = masks.get(partner._origin.id)

    def _compute_nir_entry(self):
        self.nir_entry = False

    def _inverse_nir_entry(self):
        self._check_field_access(self._fields["nir_entry"], "write")
        typed = {partner: partner.nir_entry for partner in self if partner.nir_entry}
        if typed:
            self.env["passport.nir"]._store(typed)
        # What was typed leaves the cache, and so the screen that reads it back.
        self.invalidate_recordset(["nir_entry"])

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
        numbers = [text for text in value if text]
        if len(numbers) > 1:
            raise UserError(self.env._("Search for one social security number at a time."))
        found = self.env["passport.vault"]._search(numbers[0]) if numbers else []
        domain = fields.Domain("id", "in", found)
        if len(numbers) < len(value):
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
        others = self.env["passport.nir.lookup"]._shared(self._origin.ids)
        for partner in self:
            same = self.browse(others.get(partner._origin.id, []))
            partner.same_nir_partner_ids = same._filtered_access("read")

    @api.depends("birth_name")
    def _compute_birth_name_proposal(self):
        for partner in self:
            name = partner.birth_name or ""
            partner.birth_name_proposal = person_name.look_alikes(name) and person_name.plain(name)

    # ------------------------------------------------------------
    # While typing
    # ------------------------------------------------------------

    @api.onchange("nir")
    def _onchange_nir(self):
        return self.env["passport.typed"]._nir_warning(self.nir, self.name)

    @api.onchange("nir_entry")
    def _onchange_nir_entry(self):
        return self.env["passport.typed"]._nir_warning(self.nir_entry, self.name)

    @api.onchange("birth_name")
    def _onchange_birth_name(self):
        return self.env["passport.typed"]._birth_name_typed(self)

    @api.onchange("company_registry", "country_id")
    def _onchange_passport_company_registry(self):
        is_french = self.l10n_fr_is_french
        return is_french and self.env["passport.typed"]._siret_warning(self.company_registry)

    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        """Check the NIR and the birth name of each row of a file, contacts of a company included.

        What cannot be declared is an error of its row, so that nothing is imported before the file
        is right: correct the cell, or leave it empty and ask the person again. No mere warnings:
        Odoo's import shows them as blocking errors although the rows are in. No message holds a NIR.
        """
        converted = super()._convert_records(records, log=log, savepoint=savepoint)
        if not self.env.context.get("import_file"):  # a module's data, or a program's own call
            yield from converted
            return
        rows = list(converted)
        for info, fname, message in self.env["passport.typed"]._import_rows(rows):
            log({**info, "type": "error", "field": fname, "message": message})
        yield from rows

    def _passport_siret(self):
        """Return the 14 digits of the SIRET, or what stands there in their place."""
        return siret.compact(self.company_registry)

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
        self.env["passport.nir.refusal"]._record(self)

    def action_take_birth_name_proposal(self):
        """Take the plain spelling of the birth name that is proposed."""
        for partner in self.filtered("birth_name_proposal"):
            partner.birth_name = partner.birth_name_proposal

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
        self.env["passport.intake"]._creating(self, vals_list)
        for vals in vals_list:
            # What says nothing is allowed: Odoo passes such defaults on when it creates a user.
            self._check_protected(
                fname for fname in PROTECTED_FIELDS if vals.get(fname) not in NOTHING_KNOWN
            )
            self._passport_clean_values(vals, vals.get("name"))
            if not self.env.su:
                for fname in PROTECTED_FIELDS:
                    vals.pop(fname, None)
        people = super().create(vals_list)
        if PROTECTED_FIELDS & set(self.env["ir.default"]._get_model_defaults(self._name)):
            # A default that somebody stored knows nothing of these people.
            unknown = people.sudo().filtered(lambda person: not person.nir_vault_ids)
            unknown.write({"nir_state": "missing", "nir_state_date": False})
        return people

    def write(self, vals):
        self._check_protected(PROTECTED_FIELDS & set(vals))
        self.env["passport.intake"]._writing(self, vals)
        self._passport_clean_values(vals, self[:1].display_name)
        if "nir" in vals:
            # Apart: Odoo compares the values before and after, which would read the number in clear.
            self._check_field_access(self._fields["nir"], "write")
            self.check_access("write")
            number = vals["nir"]
            vals = {fname: value for fname, value in vals.items() if fname != "nir"}
            self.env["passport.nir"]._store(dict.fromkeys(self, number))
            self.invalidate_recordset(["nir"])
        with following(PARTNER_FOLLOWERS, self, vals):
            return super().write(vals)

    def unlink(self):
        # Not left to the database: Odoo's privacy tools pass by what goes with its contact anyway.
        self.sudo().nir_vault_ids._remove()
        self.env["passport.nir.access"]._forget("partner_id", self)
        return super().unlink()

    @api.model
    def _check_protected(self, fnames):
        """Refuse that users write what follows from the vault and from recorded refusals."""
        if not self.env.su and any(fnames):
            raise AccessError(
                self.env._("The status of the NIR follows from the NIR, it cannot be written.")
            )

    @api.model
    def _passport_clean_values(self, vals, whose):
        if name := vals.get("birth_name"):
            self.env["passport.typed"]._check_birth_name(name, whose)
            vals["birth_name"] = clean_text(name)
