from odoo import api, fields, models


class PassportPreparation(models.AbstractModel):
    """Makes declarations of attendees who are ready, with what is declared of them frozen."""

    _name = "passport.preparation"
    _description = "Preparation of Declarations"

    @api.model
    def _prepare(self, registrations, company, channel, max_attendees):
        """Create the declarations of ready ``registrations``.

        One per session (a slot, where the event has slots), document and batch of ``max_attendees``.

        :param registrations: registrations checked to be ready, as superuser
        :param company: the training body that declares
        :returns: the declarations, in the order of sessions and attendees
        """
        # Lines freed in this transaction must be free in the database before new ones come.
        self.env["passport.declaration.line"].flush_model(["state"])
        vals_list = []
        ordered = registrations.sorted(
            lambda reg: (reg._passport_session_dates()[1], reg.event_id.id, reg.event_slot_id.id)
        )
        sessions = ordered.grouped(
            lambda reg: (reg.event_id, reg.event_slot_id, reg.training_id, reg.passport_document)
        )
        for attendees in sessions.values():
            by_name = attendees.sorted(lambda reg: (reg.attendee_partner_id.birth_name, reg.id))
            for start in range(0, len(by_name), max_attendees):
                batch = by_name[start : start + max_attendees]
                vals_list.append(self._values_of_batch(batch, company, channel))
        return self.env["passport.declaration"].sudo().create(vals_list)

    @api.model
    def _values_of_batch(self, registrations, company, channel):
        first = registrations[0]
        frozen = self.env["passport.frozen"]
        name = company._passport_next_number("passport.declaration")
        return {
            "name": name,
            "reference": self._reference_of(first, name),
            "company_id": company.id,
            "channel": channel,
            "document": first.passport_document,
            **frozen._declaration_values(first),
            "line_ids": [
                fields.Command.create(frozen._line_values(registration))
                for registration in registrations
            ],
        }

    @api.model
    def _reference_of(self, registration, name):
        """Return a reference a person recognises on the authority's site; with a valid name it always fits."""
        return f"{name} - {registration.training_id._passport_name()}"
