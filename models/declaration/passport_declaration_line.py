import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.base.models.res_users import check_identity

from ..ground.columns import among, id_array
from ..ground.passport_rights import USER_GROUP
from ..ground.selections import LINE_STATES, LIVE_STATES, PASSPORT_DOCUMENTS, SENT_STATES
from ..session.certificate import JDR_COLUMNS
from .passport_declaration import CHANNELS

# Percent of a page of the table that new lines fill. A line is written once more at each step: where
# there is room beside it, the database leaves its eleven indexes alone.
FILL_FACTOR = 40
# What, of a rejection, decides whether the attendee may be declared again.
REJECTION_FIELDS = {"reject_reason_id", "checked_on"}


class PassportDeclarationLine(models.Model):
    """One attendee in one declaration, with the values declared frozen, the NIR excepted.

    Life: ``prepared`` → ``in_deposit`` (its declaration is in a deposit) → ``deposited`` (the
    training body gave the file to the authority, or typed it there) → ``accepted`` or ``rejected``;
    ``withdrawn`` when it is given up: before the deposit by cancelling, afterwards only once the
    holder was deleted with the authority. A line is live until it is rejected or withdrawn. For a
    training of a session (a slot), a person has one live line at most, whatever registration or
    contact it comes from, and so has a number: the database itself sees to it, whatever two users
    do at once.

    Lines are made and moved in SQL, many at a time (``passport.preparation``,
    ``passport.transition``), never by users. What they share with their declaration stands on each
    of them, frozen, so that lists and searches need no other table.
    """

    _name = "passport.declaration.line"
    _description = "Declared Attendee"
    _order = "declaration_id.id desc, birth_name, id"
    _rec_name = "birth_name"
    _check_company_auto = True

    declaration_id = fields.Many2one(
        "passport.declaration", required=True, ondelete="cascade", readonly=True
    )
    deposit_id = fields.Many2one("passport.deposit", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True)
    event_id = fields.Many2one("event.event", string="Session", readonly=True, ondelete="restrict")
    event_slot_id = fields.Many2one("event.slot", string="Slot", readonly=True, ondelete="restrict")
    training_id = fields.Many2one("product.template", readonly=True, ondelete="restrict")
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
    # The keyed fingerprint of the person's number, as the vault keeps it; it goes with the number.
    number_index = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    # The same as it was when it was given to the authority: a number corrected later is another one.
    declared_index = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
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
    employer_id = fields.Many2one(
        "res.partner", readonly=True, ondelete="restrict", index="btree_not_null"
    )
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
    )
    is_live = fields.Boolean(compute="_compute_is_live", store=True)
    difference = fields.Char(
        string="Declared Otherwise",
        compute="_compute_difference",
        groups=USER_GROUP,
        help="What the records say otherwise by now than what the authority was told.",
    )
    differs = fields.Boolean(
        compute="_compute_difference", search="_search_differs", groups=USER_GROUP
    )
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
        related="registration_id.passport_client_id.commercial_partner_id",
        string="Client",
        store=True,
        index="btree_not_null",
    )
    sale_order_id = fields.Many2one(
        related="registration_id.sale_order_id", store=True, index="btree_not_null"
    )
    date_end = fields.Date(string="End of Training", readonly=True)
    declaration_reference = fields.Char(related="declaration_id.reference")
    document = fields.Selection(PASSPORT_DOCUMENTS, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
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
    # Not on the state: while a line stays live, its steps leave the indexes alone.
    _one_live_line = models.UniqueIndex(
        "(registration_id) WHERE is_live",
        "One of these attendees is already in a declaration. Reload the page: a colleague may have "
        "prepared it at the same time.",
    )
    _person_once = models.UniqueIndex(
        "(partner_id, event_id, (COALESCE(event_slot_id, 0)), training_id) WHERE is_live",
        "One of these people is already in a declaration for this training of this session, from "
        "another registration. Withdraw that one first.",
    )
    _number_once = models.UniqueIndex(
        "(number_index, event_id, (COALESCE(event_slot_id, 0)), training_id) "
        "WHERE is_live AND number_index IS NOT NULL",
        "One of these social security numbers is already in a declaration for this training of this "
        "session, from another contact of the same person. Merge the two contacts, or correct the "
        "wrong number.",
    )
    # Serves the declaration's own list and the default order.
    _default_order = models.Index("(declaration_id DESC, birth_name, id)")

    def init(self):
        table = SQL.identifier(self._table)
        self.env.cr.execute(SQL("ALTER TABLE %s SET (fillfactor = %s)", table, FILL_FACTOR))

    @api.depends("attendee_name", "birth_name")
    def _compute_display_name(self):
        """As people are called: a birth name alone is several people's."""
        for line in self:
            line.display_name = line.attendee_name or line.birth_name

    @api.depends("state")
    def _compute_is_live(self):
        for line in self:
            line.is_live = line.state in LIVE_STATES

    @api.depends("state")
    def _compute_difference(self):
        sent = self.filtered(lambda line: line.state in SENT_STATES)
        texts = self.sudo().env["passport.difference"]._texts(sent.sudo().registration_id)
        for line in self:
            line.difference = line in sent and texts.get(line.sudo().registration_id.id)
            line.differs = bool(line.difference)

    @api.model
    def _search_differs(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.sudo().env["passport.difference"]._line_ids()
        return [("id", "in" if True in value else "not in", found)]

    def write(self, vals):
        result = super().write(vals)
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

    def _of_other_states(self, states):
        """Return those of these lines that are in none of ``states``."""
        others = among(self.ids) & fields.Domain("state", "not in", states)
        return self.search(others, order="id")

    def _registration_ids(self):
        """Return the ids of the registrations of these lines, without reading anything else."""
        self.flush_model(["registration_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT registration_id FROM passport_declaration_line WHERE id = ANY(%s) ORDER BY id",
                id_array(self.ids),
            )
        )
        return [registration_id for (registration_id,) in rows]

    def _deposits(self):
        """Return the deposits of these lines, without reading anything else of them."""
        groups = self._read_group([("id", "in", self.ids)], ["deposit_id"])
        return self.env["passport.deposit"].union(*(deposit for (deposit,) in groups))

    def _names(self):
        names = ", ".join(line.attendee_name or line.unique_id for line in self[:10])
        return names + (self.env._(" and %s more", len(self) - 10) if len(self) > 10 else "")

    def _check_user(self):
        """Check that the user may follow declarations and sees all of these."""
        self.env["passport.rights"]._check(USER_GROUP)
        # Asked of the database: to judge a hundred thousand, Odoo would read each of them.
        if self.search_count(among(self.ids)) != len(self):
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
