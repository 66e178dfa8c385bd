from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...models.ground.followers import Follower, following
from ...models.ground.passport_rights import USER_GROUP
from ...models.ground.selections import PASSPORT_DOCUMENTS
from ...tools import authority_file

CREATE_FOLLOWERS = (Follower("passport.typing", after="_created"),)
WRITE_FOLLOWERS = (Follower("passport.typing", after="_written"),)


class PassportDeclare(models.TransientModel):
    """Choose a period or sessions and a channel, see who is ready and who is not, prepare."""

    _name = "passport.declare"
    _inherit = ["passport.proposed"]
    _description = "Prepare Declarations"
    _proposals = {"max_attendees": "_proposed_max_attendees"}

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="Sessions Ended From", default=lambda self: self._default_period()[0]
    )
    date_to = fields.Date(string="Until", default=lambda self: self._default_period()[1])
    event_ids = fields.Many2many(
        "event.event",
        string="Sessions",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Leave empty to take all sessions of the period.",
    )
    channel = fields.Selection(
        [("file", "Import file"), ("form", "Web form")], required=True, default="file"
    )
    document = fields.Selection(
        [("all", "Attestations and certificates"), *PASSPORT_DOCUMENTS],
        string="Documents",
        required=True,
        default="all",
    )
    max_attendees = fields.Integer(
        string="Attendees per Declaration",
        compute="_compute_max_attendees",
        store=True,
        readonly=False,
    )
    include_rejected = fields.Boolean(
        string="Include Rejected Attendees",
        help="Also declare again the attendees that the authority rejected, once they are corrected.",
    )
    ready_registration_ids = fields.Many2many(
        "event.registration", string="Ready", compute="_compute_registrations"
    )
    blocked_registration_ids = fields.Many2many(
        "event.registration", string="Blocked", compute="_compute_registrations"
    )
    ready_count = fields.Integer(compute="_compute_registrations")
    blocked_count = fields.Integer(compute="_compute_registrations")

    @api.model
    def _default_period(self):
        """Return from the oldest session with somebody left to declare, until today."""
        clock = self.env["passport.clock"]
        first = self.env["passport.law"]._since("body_declares")
        oldest = self.env["event.event"].search(
            [
                ("company_id", "in", [self.env.company.id, False]),
                ("date_end", "<=", fields.Datetime.now()),
                ("date_end", ">=", fields.Datetime.to_datetime(first)),
                ("registration_ids.passport_state", "in", ["ready", "blocked"]),
            ],
            order="date_end",
            limit=1,
        )
        today = clock._today()
        return clock._day_of(oldest.date_end) if oldest else today, today

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
    def _compute_registrations(self):
        for wizard in self:
            candidates = wizard._candidates()
            ready = wizard._ready(candidates)
            wizard.ready_registration_ids = ready
            wizard.blocked_registration_ids = candidates - ready
            wizard.ready_count = len(ready)
            wizard.blocked_count = len(candidates - ready)

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
        registrations = self._ready(self._candidates())
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
                    "Nobody is ready to be declared here. The page “Blocked Attendees” tells what is missing, and "
                    "where to mend it."
                )
            )
        return declarations

    def _candidates(self):
        """Return the attendees this wizard is about: those of the period that are still to declare."""
        self.ensure_one()
        domain = Domain("passport_state", "in", ["blocked", "ready", "rejected"])
        domain &= Domain("company_id", "in", [self.company_id.id, False])
        if self.event_ids:
            domain &= Domain("event_id", "in", self.event_ids._origin.ids or self.event_ids.ids)
        else:
            domain &= self._period_domain()
        if self.document != "all":
            domain &= Domain("passport_document", "=", self.document)
        if not self.include_rejected:
            domain &= Domain("passport_state", "!=", "rejected")
        return self.env["event.registration"].search(domain, order="event_id, name, id")

    def _ready(self, candidates):
        ready = candidates._passport_ready()
        return ready.filtered(lambda reg: reg.company_id == self.company_id or not reg.company_id)

    def _period_domain(self):
        """Return the domain of the sessions that ended in the period, and not after now."""
        tz = self.env["passport.clock"]._timezone()

        def utc(day):
            start = tz.localize(datetime.combine(day, time.min))
            return start.astimezone(pytz.utc).replace(tzinfo=None)

        domain = Domain("event_end_date", "<=", fields.Datetime.now())
        if self.date_from:
            domain &= Domain("event_end_date", ">=", utc(self.date_from))
        if self.date_to:
            domain &= Domain("event_end_date", "<", utc(self.date_to + timedelta(days=1)))
        return domain
