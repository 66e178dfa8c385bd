from odoo import api, fields, models


class ProductTemplate(models.Model):
    """What keeps the attendees of a training from being declared, told on the training."""

    _inherit = "product.template"

    passport_training_issues = fields.Text(
        string="To Fix", compute="_compute_passport_training_issues"
    )

    passport_training_state = fields.Selection(
        [
            ("ready", "Ready to Declare"),
            ("incomplete", "To Complete"),
            ("open", "To Describe"),
            ("excluded", "Not to Declare"),
        ],
        string="Declaration of the Training",
        compute="_compute_passport_training_issues",
        search="_search_passport_training_state",
    )

    @api.depends(
        "name",
        "passport_eligible",
        "passport_exclusion",
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
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
            texts = [
                _without_name(message(code, product, params), product) for code, params in faults
            ]
            product.passport_training_issues = "\n".join(texts) or False
            product.passport_training_state = self._state_of_training(product, faults)

    @api.model
    def _state_of_training(self, product, faults):
        if product.passport_eligible:
            return "incomplete" if faults else "ready"
        is_out = product.passport_exclusion or "no" in product._passport_answers()
        return "excluded" if is_out else "open"

    @api.model
    def _search_passport_training_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        trainings = self.sudo().search([("service_tracking", "=", "event")])
        found = trainings.filtered(lambda product: product.passport_training_state in value)
        return [("id", "in", found.ids)]

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


def _without_name(text, product):
    """Return a message without the name of the training it begins with: it is told on the training."""
    name = product.sudo().display_name or ""
    said = text.removeprefix(name).lstrip(":\u00a0\u202f ")
    return said[:1].upper() + said[1:]
