from odoo import api, fields, models

from ...tools import calendar
from .event_registration_deadline import PASSPORT_DEADLINE_STATES, PASSPORT_OBLIGATIONS


class EventEvent(models.Model):
    """By when the attendees of a session have to be declared."""

    _inherit = "event.event"

    passport_is_pending = fields.Boolean(
        string="Still to Declare",
        compute="_compute_passport_deadline",
        store=True,
        copy=False,
        help="Some attendees are not yet in a file given to the portal.",
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

    @api.depends(
        "registration_ids.passport_deadline",
        "registration_ids.passport_obligation",
        "registration_ids.passport_is_pending",
        "date_end",
        "date_tz",
        "is_subcontracted",
        "training_id.passport_eligible",
        "training_id.passport_category",
    )
    def _compute_passport_deadline(self):
        rules = self.env["passport.deadline.rule"]._rules()
        attendees = self._passport_deadlines_of_attendees()
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
        if not concerned or not self.date_end or not rules:
            return False, False, False
        reference = calendar.local_date(self.date_end, self._passport_timezone())
        mandatory = calendar.is_mandatory(reference, training.passport_category, rules)
        return (
            False,
            calendar.deadline_of(reference, rules) or False,
            "mandatory" if mandatory else "voluntary",
        )

    @api.depends("passport_is_pending", "passport_deadline", "passport_obligation")
    def _compute_passport_deadline_state(self):
        registrations = self.env["event.registration"]
        today = self.env["passport.clock"]._today()
        for event in self:
            event.passport_deadline_state = registrations._passport_urgency(
                event.passport_is_pending and event.passport_deadline,
                event.passport_obligation,
                today,
            )

    @api.model
    def _search_passport_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["event.registration"]._passport_urgency_domain(value)
