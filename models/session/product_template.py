from odoo import fields, models


class ProductTemplate(models.Model):
    """The sessions that deliver a training."""

    _inherit = "product.template"

    passport_session_count = fields.Integer(compute="_compute_passport_session_count")

    def _compute_passport_session_count(self):
        tickets = self.filtered(lambda product: product.service_tracking == "event")
        counts = {}
        if tickets.ids:
            groups = self.env["event.event"]._read_group(
                [("training_id", "in", tickets.ids)], ["training_id"], ["__count"]
            )
            counts = {training.id: count for training, count in groups}
        for product in self:
            product.passport_session_count = counts.get(product.id, 0)

    def action_passport_sessions(self):
        """Open the sessions that deliver this training."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_event_passport_action"
        )
        action["domain"] = [("training_id", "=", self.id)]
        action["context"] = {"default_training_id": self.id}
        return action
