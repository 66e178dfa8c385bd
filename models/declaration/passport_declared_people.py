from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PassportDeclaredPeople(models.AbstractModel):
    """What the vault asks of declarations: until when a number is needed, what its erasure ends."""

    _name = "passport.declared.people"
    _description = "Declared People"

    @api.model
    def _used_query(self):
        """Return the SQL of the last acceptance of each person by each training body.

        Columns: person, moment, and the moment when the training body's retention is over.
        """
        lines = self.env["passport.declaration.line"]
        lines.flush_model(["partner_id", "company_id", "state", "answered_on"])
        self.env["res.company"].flush_model(["nir_retention_months"])
        return SQL(
            """
            SELECT line.partner_id,
                   max(line.answered_on),
                   max(line.answered_on) + make_interval(months => company.nir_retention_months)
              FROM passport_declaration_line line
              JOIN res_company company ON company.id = line.company_id
             WHERE line.state = 'accepted'
             GROUP BY line.partner_id, company.id
            """
        )

    @api.model
    def _after_numbers(self, given, gone, touched):
        """Have live lines carry the index of their person's number, by which a number is declared once.

        Whose number turns out to be another's who is declared too keeps none: readiness tells it.
        """
        people = given | gone | touched
        if not people:
            return
        lines = self.env["passport.declaration.line"]
        lines.flush_model(["partner_id", "is_live", "event_id", "event_slot_id", "training_id"])
        self.env["passport.nir"].flush_model(["partner_id", "blind_index"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE passport_declaration_line line
                   SET number_index = vault.blind_index
                  FROM res_partner person
                  LEFT JOIN passport_nir vault ON vault.partner_id = person.id
                 WHERE person.id = ANY(%s) AND line.partner_id = person.id
                   AND line.number_index IS DISTINCT FROM vault.blind_index
                   AND NOT EXISTS (
                       SELECT FROM passport_declaration_line other
                        WHERE other.number_index = vault.blind_index AND other.id != line.id
                          AND other.is_live AND line.is_live
                          AND other.event_id = line.event_id
                          AND other.event_slot_id IS NOT DISTINCT FROM line.event_slot_id
                          AND other.training_id = line.training_id)
                """,
                people.ids,
            )
        )
        self._forget_declared(gone)
        lines.invalidate_model(["number_index", "declared_index"], flush=False)

    @api.model
    def _forget_declared(self, people):
        """Forget which numbers these people were declared with: theirs are erased."""
        if people:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE passport_declaration_line SET declared_index = NULL
                     WHERE partner_id = ANY(%s) AND declared_index IS NOT NULL
                    """,
                    people.ids,
                )
            )

    @api.model
    def _after_reindexed(self, indexes):
        """Follow numbers that got another index: another key, the same number."""
        lines = self.env["passport.declaration.line"]
        lines.flush_model(["partner_id", "declared_index"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE passport_declaration_line line
                   SET declared_index = again.after
                  FROM unnest(%s::int[], %s::text[], %s::text[]) AS again(person_id, before, after)
                 WHERE line.partner_id = again.person_id AND line.declared_index = again.before
                """,
                list(indexes),
                [before for before, _after in indexes.values()],
                [after for _before, after in indexes.values()],
            )
        )
        lines.invalidate_model(["declared_index"], flush=False)

    @api.model
    def _check_merge(self, people):
        """Check that nobody is declared twice once these contacts are one.

        :raises UserError: names the training and the declarations
        """
        live = (
            self.env["passport.declaration.line"]
            .sudo()
            .search([("partner_id", "in", people.ids), ("is_live", "=", True)])
        )
        for (_event, _slot, training), lines in live.grouped(
            lambda line: (line.event_id, line.registration_id.event_slot_id, line.training_id)
        ).items():
            if len(lines.partner_id) > 1:
                raise UserError(
                    self.env._(
                        "These contacts cannot be merged: each of them is declared for “%(training)s”, in "
                        "the same session (%(declarations)s), and nobody may be declared twice. Withdraw one "
                        "of the two first.",
                        training=training.name,
                        declarations=", ".join(lines.declaration_id.mapped("name")),
                    )
                )

    @api.model
    def _erasure_texts(self, person):
        """Return what erasing the number of ``person`` means for what was declared."""
        lines = self.env["passport.declaration.line"].sudo()
        live = lines.search([("partner_id", "=", person.id), ("is_live", "=", True)])
        return [
            self.env._(
                "The import file that holds the declaration %s can no longer be generated.",
                declaration.name,
            )
            for declaration in live.declaration_id
        ]
