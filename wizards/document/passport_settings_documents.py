from odoo import api, fields, models


class PassportSettings(models.TransientModel):
    """The settings of documents: who signs, whom to ask, and the wording."""

    _inherit = "passport.settings"

    passport_activity_region = fields.Char(
        related="company_id.passport_activity_region", readonly=False
    )
    passport_convocations_at_once = fields.Integer(
        related="company_id.passport_convocations_at_once", readonly=False
    )
    passport_signatory_id = fields.Many2one(
        related="company_id.passport_signatory_id", readonly=False
    )
    passport_accessibility_id = fields.Many2one(
        related="company_id.passport_accessibility_id", readonly=False
    )
    passport_rules_url = fields.Char(related="company_id.passport_rules_url", readonly=False)
    passport_privacy_email = fields.Char(
        related="company_id.passport_privacy_email", readonly=False
    )
    passport_cancellation_terms = fields.Html(
        related="company_id.passport_cancellation_terms", readonly=False
    )
    passport_private_terms = fields.Html(
        related="company_id.passport_private_terms", readonly=False
    )
    passport_notice = fields.Html(related="company_id.passport_notice", readonly=False)
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
