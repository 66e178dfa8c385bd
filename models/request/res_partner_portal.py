from odoo import api, models

from ...tools import siret
from ...tools.log_filter import holds_nir
from ...tools.text import clean_text, forbidden_characters

MAX_ESTABLISHMENTS = 100
MAX_NAME_LENGTH = 100


class ResPartner(models.Model):
    """A client's establishments, as its own contacts see and add them in the employer's space."""

    _inherit = "res.partner"

    def _passport_establishments(self):
        """Return this company and the establishments beneath it, in superuser mode.

        Empty for a private person.
        """
        self.ensure_one()
        partners = self.sudo()
        if not self.is_company:
            return partners.browse()
        return partners.search([("id", "child_of", self.id), ("is_company", "=", True)], order="id")

    @api.model
    def _set_birth_names(self, names):
        """Write the birth names of many people, in a constant number of queries.

        :param names: ``{person: birth name}``
        """
        # Browsed together, so that what Odoo reads for the first of these writes is read for all.
        people = self.browse([person.id for person in names]).with_context(
            passport_close_later=True
        )
        for person, birth_name in zip(people, names.values(), strict=True):
            person.birth_name = birth_name
        self.env["passport.corrections"]._close_on(people)

    def _passport_portal_add_establishment(self, name, number):
        """Find or make the establishment of this company that has the SIRET ``number``.

        A SIRET that stands on the company is never changed: another one is an establishment's, made
        beneath the company. Only where the company has none and no ``name`` is given does it get
        the number itself. Other clients are never looked at.

        :returns: ``(establishment, {field: error})``; the one or the other is empty
        """
        self.ensure_one()
        client = self.sudo()
        known = client._passport_establishments()
        name, number = clean_text(name or ""), siret.compact(number)
        errors = client._passport_establishment_errors(name, number, known)
        if errors:
            return client.browse(), errors
        same = known.filtered(lambda company: company._passport_siret() == number)
        if same:
            return same[0], {}
        if not name:
            client.company_registry = number
            establishment = client
        else:
            establishment = client.create(
                {
                    "name": name,
                    "is_company": True,
                    "parent_id": client.id,
                    "type": "other",
                    "company_registry": number,
                    "country_id": client.country_id.id,
                    "company_id": client.company_id.id,
                    "lang": client.lang,
                }
            )
        client._message_log(
            body=self.env._(
                "%(user)s gave the SIRET of %(establishment)s in the customer portal.",
                user=self.env.user.name,
                establishment=establishment.name,
            )
        )
        return establishment, {}

    def _passport_establishment_errors(self, name, number, known):
        errors = {}
        if not number:
            errors["siret"] = self.env._("Give the SIRET: 14 digits.")
        elif problem := siret.problem_of(number):
            errors["siret"] = self._siret_problem_text(problem)
        elif any(company._passport_siret() == number for company in known):
            return {}
        if not name and self._passport_siret():
            errors["establishment"] = self.env._("Give the name of this establishment.")
        elif len(name) > MAX_NAME_LENGTH or forbidden_characters(name) or holds_nir(name):
            errors["establishment"] = self.env._("This name cannot be used.")
        elif len(known) >= MAX_ESTABLISHMENTS:
            errors["establishment"] = self.env._("Your company has too many establishments here.")
        return errors
