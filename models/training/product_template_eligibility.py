from odoo import models


class ProductTemplate(models.Model):
    """The eligibility simulator, opened on a training."""

    _inherit = "product.template"

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
