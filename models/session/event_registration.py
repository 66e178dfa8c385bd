from odoo import api, fields, models

from ...tools import calendar
from ..ground import selections
from ..ground.followers import Follower, following
from .passport_client import client_field
from .passport_outcome import HELP, OUTCOMES

# Who else looks at registrations that are created, written or deleted, in this order.
CREATE_FOLLOWERS = (
    Follower("passport.intake", before="_creating"),
    Follower("passport.typing", after="_created"),
    Follower("passport.trainees", after="_registrations_created"),
    Follower("passport.identity", after="_registrations_created"),
    Follower("passport.personal.data", after="_registrations_created"),
    Follower("passport.silence", after="_registrations_created"),
    Follower("passport.refresh", after="_registrations_created"),
)
WRITE_FOLLOWERS = (
    Follower("passport.intake", before="_writing"),
    Follower("passport.typing", after="_written"),
    Follower("passport.trainees", after="_registrations_changed"),
    Follower("passport.seat.guard", before="_registrations_changing"),
    Follower("passport.outcome", before="_registrations_changing"),
    Follower("passport.same.person", "_registrations_changing", "_registrations_changed"),
    Follower("passport.identity", after="_registrations_changed"),
    Follower("passport.personal.data", after="_registrations_changed"),
    Follower("passport.refresh", "_registrations_changing", "_registrations_changed"),
    Follower("passport.corrections", "_before_registration_write", "_after_registration_write"),
)
UNLINK_FOLLOWERS = (
    Follower("passport.refresh", "_registrations_deleting", "_registrations_deleted"),
)


