from odoo import api, models


class PassportRecord(models.AbstractModel):
    """What did a person attend with this training body? Their training passport."""

    _name = "passport.record"
    _description = "Training Record of a Person"

    @api.model
    def _histories(self, people):
        """Return ``{person id: registrations}``: what each attended with the current company, the latest
        first; in one query.
        """
        registrations = self.env["event.registration"].search(
            [
                ("attendee_partner_id", "in", people.ids),
                ("company_id", "in", [self.env.company.id, False]),
                ("state", "=", "done"),
                ("training_id", "!=", False),
                ("event_id.is_subcontracted", "=", False),
            ]
        )
        latest_first = registrations.sorted(
            lambda reg: (reg._passport_session_dates()[1], reg.id), reverse=True
        )
        histories = dict.fromkeys(people.ids, registrations.browse())
        return histories | {
            person.id: found
            for person, found in latest_first.grouped("attendee_partner_id").items()
        }

    @api.model
    def _declared_on(self, registration):
        """Return the day on which the authority's acceptance was recorded, a false value if it was not."""
        line = registration.sudo()._passport_last_line()
        accepted_on = line.state == "accepted" and line.answered_on
        return accepted_on and self.env["passport.clock"]._day_of(accepted_on)

    @api.model
    def _validity_text(self, registration):
        """Return what the training passport says of the validity of one training today."""
        if registration.outcome == "failed":
            return self.env._("not obtained")
        if not registration.validity_end_date:
            return self.env._("without end")
        return {
            "expired": self.env._("ended"),
            "renewed": self.env._("renewed"),
        }.get(registration.renewal_state) or self.env._("valid")
