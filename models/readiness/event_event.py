from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import calendar
from ..ground.selections import PASSPORT_DEADLINE_STATES, PASSPORT_OBLIGATIONS
from .passport_session_steps import SESSION_STEPS
from .passport_standing import NOT_BLOCKED


class EventEvent(models.Model):
    """How many attendees of a session can be declared, and by when."""

    _inherit = "event.event"

    passport_is_pending = fields.Boolean(
        string="Still to Declare",
        compute="_compute_passport_deadline",
        store=True,
        copy=False,
        help="Some attendees are not yet in a file given to the authority.",
    )
    passport_deadline = fields.Date(
        string="Deadline",
        compute="_compute_passport_deadline",
        store=True,
        index="btree_not_null",
        copy=False,
        help="The earliest deadline among the attendees still to declare, included; from the session's "
        "last day while it has no attendee.",
    )
    passport_obligation = fields.Selection(
        PASSPORT_OBLIGATIONS,
        string="Obligation",
        compute="_compute_passport_deadline",
        store=True,
        copy=False,
        help="Voluntary: before the obligation of the training's category began.",
    )
    passport_deadline_state = fields.Selection(
        PASSPORT_DEADLINE_STATES,
        string="Urgency",
        compute="_compute_passport_deadline_state",
        search="_search_passport_deadline_state",
        help="Overdue: the deadline has passed. Due soon: 30 days are left at most. Empty: nothing is "
        "left to declare.",
    )
    passport_step = fields.Selection(
        SESSION_STEPS,
        string="What to Do",
        compute="_compute_passport_step",
        search="_search_passport_step",
        help="What is next in this session: the first thing that can be done.",
    )

    passport_ready_count = fields.Integer(compute="_compute_passport_counts")
    passport_blocked_count = fields.Integer(compute="_compute_passport_counts")
    passport_declared_count = fields.Integer(compute="_compute_passport_counts")
    # What was told last, see ``passport.alerts``.
    passport_alerted_deadline = fields.Date(readonly=True, copy=False)
    passport_alerted_days = fields.Integer(readonly=True, copy=False)

    @api.depends(
        "registration_ids.passport_deadline",
        "registration_ids.passport_obligation",
        "registration_ids.passport_is_pending",
        "company_id.passport_first_day",
        "date_end",
        "date_tz",
        "is_subcontracted",
        "kanban_state",
        "training_id.passport_eligible",
        "training_id.passport_category",
    )
    def _compute_passport_deadline(self):
        rules = self.env["passport.deadline.rule"]._rules()
        concerned = self.env["passport.deadlines"]._sessions_concerned(self)
        attendees = concerned._passport_deadlines_of_attendees() if concerned else {}
        # Read first: what does not change is then not written.
        self.mapped("passport_deadline")
        for event in self:
            found = attendees.get(event._origin.id)
            pending, deadline, obligation = found or event._passport_own_deadline(rules)
            event.passport_is_pending = pending
            event.passport_deadline = deadline
            event.passport_obligation = obligation

    def _passport_deadlines_of_attendees(self):
        """Return ``{event id: (pending, deadline, obligation)}`` of the most urgent attendees.

        Who is still to declare comes first, then what is an obligation, then the earliest deadline.
        """
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                [("event_id", "in", self._origin.ids), ("passport_obligation", "!=", False)],
                ["event_id", "passport_is_pending", "passport_obligation"],
                ["passport_deadline:min"],
            )
        )
        # From the least to the most urgent: the last one stays.
        groups.sort(key=lambda group: (group[1], group[2] == "mandatory"))
        return {
            event.id: (pending, deadline or False, obligation)
            for event, pending, obligation, deadline in groups
        }

    def _passport_own_deadline(self, rules):
        """Return ``(pending, deadline, obligation)`` of a session without attendees to declare."""
        self.ensure_one()
        training = self.training_id
        concerned = training.passport_eligible and not self.is_subcontracted
        concerned = concerned and self.kanban_state != "cancel"
        if not concerned or not self.date_end or not rules:
            return False, False, False
        reference = calendar.local_date(self.date_end, self._passport_timezone())
        first_day = self.company_id._passport_first_day()
        if first_day and reference < first_day:
            return False, False, False
        mandatory = calendar.is_mandatory(reference, training.passport_category, rules)
        return (
            False,
            calendar.deadline_of(reference, rules) or False,
            "mandatory" if mandatory else "voluntary",
        )

    @api.depends("passport_is_pending", "passport_deadline", "passport_obligation")
    def _compute_passport_deadline_state(self):
        self.env["passport.deadlines"]._tell_urgency(self)

    @api.depends(
        "date_begin",
        "date_end",
        "kanban_state",
        "registration_ids.passport_state",
        "registration_ids.outcome",
        "registration_ids.state",
    )
    def _compute_passport_step(self):
        steps = self.env["passport.session.steps"]._steps(self._origin)
        for event in self:
            event.passport_step = steps.get(event._origin.id)

    @api.model
    def _search_passport_step(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["passport.session.steps"]._domain(value)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Sessions are grouped by what to do, which is stored nowhere: it changes with the hour."""
        if field_expr == "passport_step":
            self._check_field_access(self._fields[field_expr], "read")
            return self.env["passport.session.steps"]._sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    @api.depends("registration_ids.passport_state")
    def _compute_passport_counts(self):
        registrations = self.env["event.registration"]
        of_these = Domain("event_id", "in", self._passport_concerned().ids)
        # Nobody is blocked before the end of the session, nor if the employer declares or nobody can.
        others = self.env["passport.standing"]._domain(NOT_BLOCKED)
        groups = registrations._read_group(
            of_these & ~others, ["event_id", "passport_state"], ["__count"]
        )
        counts = {(event.id, state): count for event, state, count in groups}
        for event in self:
            event.passport_ready_count = counts.get((event.id, "ready"), 0)
            event.passport_blocked_count = counts.get((event.id, "blocked"), 0) + counts.get(
                (event.id, "rejected"), 0
            )
            event.passport_declared_count = counts.get((event.id, "declared"), 0) + counts.get(
                (event.id, "in_progress"), 0
            )

    def _passport_concerned(self):
        """Return those that hold a training, or somebody who attends one; nothing is counted of others."""
        ours = self.env["passport.trainees"]._sessions(self)
        return ours | self.filtered("passport_obligation")

    @api.model
    def _search_passport_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["passport.deadlines"]._urgency_domain(value)

    @api.model
    def _cron_passport_alerts(self, **kwargs):
        """Tell of the deadlines that come near."""
        self.env["passport.alerts"]._run(**kwargs)

    def action_passport_registrations(self):
        """Open the attendees of this session with what keeps them from being declared."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {"default_event_id": self.id}
        return action
