from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ground.passport_rights import DECLARANT_GROUP, USER_GROUP
from ..ground.selections import PASSPORT_DOCUMENTS

# What only the addon's own methods write.
TECHNICAL_FIELDS = {
    "name",
    "state",
    "file_name",
    "file_sha256",
    "file_size",
    "file_line_count",
    "file_line_end",
    "file_bom",
    "generated_on",
    "generated_by_id",
    "deposited_on",
    "deposited_by_id",
}


class PassportDeposit(models.Model):
    """One import file, with many declarations of one document type.

    Life: ``draft`` (declarations may come and go) → ``generated`` (the file was rendered; it will
    be rendered the same from now on, or not at all) → ``deposited`` (given to the portal) →
    ``done`` (every line answered). A deposit that was never given to the portal can go back to
    draft or be cancelled.

    The file itself is never stored, since it holds NIRs in clear: it is rendered from the frozen
    lines and the vault at each download, and its SHA-256 tells that it is the same.
    """

    _name = "passport.deposit"
    _description = "Passport Deposit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    document = fields.Selection(PASSPORT_DOCUMENTS, required=True, default="adf")
    declaration_ids = fields.One2many(
        "passport.declaration",
        "deposit_id",
        string="Declarations",
        domain="[('company_id', '=', company_id), ('document', '=', document), "
        "('channel', '=', 'file'), ('state', '=', 'prepared'), ('deposit_id', '=', False)]",
    )
    line_ids = fields.One2many("passport.declaration.line", "deposit_id", string="Attendees")
    attendee_count = fields.Integer(compute="_compute_counts")
    accepted_count = fields.Integer(compute="_compute_counts")
    rejected_count = fields.Integer(compute="_compute_counts")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("generated", "File Generated"),
            ("deposited", "Deposited"),
            ("done", "Answered"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    file_name = fields.Char(readonly=True, copy=False)
    file_sha256 = fields.Char(
        string="SHA-256",
        readonly=True,
        copy=False,
        help="Fingerprint of the file: proves that a file is the one that was generated here.",
    )
    file_size = fields.Integer(string="Size (bytes)", readonly=True, copy=False)
    file_line_count = fields.Integer(string="Lines", readonly=True, copy=False)
    # As generated, whatever the settings say later.
    file_line_end = fields.Char(readonly=True, copy=False)
    file_bom = fields.Boolean(readonly=True, copy=False)
    generated_on = fields.Datetime(readonly=True, copy=False)
    generated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    deposited_on = fields.Datetime(readonly=True, copy=False)
    deposited_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _name_unique = models.Constraint("unique(company_id, name)", "A deposit's number is used once.")

    @api.depends("declaration_ids.line_count", "declaration_ids.accepted_count")
    def _compute_counts(self):
        for deposit in self:
            declarations = deposit.declaration_ids
            deposit.attendee_count = sum(declarations.mapped("line_count"))
            deposit.accepted_count = sum(declarations.mapped("accepted_count"))
            deposit.rejected_count = sum(declarations.mapped("rejected_count"))

    @api.constrains("declaration_ids", "document", "company_id")
    def _check_declarations(self):
        for deposit in self:
            for declaration in deposit.declaration_ids:
                if declaration.document != deposit.document or declaration.channel != "file":
                    raise UserError(
                        self.env._(
                            "%(declaration)s does not belong in %(deposit)s: a deposit holds import "
                            "file declarations of one document.",
                            declaration=declaration.name,
                            deposit=deposit.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_technical_values(vals_list)
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            if vals.get("name", "/") == "/":
                vals["name"] = company._passport_next_number("passport.deposit")
            # Explicitly, lest a default in the context says otherwise.
            for fname in TECHNICAL_FIELDS:
                vals.setdefault(fname, fname == "state" and "draft")
        return super().create(vals_list)

    def write(self, vals):
        self._check_technical_values([vals])
        if {"declaration_ids", "document", "company_id"} & set(vals):
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_never_generated(self):
        for deposit in self:
            if deposit.state not in ("draft", "cancelled") or deposit.declaration_ids:
                raise UserError(
                    self.env._(
                        "%s cannot be deleted: it holds declarations, or its file was generated. "
                        "Cancel it instead.",
                        deposit.name,
                    )
                )

    @api.model
    def _check_technical_values(self, vals_list):
        """Refuse that users write what only the addon's own methods may: the state and the file."""
        if not self.env.su and any(TECHNICAL_FIELDS & set(vals) for vals in vals_list):
            raise AccessError(
                self.env._("The state of a deposit and its file change through its buttons only.")
            )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_download(self):
        """Generate the file, checks included, and have the browser download it."""
        self._check_and_build()
        return {
            "type": "ir.actions.act_url",
            "url": f"/passeport_prevention/deposit/{self.id}/file",
            "target": "download",
        }

    def action_update_values(self):
        """Take what sessions and attendees say now into the declarations of a draft deposit."""
        self._check_state("draft")
        self.declaration_ids.action_update_values()

    def action_mark_deposited(self):
        """Record that the file was given to the portal."""
        self.ensure_one()
        self._check_passport_user()
        self._check_state("generated")
        values = {"deposited_on": fields.Datetime.now(), "deposited_by_id": self.env.uid}
        self._file_lines()._move("deposited", **values)
        self.sudo().write({"state": "deposited", **values})

    def action_accept(self):
        """Record that the portal accepted all attendees that have no answer yet."""
        self._check_state("deposited")
        self.line_ids.filtered(lambda line: line.state == "deposited").action_accept()

    def action_reset_to_draft(self):
        """Forget a generated file that was never given to the portal."""
        self._check_passport_user()
        self._check_state("generated")
        for deposit in self.sudo():
            deposit._forget_file()

    def action_cancel(self):
        """Give up a deposit that was never given to the portal: its attendees are free again."""
        self._check_passport_user()
        self.filtered(lambda deposit: deposit.state == "generated").action_reset_to_draft()
        self._check_state("draft")
        self.declaration_ids.action_cancel()
        self.sudo().state = "cancelled"

    def action_open_lines(self):
        """Open the attendees of this deposit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_line_action"
        )
        action["domain"] = [("deposit_id", "=", self.id)]
        return action

    def _follow_answers(self):
        """Close the deposits all lines of which have an answer, open those that lost one again."""
        groups = (
            self.env["passport.declaration.line"]
            .sudo()
            ._read_group(
                [("deposit_id", "in", self.ids), ("state", "=", "deposited")], ["deposit_id"]
            )
        )
        waiting = {deposit.id for (deposit,) in groups}
        for deposit in self.sudo():
            if deposit.state in ("deposited", "done"):
                state = "deposited" if deposit.id in waiting else "done"
                if deposit.state != state:
                    deposit.state = state

    def _check_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for deposit in self:
            if deposit.state != state:
                raise UserError(
                    self.env._(
                        "%(deposit)s: this is possible in the state “%(wanted)s” only, and it is "
                        "“%(current)s”.",
                        deposit=deposit.name,
                        wanted=labels[state],
                        current=labels[deposit.state],
                    )
                )

    @api.model
    def _check_passport_user(self):
        """Check that the user follows declarations (superuser code may everything)."""
        self.env["passport.rights"]._check(USER_GROUP)

    def _check_declarant(self):
        """Check that the user may see NIRs and sees this deposit."""
        self.env["passport.rights"]._check(
            DECLARANT_GROUP,
            self.env._(
                "Only declarants may generate import files: they hold social security numbers."
            ),
        )
        self.check_access("read")
