from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ...models.ground.passport_rights import MANAGER_GROUP
from ...models.vault.passport_nir_access import LOG_MONTHS_PARAMETER, MIN_LOG_MONTHS


class PassportSettings(models.TransientModel):
    """The settings of the Passeport de prévention, for its managers.

    Odoo's own settings page is for system administrators only, and a manager of the passport is
    none: so the settings are read and written here, for one company at a time. Each room adds its
    own: a field related to the company's, which says what it is called and what it means.
    """

    _name = "passport.settings"
    _description = "Passport Settings"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    company_registry = fields.Char(
        related="company_id.company_registry",
        readonly=False,
        string="SIRET",
        help="Its first nine digits (SIREN) name the import files.",
    )
    passport_activity_number = fields.Char(
        related="company_id.passport_activity_number", readonly=False
    )
    body_faults = fields.Text(compute="_compute_body_faults")
    nir_retention_months = fields.Integer(related="company_id.nir_retention_months", readonly=False)
    nir_unused_months = fields.Integer(related="company_id.nir_unused_months", readonly=False)
    nir_log_months = fields.Integer(
        string="Access Log Kept",
        compute="_compute_nir_log_months",
        inverse="_inverse_nir_log_months",
        help="Who saw, entered, exported or erased a NIR, and when. Nobody can change the log. 12 months "
        "at least.",
    )
    nir_key_source = fields.Char(string="Keys From", compute="_compute_nir_keys")
    nir_key_primary = fields.Char(string="Primary Key", compute="_compute_nir_keys")
    nir_key_counts = fields.Char(string="NIRs per Key", compute="_compute_nir_keys")
    nir_key_problems = fields.Text(compute="_compute_nir_keys")
    nir_key_rotation_due = fields.Boolean(compute="_compute_nir_keys")
    nir_copies = fields.Text(compute="_compute_nir_copies")

    @api.depends("company_id", "company_registry", "passport_activity_number")
    def _compute_body_faults(self):
        for settings in self:
            texts = settings.company_id._identity_texts(
                settings.company_registry, settings.passport_activity_number
            )
            settings.body_faults = "\n".join(texts) or False

    @api.depends("company_id")
    def _compute_nir_log_months(self):
        self.nir_log_months = self.env["passport.nir.access"]._months_kept()

    def _inverse_nir_log_months(self):
        self._check_manager()
        for settings in self:
            if settings.nir_log_months < MIN_LOG_MONTHS:
                raise ValidationError(
                    self.env._("The access log is kept for %s months or more.", MIN_LOG_MONTHS)
                )
            # Nothing is written that nobody changed: a page that is closed may be saved twice at once.
            if settings.nir_log_months != self.env["passport.nir.access"]._months_kept():
                self.env["ir.config_parameter"].sudo().set_param(
                    LOG_MONTHS_PARAMETER, str(settings.nir_log_months)
                )

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

    @api.depends("company_id")
    def _compute_nir_copies(self):
        self.nir_copies = "\n".join(self.env["passport.nir.copies"]._texts()) or False

    @api.onchange("company_registry")
    def _onchange_company_registry(self):
        return self.env["passport.typed"]._siret_warning(self.company_registry)

    @api.onchange("passport_activity_number")
    def _onchange_passport_activity_number(self):
        text = self.company_id._activity_number_text(self.passport_activity_number)
        return self.env["passport.typed"]._warning(text) if text else None

    @api.constrains("company_id")
    def _check_company_id(self):
        self.env["passport.rights"]._check_company(self.company_id)

    @api.model_create_multi
    def create(self, vals_list):
        kept, given = zip(*map(self._split, vals_list), strict=True)
        settings = super().create(list(kept))
        for record, values in zip(settings, given, strict=True):
            record._apply(values)
        return settings

    def write(self, vals):
        kept, given = self._split(vals)
        result = super().write(kept)
        self._apply(given)
        return result

    @api.model
    def _split(self, vals):
        """Return the values of the settings' own fields, and those of their company's."""
        given = {fname: vals[fname] for fname in vals if self._is_company_s(fname)}
        return {fname: vals[fname] for fname in vals if fname not in given}, given

    @api.model
    def _is_company_s(self, fname):
        field = self._fields.get(fname)
        return bool(field and field.related and field.related.startswith("company_id."))

    def _apply(self, values):
        """Write settings to the company, where they bear the same names, as the group allows."""
        self._check_manager()
        for fname, value in values.items():
            # A text of empty paragraphs counts as none.
            if self._fields[fname].type == "html" and is_html_empty(value):
                values[fname] = False
        for settings in self:
            company = settings.company_id.sudo()
            # The form hands over all it shows: what nobody changed is not written again.
            company.write(
                {
                    fname: value
                    for fname, value in values.items()
                    if self._is_another(company, fname, value)
                }
            )

    @api.model
    def _is_another(self, company, fname, value):
        field = company._fields[fname]
        return field.convert_to_cache(value, company) != field.convert_to_cache(
            company[fname], company
        )

    def action_save(self):
        """Tell that the settings are saved: saving the form has applied them."""
        self.ensure_one()
        return self._notify(self.env._("The settings of %s are saved.", self.company_id.name))

    def action_rotate_nir_keys(self):
        """Have the scheduled action encrypt everything with the primary key as soon as it can."""
        self._check_manager()
        self.env.ref("passeport_prevention.ir_cron_rotate_keys").sudo()._trigger()
        return self._notify(self.env._("The NIRs are being encrypted with the primary key."))

    def action_exclude_nir_copies(self):
        """Have the neighbours that copy what is typed leave the fields of the NIR out."""
        self._check_manager()
        self.env["passport.nir.copies"]._exclude()
        return self._notify(self.env._("The fields of the NIR are left out from now on."))

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
