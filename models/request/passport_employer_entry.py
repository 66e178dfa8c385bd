from typing import NamedTuple

from odoo import api, models
from odoo.tools import email_normalize, plaintext2html

from ...tools import nir
from ...tools.nir_text import holds_number
from ...tools.same_name import name_key
from ...tools.text import clean_text, forbidden_characters
from ..ground.passport_rights import USER_GROUP

# All that the employer's space can write, whatever a request holds.
EMPLOYER_FIELDS = ("name", "email", "nir", "birth_name", "employer", "no_employer")
MAX_NAME_LENGTH = 100


class Entry(NamedTuple):
    """What was typed for a seat: clean ``values``, and ``{field: what is wrong}``.

    It holds NIRs: it lives in memory, for one request.
    """

    seat: NamedTuple
    values: dict
    errors: dict


class PassportEmployerEntry(models.AbstractModel):
    """The employer's space: what a client's portal users may write, checked and kept here only."""

    _name = "passport.employer.entry"
    _description = "Entry in the Employer's Space"

    # ------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------

    @api.model
    def _check(self, user, seats, typed):
        """Check what was typed for some of these seats; nothing is written.

        :param seats: what the service of the employer's space returned for this user
        :param typed: ``{reference of a seat: {field: text}}``; other references are left out
        :returns: list of :class:`Entry`, of the seats something was typed for
        """
        establishments = self.env["passport.employer.establishment"]._of(user.commercial_partner_id)
        entries = []
        for seat in seats:
            values = {
                fname: typed[seat.ref][fname]
                for fname in EMPLOYER_FIELDS
                if fname in typed.get(seat.ref, ())
            }
            values = self._changes(seat, values, establishments)
            if values:
                errors = {
                    fname: self.env._("This can no longer be changed here.")
                    for fname in values.keys() - seat.allowed
                }
                entries.append(Entry(seat, values, errors))
        for entry in entries:
            self._check_entry(entry, user)
        self._check_together(seats, entries)
        return entries

    @api.model
    def _changes(self, seat, values, establishments):
        """Return the values that would change something, cleaned."""
        registration = seat.registration
        found = {}
        for fname in ("name", "email", "birth_name"):
            if text := clean_text(values.get(fname) or ""):
                found[fname] = text
        if nir.compact(values.get("nir")):
            found["nir"] = values["nir"]
        if "no_employer" in values and "no_employer" in seat.allowed:
            if bool(values["no_employer"]) != registration.without_employer:
                found["no_employer"] = bool(values["no_employer"])
        if values.get("employer"):
            by_id = {str(company.id): company for company in establishments}
            employer = by_id.get(values["employer"])
            if employer is None or employer != registration.employer_id:
                found["employer"] = employer
        return found

    @api.model
    def _check_entry(self, entry, user):
        values, errors = entry.values, entry.errors
        if "name" in values:
            self._check_name(entry, user)
        elif not entry.seat.person:
            errors.setdefault("name", self.env._("Name the attendee first."))
        if "email" in values and (
            not email_normalize(values["email"]) or holds_number(values["email"])
        ):
            errors.setdefault("email", self.env._("This is no e-mail address."))
        if "nir" in values:
            problem = self._nir_problem(values["nir"])
            if problem:
                errors.setdefault("nir", problem)
        if "birth_name" in values:
            self._check_birth_name(entry)
        if "employer" in values and values["employer"] is None:
            errors.setdefault("employer", self.env._("Choose one of your establishments."))

    @api.model
    def _nir_problem(self, text):
        """Return what is wrong with a NIR an employer typed, or ``None``; its key is asked for."""
        typed = self.env["passport.typed"]
        parsed = nir.parse(text)
        if parsed.problem:
            return typed._nir_text(parsed.problem)
        if nir.KEY_UNCHECKED in parsed.warnings:
            return typed._nir_text(nir.BAD_LENGTH)
        return None

    @api.model
    def _check_name(self, entry, user):
        name, client = entry.values["name"], user.commercial_partner_id
        words = name_key(name)
        if (
            not words
            or len(name) > MAX_NAME_LENGTH
            or forbidden_characters(name)
            or any(char.isdigit() for char in name)
        ):
            entry.errors.setdefault("name", self.env._("This name cannot be used."))
        elif client.is_company and words == name_key(client.name):
            entry.errors.setdefault(
                "name", self.env._("Give the name of the person, not the company's.")
            )

    @api.model
    def _check_birth_name(self, entry):
        name = entry.values["birth_name"]
        texts = self.env["passport.typed"]._birth_name_texts(name)
        if texts:
            entry.errors.setdefault("birth_name", " ".join(texts))
        elif any(char.isdigit() for char in name) or not name_key(name):
            entry.errors.setdefault("birth_name", self.env._("A birth name is made of letters."))

    @api.model
    def _check_together(self, seats, entries):
        """Tell names and numbers that were given twice, among the client's own attendees."""
        sessions = {}
        for seat in seats:
            if seat.person:
                words = sessions.setdefault(self._session_of(seat), set())
                words.add(name_key(seat.person.name))
        numbers = set()
        for entry in entries:
            words = sessions.setdefault(self._session_of(entry.seat), set())
            key = name_key(entry.values.get("name"))
            if key and key in words:
                entry.errors.setdefault(
                    "name",
                    self.env._(
                        "This person is already among the attendees of this session. If they are two "
                        "people of the same name, write to us."
                    ),
                )
            words.add(key)
            body = nir.parse(entry.values.get("nir")).body
            if body and body in numbers:
                entry.errors.setdefault(
                    "nir", self.env._("The same number was typed for two people.")
                )
            numbers.add(body)

    @api.model
    def _session_of(self, seat):
        source = seat.registration or seat.line
        return (seat.event.id, source.event_slot_id.id)

    # ------------------------------------------------------------
    # Keeping
    # ------------------------------------------------------------

    @api.model
    def _keep(self, user, entries):
        """Write the entries without errors, all together.

        :param entries: what :meth:`_check` returned in this request
        :returns: the entries kept. A person who was named and turns out to be known already keeps
            the NIR and birth name that are there. Free places that somebody else is filling in at
            this moment are given an error and left out.
        """
        kept = [entry for entry in entries if not entry.errors]
        if not self._hold(kept):
            for entry in kept:
                if not entry.seat.registration:
                    entry.errors["name"] = self.env._(
                        "Somebody else is naming attendees of this order right now: save again in a "
                        "moment."
                    )
            kept = [entry for entry in kept if not entry.errors]
        if not kept:
            return kept
        company = kept[0].seat.event.company_id or self.env.company
        space = self.sudo().with_company(company)
        registrations = space._name_attendees(kept)
        given = {
            entry.seat.ref: registration
            for entry, registration in zip(kept, registrations, strict=True)
        }
        space._keep_employers(kept, given)
        space._keep_identities(user, kept, given)
        request = self.env["passport.request"]
        request._log(registrations, request._words()._("Data completed in the customer portal."))
        return kept

    @api.model
    def _hold(self, entries):
        """Keep the free seats that these entries name for this transaction; tell whether it worked.

        It does not while somebody else fills them in. Who has just finished, after what was read
        here, is met too: the orders are written, so that the database has the slower one read again
        (Odoo then repeats its request by itself).
        """
        free = {entry.seat.line.order_id.id for entry in entries if not entry.seat.registration}
        orders = self.env["sale.order"].sudo().browse(free)
        if orders.try_lock_for_update(allow_referencing=True) != orders:
            return False
        orders.write({})  # nothing but who wrote last, and when
        orders.flush_recordset(["write_date"])
        return True

    @api.model
    def _name_attendees(self, entries):
        """Name the attendees of these entries; return the registration of each, in order."""
        model = self.env["event.registration"]
        created = iter(
            model.create(
                [
                    {
                        "sale_order_id": entry.seat.line.order_id.id,
                        "sale_order_line_id": entry.seat.line.id,
                        **self._identity(entry),
                    }
                    for entry in entries
                    if not entry.seat.registration
                ]
            )
        )
        # Browsed together, so that what is read of one is read of all.
        registrations = model.browse(
            [entry.seat.registration.id or next(created).id for entry in entries]
        )
        named_now = []
        for entry, registration in zip(entries, registrations, strict=True):
            if not registration.attendee_partner_id:
                named_now.append(registration.id)
                self._name_attendee(entry, registration)
        unnamed = model.browse(named_now)
        self.env["passport.identity"]._find(unnamed)
        unnamed._mark_passport_state()
        self.env["passport.refresh"]._registrations_created(unnamed, None, None)
        return registrations

    @api.model
    def _name_attendee(self, entry, registration):
        if entry.seat.registration:
            registration._assign_attendee(self._identity(entry))
        # Who books for a company and attends: readiness takes this name for "not named yet".
        booker = registration.partner_id
        if not booker.is_company and name_key(booker.name) == name_key(registration.name):
            registration._assign_attendee({"attendee_partner_id": booker.id})

    @api.model
    def _identity(self, entry):
        return {
            fname: entry.values[fname] for fname in ("name", "email") if entry.values.get(fname)
        }

    @api.model
    def _keep_employers(self, entries, given):
        nobody = self.env["event.registration"].browse()
        for fname, column in (("employer", "employer_id"), ("no_employer", "without_employer")):
            by_value = {}
            for entry in entries:
                if fname in entry.values:
                    value = entry.values[fname]
                    by_value[value] = by_value.get(value, nobody) | given[entry.seat.ref]
            for value, registrations in by_value.items():
                stored = value if fname == "no_employer" else value.id
                registrations.write({column: stored})

    @api.model
    def _keep_identities(self, user, entries, given):
        """Seal the NIRs and write the birth names of people who may still be given them."""
        space = self.env["passport.employer.space"]
        registrations = self.env["event.registration"].union(*given.values())
        facts = space._facts(registrations, user)
        numbers, birth_names = {}, {}
        for entry in entries:
            registration = given[entry.seat.ref]
            person = registration.attendee_partner_id
            # Asked again: who was named just now may be somebody we know.
            allowed = space._allowed(registration, facts)
            if "nir" in entry.values and "nir" in allowed:
                numbers[person] = entry.values["nir"]
            if "birth_name" in entry.values and "birth_name" in allowed:
                birth_names[person] = entry.values["birth_name"]
        if numbers:
            self.env["passport.nir"]._store(numbers)
        if birth_names:
            self.env["passport.birth.names"]._set(birth_names)

    @api.model
    def _remark(self, user, record, remark):
        """Post a client's remark on its order or session, as a note its responsible is told of."""
        record = record.sudo()
        responsible = self.env["passport.rights"]._looking_after(
            [record.user_id], USER_GROUP, record.company_id
        )
        record.message_post(
            body=plaintext2html(remark),
            author_id=user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=responsible.partner_id.ids,
        )
