from odoo import api, fields, models


class PassportSettings(models.TransientModel):
    """The settings of documents: who signs, whom to ask, and the wording."""

    _inherit = "passport.settings"

    passport_activity_region = fields.Char(
        string="Region of the Prefect",
        help="The region whose prefect registered the activity declaration.",
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
        string="Internal Rules", help="Address of the internal rules that apply to attendees."
    )
    passport_privacy_email = fields.Char(
        string="Data Protection Contact",
        help="Where people exercise their rights on their data. The company's e-mail if empty.",
    )
    passport_cancellation_terms = fields.Html(
        string="Cancellation Terms", help="Printed on agreements, which cannot do without."
    )
    passport_notice = fields.Html(
        string="Your Own Wording",
        help="Replaces the standard notice in quotations, agreements and portal pages. It no longer "
        "follows your settings: name the retention periods yourself.",
    )
    passport_notice_standard = fields.Html(
        string="Standard Notice", compute="_compute_passport_notice_standard"
    )

    @api.depends("company_id")
    def _compute_passport_notice_standard(self):
        for settings in self:
            settings.passport_notice_standard = self.env["passport.notice"]._standard(
                settings.company_id
            )

    def action_notice_from_standard(self):
        """Start one's own wording from the standard one."""
        self.ensure_one()
        self.passport_notice = self.passport_notice_standard
        return True
