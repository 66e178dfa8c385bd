import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_users import check_identity

from ..ground.passport_rights import USER_GROUP
from ..ground.selections import LINE_STATES, LIVE_STATES
from ..session.certificate import JDR_COLUMNS

# What, of a rejection, decides whether the attendee may be declared again.
REJECTION_FIELDS = {"reject_reason_id", "checked_on"}


class PassportDeclarationLine(models.Model):
    """One attendee in one declaration, with the values declared frozen, the NIR excepted.

    Life: ``prepared`` → ``in_deposit`` (its declaration is in a deposit) → ``deposited`` (the
    training body gave the file to the authority, or typed it there) → ``accepted`` or ``rejected``;
    ``withdrawn`` when it is given up: before the deposit by cancelling, afterwards only once the
    holder was deleted with the authority. A line is live until it is rejected or withdrawn, and a
    registration has one live line at most: the database itself sees to it, whatever two users do
    at once.

    Lines are written by the addon's own methods, never by users.
    """

    _name = "passport.declaration.line"
    _description = "Declared Attendee"
    _order = "declaration_id desc, birth_name, id"
    _rec_name = "birth_name"
    _check_company_auto = True

    declaration_id = fields.Many2one(
        "passport.declaration", required=True, ondelete="cascade", index=True, readonly=True
    )
    deposit_id = fields.Many2one(
        related="declaration_id.deposit_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, index=True)
    event_id = fields.Many2one(related="declaration_id.event_id", store=True, index=True)
    training_id = fields.Many2one(related="declaration_id.training_id", store=True)
    registration_id = fields.Many2one(
        "event.registration",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Attendee",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    attendee_name = fields.Char(string="Name", related="partner_id.name")
    unique_id = fields.Char(
        string="Unique Identifier",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="ID_UNIQUE_PARTENAIRE: never used twice, in any file, even after a restore.",
    )
    # Frozen when the declaration is prepared.
    birth_name = fields.Char(readonly=True)
    has_employer = fields.Boolean(readonly=True)
    employer_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    siret = fields.Char(string="SIRET", readonly=True)
    employer_reference = fields.Char(string="Employer's Reference", readonly=True)
    validity_start_date = fields.Date(string="Valid From", readonly=True)
    validity_end_date = fields.Date(string="Valid Until", readonly=True)
    jdr_result = fields.Char(string="Result Obtained", readonly=True)
    jdr_mention = fields.Char(string="Distinction", readonly=True)
    jdr_proof_link = fields.Char(string="Link to the Proof", readonly=True)
    jdr_proof_reference = fields.Char(string="Number of the Proof", readonly=True)

    state = fields.Selection(
        LINE_STATES,
        default="prepared",
        required=True,
        readonly=True,
        index=True,
    )
    is_live = fields.Boolean(compute="_compute_is_live", store=True)
    deposited_on = fields.Datetime(readonly=True)
    deposited_by_id = fields.Many2one("res.users", readonly=True)
    answered_on = fields.Datetime(string="Answer Recorded On", readonly=True)
    answered_by_id = fields.Many2one("res.users", string="Answer Recorded By", readonly=True)
    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    withdraw_reason = fields.Char(string="Reason of the Withdrawal", readonly=True)

    reject_reason = fields.Char(string="Reason of the Rejection", readonly=True)
    reject_reason_id = fields.Many2one(
        "passport.reject.reason",
        string="Kind of Rejection",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    rejected_as_file = fields.Boolean(
        readonly=True, help="Rejected with the whole file, for one fault of it."
    )
    checked_on = fields.Datetime(
        readonly=True, help="Somebody found the data right after the rejection: declare again."
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    # The ticks of the assisted entry.
    typed_on = fields.Datetime(readonly=True, copy=False)
    typed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # What was declared, as seen from a person, a client, an order.
    client_id = fields.Many2one(
        related="registration_id.partner_id.commercial_partner_id",
        string="Client",
        store=True,
        index="btree_not_null",
    )
    sale_order_id = fields.Many2one(
        related="registration_id.sale_order_id", store=True, index="btree_not_null"
    )
    date_end = fields.Date(related="declaration_id.date_end", string="End of Training", store=True)
    declaration_reference = fields.Char(related="declaration_id.reference")
    document = fields.Selection(related="declaration_id.document", store=True)
    channel = fields.Selection(related="declaration_id.channel", store=True)
    file_name = fields.Char(related="deposit_id.file_name")
    file_sha256 = fields.Char(related="deposit_id.file_sha256")
    file_position = fields.Integer(
        string="Line in the File",
        readonly=True,
        copy=False,
        help="Set once the import file is generated; the line with the column names not counted.",
    )

    _unique_id_unique = models.Constraint(
        "unique(unique_id)", "A unique identifier is never used twice."
    )
    _one_live_line = models.UniqueIndex(
        "(registration_id) WHERE state IN ('prepared', 'in_deposit', 'deposited', 'accepted')",
        "One of these attendees is already in a declaration. Reload the page: a colleague may have "
        "prepared it at the same time.",
    )

    @api.depends("state")
    def _compute_is_live(self):
        for line in self:
            line.is_live = line.state in LIVE_STATES

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["passport.transition"]._tell_registrations(lines)
        # Declared again: what was still open about the earlier rejection is done.
        earlier = lines.sudo().registration_id.passport_line_ids - lines.sudo()
        rejected = earlier.filtered(lambda line: line.state == "rejected")
        self.env["passport.corrections"]._close_of(rejected)
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.env["passport.transition"]._tell_registrations(self)
        if not REJECTION_FIELDS.isdisjoint(vals):
            self.env["passport.readiness"]._refresh(self.sudo().registration_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What was declared is never deleted. Withdraw the attendee instead.")
        )

    # ------------------------------------------------------------
    # Following
    # ------------------------------------------------------------

    def action_accept(self):
        """Record that the authority accepted these attendees."""
        self.env["passport.answer"]._accept(self)

    def action_undo_answer(self):
        """Forget an answer that was recorded by mistake: the authority's answer is awaited again."""
        self.env["passport.answer"]._undo(self)

    def _reject(self, reason, known_reason=None):
        """Record that the authority rejected these attendees, all with the same words."""
        self.env["passport.answer"]._reject(dict.fromkeys(self, reason), known_reason)

    def _withdraw(self, reason=False):
        """Take attendees out of their declaration: they are free to be declared anew."""
        self.env["passport.transition"]._withdraw(self, reason)

    # ------------------------------------------------------------
    # Assisted entry
    # ------------------------------------------------------------

    def entry_tick(self, version):
        """Tick this attendee off as typed into the authority's form; a colleague's earlier tick stays.

        :param version: of the values that were typed, as ``entry_sheet`` gave it
        :returns: the sheet as it is now
        :raises UserError: the values changed meanwhile, or may not be typed any more
        """
        self.env["passport.assisted.entry"]._tick(self, version)
        return self.declaration_id.entry_sheet()

    def entry_untick(self):
        """Take the tick of this attendee back; only before the declaration is deposited.

        :returns: the sheet as it is now
        """
        self.env["passport.assisted.entry"]._untick(self)
        return self.declaration_id.entry_sheet()

    @check_identity
    def action_entry_nir(self):
        """Give the NIR of this attendee to the client action, after the password was asked for.

        13 characters, as the authority wants it; the access log tells it. It travels in what closes
        the password dialog, so that no view, address or stored action ever holds it.

        :raises UserError: nothing may be typed at the moment
        """
        number = self.env["passport.assisted.entry"]._number(self)
        return {"type": "ir.actions.act_window_close", "infos": {"nir": number}}

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _row(self, number):
        """Return this line as a row of the import file (see ``tools/authority_file.py``).

        :param number: the attendee's NIR
        """
        self.ensure_one()
        return {
            **self.declaration_id._training_row(),
            "ID_UNIQUE_PARTENAIRE": self.unique_id,
            "NIR": number,
            "NOM_TITULAIRE": self.birth_name or "",
            "PRESENCE_EMPLOYEUR": self.has_employer,
            "SIRET_EMPLOYEUR": self.siret or "",
            "REFERENCE_EMPLOYEUR": self.employer_reference or "",
            "DATE_DEBUT_VALIDITE": self.validity_start_date or None,
            "DATE_FIN_VALIDITE": self.validity_end_date or None,
            **{column: self[fname] or "" for fname, column in JDR_COLUMNS.items()},
        }

    def _names(self):
        names = ", ".join(line.attendee_name or line.unique_id for line in self[:10])
        return names + (self.env._(" and %s more", len(self) - 10) if len(self) > 10 else "")

    def _check_user(self):
        """Check that the user may follow declarations and sees all of these."""
        self.env["passport.rights"]._check(USER_GROUP)
        self.check_access("read")

    @api.model
    def _history_action(self, domain, name):
        """Return the action that opens the lines of ``domain``, all states included."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_line_action"
        )
        return {
            **action,
            "domain": domain,
            "context": {},
            "display_name": self.env._("Declared: %s", name),
        }
