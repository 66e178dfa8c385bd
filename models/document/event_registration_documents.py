from odoo import fields, models
from odoo.exceptions import UserError


class EventRegistration(models.Model):
    """What the documents of one attendee say: convocation, attestation, certificate."""

    _inherit = "event.registration"

    attended_hours = fields.Float(
        string="Hours Attended",
        help="Printed on the attestation and the certificate. Empty: the whole duration of the training.",
    )

    def _passport_attendee_name(self):
        """Return the name of who attends, empty while nobody is named."""
        self.ensure_one()
        return self.attendee_partner_id.sudo().name or ""

    def _passport_dates_text(self):
        """Return the days of this attendee's session, or slot, in words."""
        self.ensure_one()
        return self.event_id._passport_dates_text(self.event_slot_id)

    def _passport_hours_text(self):
        """Return the daily hours of this attendee's session, or slot."""
        self.ensure_one()
        return self.event_id._passport_hours_text(self.event_slot_id)

    def _passport_duration(self):
        """Return the hours this person attended as text, ``14`` or ``10.5``."""
        self.ensure_one()
        hours = self.attended_hours or self.training_id.training_duration
        return self.env["product.template"]._passport_hours(hours)

    def _passport_document_lang(self):
        """Return the language of this attendee's documents: theirs, else French."""
        self.ensure_one()
        return (
            self.attendee_partner_id.sudo().lang
            or self.partner_id.sudo().lang
            or self.env["res.lang"]._passport_lang()
        )

    def _passport_outcome_text(self):
        """Return the result of the assessment in the words of the attestation."""
        self.ensure_one()
        return {
            "passed": self.env._("Skills assessed: acquired"),
            "failed": self.env._("Skills assessed: not acquired"),
        }.get(self.outcome, self.env._("Training attended; no assessment of skills recorded"))

    def _check_passport_attended(self):
        """Check that an attestation may be given to each of these people.

        :raises UserError: names everybody who did not attend, whose session is not over, or who is
            not named, and what else the document lacks
        """
        now = fields.Datetime.now()
        problems = []
        for seat in self:
            name = seat._passport_attendee_name()
            if not name:
                problems.append(
                    self.env._(
                        "%s: the attendee is not named. Enter their name on the registration.",
                        seat.display_name,
                    )
                )
            elif seat.state != "done":
                problems.append(
                    self.env._(
                        "%s: not marked as attended. Mark the attendance on the registration.", name
                    )
                )
            elif (
                not seat._passport_session_moments()[1] or seat._passport_session_moments()[1] > now
            ):
                problems.append(self.env._("%s: the session is not finished yet.", name))
        for event in self.event_id:
            if not event.training_id:
                problems.append(
                    self.env._("%s: choose the training on the session.", event.display_name)
                )
        if problems:
            raise UserError(
                "\n".join([self.env._("No attestation can be printed yet:"), *problems])
            )
