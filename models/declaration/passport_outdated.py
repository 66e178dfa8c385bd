from odoo import api, models
from odoo.tools import SQL

# Between the groups of a SIRET people type these most; what else they type is found out afterwards.
SEPARATORS = " -\u00a0\u202f"


class PassportOutdated(models.AbstractModel):
    """Would the file of a generated deposit come out another one if it were generated now?

    Asked whenever such a deposit is opened: one statement looks at all its lines, whatever their
    number. To be called as superuser.
    """

    _name = "passport.outdated"
    _description = "Generated Files That Are Outdated"

    @api.model
    def _is_outdated(self, deposit):
        """Tell whether a file of this deposit generated now would be another one."""
        frozen = self.env["passport.frozen"]
        frozen._flush()
        if self._has_new_numbers(deposit):
            return True
        trainings, may_differ = self._looked_at(deposit)
        # Read with the deposit's own declarations, all at once.
        declarations = deposit.declaration_ids
        if frozen._stale_of(declarations, frozen._values_of(declarations, trainings)):
            return True
        return may_differ and bool(frozen._stale_lines(deposit._file_lines(), limit=1))

    @api.model
    def _has_new_numbers(self, deposit):
        """Tell whether the number of somebody in the file was entered since it was generated."""
        self.env["passport.nir"].flush_model(["partner_id", "collected_on"])
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1 FROM passport_declaration_line line
                      JOIN passport_nir vault ON vault.partner_id = line.partner_id
                     WHERE line.deposit_id = %s AND line.file_position > 0
                       AND vault.collected_on > %s LIMIT 1
                    """,
                    deposit.id,
                    deposit.generated_on,
                )
            )
        )

    @api.model
    def _looked_at(self, deposit):
        """Look at all lines of a deposit, in one statement.

        :returns: ``{declaration id: training id now}`` of those with live lines, and whether values
            of a line of the file may differ from what the records say; where they do not, none does
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.declaration_id,
                       max(reg.training_id) FILTER (WHERE line.is_live), bool_or(line.is_live),
                       bool_or(%s) FILTER (WHERE line.file_position > 0)
                  FROM passport_declaration_line line
                  JOIN event_registration reg ON reg.id = line.registration_id
             LEFT JOIN res_partner person ON person.id = reg.attendee_partner_id
             LEFT JOIN res_company body ON body.id = reg.company_id
             LEFT JOIN (SELECT id, NULLIF(translate(company_registry, %s, ''), '') AS siret,
                               passport_no_siret AS no_siret
                          FROM res_partner) employer ON employer.id = reg.employer_id
                 WHERE line.deposit_id = %s
                 GROUP BY line.declaration_id
                """,
                self.env["passport.frozen"]._differs(),
                SEPARATORS,
                deposit.id,
            )
        )
        trainings = {one: training for one, training, is_live, _differs in rows if is_live}
        return trainings, any(differs for *_declaration, differs in rows)
