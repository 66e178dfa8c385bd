from odoo import api, fields, models


class ProductTemplate(models.Model):
    """What keeps the attendees of a training from being declared, told on the training."""

    _inherit = "product.template"

    passport_training_issues = fields.Text(
        string="To Fix", compute="_compute_passport_training_issues"
    )

    @api.depends(
        "name",
        "passport_eligible",
        "is_certifying",
        "rs_code_id",
        "formacode_ids",
        "nsf_code_ids",
        "rome_code_ids",
        "passport_document",
        "jdr_type",
        "jdr_name",
        "jdr_option",
    )
    def _compute_passport_training_issues(self):
        check = self.env["passport.training.check"]
        message = self.env["passport.issue"]._message
        for product in self:
            document = product.passport_document or "adf"
            faults = check._faults(product, document) if product.passport_eligible else []
            texts = [message(code, product, params) for code, params in faults]
            product.passport_training_issues = "\n".join(texts) or False

    def action_passport_eligibility(self):
        """Open the official questions with the answers this training has, to fill it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_eligibility_action"
        )
        action["context"] = {
            "dialog_size": "extra-large",
            "default_product_tmpl_id": self.id,
        }
        return action
