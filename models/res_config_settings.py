from odoo import api, fields, models

from .passport_nir_access import LOG_MONTHS, LOG_MONTHS_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    passport_activity_number = fields.Char(
        related="company_id.passport_activity_number", readonly=False
    )
    passport_company_registry = fields.Char(
        string="SIRET of the Training Body", related="company_id.company_registry", readonly=False
    )
    passport_max_attendees = fields.Integer(
        related="company_id.passport_max_attendees", readonly=False
    )
    passport_max_attendees_form = fields.Integer(
        related="company_id.passport_max_attendees_form", readonly=False
    )
    passport_line_end = fields.Selection(related="company_id.passport_line_end", readonly=False)
    passport_bom = fields.Boolean(related="company_id.passport_bom", readonly=False)
    nir_retention_months = fields.Integer(
        related="company_id.nir_retention_months", readonly=False
    )
    nir_unused_months = fields.Integer(related="company_id.nir_unused_months", readonly=False)
    nir_log_months = fields.Integer(
        string="Months the Access Log Is Kept",
        config_parameter=LOG_MONTHS_PARAMETER,
        default=LOG_MONTHS,
    )
    nir_key_source = fields.Char(string="Keys From", compute="_compute_nir_keys")
    nir_key_primary = fields.Char(string="Primary Key", compute="_compute_nir_keys")
    nir_key_counts = fields.Char(string="NIRs per Key", compute="_compute_nir_keys")
    nir_key_problems = fields.Text(compute="_compute_nir_keys")
    nir_key_rotation_due = fields.Boolean(compute="_compute_nir_keys")

    @api.depends("company_id")
    def _compute_nir_keys(self):
        report = self.env["passport.nir"]._key_report()
        sources = {
            "environment": self.env._("the environment of the server"),
            "configuration": self.env._("the configuration file of Odoo"),
            "file": self.env._("the key file %s", report["path"]),
        }
        counts = [f"{key_id}: {count}" for key_id, count in sorted(report["counts"].items())]
        for settings in self:
            settings.nir_key_source = sources[report["source"]]
            settings.nir_key_primary = report["primary"]
            settings.nir_key_counts = ", ".join(counts) or self.env._("no NIR yet")
            settings.nir_key_problems = "\n".join(report["problems"]) or False
            settings.nir_key_rotation_due = bool(set(report["counts"]) - {report["primary"]})

    def action_rotate_nir_keys(self):
        """Have the scheduled action encrypt everything with the primary key as soon as it can."""
        self.env.ref("passeport_prevention.ir_cron_rotate_keys").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The NIRs are being encrypted with the primary key."),
            },
        }
