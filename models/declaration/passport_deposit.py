from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..ground.passport_rights import USER_GROUP
from ..ground.selections import PASSPORT_DOCUMENTS
from ..vault.identity import confirmed

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
    be rendered the same from now on, or not at all) → ``deposited`` (given to the authority) →
    ``done`` (every line answered). A deposit that was never given to the authority can go back to
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
    document = fields.Selection(
        PASSPORT_DOCUMENTS,
        required=True,
        default="adf",
        help="The authority takes attestations and certificates of success in files of their own.",
    )
    declaration_ids = fields.One2many(
        "passport.declaration",
        "deposit_id",
        string="Declarations",
        domain="[('company_id', '=', company_id), ('document', '=', document), "
        "('channel', '=', 'file'), ('state', '=', 'prepared'), ('deposit_id', '=', False)]",
        help="What the file holds: declarations prepared for a file, of one kind of "
        "document, not deposited yet.",
    )
    line_ids = fields.One2many("passport.declaration.line", "deposit_id", string="Attendees")
    attendee_count = fields.Integer(compute="_compute_counts")
    accepted_count = fields.Integer(compute="_compute_counts")
    rejected_count = fields.Integer(compute="_compute_counts")
    to_correct_count = fields.Integer(compute="_compute_to_correct_count")
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
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
        counted = ("line_count", "accepted_count", "rejected_count")
        groups = self.env["passport.declaration"]._read_group(
            [("deposit_id", "in", self.ids)], ["deposit_id"], [f"{name}:sum" for name in counted]
        )
        counts = {deposit.id: found for deposit, *found in groups}
        for deposit in self:
            attendees, accepted, rejected = counts.get(deposit._origin.id, (0, 0, 0))
            deposit.attendee_count = attendees
            deposit.accepted_count = accepted
            deposit.rejected_count = rejected

    @api.depends("state")
    def _compute_is_outdated(self):
        outdated = self.sudo().env["passport.outdated"]
        for deposit in self:
            is_generated = deposit.state == "generated"
            deposit.is_outdated = is_generated and outdated._is_outdated(deposit.sudo())

    def _compute_to_correct_count(self):
        found = self._to_correct()
        for deposit in self:
            deposit.to_correct_count = len(found.get(deposit, ()))

    @api.constrains("declaration_ids", "document", "company_id")
    def _check_declarations(self):
        gate = self.env["passport.deposit.gate"]
        for deposit in self.sudo():
            gate._check_fit(gate._strangers(deposit), deposit)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_technical_values(vals_list)
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            if vals.get("name", "/") == "/":
                (vals["name"],) = self.env["passport.numbering"]._draw(company, self._name)
            # Explicitly, lest a default in the context says otherwise.
            for fname in TECHNICAL_FIELDS:
                vals.setdefault(fname, fname == "state" and "draft")
        self.check_access("create")
        # As superuser: nobody types a number.
        made = super(PassportDeposit, self.sudo()).create(vals_list).with_env(self.env)
        made.check_access("create")
        return made

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

    @confirmed
    def action_download(self):
        """Generate the file, checks included, and have the browser download it.

        The form is read again, and says what to do next.
        """
        self.ensure_one()
        self.env["passport.file"]._generate(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/passeport_prevention/deposit/{self.id}/file",
            "target": "new",
            "close": True,
        }

    def action_update_values(self):
        """Take what sessions and attendees say now into the declarations of a draft deposit."""
        self._hold("draft")
        self.declaration_ids.action_update_values()

    def action_mark_deposited(self):
        """Record that the file was given to the authority."""
        self.ensure_one()
        self._hold("generated")
        values = self.env["passport.transition"]._deposit(self._file_lines())
        self.sudo().write({"state": "deposited", **values})
        # What is given to the authority needs no alert any more.
        self.env["passport.alerts"]._close(self.declaration_ids.event_id)

    def action_accept(self):
        """Record that the authority accepted all attendees that have no answer yet."""
        self._check_state("deposited")
        self._waiting_lines().action_accept()

    def action_reset_to_draft(self):
        """Forget a generated file that was never given to the authority."""
        self._hold("generated")
        for deposit in self.sudo():
            self.env["passport.file"]._forget(deposit)

    def action_cancel(self):
        """Give up a deposit that was never given to the authority: its attendees are free again."""
        self._check_user()
        self.filtered(lambda deposit: deposit.state == "generated").action_reset_to_draft()
        self._hold("draft")
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

    def action_open_to_correct(self):
        """Open the attendees of this deposit who are to be corrected."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_correct_action"
        )
        registrations = self._to_correct().get(self, self.env["event.registration"])
        action["domain"] = [("id", "in", registrations.ids)]
        return action

    def action_control_sheet(self):
        """Download what these deposits declare as one spreadsheet, without NIRs."""
        return self.env["passport.control.sheet"]._action("deposit", self)

    # ------------------------------------------------------------
    # The file and its lines
    # ------------------------------------------------------------

    def _render_file(self):
        """Return the import file (``bytes``) and keep its SHA-256, size and line count.

        The first time everything is checked again, line by line, since data may have changed since
        the declarations were prepared. From then on the same bytes come out, whatever changes, until
        the numbers are purged.

        Each call is told to the access log, once for each person.

        :raises AccessError: the user is no declarant
        :raises UserError: a line breaks a rule, data changed, or a NIR is gone; nothing is written
        """
        return self.env["passport.file"]._render(self)

    def _stream_file(self):
        """Return an iterator over the bytes of the file that was generated, read as it is asked for.

        Rights are checked and the access log is told at once. The last piece comes only once the
        whole is known to be the file that was generated.

        :raises AccessError: the user is no declarant
        :raises UserError: no file was generated, or a NIR is gone; while it is read, that the file
            comes out different
        """
        return self.env["passport.file"]._stream(self)

    def _file_lines(self):
        """Return the lines of the file, in its order: the generated one, else the one to come."""
        self.ensure_one()
        lines = self.env["passport.declaration.line"]
        domain = Domain("deposit_id", "=", self.id)
        if self.state == "draft":
            domain &= Domain("state", "=", "in_deposit")
            return lines.search(domain, order="declaration_id.id, id")
        return lines.search(domain & Domain("file_position", ">", 0), order="file_position")

    def _waiting_lines(self):
        """Return the lines whose answer is awaited."""
        return self.env["passport.declaration.line"].search(
            [("deposit_id", "in", self.ids), ("state", "=", "deposited")]
        )

    def _to_correct(self):
        """Return ``{deposit: registrations}`` of those rejected here and not declared again since."""
        found = self.env["passport.rejection"]._to_correct_in(self.ids)
        registrations = self.env["event.registration"]
        return {
            deposit: registrations.browse(found[deposit.id])
            for deposit in self
            if deposit.id in found
        }

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

    def _hold(self, state):
        """Check the user and the state, and keep others from changing it until the end."""
        self._check_user()
        self.env["passport.deposit.gate"]._hold(self)
        self._check_state(state)

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

    def _check_user(self):
        """Check that the user follows declarations and sees these deposits."""
        self.env["passport.rights"]._check(USER_GROUP)
        self.check_access("read")
