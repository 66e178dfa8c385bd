import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import siret

# Region of registration, department, number: 11 digits, but for Corsica's departments.
ACTIVITY_NUMBER = re.compile(r"[0-9]{2}(?:[0-9]{2}|2[AB])[0-9]{7}", re.ASCII)


class ResCompany(models.Model):
    """The training body: its own numbers, and how long it keeps those of people."""

    _inherit = "res.company"

    passport_activity_number = fields.Char(
        string="Activity Declaration Number",
        help="The number the prefect gave the training body (NDA), 11 digits.",
    )
    nir_retention_months = fields.Integer(
        string="Purge after the Declaration",
        default=3,
        help="Months, counted from the day the person's last declaration was accepted. Never while a "
        "declaration is pending.",
    )
    nir_unused_months = fields.Integer(
        string="Purge of Unused NIRs",
        default=12,
        help="Months, counted from the day a number was collected that no declaration has used since.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_from_nir_log(self):
        self.env["passport.nir.access"]._forget("company_id", self)

    @api.constrains("nir_retention_months", "nir_unused_months")
    def _check_nir_months(self):
        for company in self:
            if company.nir_retention_months < 0 or company.nir_unused_months < 1:
                raise ValidationError(
                    self.env._(
                        "%s: a NIR is kept 0 months or more after its declaration, and 1 month or more "
                        "when it is not used.",
                        company.name,
                    )
                )

    def _passport_identity_texts(self):
        """Return what is missing or wrong with the training body's own numbers, in sentences."""
        self.ensure_one()
        body = self.sudo()
        return self._identity_texts(body.company_registry, body.passport_activity_number)

    @api.model
    def _identity_texts(self, registry, activity_number):
        texts = []
        if not registry:
            texts.append(self.env._("The SIRET of the training body is missing."))
        elif problem := siret.problem_of(registry):
            texts.append(self.env["passport.typed"]._siret_text(problem))
        if not activity_number:
            texts.append(self.env._("The activity declaration number (NDA) is missing."))
        elif text := self._activity_number_text(activity_number):
            texts.append(text)
        return texts

    @api.model
    def _activity_number_text(self, number):
        """Return what is wrong with an activity declaration number, or ``None``."""
        compact = "".join(char for char in number or "" if char.isalnum()).upper()
        if not compact or ACTIVITY_NUMBER.fullmatch(compact):
            return None
        return self.env._(
            "The activity declaration number has 11 digits, such as 53 35 12345 67: it is on the "
            "prefect's receipt."
        )

    def _passport_siren(self):
        """Return the 9 digits of the training body's SIREN.

        :raises UserError: the company has no valid SIRET
        """
        self.ensure_one()
        if siret.problem_of(self.company_registry):
            raise UserError(
                self.env._(
                    "The SIRET of your company %s is missing or wrong. The name of the import file "
                    "needs it: enter its 14 digits in Settings, Companies.",
                    self.name,
                )
            )
        return siret.compact(self.company_registry)[:9]
