from odoo import api, models
from odoo.tools import SQL

from ..ground.columns import id_array

# What a rejection blames, and the issue that says so.
ISSUE_BY_KIND = {
    "person": "return_nir_unknown",
    "employer": "return_siret_unknown",
    "training": "return_code_unknown",
    "other": "return_other",
}
# What is read of each line that was rejected.
BLAMED_FIELDS = (
    "employer_id",
    "partner_id",
    "registration_id",
    "reject_reason",
    "reject_reason_id",
    "training_id",
)
# What the statement below reads, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": [
        "attendee_partner_id",
        "event_id",
        "event_slot_id",
        "passport_line_state",
        "training_id",
    ],
    "passport.declaration.line": [
        "declaration_id",
        "event_id",
        "event_slot_id",
        "is_live",
        "partner_id",
        "registration_id",
        "training_id",
    ],
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
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)
        declarations = self.env["passport.declaration"].sudo()
        faults, rejected = {}, []
        for found_id, declaration_id, is_rejected in self._declared(registrations.ids):
            if declaration_id:
                declaration = declarations.browse(declaration_id)
                faults[registrations.browse(found_id)] = [("already_declared", declaration, {})]
            if is_rejected:
                rejected.append(found_id)
        lines = self.env["passport.rejection"]._to_correct(registrations.browse(rejected))
        lines.fetch(BLAMED_FIELDS)
        for line in lines:
            registration = registrations.browse(line.registration_id.id)
            faults.setdefault(registration, []).append(self._rejected(line))
        return faults

    @api.model
    def _declared(self, ids):
        """Return ``[(registration id, declaration id or None, whether rejected)]`` of those told of.

        A person is declared once for a training of a session: as this contact or as another one
        with the same number, and whatever became of the registration that was declared. Who was
        rejected is told by the state that lines keep on the registration, without reading any.
        """
        return self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    SELECT id, event_id, event_slot_id, training_id, attendee_partner_id,
                           passport_line_state = 'rejected' AS is_rejected
                      FROM event_registration WHERE id = ANY(%(ids)s)
                ), person AS (
                    SELECT own.*, attendee_partner_id AS partner_id FROM own
                 UNION ALL
                    SELECT own.*, twin.partner_id
                      FROM own
                      JOIN passport_nir vault ON vault.partner_id = own.attendee_partner_id
                       AND COALESCE(vault.check_codes, '') NOT LIKE %(wrong)s
                      JOIN passport_nir twin ON twin.blind_index = vault.blind_index
                       AND twin.partner_id != vault.partner_id
                ), live AS (
                    SELECT registration_id AS id, declaration_id
                      FROM passport_declaration_line
                     WHERE is_live AND registration_id = ANY(%(ids)s)
                 UNION ALL
                    SELECT person.id, line.declaration_id
                      FROM person
                      JOIN passport_declaration_line line ON line.is_live
                       AND line.partner_id = person.partner_id
                       AND line.event_id = person.event_id
                       AND line.event_slot_id IS NOT DISTINCT FROM person.event_slot_id
                       AND line.training_id = person.training_id
                )
                SELECT id, max(declaration_id), bool_or(is_rejected)
                  FROM (SELECT id, declaration_id, false AS is_rejected FROM live
                     UNION ALL
                        SELECT id, NULL, true FROM own WHERE is_rejected) told
                 GROUP BY id
                """,
                ids=id_array(ids),
                wrong="%nir_invalid%",
            )
        )

    @api.model
    def _rejected(self, line):
        rejection = self.env["passport.rejection"]
        params = {"reason": line.reject_reason or "", "advice": line.reject_reason_id.advice or ""}
        return ISSUE_BY_KIND[rejection._kind(line)], rejection._culprit(line), params