class EventRegistration(models.Model):
    """One person in one session."""

    _name = "event.registration"
    _inherit = ["event.registration", "passport.proposed"]
    _proposals = {
        "training_id": "_proposed_training",
        "employer_id": "_proposed_employer",
        "validity_start_date": "_proposed_validity_start",
        "validity_end_date": "_proposed_validity_end",
    }

    attendee_partner_id = fields.Many2one(
        "res.partner",
        string="Attendee's Contact",
        index="btree_not_null",
        tracking=True,
        domain="[('is_company', '=', False)]",
        help="The person who attends. Found or created from the name, the e-mail and the client.",
    )
    attendee_created = fields.Boolean(
        readonly=True, copy=False, help="The attendee's contact was made from this registration."
    )
    attendee_proposal_id = fields.Many2one(
        "res.partner",
        string="May Be",
        compute="_compute_attendee_proposal_id",
        help="A contact whose name is nearly the attendee's: one person with a typing error, or two.",
    )
    attendee_differs = fields.Boolean(compute="_compute_attendee_differs")
    passport_client_id = client_field("Client That Booked")
    employer_id = fields.Many2one(
        "res.partner",
        compute="_compute_employer_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        domain="[('is_company', '=', True)]",
        help="The establishment that employs the attendee: its SIRET is declared.",
    )
    without_employer = fields.Boolean(
        string="No Employer",
        help="The attendee has no employer: a jobseeker or a self-employed person, for instance.",
    )
    employer_reference = fields.Char(
        string="Employer's Reference",
        help="What the employer wants to find on the portal, such as a payroll number.",
    )
    outcome = fields.Selection(
        OUTCOMES, compute="_compute_outcome", store=True, readonly=False, tracking=True, help=HELP
    )
    gives_certificate = fields.Boolean(compute="_compute_gives_certificate")
    validity_start_date = fields.Date(
        string="Valid From",
        compute="_compute_validity_start_date",
        store=True,
        readonly=False,
        help="The last day of the session, unless you change it.",
    )
    validity_end_date = fields.Date(
        string="Valid Until",
        compute="_compute_validity_end_date",
        store=True,
        readonly=False,
        help="The training's validity added to the start: 24 months from 25/07/2025 run until "
        "24/07/2027. Empty: without end.",
    )
    passport_document = fields.Selection(
        selections.PASSPORT_DOCUMENTS,
        string="Document",
        compute="_compute_passport_document",
        store=True,
        help="The certificate of success for who passed a training that gives one, else the attestation.",
    )
    jdr_result = fields.Char(string="Result Obtained", help=selections.JDR_RESULT_HELP)
    jdr_mention = fields.Char(string="Distinction", help=selections.JDR_MENTION_HELP)
    jdr_proof_link = fields.Char(
        string="Link to the Proof", help="An address that begins with http."
    )
    jdr_proof_reference = fields.Char(string="Number of the Proof", help=selections.JDR_PROOF_HELP)
    training_id = fields.Many2one(
        "product.template",
        compute="_compute_training_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        domain="[('service_tracking', '=', 'event')]",
        help="What this person attends: the training of the ticket, else the session's. Change it where "
        "a session holds several trainings, such as levels or categories; somebody who attends "
        "two has two registrations.",
    )
    nir_state = fields.Selection(related="attendee_partner_id.nir_state", string="NIR Status")
    birth_name = fields.Char(related="attendee_partner_id.birth_name", readonly=False)
    nir_masked = fields.Char(
        related="attendee_partner_id.nir_masked",
        related_sudo=False,
        groups="passeport_prevention.group_passport_declarant",
    )
    nir_entry = fields.Char(
        string="Enter the NIR",
        compute="_compute_nir_entry",
        inverse="_inverse_nir_entry",
        groups="passeport_prevention.group_passport_declarant",
        copy=False,
        help="Type the number here: it is stored encrypted and never shown again in this field.",
    )
    passport_line_state = fields.Selection(
        selections.LINE_STATES,
        string="State of the Declaration",
        readonly=True,
        copy=False,
        help="Where the last declaration of this attendee stands; empty where there is none, or where "
        "it was withdrawn.",
    )
    cancelled_with_order = fields.Boolean(
        readonly=True, copy=False, help="Cancelled because the order was: it comes back with it."
    )

    @api.depends("event_id.training_id", "event_ticket_id.product_id.product_tmpl_id")
    def _compute_training_id(self):
        self.env["passport.typing"]._propose(self, "training_id")
        self.env["passport.trainees"]._note(self)

    def _proposed_training(self):
        """Return the training of the ticket, where it is described as one, else the session's."""
        if self.passport_line_state in selections.SENT_STATES:
            return None  # as it was told to the authority
        return self.event_id._passport_training_of(self.event_ticket_id)

    @api.depends("attendee_partner_id", "attendee_created", "name", "partner_id")
    def _compute_attendee_proposal_id(self):
        proposed = self.env["passport.identity"]._close_people(self._origin)
        for registration in self:
            registration.attendee_proposal_id = proposed.get(registration._origin, False)

    @api.depends("attendee_partner_id.name", "name")
    def _compute_attendee_differs(self):
        for registration in self:
            registration.attendee_differs = self.env["passport.identity"]._differs(registration)

    @api.depends("partner_id", "sale_order_id")
    def _compute_passport_client_id(self):
        self.env["passport.client"]._note_of_seats(self)

    @api.depends("attendee_partner_id", "passport_client_id", "without_employer")
    def _compute_employer_id(self):
        # Not on the contact's company: somebody who changes jobs keeps the employer of the time.
        self.env["passport.typing"]._propose(self, "employer_id")

    def _proposed_employer(self):
        """Return the company of the attendee, else the one that booked."""
        clients = (self.attendee_partner_id + self.passport_client_id).commercial_partner_id
        return not self.without_employer and clients.filtered("is_company")[:1]

    @api.depends("state")
    def _compute_outcome(self):
        for registration in self:
            registration.outcome = self.env["passport.outcome"]._after_state(registration)

    @api.depends("training_id.passport_document", "training_id.is_certifying")
    def _compute_gives_certificate(self):
        gives_certificate = self.env["passport.outcome"]._gives_certificate
        for registration in self:
            registration.gives_certificate = gives_certificate(registration)

    @api.depends("outcome", "training_id.passport_document")
    def _compute_passport_document(self):
        for registration in self:
            gives_jdr = registration.training_id.passport_document == "jdr"
            passed = registration.outcome == "passed"
            registration.passport_document = "jdr" if gives_jdr and passed else "adf"

    @api.depends("event_id.date_tz", "event_slot_id.end_datetime", "training_id")
    def _compute_validity_start_date(self):
        self.env["passport.typing"]._propose(self, "validity_start_date")

    def _proposed_validity_start(self):
        if self._passport_is_frozen():
            return None
        return self._passport_session_dates()[1] or False

    @api.depends("outcome", "validity_start_date", "training_id")
    def _compute_validity_end_date(self):
        self.env["passport.typing"]._propose(self, "validity_end_date")

    def _proposed_validity_end(self):
        if self._passport_is_frozen():
            return None
        # Who failed obtained nothing that could end.
        if self.outcome == "failed":
            return False
        start, months = self.validity_start_date, self.training_id.validity_months
        return (start and calendar.validity_end(start, months)) or False

    def _compute_nir_entry(self):
        self.nir_entry = False

    def _inverse_nir_entry(self):
        """What is typed is taken out before and kept by ``passport.personal.data``: nothing is left."""
        self._check_field_access(self._fields["nir_entry"], "write")

    @api.onchange("nir_entry")
    def _onchange_nir_entry(self):
        called = self.name or self.attendee_partner_id.name
        return self.env["passport.typed"]._nir_warning(self.nir_entry, called)

    @api.onchange("birth_name")
    def _onchange_birth_name(self):
        return self.env["passport.typed"]._birth_name_typed(self)

    @api.onchange("attendee_partner_id")
    def _onchange_attendee_partner_id(self):
        if self.attendee_partner_id:
            self.update(self.env["passport.registration.values"]._of_chosen_attendee(self))

    @api.onchange("training_id")
    def _onchange_training_id(self):
        self.env["passport.typing"]._given(self, ("training_id",))

    @api.onchange("employer_id")
    def _onchange_employer_id(self):
        self.env["passport.typing"]._given(self, ("employer_id",))

    @api.onchange("validity_start_date")
    def _onchange_validity_start_date(self):
        self.env["passport.typing"]._given(self, ("validity_start_date",))

    @api.onchange("validity_end_date")
    def _onchange_validity_end_date(self):
        self.env["passport.typing"]._given(self, ("validity_end_date",))

    @api.onchange("validity_start_date", "validity_end_date")
    def _onchange_validity_dates(self):
        return self.env["passport.registration.values"]._validity_warning(self)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = self.env["passport.registration.values"]._to_create(vals_list)
        taken_out = self.env["passport.personal.data"]._taken_out
        with following(CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create([taken_out(vals) for vals in vals_list]))
        return made[0]

    def write(self, vals):
        vals = self.env["passport.registration.values"]._to_write(vals)
        public = self.env["passport.personal.data"]._taken_out(vals)
        with self.env["passport.client"]._kept(self, vals), following(WRITE_FOLLOWERS, self, vals):
            neighbours, outcome = self.env["passport.neighbours"], self.env["passport.outcome"]
            for registrations, values in outcome._with_attendance(self, public):
                seats = neighbours._kept_by_name(registrations, values)
                super(EventRegistration, seats).write(values)
        return True

    def unlink(self):
        with following(UNLINK_FOLLOWERS, self, None):
            return super().unlink()

    def _compute_registration_status(self):
        """Who is cancelled with an order comes back when it is signed again."""
        seats = self.env["passport.order.seats"]
        there = seats._bring_back(self)
        result = super()._compute_registration_status()
        seats._note_cancelled(there)
        return result

    def _update_mail_schedulers(self):
        """Leave what is sent after each registration in a training to the scheduled action."""
        trainings = self.filtered("training_id")
        self.env["passport.confirmations"]._later(trainings)
        return super(EventRegistration, self - trainings)._update_mail_schedulers()

    def _assign_attendee(self, values):
        """Write an attendee that was looked up; the caller sees to who else attends the session."""
        self.check_access("write")
        # Past our own write(), whose followers would look for the others each time; as superuser,
        # since nobody else says whether a contact was made here.
        seats = self.env["passport.neighbours"]._kept_by_name(self.sudo(), values)
        return super(EventRegistration, seats).write(values)  # pylint: disable=super-method-mismatch

    def partner_data_update(self, data):
        """Called by OCA's partner_event when contacts are written, see ``passport.neighbours``."""
        for seats, values in self.env["passport.neighbours"]._following(self, data):
            super(EventRegistration, seats).partner_data_update(values)
        return True

    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        """Tell what is wrong in the rows of a file before anything is imported."""
        rows = super()._convert_records(records, log=log, savepoint=savepoint)
        yield from self.env["passport.registration.import"]._checked(rows, log)

    @api.model
    def get_import_templates(self):
        return self.env["passport.registration.import"]._templates()

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_find_attendees(self):
        """Find or create the contacts of attendees registered before this addon was installed."""
        self.check_access("write")
        self.env["passport.identity"]._find(self)

    def action_same_attendee(self):
        """Make this attendee the contact of nearly the same, or of another name: one person, not two."""
        self.check_access("write")
        for registration in self:
            person = registration.attendee_proposal_id or registration.attendee_partner_id
            self.env["passport.identity"]._join(registration, person)

    def action_other_attendee(self):
        """Part these from contacts of another name, and find or create those of their names."""
        self.check_access("write")
        self.env["passport.identity"]._part(self)

    def action_outcome_attended(self):
        """Mark these as attended; without any chosen, those of the session not marked yet."""
        return self.env["passport.outcome"]._mark(self, "attended", unmarked=(False,))

    def action_outcome_passed(self):
        """Mark these as passed; without any chosen, those of the session without another result."""
        return self.env["passport.outcome"]._mark(self, "passed", unmarked=(False, "attended"))

    def action_outcome_failed(self):
        """Mark these as failed: they attended, and get an attestation instead of the certificate."""
        return self.env["passport.outcome"]._mark(self, "failed")

    def action_outcome_absent(self):
        """Mark these as absent: there is nothing to declare for them."""
        return self.env["passport.outcome"]._mark(self, "absent")

    def action_outcome_undo(self):
        """Take the marks of these back, as if the session had not been called over yet."""
        return self.env["passport.outcome"]._mark(self, False)

    @api.model
    def action_outcome_restore(self, before, outcome):
        """Undo the last mark, see ``passport.outcome``."""
        self.env["passport.outcome"]._restore(before, outcome)

    def _compute_display_name(self):
        """Nothing is told of a registration that nobody has saved: no number of its own either."""
        result = super()._compute_display_name()
        self.filtered(lambda seat: not seat.id and not seat.name).display_name = False
        return result

    def _passport_session_dates(self):
        """Return the session's (or slot's) first and last day there, ``(None, None)`` without."""
        start, end = self._passport_session_moments()
        if not start or not end:
            return None, None
        tz = self.event_id._passport_timezone()
        return calendar.local_date(start, tz), calendar.local_date(end, tz)

    def _passport_session_moments(self):
        """Return begin and end of the session as naive UTC datetimes (false values without event)."""
        self.ensure_one()
        slot, event = self.event_slot_id, self.event_id
        return slot.start_datetime or event.date_begin, slot.end_datetime or event.date_end

    def _passport_is_frozen(self):
        """Tell whether the attendee is in a declaration: what was declared stays."""
        self.ensure_one()
        return self.passport_line_state in selections.LIVE_STATES
