from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...tools.nir_text import holds_number
from ...tools.same_name import is_close_name, is_same_name, name_key, name_keys, without_civility
from ...tools.text import clean_text

# What makes the person: when one of these is written, the attendee is looked up again.
IDENTITY_FIELDS = {"name", "email", "partner_id"}


class PassportIdentity(models.AbstractModel):
    """Who attends? The contact behind a registration's name, e-mail and client, found or created.

    Two spellings of one name are one person, close ones are not: they are proposed, and somebody
    says that they are the same.
    """

    _name = "passport.identity"
    _description = "Identity of Attendees"

    # ------------------------------------------------------------
    # What is followed
    # ------------------------------------------------------------

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        self._drop_strangers(registrations, vals_list)
        self._find(registrations)

    @api.model
    def _drop_strangers(self, registrations, vals_list):
        """Take back attendees that nobody gave and who are called otherwise.

        Other addons have a field of this name and fill it by the e-mail address, which colleagues share:
        somebody would be declared with another one's number.
        """
        strangers = registrations.browse(
            seat.id
            for seat, vals in zip(registrations, vals_list, strict=True)
            if "attendee_partner_id" not in vals and self._differs(seat)
        )
        if strangers:
            strangers._assign_attendee({"attendee_partner_id": False})

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
        known_people = self.env["passport.known.people"]
        known = known_people._of(missing)
        orphans = []
        for registration in missing:
            if person := self._match(registration, known_people._namesakes(registration, known)):
                registration._assign_attendee({"attendee_partner_id": person.id})
            else:
                orphans.append(registration)
        self._create_people(self._by_person(orphans))

    @api.model
    def _by_person(self, registrations):
        """Return lists of registrations, one for each person who has no contact yet."""
        groups = {}
        found = []
        clients = self.env["res.partner"].sudo().union(*map(self._client, registrations))
        tops = self.env["passport.known.people"]._tops(clients)
        for registration in registrations:
            client, email = self._client(registration), self._email(registration)
            called = name_keys(registration.name)
            keys = [(tops.get(client), key) for key in called]
            alike = [group for key in keys for group in groups.get(key, ())]
            group = next((group for group in alike if self._may_be_one(group, email)), None)
            if group is None:
                group = []
                found.append(group)
            group.append(registration)
            for key in keys:
                if group not in groups.setdefault(key, []):
                    groups[key].append(group)
        return found

    @api.model
    def _may_be_one(self, registrations, email):
        emails = {self._email(registration) for registration in registrations} - {False}
        return not email or not emails or email in emails

    @api.model
    def _named(self, registrations):
        """Return those whose name is the attendee's, and not the booker's put there by default.

        A name with a social security number in it, as old data have, is none: it is to be typed anew.
        """
        named, like_booker = [], []
        for registration in registrations:
            bookers = self.env["passport.client"]._faces(registration)
            if any(is_same_name(registration.name, name) for name in bookers.mapped("name")):
                like_booker.append(registration.id)
            elif name_key(registration.name) and not holds_number(registration.name):
                named.append(registration.id)
        alone = self._booked_for_oneself(registrations.browse(like_booker))
        return registrations.browse(named) | alone

    @api.model
    def _booked_for_oneself(self, registrations):
        """Return those that are the only seat a private person, without a company, has booked."""
        private = registrations.filtered(
            lambda registration: not self.env["passport.client"]._of(registration).is_company
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
        """Return the company, or the private person, that booked; else the employer that was chosen."""
        client = self.env["passport.client"]._of(registration)
        return client or registration.employer_id.commercial_partner_id

    @api.model
    def _email(self, registration):
        """Return the attendee's own e-mail address: the booker's, filled in by default, is not."""
        email = email_normalize(registration.email or "")
        booker = registration.partner_id
        is_booker = is_same_name(registration.name, booker.name)
        bookers = self.env["passport.client"]._faces(registration)
        emails = {email_normalize(partner.email or "") for partner in bookers}
        return email if email and (is_booker or email not in emails) else False

    @api.model
    def _match(self, registration, namesakes):
        """Return the one of ``namesakes`` the registration means, if any.

        Same e-mail first; then somebody of the same name, unless both have an e-mail of their own
        and these differ: then they are two people.
        """
        allowed = self._allowed(registration, namesakes)
        email = self._email(registration)
        for person in allowed:
            if email and person.email_normalized == email:
                return person
        return next(
            (person for person in allowed if not email or not person.email_normalized), None
        )

    @api.model
    def _allowed(self, registration, people):
        """Return those of ``people`` whom the company of the session may use."""
        return people.filtered(
            lambda person: not person.company_id or person.company_id == registration.company_id
        )

    @api.model
    def _create_people(self, groups):
        """Create one contact for each list of ``groups`` (the registrations of one person)."""
        people = (
            self.env["res.partner"]
            .sudo()
            # Odoo writes the company’s data on each of them: nobody waits for that. Nor does who registers
            # people want to follow each of them.
            .with_context(passport_close_later=True, mail_create_nosubscribe=True)
            .create([self._person_values(self._best_of(group)) for group in groups])
        )
        for group, person in zip(groups, people, strict=True):
            for registration in group:
                registration._assign_attendee(
                    {"attendee_partner_id": person.id, "attendee_created": True}
                )

    @api.model
    def _best_of(self, registrations):
        """Return the registration that tells the most of a person: one with an e-mail address."""
        return next(
            (registration for registration in registrations if self._email(registration)),
            registrations[0],
        )

    @api.model
    def _person_values(self, registration):
        """Return the values of a new contact for the attendee."""
        client = self._client(registration)
        phone_is_bookers = registration.phone in registration.partner_id.mapped("phone")
        values = {
            "name": without_civility(clean_text(registration.name)),
            "email": self._email(registration),
            "phone": not phone_is_bookers and registration.phone,
            "parent_id": client.id if client.is_company else False,
            "company_id": client.company_id.id,
            "lang": registration.partner_id.lang or self.env.lang,
        }
        # In old data: what no contact may hold is left where it is.
        is_fit = self.env["passport.intake"]._is_fit
        return {
            fname: value if is_fit(client, fname, value) else False
            for fname, value in values.items()
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
        changed = self._named(
            registrations.sudo().filtered(
                lambda registration: (
                    registration.attendee_partner_id.name != registration.name
                    and registration.attendee_partner_id
                    and not registration._passport_is_frozen()
                )
            )
        )
        fresh = changed.filtered(self._is_fresh)
        self._correct_fresh(fresh)
        moved = (changed - fresh).filtered(lambda seat: not self._is_same_person(seat))
        if moved:
            moved._assign_attendee({"attendee_partner_id": False, "attendee_created": False})
        self._find(registrations)

    @api.model
    def _correct_fresh(self, registrations):
        """Correct contacts about which nothing is known yet; the name may be another one's after all."""
        known_people = self.env["passport.known.people"]
        known = known_people._of(registrations) if registrations else {}
        for registration in registrations:
            made = registration.attendee_partner_id
            person = self._match(registration, known_people._namesakes(registration, known) - made)
            if person:
                registration._assign_attendee(
                    {"attendee_partner_id": person.id, "attendee_created": False}
                )
                self._drop(made)
            else:
                values = self._person_values(registration)
                made.write({fname: value for fname, value in values.items() if value})

    @api.model
    def _drop(self, people):
        """Delete contacts made by mistake; archive those that something hangs on after all."""
        try:
            with self.env.cr.savepoint():
                people.unlink()
        except (IntegrityError, UserError):
            people.active = False

    @api.model
    def _is_same_person(self, registration):
        """Tell whether the name is the contact's, in one of its official spellings.

        Neither a close name nor an e-mail address is enough: a substitute registered over somebody
        else must never be declared with the other person's NIR.
        """
        return is_same_name(registration.attendee_partner_id.name, registration.name)

    @api.model
    def _differs(self, registration):
        """Tell whether the attendee's contact is called otherwise than the registration."""
        seat = registration.sudo()
        return bool(seat.attendee_partner_id and seat.name) and not self._is_same_person(seat)

    @api.model
    def _may_be_joined(self, registration):
        """Tell whether the contact is called otherwise, and nothing is declared yet."""
        return self._differs(registration) and not registration._passport_is_frozen()

    # ------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------

    @api.model
    def _close_people(self, registrations):
        """Return ``{registration: contact}``: who else its new contact may be, by a close name.

        Asked of contacts made here, about which nothing is known yet.
        """
        registrations = registrations.sudo()
        made = registrations.filtered(
            lambda registration: registration.attendee_partner_id and self._is_fresh(registration)
        )
        clients = self.env["res.partner"].sudo().union(*map(self._client, made))
        private = [self._email(seat) for seat in made if not self._client(seat)]
        known, people = self.env["passport.known.people"], {}
        for client, person in known._everybody(clients) | known._private_people(private):
            people.setdefault(client, []).append(person)
        proposed = {}
        for registration in made:
            others = clients.browse().union(*people.get(self._client(registration), ()))
            others = (others - registration.attendee_partner_id).sorted("id")
            for person in self._allowed(registration, others):
                if is_close_name(person.name, registration.name):
                    proposed.setdefault(registration, person)
        return proposed

    @api.model
    def _join(self, registration, person):
        """Make the registration another contact's, whom somebody said it means."""
        made = registration.attendee_partner_id
        if not person or (person == made and self._is_same_person(registration.sudo())):
            return
        drop = person != made and self._is_fresh(registration)
        registration._assign_attendee({"attendee_created": False})
        registration.write({"attendee_partner_id": person.id, "name": person.name})
        if drop:
            self._drop(made.sudo())

    @api.model
    def _part(self, registrations):
        """Part registrations from contacts who are called otherwise, and look for their own."""
        others = registrations.sudo().filtered(self._may_be_joined)
        if others:
            others._assign_attendee({"attendee_partner_id": False, "attendee_created": False})
        self._find(registrations)

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
