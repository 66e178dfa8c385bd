from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools import calendar
from ..tools.text import clean_text, is_close_name, name_key

# What makes the person: when one of these is written, the attendee is looked up again.
IDENTITY_FIELDS = {"name", "email", "partner_id"}


class EventRegistration(models.Model):
    """One person in one session."""

    _inherit = "event.registration"

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
        [("attended", "Attended"), ("passed", "Passed"), ("failed", "Failed")],
        compute="_compute_outcome",
        store=True,
        readonly=False,
        tracking=True,
    )
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
    training_id = fields.Many2one(
        related="event_id.training_id", store=True, index="btree_not_null", string="Training"
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
    passport_line_ids = fields.One2many("passport.declaration.line", "registration_id")

    @api.depends("attendee_partner_id", "partner_id", "without_employer")
    def _compute_employer_id(self):
        # Not on the contact's company: somebody who changes jobs keeps the employer of the time.
        for registration in self:
            companies = (
                registration.attendee_partner_id.commercial_partner_id,
                registration.partner_id.commercial_partner_id,
            )
            found = next((company for company in companies if company.is_company), False)
            registration.employer_id = not registration.without_employer and found

    @api.depends("state")
    def _compute_outcome(self):
        for registration in self:
            attended = registration.state == "done"
            registration.outcome = registration.outcome or ("attended" if attended else False)

    @api.depends("event_id.date_end", "event_id.date_tz", "event_slot_id.end_datetime")
    def _compute_validity_start_date(self):
        for registration in self:
            if registration._passport_is_frozen():
                registration.validity_start_date = registration.validity_start_date
            else:
                registration.validity_start_date = registration._passport_session_dates()[1]

    @api.depends("validity_start_date", "event_id.training_id.validity_months")
    def _compute_validity_end_date(self):
        for registration in self:
            start = registration.validity_start_date
            if registration._passport_is_frozen():
                registration.validity_end_date = registration.validity_end_date
            else:
                months = registration.event_id.training_id.validity_months
                registration.validity_end_date = start and calendar.validity_end(start, months)

    def _compute_nir_entry(self):
        self.nir_entry = False

    def _inverse_nir_entry(self):
        self._check_field_access(self._fields["nir_entry"], "write")
        typed = {reg: reg.nir_entry for reg in self if reg.nir_entry}
        nameless = next((reg for reg in typed if not reg.attendee_partner_id), None)
        if nameless:
            raise UserError(
                self.env._("%s: name the attendee before entering a NIR.", nameless.display_name)
            )
        people = self.browse(reg.id for reg in typed).attendee_partner_id
        people.check_access("write")
        if typed:
            self.env["passport.nir"]._store(
                {reg.attendee_partner_id: number for reg, number in typed.items()}
            )

    @api.onchange("nir_entry")
    def _onchange_nir_entry(self):
        return self.env["res.partner"]._nir_typing_warning(self.nir_entry)

    @api.onchange("attendee_partner_id")
    def _onchange_attendee_partner_id(self):
        if self.attendee_partner_id:
            self.update(self._values_of_attendee(self.attendee_partner_id))

    @api.onchange("validity_start_date", "validity_end_date")
    def _onchange_validity_dates(self):
        start, end = self.validity_start_date, self.validity_end_date
        session_end = self._passport_session_dates()[1]
        if start and end and end < start:
            message = self.env._("The validity ends before it begins.")
        elif start and session_end and start < session_end:
            message = self.env._("The validity begins before the end of the session.")
        else:
            return None
        return {"warning": {"title": self.env._("Passeport de prévention"), "message": message}}

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        given = {
            vals["attendee_partner_id"] for vals in vals_list if vals.get("attendee_partner_id")
        }
        people = self.env["res.partner"].browse(given)
        people.fetch(["name", "email", "phone"])
        for vals in vals_list:
            self._passport_clean_values(vals)
            if vals.get("attendee_partner_id") and not vals.get("name"):
                attendee = people.browse(vals["attendee_partner_id"])
                vals.update(self._values_of_attendee(attendee))
        registrations = super().create(vals_list)
        registrations._find_attendees()
        registrations._mark_same_attendees()
        return registrations

    def write(self, vals):
        self._passport_clean_values(vals)
        siblings_change = not {"attendee_partner_id", "state", "active", "event_id"}.isdisjoint(
            vals
        )
        siblings = self._same_attendees() if siblings_change else self.browse()
        result = super().write(vals)
        if "attendee_partner_id" not in vals and not IDENTITY_FIELDS.isdisjoint(vals):
            siblings |= self._same_attendees()
            self._follow_identity()
            siblings_change = True
        if siblings_change:
            (siblings | self._same_attendees())._mark_passport_state()
        return result

    def unlink(self):
        siblings = self._same_attendees() - self
        result = super().unlink()
        siblings._mark_passport_state()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_declared(self):
        for registration in self.sudo():
            if registration.passport_line_ids:
                raise UserError(
                    self.env._(
                        "The registration of %s was put in a declaration and cannot be deleted: cancel it "
                        "instead.",
                        registration.display_name,
                    )
                )

    def _passport_clean_values(self, vals):
        if vals.get("employer_reference"):
            vals["employer_reference"] = clean_text(vals["employer_reference"])

    # ------------------------------------------------------------
    # The session a registration belongs to
    # ------------------------------------------------------------

    def _passport_session_dates(self):
        """Return the first and last day of the session, in its own timezone.

        The slot is the session where the event has slots.

        :returns: two dates, or ``(None, None)`` without an event
        """
        self.ensure_one()
        start, end = self._passport_session_moments()
        if not start or not end:
            return None, None
        tz = self.event_id._passport_timezone()
        return calendar.local_date(start, tz), calendar.local_date(end, tz)

    def _passport_session_moments(self):
        """Return begin and end of the session as naive UTC datetimes (false values without event)."""
        self.ensure_one()
        slot, event = self.event_slot_id, self.event_id
        return (
            slot.start_datetime or event.date_begin,
            slot.end_datetime or event.date_end,
        )

    def _passport_is_frozen(self):
        """Tell whether the attendee is in a declaration: what was declared stays."""
        self.ensure_one()
        return bool(self.sudo().passport_line_ids.filtered("is_live"))

    # ------------------------------------------------------------
    # Who attends
    # ------------------------------------------------------------

    @api.model
    def _values_of_attendee(self, attendee):
        return {fname: attendee[fname] for fname in ("name", "email", "phone") if attendee[fname]}

    def action_find_attendees(self):
        """Find or create the contacts of attendees registered before this addon was installed."""
        self.check_access("write")
        self._find_attendees()

    def _find_attendees(self):
        """Give every named registration its contact: an existing one, else a new one.

        Works on the whole recordset in a constant number of queries. Registrations still called
        like their booker are not named yet and stay without an attendee.
        """
        missing = self.sudo().filtered(lambda registration: not registration.attendee_partner_id)
        missing = missing._named()
        if not missing:
            return
        known = missing._known_people()
        orphans = {}
        for registration in missing:
            key = (registration._attendee_client(), name_key(registration.name))
            person = registration._match_attendee(known.get(key, ()))
            if person:
                registration._assign_attendee({"attendee_partner_id": person.id})
            else:
                same = (*key, registration._attendee_email() or "")
                orphans[same] = orphans.get(same, self.browse()) | registration
        missing.browse()._create_attendees(list(orphans.values()))

    def _named(self):
        """Return those whose name is the attendee's, and not the booker's put there by default."""
        named = self.browse()
        like_booker = self.browse()
        for registration in self:
            booker = registration.partner_id
            key = name_key(registration.name)
            if key and key in {name_key(booker.name), name_key(booker.commercial_partner_id.name)}:
                like_booker |= registration
            elif key:
                named |= registration
        return named | like_booker._booked_for_oneself()

    def _booked_for_oneself(self):
        """Return those that are the only seat a private person, without a company, has booked."""
        private = self.filtered(
            lambda registration: not registration.partner_id.commercial_partner_id.is_company
        )
        if not private:
            return private
        seats = self._read_group(
            [
                ("event_id", "in", private.event_id.ids),
                ("partner_id", "in", private.partner_id.ids),
                ("state", "!=", "cancel"),
            ],
            ["event_id", "event_slot_id", "partner_id"],
            ["__count"],
        )
        alone = {(event, slot, booker) for event, slot, booker, count in seats if count == 1}
        return private.filtered(
            lambda registration: (
                (
                    registration.event_id,
                    registration.event_slot_id,
                    registration.partner_id,
                )
                in alone
            )
        )

    def _attendee_client(self):
        """Return the company, or the private person, that booked."""
        self.ensure_one()
        return self.partner_id.commercial_partner_id

    def _attendee_email(self):
        """Return the attendee's own e-mail address: the booker's, filled in by default, is not."""
        self.ensure_one()
        email = email_normalize(self.email or "")
        booker = self.partner_id
        is_booker = name_key(self.name) == name_key(booker.name)
        bookers = {
            email_normalize(partner.email or "")
            for partner in booker | booker.commercial_partner_id
        }
        return email if email and (is_booker or email not in bookers) else False

    def _known_people(self):
        """Return ``{(client, name key): [contacts]}`` for the clients of these registrations.

        A client's people are its contacts and whoever it sent before. People without a client are
        looked for among private contacts, by their e-mail address.
        """
        clients = self.partner_id.commercial_partner_id
        Partner = self.env["res.partner"].with_context(active_test=False)
        contacts = Partner.search_fetch(
            [("commercial_partner_id", "in", clients.ids), ("is_company", "=", False)],
            ["name", "email_normalized", "commercial_partner_id", "company_id", "active"],
        )
        people = {(contact.commercial_partner_id, contact) for contact in contacts}
        sent_before = self._read_group(
            [
                ("partner_id.commercial_partner_id", "in", clients.ids),
                ("attendee_partner_id", "!=", False),
            ],
            ["partner_id", "attendee_partner_id"],
        )
        people |= {(booker.commercial_partner_id, person) for booker, person in sent_before}
        emails = [reg._attendee_email() for reg in self if not reg.partner_id]
        private = Partner.search(
            [("email_normalized", "in", list(filter(None, emails))), ("is_company", "=", False)]
        )
        people |= {(Partner.browse(), person) for person in private}
        found = {}
        # Active and oldest first: the same answer whatever the order of the queries.
        for client, person in sorted(people, key=lambda pair: (not pair[1].active, pair[1].id)):
            found.setdefault((client, name_key(person.name)), []).append(person)
        return found

    def _match_attendee(self, namesakes):
        """Return the one of ``namesakes`` this registration means, if any.

        Same e-mail first; then somebody of the same name, unless both have an e-mail of their own
        and these differ: then they are two people.
        """
        self.ensure_one()
        allowed = [
            person
            for person in namesakes
            if not person.company_id or person.company_id == self.company_id
        ]
        email = self._attendee_email()
        for person in allowed:
            if email and person.email_normalized == email:
                return person
        return next(
            (person for person in allowed if not email or not person.email_normalized), None
        )

    @api.model
    def _create_attendees(self, groups):
        """Create one contact for each recordset of ``groups`` (the registrations of one person)."""
        people = (
            self.env["res.partner"]
            .sudo()
            .create([registrations[0]._attendee_values() for registrations in groups])
        )
        for registrations, person in zip(groups, people, strict=True):
            registrations._assign_attendee(
                {"attendee_partner_id": person.id, "attendee_created": True}
            )

    def _assign_attendee(self, values):
        """Write an attendee that was looked up; the caller sees to who else attends the session."""
        return super().write(values)

    def _attendee_values(self):
        """Return the values of a new contact for the attendee."""
        self.ensure_one()
        client = self._attendee_client()
        phone_is_bookers = self.phone in self.partner_id.mapped("phone")
        return {
            "name": clean_text(self.name),
            "email": self._attendee_email(),
            "phone": not phone_is_bookers and self.phone,
            "parent_id": client.id if client.is_company else False,
            "company_id": client.company_id.id,
            "lang": self.partner_id.lang or self.env.lang,
        }

    def _follow_identity(self):
        """Look the attendee up again after the name, the e-mail or the booker changed.

        A contact made from this registration about which nothing is known yet is corrected rather
        than left behind. Attendees already in a declaration stay.
        """
        moved = self.browse()
        changed = self.sudo().filtered(
            lambda registration: (
                registration.attendee_partner_id.name != registration.name
                and registration.attendee_partner_id
                and not registration._passport_is_frozen()
            )
        )
        for registration in changed._named():
            if registration._is_attendee_fresh():
                registration.attendee_partner_id.write(
                    {key: val for key, val in registration._attendee_values().items() if val}
                )
            elif not registration._is_same_person():
                moved |= registration
        if moved:
            moved._assign_attendee({"attendee_partner_id": False, "attendee_created": False})
        self._find_attendees()

    def _is_same_person(self):
        """Tell whether the name is the contact's, give or take a typing error at the same e-mail.

        An e-mail alone is not enough: a substitute registered over somebody else must never be
        declared with the other person's NIR.
        """
        self.ensure_one()
        person = self.attendee_partner_id
        email = self._attendee_email()
        same_email = email and person.email_normalized == email
        return name_key(person.name) == name_key(self.name) or bool(
            same_email and is_close_name(person.name, self.name)
        )

    def _is_attendee_fresh(self):
        """Tell whether the attendee's contact was made here and nothing hangs on it yet."""
        self.ensure_one()
        person = self.attendee_partner_id
        return (
            self.attendee_created
            and person.nir_state == "missing"
            and not person.birth_name
            and not person.user_ids
            and len(person.with_context(active_test=False).passport_registration_ids) == 1
        )

    def _same_attendees(self):
        """Return all registrations of the same people in the same events as these."""
        people = self.sudo().attendee_partner_id
        if not people:
            return self.browse()
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("event_id", "in", self.event_id.ids),
                    ("attendee_partner_id", "in", people.ids),
                ]
            )
        )

    def _mark_same_attendees(self):
        (self._same_attendees() - self)._mark_passport_state()
