from odoo import fields, models
from odoo.tools import is_html_empty


class ResCompany(models.Model):
    """What the training body says of itself in the documents it gives to clients and attendees."""

    _inherit = "res.company"

    passport_activity_region = fields.Char(
        string="Region of the Prefect",
        help="The region whose prefect registered the activity declaration, such as “Bretagne”.",
    )
    passport_signatory_id = fields.Many2one(
        "res.partner",
        string="Signatory of the Documents",
        help="Who signs agreements and attestations; name and job position are printed.",
    )
    passport_accessibility_id = fields.Many2one(
        "res.partner",
        string="Accessibility Contact",
        help="Whom attendees with a disability may ask for adaptations.",
    )
    passport_rules_url = fields.Char(
        string="Internal Rules",
        help="Address of the page or file with the internal rules that apply to attendees.",
    )
    passport_privacy_email = fields.Char(
        string="Data Protection Contact",
        help="Where people exercise their rights on their data. The company's e-mail if empty.",
    )
    passport_cancellation_terms = fields.Html(
        string="Cancellation Terms",
        translate=True,
        help="Postponement, cancellation and early end, printed on agreements.",
    )
    passport_notice = fields.Html(
        string="Notice on the Passeport de prévention",
        translate=True,
        help="Why the social security number, the birth name and the SIRET are asked. Empty: the "
        "standard wording, which follows your settings.",
    )

    def _passport_notice(self):
        """Return the information notice as markup: the company's own wording, else the standard.

        It names the law, the purpose, who sees the data, how long they are kept, what a refusal
        means and where rights are exercised (GDPR, article 13). Sources: Code du travail, article
        L.4141-5; décret n° 2019-341 of 19 April 2019, which lets training bodies use the NIR for
        the Passeport de prévention only.
        """
        self.ensure_one()
        if not is_html_empty(self.passport_notice):
            return self.passport_notice
        return self._passport_standard_notice()

    def _passport_standard_notice(self):
        """Return the standard wording of the notice with this company's settings, as markup."""
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "passeport_prevention.passport_notice_standard", {"company": self}
        )

    def _passport_activity_text(self):
        """Return the mention of the activity declaration in the form article R.6351-6 sets.

        The sentence on the State's approval is the one of article L.6352-12.
        """
        self.ensure_one()
        if not self.passport_activity_number:
            return ""
        return self.env._(
            "Activity declaration registered under the number %(number)s with the prefect of the "
            "region %(region)s. This registration does not amount to an approval by the State.",
            number=self.passport_activity_number,
            region=self.passport_activity_region or "…",
        )
