from odoo import api, fields, models
from odoo.exceptions import UserError


class PassportAttestation(models.AbstractModel):
    """Who may be given an attestation or a completion certificate, and what does it say?"""

    _name = "passport.attestation"
    _description = "Training Attestations"

    @api.model
    def _report_values(self, seat_ids):
        """Return what the templates of the attestation and of the completion certificate need.

        :raises UserError: one of them did not attend, see :meth:`_check`
        """
        seats = self.env["event.registration"].browse(seat_ids)
        self._check(seats)
        return {"doc_ids": seat_ids, "doc_model": seats._name, "docs": seats}

    @api.model
    def _check(self, seats):
        """Check that an attestation may be given to each of these people.

        :raises UserError: names everybody who did not attend, whose session is not over, or who is
            not named, and what else the document lacks
        """
        problems = [problem for seat in seats if (problem := self._problem(seat))]
        problems += [
            self.env._("%s: choose the training on the session.", event.display_name)
            for event in seats.event_id
            if not event.training_id
        ]
        if problems:
            raise UserError(
                "\n".join([self.env._("No attestation can be printed yet:"), *problems])
            )

    @api.model
    def _problem(self, seat):
        """Return what keeps one attendee from an attestation as a sentence, ``None`` if nothing."""
        name = seat._passport_attendee_name()
        if not name:
            return self.env._(
                "%s: the attendee is not named. Enter their name on the registration.",
                seat.display_name,
            )
        if seat.state != "done":
            return self.env._(
                "%s: not marked as attended. Mark the attendance on the registration.", name
            )
        end = seat._passport_session_moments()[1]
        if not end or end > fields.Datetime.now():
            return self.env._("%s: the session is not finished yet.", name)
        return None

    @api.model
    def _duration(self, seat):
        """Return the hours this person attended as text, ``14 hours``."""
        hours = seat.attended_hours or seat.training_id.training_duration
        return self.env["passport.wording"]._duration(hours)

    @api.model
    def _is_declared_by_us(self, seat):
        """Tell whether this training body declares, or has declared, this attendee."""
        if seat.passport_state == "not_concerned":
            return False
        return seat.passport_state == "declared" or seat.nir_state != "refused"

    @api.model
    def _assessment(self, seat):
        """Return the result of the assessment in the words of the attestation."""
        return {
            "passed": self.env._("Skills assessed: acquired"),
            "failed": self.env._("Skills assessed: not acquired"),
        }.get(seat.outcome, self.env._("Training attended; no assessment of skills recorded"))
