from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import authority_file, siret


class ResCompany(models.Model):
    _inherit = "res.company"

    passport_activity_number = fields.Char(
        string="Activity Declaration Number",
        help="The number the prefect gave the training body (NDA), 11 digits.",
    )
    passport_max_attendees = fields.Integer(
        string="Attendees per Declaration in a File",
        default=authority_file.MAX_ROWS_PER_DECLARATION,
        help="The portal takes 1 to 500 attendees per declaration of an import file.",
    )
    passport_max_attendees_form = fields.Integer(
        string="Attendees per Declaration in the Web Form",
        default=authority_file.MAX_ROWS_WEB_FORM,
        help="The portal's web form takes 1 to 50 attendees per declaration.",
    )
    passport_line_end = fields.Selection(
        [("crlf", "CRLF (Windows)"), ("lf", "LF (Unix)")],
        string="Line End of Import Files",
        default="crlf",
        required=True,
    )
    passport_bom = fields.Boolean(
        string="Byte Order Mark in Import Files",
        help="Tick this only if the portal refuses a file for its encoding.",
    )

    nir_retention_months = fields.Integer(
        string="Months a NIR Is Kept after the Declaration",
        default=3,
        help="Counted from the day the person's last declaration was accepted.",
    )
    nir_unused_months = fields.Integer(
        string="Months an Unused NIR Is Kept",
        default=12,
        help="Counted from the day a number was collected that no declaration has used since.",
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

    @api.constrains("passport_max_attendees", "passport_max_attendees_form")
    def _check_passport_max_attendees(self):
        for company in self:
            if not 1 <= company.passport_max_attendees <= authority_file.MAX_ROWS_PER_DECLARATION:
                raise ValidationError(
                    self.env._(
                        "%(company)s: a declaration in an import file holds 1 to %(limit)s attendees.",
                        company=company.name,
                        limit=authority_file.MAX_ROWS_PER_DECLARATION,
                    )
                )
            if not 1 <= company.passport_max_attendees_form <= authority_file.MAX_ROWS_WEB_FORM:
                raise ValidationError(
                    self.env._(
                        "%(company)s: a declaration in the web form holds 1 to %(limit)s attendees.",
                        company=company.name,
                        limit=authority_file.MAX_ROWS_WEB_FORM,
                    )
                )

    def _passport_max_attendees(self, channel):
        """Return the most attendees of one declaration through ``channel`` (``file`` or ``form``)."""
        self.ensure_one()
        return (
            self.passport_max_attendees_form if channel == "form" else self.passport_max_attendees
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

    def _passport_next_number(self, code):
        """Return the next number of this company's own sequence ``code``, made on first use.

        :param code: ``passport.declaration`` or ``passport.deposit``
        """
        self.ensure_one()
        company = self.sudo()
        domain = [("code", "=", code), ("company_id", "=", company.id)]
        sequence = company.env["ir.sequence"].search(domain, limit=1)
        if not sequence:
            # Two first declarations at once must not make two sequences.
            company._passport_lock_sequences()
            sequence = company.env["ir.sequence"].search(domain, limit=1) or company.env[
                "ir.sequence"
            ].create(company._passport_sequence_values(code))
        return sequence.next_by_id()

    def _passport_lock_sequences(self):
        if not self.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "Somebody else is preparing the first declarations of %s at this moment. Try again "
                    "in a minute.",
                    self.name,
                )
            )

    def _passport_sequence_values(self, code):
        prefix = {"passport.declaration": "PP", "passport.deposit": "DEP"}[code]
        return {
            "name": f"{self.env[code]._description} ({self.name})",
            "code": code,
            "company_id": self.id,
            "prefix": f"{prefix}-%(range_year)s-",
            "padding": 5,
            "use_date_range": True,
        }
