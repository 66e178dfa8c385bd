from odoo import api, models

from ...tools import siret
from ...tools.nir_text import holds_number
from ...tools.text import clean_text, forbidden_characters

MAX_ESTABLISHMENTS = 100
MAX_NAME_LENGTH = 100


class PassportEmployerEstablishment(models.AbstractModel):
    """A client's establishments, as its own contacts see and add them in the employer's space."""

    _name = "passport.employer.establishment"
    _description = "Establishments in the Employer's Space"

    @api.model
    def _of(self, client):
        """Return this company and the establishments beneath it, in superuser mode.

        Empty for a private person.
        """
        client.ensure_one()
        partners = self.env["res.partner"].sudo()
        if not client.is_company:
            return partners
        return partners.search(
            [("id", "child_of", client.id), ("is_company", "=", True)], order="id"
        )

    @api.model
    def _add(self, client, name, number):
        """Find or make the establishment of this company that has the SIRET ``number``.

        A SIRET that stands on the company is never changed: another one is an establishment's, made
        beneath the company. Only where the company has none and no ``name`` is given does it get
        the number itself. Other clients are never looked at.

        :returns: ``(establishment, {field: error})``; the one or the other is empty
        """
        client.ensure_one()
        client = client.sudo()
        known = self._of(client)
        name, number = clean_text(name or ""), siret.compact(number)
        errors = self._errors(client, name, number, known)
        if errors:
            return client.browse(), errors
        same = known.filtered(lambda company: company._passport_siret() == number)
        if same:
            return same[0], {}
        establishment = self._make(client, name, number)
        client._message_log(
            body=self.env._(
                "%(user)s gave the SIRET of %(establishment)s in the customer portal.",
                user=self.env.user.name,
                establishment=establishment.name,
            )
        )
        return establishment, {}

    @api.model
    def _make(self, client, name, number):
        if not name:
            client.company_registry = number
            return client
        return client.create(
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

    @api.model
    def _errors(self, client, name, number, known):
        errors = {}
        if not number:
            errors["siret"] = self.env._("Give the SIRET: 14 digits.")
        elif problem := siret.problem_of(number):
            errors["siret"] = self.env["passport.typed"]._siret_text(problem)
        elif any(company._passport_siret() == number for company in known):
            return {}
        if not name and client._passport_siret():
            errors["establishment"] = self.env._("Give the name of this establishment.")
        elif len(name) > MAX_NAME_LENGTH or forbidden_characters(name) or holds_number(name):
            errors["establishment"] = self.env._("This name cannot be used.")
        elif len(known) >= MAX_ESTABLISHMENTS:
            errors["establishment"] = self.env._("Your company has too many establishments here.")
        return errors
