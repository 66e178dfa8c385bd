from odoo import api, fields, models

# Where establishments have a SIRET: metropolitan France and the overseas departments and
# collectivities that use it. New Caledonia (RIDET), French Polynesia (n° Tahiti), Wallis and Futuna
# and Monaco have registers of their own.
SIRET_COUNTRIES = ("FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM")


class ResPartner(models.Model):
    """Employers that no French register knows."""

    _inherit = "res.partner"

    passport_no_siret = fields.Boolean(
        string="Has No SIRET",
        help="An employer abroad, or in Monaco, New Caledonia or Polynesia: its people are declared "
        "without an employer, who stays on their registrations.",
    )
    passport_may_lack_siret = fields.Boolean(compute="_compute_passport_may_lack_siret")

    @api.depends("is_company", "country_id", "company_registry", "passport_no_siret")
    def _compute_passport_may_lack_siret(self):
        for partner in self:
            partner.passport_may_lack_siret = partner.is_company and (
                partner.passport_no_siret
                or not partner.company_registry
                or partner._passport_is_abroad()
            )

    def _passport_is_abroad(self):
        """Tell whether this employer is where establishments have no SIRET."""
        self.ensure_one()
        return bool(self.country_id) and self.country_id.code not in SIRET_COUNTRIES
