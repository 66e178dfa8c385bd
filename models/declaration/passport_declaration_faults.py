from odoo import api, models
from odoo.tools import SQL

# What a rejection blames, and the issue that says so.
ISSUE_BY_KIND = {
    "person": "return_nir_unknown",
    "employer": "return_siret_unknown",
    "training": "return_code_unknown",
    "other": "return_other",
}
# What the statement below reads, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": ["attendee_partner_id", "event_id", "event_slot_id", "training_id"],
    "passport.declaration": ["event_id", "event_slot_id", "training_id"],
    "passport.declaration.line": ["declaration_id", "is_live", "partner_id", "registration_id"],
    "passport.nir": ["blind_index", "check_codes", "partner_id"],
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
        by_id = {registration._origin.id: registration for registration in registrations}
        declarations = self.env["passport.declaration"].sudo()
        faults = {
            by_id[found_id]: [("already_declared", declarations.browse(declaration_id), {})]
            for found_id, declaration_id in self._live_declarations(registrations._origin)
        }
        # The state that lines keep on the registration tells who has none, without reading any.
        rejected = registrations.filtered(lambda reg: reg.passport_line_state == "rejected")
        for line in self.env["passport.rejection"]._to_correct(rejected):
            registration = by_id[line.registration_id.id]
            faults.setdefault(registration, []).append(self._rejected(line))
        return faults

    @api.model
    def _live_declarations(self, registrations):
        """Return ``[(registration id, declaration id)]`` of those declared, by whatever registration.

        A person is declared once for a training of a session: as this contact or as another one
        with the same number, and whatever became of the registration that was declared.
        """
        if not registrations:
            return []
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)
        return self.env.execute_query(
            SQL(
                """
                WITH person AS (
                    SELECT reg.id, reg.event_id, reg.event_slot_id, reg.training_id,
                           reg.attendee_partner_id AS partner_id
                      FROM event_registration reg
                     WHERE reg.id = ANY(%(ids)s)
                     UNION
                    SELECT reg.id, reg.event_id, reg.event_slot_id, reg.training_id,
                           twin.partner_id
                      FROM event_registration reg
                      JOIN passport_nir own ON own.partner_id = reg.attendee_partner_id
                       AND COALESCE(own.check_codes, '') NOT LIKE %(wrong)s
                      JOIN passport_nir twin ON twin.blind_index = own.blind_index
                     WHERE reg.id = ANY(%(ids)s)
                ), live AS (
                    SELECT line.registration_id AS id, line.declaration_id
                      FROM passport_declaration_line line
                     WHERE line.is_live AND line.registration_id = ANY(%(ids)s)
                 UNION ALL
                    SELECT person.id, line.declaration_id
                      FROM person
                      JOIN passport_declaration_line line
                        ON line.is_live AND line.partner_id = person.partner_id
                      JOIN passport_declaration declaration ON declaration.id = line.declaration_id
                       AND declaration.event_id = person.event_id
                       AND declaration.event_slot_id IS NOT DISTINCT FROM person.event_slot_id
                       AND declaration.training_id = person.training_id
                )
                SELECT id, max(declaration_id) FROM live GROUP BY id
                """,
                ids=list(registrations.ids),
                wrong="%nir_invalid%",
            )
        )

    @api.model
    def _rejected(self, line):
        rejection = self.env["passport.rejection"]
        params = {"reason": line.reject_reason or "", "advice": line.reject_reason_id.advice or ""}
        return ISSUE_BY_KIND[rejection._kind(line)], rejection._culprit(line), params
