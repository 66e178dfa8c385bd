from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Settings of the attendee's form."""

    _inherit = "res.company"

    passport_form_days = fields.Integer(
        string="Days a Personal Link Lasts",
        default=60,
        help="Counted from the last time it was sent or printed.",
    )

    @api.constrains("passport_form_days")
    def _check_passport_form_days(self):
        for company in self:
            if not 1 <= company.passport_form_days <= 365:
                raise ValidationError(
                    self.env._("%s: a personal link lasts 1 to 365 days.", company.name)
                )
