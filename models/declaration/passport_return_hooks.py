"""Where what a rejection blames is mended: the activities about it close by themselves."""

from odoo import api, models

PERSON_FIELDS = {"birth_name", "company_registry"}
TRAINING_FIELDS = {
    "is_certifying",
    "rs_code_id",
    "formacode_ids",
    "nsf_code_ids",
    "rome_code_ids",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        # Who writes on many people one by one sees to their activities together, afterwards.
        if PERSON_FIELDS & set(vals) and not self.env.context.get("passport_close_later"):
            self.env["passport.declaration.line"]._close_corrections_of(self)
        return result


class PassportNir(models.Model):
    _inherit = "passport.nir"

    @api.model
    def _store(self, numbers, reason=None):
        result = super()._store(numbers, reason)
        self.env["passport.declaration.line"]._close_corrections_of(list(numbers))
        return result


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if TRAINING_FIELDS & set(vals):
            self.env["passport.declaration.line"]._close_corrections_of(self)
        return result
