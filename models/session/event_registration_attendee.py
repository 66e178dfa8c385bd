from odoo import api, models
from odoo.tools import email_normalize

from ...tools.text import clean_text, is_close_name, name_key


class EventRegistration(models.Model):
    """Who attends: the contact behind a name, an e-mail and a client, found or created."""

    _inherit = "event.registration"

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
        like their booker are not named yet and stay without an attendee; events that are no
        trainings get no contacts.
        """
        missing = self.sudo().filtered(
            lambda registration: (
                registration.event_id.training_id and not registration.attendee_partner_id
            )
        )
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
            # Odoo writes the company's data on each of them: nobody waits for that.
            .with_context(passport_close_later=True)
            .create([registrations[0]._attendee_values() for registrations in groups])
        )
        for registrations, person in zip(groups, people, strict=True):
            registrations._assign_attendee(
                {"attendee_partner_id": person.id, "attendee_created": True}
            )

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
