from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...models.ground.followers import Follower, following
from ...models.ground.passport_rights import USER_GROUP
from ...models.ground.selections import PASSPORT_DOCUMENTS
from ...models.readiness.passport_standing import LEFT
from ...tools import authority_file

CREATE_FOLLOWERS = (Follower("passport.typing", after="_created"),)
WRITE_FOLLOWERS = (Follower("passport.typing", after="_written"),)
# How many sessions and reasons the summary names.
SHOWN_SESSIONS = 10
SHOWN_REASONS = 10


class PassportDeclare(models.TransientModel):
    """Choose a period or sessions and a channel, see who is ready and who is not, prepare.

    What is shown are counts, from what readiness stored, whatever the number of attendees; the lists
    behind are opened. Whoever is prepared is judged anew.
    """

    _name = "passport.declare"
    _inherit = ["passport.proposed"]
    _description = "Prepare Declarations"
    _proposals = {"max_attendees": "_proposed_max_attendees"}

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="Sessions Ended From",
        default=lambda self: self._default_period()[0],
        help="Sessions that ended in this period are declared; leave it as it is to take all "
        "that is still to declare.",
    )
    date_to = fields.Date(string="Until", default=lambda self: self._default_period()[1])
    event_ids = fields.Many2many(
        "event.event",
        string="Sessions",
        domain="[('company_id', 'in', [company_id, False])]",
        # Without the archived ones, whoever is sent here from such a session would take all others.
        context={"active_test": False},
        help="Leave empty to take all sessions of the period.",
    )
    channel = fields.Selection(
        [("file", "Import file"), ("form", "Web form")],
        required=True,
        default="file",
        help="An import file takes many attendees at once; the web form is for a few, typed "
        "with our help.",
    )
    document = fields.Selection(
        [("all", "Attestations and certificates"), *PASSPORT_DOCUMENTS],
        string="Documents",
        required=True,
        default="all",
        help="Attestations and certificates of success go into files of their own: the "
        "authority takes one kind per file.",
    )
    max_attendees = fields.Integer(
        string="Attendees per Declaration",
        compute="_compute_max_attendees",
        store=True,
        readonly=False,
        help="A session with more attendees is split into several declarations.",
    )
    include_rejected = fields.Boolean(
        string="Include Rejected Attendees",
        help="Also declare again the attendees that the authority rejected, once they are corrected.",
    )
    ready_count = fields.Integer(compute="_compute_counts")
    blocked_count = fields.Integer(compute="_compute_counts")
    summary = fields.Html(compute="_compute_counts", sanitize=False)

    @api.model
    def default_get(self, fields):
        # Whose session ended a moment ago is counted too.
        if not self.env.cr.readonly:
            self.env["passport.readiness"]._look_at_finished()
        return super().default_get(fields)

    @api.model
    def _default_period(self):
        """Return from the oldest session with somebody left to declare, until today."""
        today = self.env["passport.clock"]._today()
        waiting = Domain("passport_state", "in", ["ready", "blocked"])
        waiting &= Domain("company_id", "in", [self.env.company.id, False])
        waiting &= self.env["passport.ended"]._domain(date_to=today)
        return self.env["passport.ended"]._first_day(waiting) or today, today

    @api.depends("channel", "company_id")
    def _compute_max_attendees(self):
        self.env["passport.typing"]._propose(self, "max_attendees")

    def _proposed_max_attendees(self):
        self.ensure_one()
        return self.company_id._passport_max_attendees(self.channel)

    @api.onchange("max_attendees")
    def _onchange_max_attendees(self):
        self.env["passport.typing"]._given(self, ("max_attendees",))

    @api.model_create_multi
    def create(self, vals_list):
        with following(CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)

    @api.depends(
        "company_id",
        "date_from",
        "date_to",
        "event_ids",
        "document",
        "include_rejected",
    )
    def _compute_counts(self):
        for wizard in self:
            counts = wizard._counts_by_session()
            wizard.ready_count = sum(ready for ready, _blocked in counts.values())
            wizard.blocked_count = sum(blocked for _ready, blocked in counts.values())
            wizard.summary = wizard._summary(counts)

    @api.constrains("company_id")
    def _check_company_id(self):
        self.env["passport.rights"]._check_company(self.company_id)

    @api.constrains("max_attendees", "channel")
    def _check_max_attendees(self):
        for wizard in self:
            limit = (
                authority_file.MAX_ROWS_WEB_FORM
                if wizard.channel == "form"
                else authority_file.MAX_ROWS_PER_DECLARATION
            )
            if not 1 <= wizard.max_attendees <= limit:
                raise ValidationError(
                    self.env._("A declaration through this channel holds 1 to %s attendees.", limit)
                )

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for wizard in self:
            if wizard.date_from and wizard.date_to and wizard.date_to < wizard.date_from:
                raise ValidationError(self.env._("The period ends before it begins."))

    def action_prepare(self):
        """Create the declarations of everybody who is ready now; who is blocked stays behind.

        :returns: the ``passport.declaration`` records, empty when nobody is ready
        :raises UserError: a colleague is preparing the same attendees at this moment
        """
        self.ensure_one()
        self.env["passport.rights"]._check(USER_GROUP)
        registrations = self._ready_attendees()._passport_ready()
        # Who is locked is being prepared, or changed, by somebody else at this moment.
        locked = registrations.sudo().try_lock_for_update(allow_referencing=True)
        if len(locked) != len(registrations):
            raise UserError(
                self.env._(
                    "Somebody else is working on these attendees at this moment. Try again in a minute."
                )
            )
        declarations = self.env["passport.preparation"]._prepare(
            locked, self.company_id, self.channel, self.max_attendees
        )
        return declarations.sudo(False)

    def action_prepare_declarations(self):
        """Prepare, then open the declarations."""
        return self._prepare_or_refuse()._get_records_action(
            name=self.env._("Prepared Declarations")
        )

    def action_prepare_deposit(self):
        """Prepare, put the declarations into a new deposit and open it."""
        return self._prepare_or_refuse().action_create_deposit()

    def _prepare_or_refuse(self):
        declarations = self.action_prepare()
        if not declarations:
            raise UserError(
                self.env._(
                    "Nobody is ready to be declared here. “See the Blocked” tells what is missing, and "
                    "where to mend it."
                )
            )
        return declarations

    def action_open_ready(self):
        """Open the attendees who are ready."""
        return self._open_attendees(self._ready_domain(), self.env._("Ready Attendees"))

    def action_open_blocked(self):
        """Open the attendees who are blocked, by what blocks them."""
        action = self._open_attendees(self._blocked_domain(), self.env._("Blocked Attendees"))
        return {**action, "context": {"group_by": ["passport_issue_ids"]}}

    def _open_attendees(self, domain, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        return {**action, "domain": list(domain), "context": {}, "display_name": name}

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def _ready_attendees(self):
        """Return who is ready by what readiness stored."""
        return self.env["event.registration"].search(self._ready_domain(), order="id")

    def _blocked_attendees(self):
        """Return who stays behind."""
        return self.env["event.registration"].search(self._blocked_domain(), order="id")

    def _ready_domain(self):
        return self._domain() & self._is_ready()

    def _blocked_domain(self):
        return self._domain() & ~self._is_ready() & ~self._is_left()

    @api.model
    def _is_left(self):
        """Return the domain of those whom their employers declare, or nobody: they refuse to give the NIR."""
        return self.env["passport.standing"]._domain(LEFT)

    @api.model
    def _is_ready(self):
        """Return the domain of whom nothing keeps from being declared, rejected ones included."""
        corrected = Domain("passport_state", "=", "rejected")
        corrected &= ~Domain("passport_issue_ids", "any", [("severity", "=", "blocking")])
        return Domain("passport_state", "=", "ready") | corrected

    def _domain(self):
        """Return the domain of the attendees this wizard is about, those still to declare."""
        self.ensure_one()
        states = ["blocked", "ready", *(["rejected"] if self.include_rejected else [])]
        domain = Domain("passport_state", "in", states)
        domain &= Domain("company_id", "in", [self.company_id.id, False])
        if self.event_ids:
            domain &= Domain("event_id", "in", self.event_ids._origin.ids or self.event_ids.ids)
        else:
            domain &= self.env["passport.ended"]._domain(self.date_from, self.date_to)
        if self.document != "all":
            domain &= Domain("passport_document", "=", self.document)
        return domain

    # ------------------------------------------------------------
    # Counts
    # ------------------------------------------------------------

    def _counts_by_session(self):
        """Return ``{session: (how many are ready, how many blocked)}``."""
        registrations = self.env["event.registration"]
        found = [
            dict(registrations._read_group(domain, ["event_id"], ["__count"]))
            for domain in (self._ready_domain(), self._blocked_domain())
        ]
        return {
            event: tuple(counts.get(event, 0) for counts in found) for event in found[0] | found[1]
        }

    def _summary(self, counts):
        """Return the sessions with most attendees, and what blocks most of them, as two tables."""
        largest = sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0].id))
        sessions = _table(
            (self.env._("Session"), self.env._("Ready"), self.env._("Blocked")),
            [(event.display_name, *found) for event, found in largest[:SHOWN_SESSIONS]],
        )
        groups = self.env["event.registration"]._read_group(
            self._blocked_domain(), ["passport_issue_ids"], ["__count"]
        )
        reasons = [(issue.name, count) for issue, count in groups if issue.is_blocking]
        reasons.sort(key=lambda reason: -reason[1])
        rest = len(largest) - SHOWN_SESSIONS
        more = self.env._("Other sessions: %s.", rest) if rest > 0 else ""
        return (
            sessions
            + Markup("<p>%s</p>") % more
            + _table((self.env._("What to Fix"), self.env._("Attendees")), reasons[:SHOWN_REASONS])
        )


def _table(header, rows):
    """Return a table of texts and counts, empty without rows."""
    if not rows:
        return Markup()
    cells = Markup().join(Markup("<th>%s</th>") % name for name in header)
    lines = Markup().join(
        Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % value for value in row)
        for row in rows
    )
    return Markup(
        '<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
    ) % (cells, lines)
