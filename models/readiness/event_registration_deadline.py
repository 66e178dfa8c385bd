from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import calendar

PASSPORT_OBLIGATIONS = [("mandatory", "Mandatory"), ("voluntary", "Voluntary")]
PASSPORT_DEADLINE_STATES = [("late", "Overdue"), ("soon", "Due soon"), ("ok", "On time")]
# A deadline is near when it is due within so many days.
SOON_DAYS = 30
# Attendees in these states are still to declare; so are those of a prepared declaration.
TO_DECLARE_STATES = ("blocked", "ready", "rejected")


class EventRegistration(models.Model):
    """By when each attendee has to be declared, and whether that is an obligation."""

    _inherit = "event.registration"

    passport_is_pending = fields.Boolean(
        string="Still to Declare",
        compute="_compute_passport_is_pending",
        store=True,
        copy=False,
        help="Not yet in a file given to the portal. Attendees who refuse to give the NIR are their "
        "employer's to declare.",
    )
    passport_reference_date = fields.Date(
        string="Reference Date",
        compute="_compute_passport_reference_date",
        store=True,
        index="btree_not_null",
        copy=False,
        help="The day that sets the deadline: end of the training for an attestation, start of "
        "validity for a certificate of success.",
    )
    passport_deadline = fields.Date(
        string="Deadline",
        compute="_compute_passport_deadline",
        store=True,
        index="btree_not_null",
        copy=False,
        help="The last day to declare this attendee in time, included.",
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
        "passport_state", "passport_line_ids.state", "attendee_partner_id.nir_state", "training_id"
    )
    def _compute_passport_is_pending(self):
        for registration in self:
            line = registration._passport_last_line()
            refused = registration.attendee_partner_id.nir_state == "refused"
            registration.passport_is_pending = bool(registration.training_id) and (
                line.state in ("prepared", "in_deposit")
                or (registration.passport_state in TO_DECLARE_STATES and not refused)
            )

    @api.depends(
        "passport_state",
        "passport_document",
        "validity_start_date",
        "event_id.date_end",
        "event_id.date_tz",
        "event_slot_id.end_datetime",
        "training_id",
    )
    def _compute_passport_reference_date(self):
        for registration in self:
            concerned = registration.training_id and registration.passport_state != "not_concerned"
            registration.passport_reference_date = (
                concerned and registration._passport_reference_date()
            )

    @api.depends(
        "passport_reference_date", "passport_is_pending", "event_id.training_id.passport_category"
    )
    def _compute_passport_deadline(self):
        rules = self.env["passport.deadline.rule"]._rules()
        for registration in self:
            reference = registration.passport_reference_date
            known = registration.passport_deadline, registration.passport_obligation
            if not reference or not rules:
                deadline, obligation = False, False
            elif known[1] and registration._is_passport_settled():
                # What was declared keeps the deadline it was declared under.
                deadline, obligation = known
            else:
                category = registration.event_id.training_id.passport_category
                deadline = calendar.deadline_of(reference, rules) or False
                mandatory = calendar.is_mandatory(reference, category, rules)
                obligation = "mandatory" if mandatory else "voluntary"
            registration.passport_deadline = deadline
            registration.passport_obligation = obligation

    @api.depends("passport_is_pending", "passport_deadline", "passport_obligation")
    def _compute_passport_deadline_state(self):
        today = self.env["passport.clock"]._today()
        for registration in self:
            registration.passport_deadline_state = self._passport_urgency(
                registration.passport_is_pending and registration.passport_deadline,
                registration.passport_obligation,
                today,
            )

    @api.model
    def _search_passport_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._passport_urgency_domain(value)

    def _passport_reference_date(self):
        """Return the day that sets the deadline, a false value without dates.

        The end of the training for an attestation, the start of validity for a certificate of
        success. Source: the operator's calendar for training bodies.
        """
        self.ensure_one()
        start = self.passport_document == "jdr" and self.validity_start_date
        return start or self._passport_session_dates()[1] or False

    def _is_passport_settled(self):
        """Tell whether the attendee is in a file given to the portal and not rejected."""
        self.ensure_one()
        return self._passport_last_line().state in ("deposited", "accepted")

    @api.model
    def _passport_urgency(self, deadline, obligation, today):
        """Return one of ``PASSPORT_DEADLINE_STATES``; nobody is late for what is voluntary."""
        if not deadline:
            return False
        left = calendar.days_left(deadline, today)
        if obligation != "mandatory" or left > SOON_DAYS:
            return "ok"
        return "late" if left < 0 else "soon"

    @api.model
    def _passport_urgency_domain(self, states):
        """Return the domain, for attendees and sessions alike, of some deadline states.

        :param states: values of ``PASSPORT_DEADLINE_STATES``; a false one means that nothing is left
        """
        today = self.env["passport.clock"]._today()
        soon = today + timedelta(days=SOON_DAYS)
        pending = Domain("passport_is_pending", "=", True) & Domain(
            "passport_deadline", "!=", False
        )
        due = pending & Domain("passport_obligation", "=", "mandatory")
        domains = {
            "late": due & Domain("passport_deadline", "<", today),
            "soon": due
            & Domain("passport_deadline", ">=", today)
            & Domain("passport_deadline", "<=", soon),
            "ok": pending
            & (
                Domain("passport_obligation", "!=", "mandatory")
                | Domain("passport_deadline", ">", soon)
            ),
            False: Domain("passport_is_pending", "=", False)
            | Domain("passport_deadline", "=", False),
        }
        return Domain.OR(domains[state] for state in domains if state in set(states))
