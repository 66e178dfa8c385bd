from odoo import api, models

from ...tools import nir
from ...tools.same_name import is_same_name


class PassportRegistrationImport(models.AbstractModel):
    """Odoo's import of registrations: what is wrong in a row, told for its row, and whom a number means."""

    _name = "passport.registration.import"
    _description = "Import of Registrations"

    @api.model
    def _checked(self, rows, log):
        """Return the rows of an import; what is wrong in those of a file is logged."""
        if not self.env.context.get("import_file"):
            return rows
        rows = list(rows)
        for info, fname, message in self._check(rows):
            log({**info, "type": "error", "field": fname, "message": message})
        return rows

    @api.model
    def _check(self, rows):
        """Yield ``(info, field, message)`` of what is wrong in the rows of an import.

        A row whose number is that of a contact of the same name is this contact's.

        :param rows: as ``_convert_records`` gives them: ``(record id, external id, values, info)``
        """
        numbers = {}
        for record_id, _xid, values, info in rows:
            faults = list(self.env["passport.typed"]._import_faults(values))
            for fname, message in faults:
                yield info, fname, message
            for fname in {fname for fname, _message in faults}:
                values.pop(fname, None)  # told already: it would be refused again
            if body := nir.parse(values.get("nir_entry") or "").body:
                numbers.setdefault(body, []).append((record_id, values, info))
        yield from self._check_numbers(numbers)

    @api.model
    def _check_numbers(self, numbers):
        reason = self.env._("Import of registrations")
        holders = self.env["passport.vault"]._holders(list(numbers), reason) if numbers else {}
        people = self.env["res.partner"].browse(
            dict.fromkeys(pid for found in holders.values() for pid in found)
        )
        for number, places in numbers.items():
            own = people.browse(holders.get(number, ()))
            first_name = self._name_of(*places[0][:2])
            for record_id, values, info in places:
                name = self._name_of(record_id, values)
                if not is_same_name(name, first_name):
                    message = self.env._(
                        "This social security number stands twice in the file, with other names."
                    )
                    yield info, "nir_entry", message
                elif own:
                    yield from self._match(own, record_id, values, info, name)

    @api.model
    def _match(self, holders, record_id, values, info, name):
        namesakes = holders.filtered(lambda person: is_same_name(person.name, name))
        if not namesakes:
            message = self.env._(
                "This social security number is already that of %s: a person has one contact.",
                ", ".join(holders.mapped("display_name")),
            )
            yield info, "nir_entry", message
        elif not record_id:
            values.setdefault("attendee_partner_id", namesakes[0].id)

    @api.model
    def _name_of(self, record_id, values):
        """Return who a row is about: its name, else that of the registration it changes."""
        registration = self.env["event.registration"].browse(record_id or [])
        return values.get("name") or registration.attendee_partner_id.name or registration.name

    @api.model
    def _templates(self):
        """Return the files to fill in that the import screen offers."""
        return [
            {
                "label": self.env._("Import Template for Attendees"),
                "template": "/passeport_prevention/static/xlsx/stagiaires.xlsx",
            }
        ]
