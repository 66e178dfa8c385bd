from odoo import api, models

# What a rejection blames, and the issue that says so.
ISSUE_BY_KIND = {
    "person": "return_nir_unknown",
    "employer": "return_siret_unknown",
    "training": "return_code_unknown",
    "other": "return_other",
}


class PassportDeclarationFaults(models.AbstractModel):
    """What the declarations of an attendee say against declaring them now: readiness asks."""

    _name = "passport.declaration.faults"
    _description = "Faults Found by Declarations"

    @api.model
    def _faults(self, registrations):
        """Return ``{registration: [(code, record to mend, parameters)]}``, of those with faults.

        Who is in a declaration is not declared twice; what the authority complained of stays until
        it was corrected or checked.
        """
        # The state that lines keep on the registration tells who has none, without reading any.
        declared = registrations.filtered("passport_line_state")
        rejection = self.env["passport.rejection"]
        to_correct = rejection._to_correct(declared).grouped("registration_id")
        return {
            registration: [
                *self._declared(registration.sudo()),
                *map(self._rejected, to_correct.get(registration._origin.sudo(), ())),
            ]
            for registration in declared
        }

    @api.model
    def _declared(self, registration):
        if line := registration.passport_line_ids.filtered("is_live"):
            yield "already_declared", line.declaration_id, {}

    @api.model
    def _rejected(self, line):
        rejection = self.env["passport.rejection"]
        params = {"reason": line.reject_reason or "", "advice": line.reject_reason_id.advice or ""}
        return ISSUE_BY_KIND[rejection._kind(line)], rejection._culprit(line), params
