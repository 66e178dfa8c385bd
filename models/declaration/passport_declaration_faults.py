from odoo import api, models

from .passport_reject_reason import ISSUE_BY_KIND


class PassportDeclarationFaults(models.AbstractModel):
    """What the declarations of an attendee say against declaring them now: readiness asks."""

    _name = "passport.declaration.faults"
    _description = "Faults Found by Declarations"

    @api.model
    def _faults(self, registrations):
        """Return ``{registration: [(code, record to mend, parameters)]}``, of those with faults.

        What the authority complained of stays until it was corrected or checked.
        """
        # The state that lines keep on the registration tells who has none, without reading any.
        declared = registrations.filtered("passport_line_state")
        rejection = self.env["passport.rejection"]
        to_correct = rejection._to_correct(declared).grouped("registration_id")
        return {
            registration: [
                self._rejected(line) for line in to_correct.get(registration._origin.sudo(), ())
            ]
            for registration in declared
        }

    @api.model
    def _rejected(self, line):
        rejection = self.env["passport.rejection"]
        params = {"reason": line.reject_reason or "", "advice": line.reject_reason_id.advice or ""}
        return ISSUE_BY_KIND[rejection._kind(line)], rejection._culprit(line), params
