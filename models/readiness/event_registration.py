from odoo import api, fields, models

from ...tools import calendar
from ..ground.passport_rights import USER_GROUP
from ..ground.selections import (
    PASSPORT_DEADLINE_STATES,
    PASSPORT_OBLIGATIONS,
    SENT_STATES,
    UNSENT_STATES,
)
from .passport_standing import STANDINGS

# Attendees in these states are still to declare; so are those of a prepared declaration.
TO_DECLARE_STATES = ("blocked", "ready", "rejected")
# Of the data that may have to be asked for, those of the person alone.
OF_THE_PERSON = ("nir", "birth_name")


class EventRegistration(models.Model):
    """Whether an attendee can be declared, why not, and by when; the rules are services."""

    _inherit = "event.registration"

    passport_state = fields.Selection(
        [
            ("not_concerned", "Not concerned"),
            ("blocked", "Blocked"),
            ("ready", "Ready"),
            ("in_progress", "In progress"),
            ("declared", "Declared"),
            ("rejected", "Rejected"),
        ],
        string="Declaration",
        compute="_compute_passport_state",
        store=True,
        index=True,
        copy=False,
    )
    passport_is_silent = fields.Boolean(
        compute="_compute_passport_state",
        store=True,
        copy=False,
        help="Nothing is said of who attends no training of ours, so nothing is looked for.",
    )
    passport_standing = fields.Selection(
        STANDINGS,
        string="Declaration Standing",
        compute="_compute_passport_standing",
        search="_search_passport_standing",
        help="As the state of the declaration, but nobody is blocked before the end of the session, nor "
        "when it is the employer who declares, or nobody can: a private person refused to give the NIR.",
    )
    passport_issue_ids = fields.Many2many(
        "passport.issue",
        "event_registration_passport_issue_rel",
        "registration_id",
        "issue_id",
        string="Issues",
        compute="_compute_passport_state",
        store=True,
        copy=False,
        help="What blocks the declaration of this attendee, and what should be looked at.",
    )
    passport_issues = fields.Text(string="What to Fix", compute="_compute_passport_issues")
    passport_asks_person = fields.Boolean(
        string="Something to Ask of the Attendee",
        compute="_compute_passport_asks_person",
        search="_search_passport_asks_person",
        help="The NIR or the birth name is still to come from the attendee.",
    )
    employer_is_declared = fields.Boolean(
        compute="_compute_employer_is_declared",
        store=True,
        copy=False,
        help="The attendee has an employer, and one that has a SIRET.",
    )
    employer_proposal_id = fields.Many2one(
        "res.partner",
        string="Proposed Employer",
        compute="_compute_employer_proposal_id",
        help="The company named with the registration, or of the e-mail's domain. Accept it, or choose "
        "another one.",
    )
    employer_may_lack_siret = fields.Boolean(compute="_compute_employer_may_lack_siret")
    passport_is_pending = fields.Boolean(
        string="Still to Declare",
        compute="_compute_passport_is_pending",
        store=True,
        copy=False,
        help="Not yet in a file given to the authority. Attendees who refuse to give the NIR are their "
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
        "active",
        "state",
        "attendee_partner_id.birth_name",
        "attendee_partner_id.name",
        "attendee_partner_id.nir_state",
        "employer_id",
        "employer_is_declared",
        "employer_reference",
        "outcome",
        "passport_document",
        "jdr_result",
        "jdr_mention",
        "jdr_proof_link",
        "jdr_proof_reference",
        "validity_start_date",
        "validity_end_date",
        "event_slot_id.start_datetime",
        "event_slot_id.end_datetime",
        "event_id.date_tz",
        "event_id.is_subcontracted",
        "event_id.kanban_state",
        # Each training body has a first declared day of its own.
        "event_id.company_id",
        # Changes of the training itself are followed: see passport.training.refresh; names that are
        # given and sessions that are moved: see passport.refresh.
        "training_id",
        "training_id.rs_code_id.is_transmitted",
        "passport_line_state",
        # What a rejection may be about, besides.
        "event_id.training_modality",
        "event_id.trainer_qualification",
    )
    def _compute_passport_state(self):
        for record in self - self._origin:
            # Nothing is told of what nobody has saved yet.
            record.passport_state = record._origin.passport_state
            record.passport_issue_ids = record._origin.passport_issue_ids
            record.passport_is_silent = record._origin.passport_is_silent
        self.env["passport.readiness"]._store(self & self._origin)

    @api.depends(
        "passport_state",
        "passport_issue_ids",
        "passport_is_pending",
        "employer_id",
        "without_employer",
    )
    def _compute_passport_standing(self):
        self.env["passport.standing"]._tell(self)

    @api.model
    def _search_passport_standing(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["passport.standing"]._domain(value)

    @api.depends("without_employer", "employer_id.passport_no_siret")
    def _compute_employer_is_declared(self):
        for registration in self:
            registration.employer_is_declared = not (
                registration.without_employer or registration.employer_id.passport_no_siret
            )

    @api.depends("training_id", "employer_id.passport_may_lack_siret")
    def _compute_employer_may_lack_siret(self):
        for registration in self:
            registration.employer_may_lack_siret = bool(
                registration.training_id and registration.sudo().employer_id.passport_may_lack_siret
            )

    @api.depends("employer_id", "without_employer", "company_name", "email", "training_id")
    def _compute_employer_proposal_id(self):
        proposed = self.env["passport.employer.proposal"]._of(self)
        for registration in self:
            registration.employer_proposal_id = proposed.get(registration, False)

    # Texts name contacts to who may read them only.
    @api.depends("passport_issue_ids", "passport_state")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_passport_issues(self):
        readiness = self.env["passport.readiness"]
        # Who attends no training has none to show: theirs are not even looked for.
        ours = self.filtered(lambda one: one.training_id or one.passport_state != "not_concerned")
        shown = ours.filtered("passport_issue_ids")
        (self - shown).passport_issues = False
        for registration, found in readiness._issues(shown).items():
            codes = set(registration.passport_issue_ids.mapped("code"))
            registration.passport_issues = "\n".join(
                message for code, message, _record in found if code in codes
            )

    @api.depends("passport_issue_ids")
    def _compute_passport_asks_person(self):
        for registration, names in self.env["passport.needs"]._of(self).items():
            registration.passport_asks_person = not names.isdisjoint(OF_THE_PERSON)

    @api.model
    def _search_passport_asks_person(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self.env["passport.needs"]._domain(*OF_THE_PERSON)
        return domain if True in value else ~domain

    @api.depends(
        "passport_state", "passport_line_state", "attendee_partner_id.nir_state", "training_id"
    )
    def _compute_passport_is_pending(self):
        changed = []
        for registration in self:
            refused = registration.attendee_partner_id.nir_state == "refused"
            pending = bool(registration.training_id) and (
                registration.passport_line_state in UNSENT_STATES
                or (registration.passport_state in TO_DECLARE_STATES and not refused)
            )
            if pending != registration.passport_is_pending:
                changed.append(registration.id)
            registration.passport_is_pending = pending
        self.env["passport.deadlines"]._attendees_changed(self.browse(changed))

    @api.depends(
        "passport_state",
        "passport_document",
        "validity_start_date",
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

    # Changes of the training itself are followed: see passport.training.refresh.
    @api.depends("passport_reference_date", "passport_is_pending", "training_id")
    def _compute_passport_deadline(self):
        rules = self.env["passport.deadline.rule"]._rules()
        changed = []
        for registration in self:
            reference = registration.passport_reference_date
            known = registration.passport_deadline, registration.passport_obligation
            if not reference or not rules:
                deadline, obligation = False, False
            elif known[1] and registration.passport_line_state in SENT_STATES:
                # What was declared keeps the deadline it was declared under.
                deadline, obligation = known
            else:
                category = registration.training_id.passport_category
                deadline = calendar.deadline_of(reference, rules) or False
                mandatory = calendar.is_mandatory(reference, category, rules)
                obligation = "mandatory" if mandatory else "voluntary"
            if known != (deadline, obligation):
                changed.append(registration.id)
            registration.passport_deadline = deadline
            registration.passport_obligation = obligation
        self.env["passport.deadlines"]._attendees_changed(self.browse(changed))

    @api.depends("passport_is_pending", "passport_deadline", "passport_obligation")
    def _compute_passport_deadline_state(self):
        self.env["passport.deadlines"]._tell_urgency(self)

    @api.model
    def _search_passport_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["passport.deadlines"]._urgency_domain(value)

    # ------------------------------------------------------------
    # Public to the rest of the addon
    # ------------------------------------------------------------

    def _passport_issues(self):
        """Tell what keeps each of these attendees from being declared, and what should be looked at.

        One function for the wizard, the lists, the deposit and the reports; a constant number of
        queries whatever the number of registrations.

        :returns: ``{registration: [(code, message, record to mend)]}``, an empty list where there
            is nothing to say. The codes are those of ``passport.issue``, which tells those that do
            not block. Messages are in the user's language and never hold a NIR.
        """
        return self.env["passport.readiness"]._issues(self)

    def _passport_ready(self):
        """Return those without a blocking issue now."""
        return self.env["passport.readiness"]._ready(self)

    def _mark_passport_state(self):
        """Have the readiness of these registrations computed again."""
        self.env["passport.readiness"]._refresh(self)

    def _is_passport_cancelled(self):
        return self.state == "cancel" or self.outcome == "absent" or not self.active

    def _passport_reference_date(self):
        """Return the day that sets the deadline, a false value without dates.

        The end of the training for an attestation, the start of validity for a certificate of
        success. Source: the operator's calendar for training bodies.
        """
        self.ensure_one()
        start = self.passport_document == "jdr" and self.validity_start_date
        return start or self._passport_session_dates()[1] or False

    @api.model
    def _cron_refresh_finished_sessions(self, limit=2000):
        """Have a fresh look at the attendees whose session has ended since they were last checked."""
        self.env["passport.readiness"]._refresh_finished(limit)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_passport_mend(self):
        """Open the place where this attendee can be mended, or a list of such places."""
        self.ensure_one()
        self.check_access("read")
        return self.env["passport.mend"]._open(self)

    def action_accept_employer(self):
        """Give these attendees the employers that are proposed."""
        self.env["passport.employer.proposal"]._accept(self)

    def action_employer_has_no_siret(self):
        """Record that the employers of these attendees are in no French register."""
        self.env["passport.rights"]._check(USER_GROUP)
        self.check_access("write")
        self.employer_id.passport_no_siret = True

    def action_notify_employer(self):
        """Open the e-mail that tells the employer to declare an attendee who refuses the NIR."""
        self.ensure_one()
        template = self.env.ref("passeport_prevention.mail_template_employer_declares")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell the Employer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }
