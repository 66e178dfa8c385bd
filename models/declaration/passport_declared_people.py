from dateutil.relativedelta import relativedelta

from odoo import api, models


class PassportDeclaredPeople(models.AbstractModel):
    """What the vault asks of declarations: until when a number is needed, what its erasure ends."""

    _name = "passport.declared.people"
    _description = "Declared People"

    @api.model
    def _retention_facts(self, people):
        """Return when a declaration of these people was last accepted, and until when that keeps them."""
        groups = (
            self.env["passport.declaration.line"]
            .sudo()
            ._read_group(
                [("partner_id", "in", people.ids), ("state", "=", "accepted")],
                ["partner_id", "company_id"],
                ["answered_on:max"],
            )
        )
        used = {}
        for person, company, moment in groups:
            due = moment + relativedelta(months=company.nir_retention_months)
            used.setdefault(person.id, []).append((moment, due))
        return {"used": used}

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
