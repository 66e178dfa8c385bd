from odoo import fields, models


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
        help="Postponement, cancellation and early end, printed on agreements, which cannot do without.",
    )
    passport_private_terms = fields.Html(
        string="Cancellation Terms for Private Persons",
        translate=True,
        help="Printed on the contracts of private persons who pay for themselves, besides what the law gives "
        "them. Empty: the same terms as on agreements.",
    )
    passport_notice = fields.Html(
        string="Your Own Wording",
        translate=True,
        help="Why the social security number, the birth name and the SIRET are asked: replaces the "
        "standard notice in quotations, agreements and the employer's space. It no longer follows your "
        "settings: name the retention periods yourself.",
    )
