from odoo import api, models
from odoo.exceptions import UserError


class PassportPersonalData(models.AbstractModel):
    """The NIR and the birth name that come with a registration: they are the attendee's.

    Kept once it is known who attends, so that a name and a number can come together, and never on whom
    the registration was about before.
    """

    _name = "passport.personal.data"
    _description = "Personal Data Given with a Registration"

    FIELDS = ("birth_name", "nir_entry")

    @api.model
    def _taken_out(self, vals):
        """Return values without the personal data, which are kept by themselves."""
        return {fname: value for fname, value in vals.items() if fname not in self.FIELDS}

    # ------------------------------------------------------------
    # What is followed
    # ------------------------------------------------------------

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        """Keep what new registrations came with; what is known of somebody is not replaced.

        :raises UserError: the attendee is not named, or something else is known of them
        """
        given = {
            fname: {
                registration: vals[fname]
                for registration, vals in zip(registrations, vals_list, strict=True)
                if vals.get(fname)
            }
            for fname in self.FIELDS
        }
        names = self._by_person("birth_name", given["birth_name"])
        numbers = self._by_person("nir_entry", given["nir_entry"])
        self._check_known_names(names)
        self._keep_names(names)
        self._keep_numbers(self._new_numbers(numbers), registrations)

    @api.model
    def _registrations_changed(self, registrations, vals, memo):
        """Keep what was typed on registrations for their attendees.

        :raises UserError: the attendee is not named
        """
        if "birth_name" in vals:
            given = dict.fromkeys(registrations, vals["birth_name"])
            self._keep_names(self._by_person("birth_name", given))
        if vals.get("nir_entry"):
            given = dict.fromkeys(registrations, vals["nir_entry"])
            self._keep_numbers(self._by_person("nir_entry", given), registrations)
            # What was typed leaves the cache, and so the screen that reads it back.
            registrations.invalidate_recordset(["nir_entry"])

    # ------------------------------------------------------------
    # Whose it is
    # ------------------------------------------------------------

    @api.model
    def _by_person(self, fname, given):
        """Return ``{attendee: value}`` of ``{registration: value}``.

        :raises UserError: the attendee is not named, or two values were given for one person
        """
        found = {}
        for registration, value in given.items():
            registration._check_field_access(registration._fields[fname], "write")
            person = registration.attendee_partner_id
            if not person and value:
                raise UserError(self._nameless_text(registration, fname))
            if person and found.setdefault(person, value) != value:
                raise UserError(self._other_text(person, fname))
        return found

    @api.model
    def _nameless_text(self, registration, fname):
        if fname == "birth_name":
            return self.env._(
                "%s: name the attendee before entering a birth name.", registration.display_name
            )
        return self.env._("%s: name the attendee before entering a NIR.", registration.display_name)

    @api.model
    def _other_text(self, person, fname):
        if fname == "birth_name":
            return self.env._(
                "%(name)s: the contact has another birth name. Check who it is, and correct the birth "
                "name on the contact.",
                name=person.display_name,
            )
        return self.env._(
            "%(name)s: the contact has another social security number. Check who it is, and enter the "
            "number on the contact.",
            name=person.display_name,
        )

    # ------------------------------------------------------------
    # Keeping
    # ------------------------------------------------------------

    @api.model
    def _check_known_names(self, names):
        for person, name in names.items():
            if person.birth_name and person.birth_name.strip() != name.strip():
                raise UserError(self._other_text(person, "birth_name"))

    @api.model
    def _keep_names(self, names):
        changed = {
            person: name
            for person, name in names.items()
            if (person.birth_name or False) != (name or False)
        }
        if changed:
            self.env["passport.birth.names"]._set(changed)

    @api.model
    def _new_numbers(self, numbers):
        """Return those of ``{person: number}`` that are not there yet.

        :raises UserError: the contact has another number
        """
        known = {person for person in numbers if person.nir_state == "provided"}
        if not known:
            return numbers
        reason = self.env._("Entered with a registration.")
        holders = self.env["passport.vault"]._holders(list(numbers.values()), reason)
        for person in known:
            if person.id not in holders.get(numbers[person], ()):
                raise UserError(self._other_text(person, "nir_entry"))
        return {person: number for person, number in numbers.items() if person not in known}

    @api.model
    def _keep_numbers(self, numbers, registrations):
        """Seal numbers, each for the training body whose session it was typed in."""
        if not numbers:
            return
        people = self.env["res.partner"].browse([person.id for person in numbers])
        people.check_access("write")
        company_of = {seat.attendee_partner_id: seat.company_id for seat in registrations}
        for company, found in people.grouped(company_of.get).items():
            part = {person: number for person, number in numbers.items() if person in found}
            self.env["passport.nir"].with_company(company)._store(part)
