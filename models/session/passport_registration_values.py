from odoo import api, models

from ...tools.text import clean_text

# Free text that goes into an import file.
CLEANED_FIELDS = (
    "employer_reference",
    "jdr_result",
    "jdr_mention",
    "jdr_proof_link",
    "jdr_proof_reference",
)
ATTENDEE_FIELDS = ("name", "email", "phone")


class PassportRegistrationValues(models.AbstractModel):
    """What is written on a registration: cleaned of outer spaces, completed from the attendee."""

    _name = "passport.registration.values"
    _description = "Values of Registrations"

    @api.model
    def _to_create(self, vals_list):
        """Return the values of new registrations; a given attendee gives what is not given."""
        vals_list = [self._to_write(vals) for vals in vals_list]
        given = {
            vals["attendee_partner_id"] for vals in vals_list if vals.get("attendee_partner_id")
        }
        people = self.env["res.partner"].browse(given)
        people.fetch(ATTENDEE_FIELDS)
        for vals in vals_list:
            if vals.get("attendee_partner_id") and not vals.get("name"):
                attendee = people.browse(vals["attendee_partner_id"])
                vals.update(
                    {
                        fname: attendee[fname]
                        for fname in ATTENDEE_FIELDS
                        if attendee[fname] and not vals.get(fname)
                    }
                )
        return vals_list

    @api.model
    def _to_write(self, vals):
        """Return ``vals`` with the texts that go into an import file cleaned of outer spaces."""
        cleaned = {fname: clean_text(vals[fname]) for fname in CLEANED_FIELDS if vals.get(fname)}
        return {**vals, **cleaned}

    @api.model
    def _of_chosen_attendee(self, registration):
        """Return what a contact chosen in the form gives: what somebody typed is not replaced.

        What stands there of the booker, or of the attendee before, is.
        """
        attendee, before = registration.attendee_partner_id, registration._origin
        bookers = self.env["passport.client"]._faces(registration)
        values = {}
        for fname in ATTENDEE_FIELDS:
            value = registration[fname]
            of_before = value and value == before.attendee_partner_id[fname]
            if of_before or ((not value or value in bookers.mapped(fname)) and attendee[fname]):
                values[fname] = attendee[fname]
        return values

    @api.model
    def _validity_warning(self, registration):
        """Return what a form warns of the dates of validity, ``None`` where they are right."""
        start, end = registration.validity_start_date, registration.validity_end_date
        session_end = registration._passport_session_dates()[1]
        if start and end and end < start:
            message = self.env._("The validity ends before it begins.")
        elif start and session_end and start < session_end:
            message = self.env._("The validity begins before the end of the session.")
        else:
            return None
        return {"warning": {"title": self.env._("Passeport de prévention"), "message": message}}
