from odoo import api, models
from odoo.tools import email_normalize

from ...tools.text import clean_text, is_close_name, name_key

# What makes the person: when one of these is written, the attendee is looked up again.
IDENTITY_FIELDS = {"name", "email", "partner_id"}


class PassportIdentity(models.AbstractModel):
    """Who attends? The contact behind a registration's name, e-mail and client, found or created."""

    _name = "passport.identity"
    _description = "Identity of Attendees"

    # ------------------------------------------------------------
    # What is followed
    # ------------------------------------------------------------

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        self._find(registrations)

    @api.model
    def _registrations_changed(self, registrations, vals, memo):
        if "attendee_partner_id" not in vals and not IDENTITY_FIELDS.isdisjoint(vals):
            self._follow(registrations)

    @api.model
    def _events_changing(self, events, vals):
        """Return the sessions whose training is not known yet."""
        return events.filtered(lambda event: not event.training_id)

    @api.model
    def _events_changed(self, events, vals, before):
        # A session whose training becomes known only now has attendees without a contact.
        self._find(before.filtered("training_id").registration_ids)

    # ------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------

    @api.model
    def _find(self, registrations):
        """Give every named registration its contact: an existing one, else a new one.

        Works on the whole recordset in a constant number of queries. Registrations still called
        like their booker are not named yet and stay without an attendee; events that are no
        trainings get no contacts.
        """
        missing = registrations.sudo().filtered(
            lambda registration: registration.training_id and not registration.attendee_partner_id
        )
        missing = self._named(missing)
        if not missing:
            return
        known = self._known_people(missing)
        orphans = {}
        for registration in missing:
            key = (self._client(registration), name_key(registration.name))
            person = self._match(registration, known.get(key, ()))
            if person:
                registration._assign_attendee({"attendee_partner_id": person.id})
            else:
                same = (*key, self._email(registration) or "")
                orphans[same] = orphans.get(same, missing.browse()) | registration
        self._create_people(list(orphans.values()))

    @api.model
    def _named(self, registrations):
        """Return those whose name is the attendee's, and not the booker's put there by default."""
        named = registrations.browse()
        like_booker = registrations.browse()
        for registration in registrations:
            booker = registration.partner_id
            key = name_key(registration.name)
            if key and key in {name_key(booker.name), name_key(booker.commercial_partner_id.name)}:
                like_booker |= registration
            elif key:
                named |= registration
        return named | self._booked_for_oneself(like_booker)

    @api.model
    def _booked_for_oneself(self, registrations):
        """Return those that are the only seat a private person, without a company, has booked."""
        private = registrations.filtered(
            lambda registration: not registration.partner_id.commercial_partner_id.is_company
        )
        if not private:
            return private
        groups = private._read_group(
            [
                ("event_id", "in", private.event_id.ids),
                ("partner_id", "in", private.partner_id.ids),
                ("state", "!=", "cancel"),
            ],
            ["event_id", "event_slot_id", "partner_id"],
            having=[("__count", "=", 1)],
        )
        alone = set(groups)
        return private.filtered(
            lambda seat: (seat.event_id, seat.event_slot_id, seat.partner_id) in alone
        )

    @api.model
    def _client(self, registration):
        """Return the company, or the private person, that booked."""
        return registration.partner_id.commercial_partner_id

    @api.model
    def _email(self, registration):
        """Return the attendee's own e-mail address: the booker's, filled in by default, is not."""
        email = email_normalize(registration.email or "")
        booker = registration.partner_id
        is_booker = name_key(registration.name) == name_key(booker.name)
        bookers = {
            email_normalize(partner.email or "")
            for partner in booker | booker.commercial_partner_id
        }
        return email if email and (is_booker or email not in bookers) else False

    @api.model
    def _known_people(self, registrations):
        """Return ``{(client, name key): [contacts]}`` for the clients of these registrations.

        A client's people are its contacts and whoever it sent before. People without a client are
        looked for among private contacts, by their e-mail address.
        """
        people = self._people_of_clients(registrations.partner_id.commercial_partner_id)
        people |= self._private_people(
            [self._email(seat) for seat in registrations if not seat.partner_id]
        )
        found = {}
        # Active and oldest first: the same answer whatever the order of the queries.
        for client, person in sorted(people, key=lambda pair: (not pair[1].active, pair[1].id)):
            found.setdefault((client, name_key(person.name)), []).append(person)
        return found

    @api.model
    def _people_of_clients(self, clients):
        """Return ``{(client, contact)}``: the clients' contacts, and whoever they sent before."""
        contacts = clients.with_context(active_test=False).search_fetch(
            [("commercial_partner_id", "in", clients.ids), ("is_company", "=", False)],
            ["name", "email_normalized", "commercial_partner_id", "company_id", "active"],
        )
        sent_before = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                [
                    ("partner_id.commercial_partner_id", "in", clients.ids),
                    ("attendee_partner_id", "!=", False),
                ],
                ["partner_id", "attendee_partner_id"],
            )
        )
        return {(contact.commercial_partner_id, contact) for contact in contacts} | {
            (booker.commercial_partner_id, person) for booker, person in sent_before
        }

    @api.model
    def _private_people(self, emails):
        """Return ``{(no client, contact)}`` for the people with one of these e-mail addresses."""
        Partner = self.env["res.partner"].sudo()
        people = Partner.with_context(active_test=False).search(
            [("email_normalized", "in", list(filter(None, emails))), ("is_company", "=", False)]
        )
        return {(Partner.browse(), person) for person in people}

    @api.model
    def _match(self, registration, namesakes):
        """Return the one of ``namesakes`` the registration means, if any.

        Same e-mail first; then somebody of the same name, unless both have an e-mail of their own
        and these differ: then they are two people.
        """
        allowed = [
            person
            for person in namesakes
            if not person.company_id or person.company_id == registration.company_id
        ]
        email = self._email(registration)
        for person in allowed:
            if email and person.email_normalized == email:
                return person
        return next(
            (person for person in allowed if not email or not person.email_normalized), None
        )

    @api.model
    def _create_people(self, groups):
        """Create one contact for each recordset of ``groups`` (the registrations of one person)."""
        people = (
            self.env["res.partner"]
            .sudo()
            # Odoo writes the company's data on each of them: nobody waits for that.
            .with_context(passport_close_later=True)
            .create([self._person_values(registrations[0]) for registrations in groups])
        )
        for registrations, person in zip(groups, people, strict=True):
            registrations._assign_attendee(
                {"attendee_partner_id": person.id, "attendee_created": True}
            )

    @api.model
    def _person_values(self, registration):
        """Return the values of a new contact for the attendee."""
        client = self._client(registration)
        phone_is_bookers = registration.phone in registration.partner_id.mapped("phone")
        return {
            "name": clean_text(registration.name),
            "email": self._email(registration),
            "phone": not phone_is_bookers and registration.phone,
            "parent_id": client.id if client.is_company else False,
            "company_id": client.company_id.id,
            "lang": registration.partner_id.lang or self.env.lang,
        }

    # ------------------------------------------------------------
    # Following what is corrected
    # ------------------------------------------------------------

    @api.model
    def _follow(self, registrations):
        """Look the attendee up again after the name, the e-mail or the booker changed.

        A contact made from this registration about which nothing is known yet is corrected rather
        than left behind. Attendees already in a declaration stay.
        """
        moved = registrations.browse()
        changed = registrations.sudo().filtered(
            lambda registration: (
                registration.attendee_partner_id.name != registration.name
                and registration.attendee_partner_id
                and not registration._passport_is_frozen()
            )
        )
        for registration in self._named(changed):
            if self._is_fresh(registration):
                values = self._person_values(registration)
                registration.attendee_partner_id.write(
                    {key: val for key, val in values.items() if val}
                )
            elif not self._is_same_person(registration):
                moved |= registration
        if moved:
            moved._assign_attendee({"attendee_partner_id": False, "attendee_created": False})
        self._find(registrations)

    @api.model
    def _is_same_person(self, registration):
        """Tell whether the name is the contact's, give or take a typing error at the same e-mail.

        An e-mail alone is not enough: a substitute registered over somebody else must never be
        declared with the other person's NIR.
        """
        person = registration.attendee_partner_id
        email = self._email(registration)
        same_email = email and person.email_normalized == email
        return name_key(person.name) == name_key(registration.name) or bool(
            same_email and is_close_name(person.name, registration.name)
        )

    @api.model
    def _is_fresh(self, registration):
        """Tell whether the attendee's contact was made here and nothing hangs on it yet."""
        person = registration.attendee_partner_id
        return (
            registration.attendee_created
            and person.nir_state == "missing"
            and not person.birth_name
            and not person.user_ids
            and len(person.with_context(active_test=False).passport_registration_ids) == 1
        )

    # ------------------------------------------------------------
    # The same person elsewhere
    # ------------------------------------------------------------

    @api.model
    def _same_attendees(self, registrations):
        """Return all registrations (as superuser) of the same people in the same events."""
        registrations = registrations.sudo()
        people = registrations.attendee_partner_id
        if not people:
            return registrations.browse()
        return registrations.with_context(active_test=False).search(
            [
                ("event_id", "in", registrations.event_id.ids),
                ("attendee_partner_id", "in", people.ids),
            ]
        )

    @api.model
    def _seats_of_person(self, seats):
        """Return the seats of these people in the same sessions: one for each training they attend."""
        people = seats.sudo().attendee_partner_id
        found = seats.search(
            [("event_id", "in", seats.event_id.ids), ("attendee_partner_id", "in", people.ids)],
            order="id",
        )
        theirs = set(map(self._place, seats))
        return seats | found.filtered(lambda seat: self._place(seat) in theirs)

    @api.model
    def _trainings(self, seats):
        """Return ``{seat id: all trainings that its person attends in the session}``."""
        by_place = {}
        for seat in self._seats_of_person(seats):
            place = self._place(seat)
            by_place[place] = by_place.get(place, seat.training_id) | seat.training_id
        return {seat.id: by_place[self._place(seat)] for seat in seats}

    @api.model
    def _place(self, seat):
        return seat.event_id, seat.event_slot_id, seat.sudo().attendee_partner_id or seat

    @api.model
    def _one_each(self, seats):
        """Return one seat of each person in a session: who attends several trainings comes once."""
        first = {}
        for seat in seats.sorted("id"):
            first.setdefault(self._place(seat), seat.id)
        return seats.browse(first.values())
