from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ...models.ground.passport_rights import MANAGER_GROUP
from ...models.vault.passport_nir_access import LOG_MONTHS, LOG_MONTHS_PARAMETER

# Settings of the company, shown and saved under their own names.
COMPANY_FIELDS = (
    "company_registry",
    "passport_activity_number",
    "passport_max_attendees",
    "passport_max_attendees_form",
    "passport_line_end",
    "passport_bom",
    "nir_retention_months",
    "nir_unused_months",
    "nir_overdue_months",
    "passport_responsible_id",
    "passport_alert_days",
    "renewal_reminder_days",
    "renewal_reminder_to",
    "passport_form_days",
    "passport_reminder_days",
    "passport_reminder_employer_days",
    "passport_activity_region",
    "passport_signatory_id",
    "passport_accessibility_id",
    "passport_rules_url",
    "passport_privacy_email",
    "passport_cancellation_terms",
    "passport_notice",
)


class PassportSettings(models.TransientModel):
    """The settings of the Passeport de prévention, for its managers.

    Odoo's own settings page is for system administrators only, and a manager of the passport is
    none: so the settings are read and written here, for one company at a time.
    """

    _name = "passport.settings"
    _description = "Passport Settings"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    company_registry = fields.Char(
        string="SIRET", help="Its first nine digits (SIREN) name the import files."
    )
    passport_activity_number = fields.Char(
        string="Activity Declaration Number",
        help="The number the prefect gave the training body (NDA), 11 digits.",
    )
    passport_max_attendees = fields.Integer(
        string="Attendees per Declaration in a File", help="The portal takes 500 at most."
    )
    passport_max_attendees_form = fields.Integer(
        string="Attendees per Declaration in the Web Form", help="The portal takes 50 at most."
    )
    passport_line_end = fields.Selection(
        [("crlf", "CRLF (Windows)"), ("lf", "LF (Unix)")],
        string="Line End",
        required=True,
        help="Change this only if the portal refuses your files.",
    )
    passport_bom = fields.Boolean(
        string="Byte Order Mark",
        help="Tick this only if the portal refuses a file for its encoding.",
    )
    nir_retention_months = fields.Integer(
        string="Purge after the Declaration",
        help="Counted from the day the person's last declaration was accepted. Never while a "
        "declaration is pending.",
    )
    nir_unused_months = fields.Integer(
        string="Purge of Unused NIRs", help="Counted from the day the number was collected."
    )
    nir_overdue_months = fields.Integer(
        string="Purge after a Missed Deadline",
        help="An attendee whose deadline passed longer ago no longer keeps the NIR from being purged.",
    )
    passport_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Deadlines",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the alerts of the sessions that have no responsible of their own.",
    )
    passport_alert_days = fields.Char(
        string="Alerts before a Deadline",
        help="Days before the deadline of a session, separated by /, on which its responsible is "
        "told. Empty: no alert.",
    )
    nir_log_months = fields.Integer(
        string="Access Log Kept",
        help="Who saw, entered, exported or erased a NIR, and when. Nobody can change the log.",
    )
    nir_key_source = fields.Char(string="Keys From", compute="_compute_nir_keys")
    nir_key_primary = fields.Char(string="Primary Key", compute="_compute_nir_keys")
    nir_key_counts = fields.Char(string="NIRs per Key", compute="_compute_nir_keys")
    nir_key_problems = fields.Text(compute="_compute_nir_keys")
    nir_key_rotation_due = fields.Boolean(compute="_compute_nir_keys")

    @api.depends("company_id")
    def _compute_nir_keys(self):
        report = self.env["passport.nir.keys"]._report()
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

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        company = self.env.company.sudo()
        for fname in set(COMPANY_FIELDS).intersection(fields):
            values[fname] = company._fields[fname].convert_to_write(company[fname], company)
        if "nir_log_months" in fields:
            parameter = self.env["ir.config_parameter"].sudo().get_param(LOG_MONTHS_PARAMETER)
            values["nir_log_months"] = int(parameter or LOG_MONTHS)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        settings = super().create(vals_list)
        settings._apply()
        return settings

    def write(self, vals):
        result = super().write(vals)
        self._apply()
        return result

    def _apply(self):
        """Write the settings to the company, as the managers' group allows."""
        self._check_manager()
        for settings in self:
            settings.company_id.sudo().write(settings._company_values())
            if settings.nir_log_months < 1:
                raise ValidationError(self.env._("The access log is kept for 1 month or more."))
            self.env["ir.config_parameter"].sudo().set_param(
                LOG_MONTHS_PARAMETER, str(settings.nir_log_months)
            )

    def _company_values(self):
        """Return what to write to the company; a text of empty paragraphs counts as none."""
        self.ensure_one()
        values = {}
        for fname in COMPANY_FIELDS:
            field, value = self._fields[fname], self[fname]
            is_nothing = field.type == "html" and is_html_empty(value)
            values[fname] = False if is_nothing else field.convert_to_write(value, self)
        return values

    def action_save(self):
        """Tell that the settings are saved: saving the form has applied them."""
        self.ensure_one()
        return self._notify(self.env._("The settings of %s are saved.", self.company_id.name))

    def action_rotate_nir_keys(self):
        """Have the scheduled action encrypt everything with the primary key as soon as it can."""
        self._check_manager()
        self.env.ref("passeport_prevention.ir_cron_rotate_keys").sudo()._trigger()
        return self._notify(self.env._("The NIRs are being encrypted with the primary key."))

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def _check_manager(self):
        self.env["passport.rights"]._check(
            MANAGER_GROUP, self.env._("Only managers may change these settings.")
        )
        self.company_id.check_access("read")
