from odoo import api, models
from odoo.fields import Domain

from ...tools import siret

# From a SIREN on, digits are looked for as a number.
SHORTEST = 9


class PassportEmployers(models.AbstractModel):
    """Which establishment is meant: told apart by SIRET and town, found by the SIRET as it is typed."""

    _name = "passport.employers"
    _description = "Pick Lists of Employers"

    @api.model
    def _tell_apart(self, partners):
        """Add SIRET and town to the names of companies, as a pick list shows them."""
        for partner in partners.filtered("is_company"):
            told = " · ".join(filter(None, (partner.company_registry, partner.city)))
            if told:
                partner.display_name = f"{partner.display_name} \t --{told}--"

    @api.model
    def _or_numbered(self, domain, text):
        """Return ``domain``, or companies whose SIRET begins as ``text`` does."""
        number = self._number(text)
        if not number:
            return domain
        return Domain(domain) | Domain("id", "in", self._numbered(number))

    @api.model
    def _numbered(self, number):
        """Return the ids of companies whose number, without its blanks, begins by ``number``."""
        partners = self.env["res.partner"]
        partners.flush_model(["company_registry", "is_company"])
        self.env.cr.execute(
            """
            SELECT id
              FROM res_partner
             WHERE is_company
               AND regexp_replace(company_registry, '[^0-9]', '', 'g') LIKE %s
            """,
            [f"{number}%"],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _to_create(self, values):
        """Return default values of a contact: a number typed in place of a name is its SIRET."""
        number = self._number(values.get("name"))
        if not number:
            return values
        return {**values, "name": False, "company_registry": number}

    @api.model
    def _number(self, text):
        """Return the digits of a SIRET or of its beginning in ``text``, else ``None``."""
        number = siret.compact(text if isinstance(text, str) else "")
        return (
            number if number.isdecimal() and number.isascii() and len(number) >= SHORTEST else None
        )
