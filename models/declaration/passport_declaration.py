from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools import authority_file
from ...tools.text import clean_text
from ..ground.passport_rights import USER_GROUP
from ..ground.selections import (
    JDR_MODES,
    JDR_TYPES,
    PASSPORT_DOCUMENTS,
    TRAINER_QUALIFICATIONS,
    TRAINING_MODALITIES,
)

# How a declaration reaches the authority.
CHANNELS = [("file", "Import file"), ("form", "Web form")]
# What users may write themselves; all the rest is frozen when the declaration is prepared.
WRITABLE_FIELDS = {
    "deposit_id",
    "reference",
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}


class PassportDeclaration(models.Model):
    """One session × one document × one batch of attendees, as the authority counts declarations.

    Made by the wizard ``passport.declare``, which freezes here the columns that all lines share and
    on each line those of the attendee. Put into a deposit, rendered there, then followed line by
    line. A declaration not yet deposited can be cancelled: its attendees are free again.
    """

    _name = "passport.declaration"
    _description = "Passport Declaration"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        help="ID_DECLARATION in the file.",
    )
    reference = fields.Char(
        required=True,
        help="REFERENCE_DECLARATION: how you find the declaration on the authority's site.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    event_id = fields.Many2one(
        "event.event",
        string="Session",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    event_slot_id = fields.Many2one("event.slot", string="Slot", readonly=True, ondelete="restrict")
    training_id = fields.Many2one(
        "product.template", required=True, readonly=True, ondelete="restrict"
    )
    document = fields.Selection(PASSPORT_DOCUMENTS, required=True, readonly=True, default="adf")
    channel = fields.Selection(
        CHANNELS,
        required=True,
        readonly=True,
        default="file",
    )
    deposit_id = fields.Many2one(
        "passport.deposit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        tracking=True,
        help="The import file that this declaration leaves in.",
    )
    is_editable = fields.Boolean(compute="_compute_is_editable")
    line_ids = fields.One2many("passport.declaration.line", "declaration_id", string="Attendees")
    # Kept right by passport.transition, many declarations at a time.
    line_count = fields.Integer(string="Attendee Count", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("prepared", "Prepared"),
            ("deposited", "Deposited"),
            ("done", "Answered"),
            ("cancelled", "Cancelled"),
        ],
        default="prepared",
        readonly=True,
        copy=False,
        tracking=True,
    )
    accepted_count = fields.Integer(readonly=True, copy=False)
    rejected_count = fields.Integer(readonly=True, copy=False)
    withdrawn_count = fields.Integer(readonly=True, copy=False)
    typed_count = fields.Integer(
        string="Typed into the Authority's Form",
        compute="_compute_typed_count",
        help="How many attendees were ticked off in the assisted entry.",
    )

    # The training columns, frozen: identical on every line of the declaration.
    training_name = fields.Char(readonly=True)
    date_start = fields.Date(string="Start", readonly=True)
    date_end = fields.Date(string="End", readonly=True)
    modality = fields.Selection(TRAINING_MODALITIES, string="Delivery", readonly=True)
    trainer_qualification = fields.Selection(
        TRAINER_QUALIFICATIONS, string="Trainer's Qualification", readonly=True
    )
    is_certifying = fields.Boolean(string="Certifying", readonly=True)
    rome_codes = fields.Char(string="ROME Competences", readonly=True)
    rs_code = fields.Char(string="Certification (RS or RNCP)", readonly=True)
    formacodes = fields.Char(readonly=True)
    nsf_codes = fields.Char(string="NSF Specialities", readonly=True)

    jdr_type = fields.Selection(JDR_TYPES, string="Kind of Certificate", readonly=True)
    jdr_name = fields.Char(string="Name of the Certificate", readonly=True)
    jdr_option = fields.Char(string="Option or Speciality", readonly=True)
    jdr_mode = fields.Selection(JDR_MODES, string="Obtained", readonly=True)

    _name_unique = models.Constraint(
        "unique(company_id, name)", "A declaration's number is used once."
    )

    @api.depends("state", "deposit_id.state")
    def _compute_is_editable(self):
        for declaration in self:
            declaration.is_editable = declaration.state == "prepared" and (
                declaration.sudo().deposit_id.state in (False, "draft")
            )

    @api.depends("line_ids.typed_on", "line_ids.state")
    def _compute_typed_count(self):
        for declaration in self:
            declaration.typed_count = len(declaration._lines_to_type().filtered("typed_on"))

    @api.constrains("reference")
    def _check_reference(self):
        limit = authority_file.column("adf", "REFERENCE_DECLARATION").max_length
        for declaration in self:
            if len(declaration.reference) > limit:
                raise UserError(
                    self.env._(
                        "%(name)s: the reference has %(count)s characters; the authority takes %(max)s.",
                        name=declaration.name,
                        count=len(declaration.reference),
                        max=limit,
                    )
                )

    def write(self, vals):
        if not self.env.su and not set(vals) <= WRITABLE_FIELDS:
            raise AccessError(
                self.env._(
                    "A declaration cannot be edited: it says what the session and its attendees say."
                )
            )
        if {"deposit_id", "reference"} & set(vals):
            deposit = self.env["passport.deposit"].browse(vals.get("deposit_id") or ())
            self.env["passport.deposit.gate"]._pass(self, deposit)
            self._check_not_sent()
        if vals.get("reference"):
            vals["reference"] = clean_text(vals["reference"])
        result = super().write(vals)
        if "deposit_id" in vals:
            self.env["passport.transition"]._follow_deposit(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A declaration is never deleted. Cancel it: its attendees are free again.")
        )

    def _lines(self, domain):
        """Return the attendees of these declarations that meet a domain, as ids: nothing is read."""
        lines = self.env["passport.declaration.line"]
        return lines.search(Domain("declaration_id", "in", self.ids) & Domain(domain))

    def _live_lines(self):
        return self._lines([("is_live", "=", True)])

    def _lines_to_type(self):
        return self._lines([("state", "!=", "withdrawn")])

    def _training_row(self):
        """Return the columns that all lines of this declaration share."""
        self.ensure_one()
        return {
            "ID_DECLARATION": self.name,
            "REFERENCE_DECLARATION": self.reference,
            "NOM_FORMATION": self.training_name or "",
            "DATE_DEBUT_FORMATION": self.date_start or None,
            "DATE_FIN_FORMATION": self.date_end or None,
            "MODALITE_DISPENSE": self.modality or "",
            "COMPETENCE_TRANSFERABLE": _codes(self.rome_codes),
            "QUALIFICATION_FORMATEUR": self.trainer_qualification or "",
            "FORMATION_CERTIFIANTE": self.is_certifying,
            "CERTIFICATION_VISEE": _codes(self.rs_code),
            "DOMAINE_FORMATION": _codes(self.formacodes),
            "SPECIALITE_FORMATION": _codes(self.nsf_codes),
            **(self._jdr_row() if self.document == "jdr" else {}),
        }

    def _jdr_row(self):
        return {
            "TYPE_JDR": self.jdr_type or "",
            "NOM_JDR": self.jdr_name or "",
            "NOM_OPTION_SPECIALITE": self.jdr_option or "",
            "MODE_OBTENTION": self.jdr_mode or "",
            # What is declared here was always trained here.
            "PRESENCE_FORMATION": True,
        }

    # ------------------------------------------------------------
    # Following
    # ------------------------------------------------------------

    def action_create_deposit(self):
        """Put these declarations into new deposits, one for each document, and open them."""
        return self._create_deposit()._get_records_action(name=self.env._("Deposits"))

    def _create_deposit(self):
        self._check_user()
        if not self:
            raise UserError(self.env._("Choose the declarations to deposit first."))
        self._check_not_sent()
        if self.filtered(lambda declaration: declaration.channel != "file"):
            raise UserError(self.env._("Declarations made for the web form have no import file."))
        if self.deposit_id:
            raise UserError(
                self.env._(
                    "Already in a deposit: %s",
                    ", ".join(self.filtered("deposit_id").mapped("name")),
                )
            )
        if len(self.company_id) > 1:
            raise UserError(
                self.env._(
                    "A deposit holds the declarations of one company. Choose them by company."
                )
            )
        return self.env["passport.deposit"].create(
            [
                {
                    "company_id": self.company_id.id,
                    "document": document,
                    "declaration_ids": [fields.Command.set(declarations.ids)],
                }
                for document, declarations in self.grouped("document").items()
            ]
        )

    def action_update_values(self):
        """Freeze anew what sessions and attendees say now; only before the deposit."""
        self._check_user()
        self._check_not_sent()
        self.env["passport.frozen"]._update(self.sudo())

    def action_mark_deposited(self):
        """Record that these declarations were typed into the authority's web form.

        :raises UserError: an import file declares them, or the assisted entry is half done
        """
        self._check_user()
        if self.filtered(lambda declaration: declaration.channel != "form"):
            raise UserError(
                self.env._("Declarations of an import file are deposited with their deposit.")
            )
        self.env["passport.assisted.entry"]._check_not_half_typed(self)
        self._check_not_sent()
        self.env["passport.transition"]._deposit(self._live_lines())

    def action_cancel(self):
        """Give up declarations that were never deposited: their attendees are free again."""
        self._check_user()
        self._check_not_sent()
        self.deposit_id = False
        self._live_lines()._withdraw()

    def action_control_sheet(self):
        """Download these declarations as one spreadsheet, without NIRs."""
        return self.env["passport.control.sheet"]._action("declaration", self)

    # ------------------------------------------------------------
    # Assisted entry
    # ------------------------------------------------------------

    def action_open_entry(self):
        """Open the assisted entry of this declaration."""
        self.ensure_one()
        self.env["passport.assisted.entry"]._check_user(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "passeport_prevention.passport_entry_action"
        )
        return {**action, "context": {"active_id": self.id, "active_ids": self.ids}}

    @api.readonly
    def entry_sheet(self):
        """Return what the assisted entry shows: the values in the authority's order, who was typed.

        There are no values to type while something is wrong: ``problems`` says what, and where to
        mend it. The NIR is never part of it (see ``action_entry_nir`` of the lines).

        :raises AccessError: the user is no declarant, or does not see this declaration
        :raises UserError: the declaration is made for an import file
        """
        self.ensure_one()
        return self.env["passport.assisted.entry"]._sheet(self)

    def action_entry_deposit(self):
        """Mark this declaration as deposited, once every attendee is ticked off.

        :raises UserError: somebody is not typed yet
        """
        self.ensure_one()
        self.env["passport.assisted.entry"]._check_all_typed(self)
        self.action_mark_deposited()
        return self.entry_sheet()

    def action_open_lines(self):
        """Open the attendees of this declaration."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_line_action"
        )
        action["domain"] = [("declaration_id", "=", self.id)]
        return action

    def _check_not_sent(self):
        """Refuse to change declarations that are out of our hands."""
        sent = self.filtered(lambda declaration: not declaration.is_editable)
        if sent:
            raise UserError(
                self.env._(
                    "These declarations cannot change any more, since their file was generated or "
                    "deposited, or since they are cancelled: %s",
                    ", ".join(sent.mapped("name")),
                )
            )

    def _check_user(self):
        """Check that the user may follow declarations and sees all of these."""
        self.env["passport.rights"]._check(USER_GROUP)
        self.check_access("read")


def _codes(joined):
    """Return the codes of a frozen ``/``-joined column as a tuple."""
    return tuple((joined or "").split("/")) if joined else ()
