from odoo import api, fields, models


class EventEvent(models.Model):
    """How many attendees of a session can be declared, cannot, or are."""

    _inherit = "event.event"

    passport_ready_count = fields.Integer(compute="_compute_passport_counts")
    passport_blocked_count = fields.Integer(compute="_compute_passport_counts")
    passport_declared_count = fields.Integer(compute="_compute_passport_counts")

    @api.depends("registration_ids.passport_state")
    def _compute_passport_counts(self):
        groups = self.env["event.registration"]._read_group(
            [("event_id", "in", self.ids)], ["event_id", "passport_state"], ["__count"]
        )
        counts = {(event.id, state): count for event, state, count in groups}
        for event in self:
            event.passport_ready_count = counts.get((event.id, "ready"), 0)
            event.passport_blocked_count = counts.get((event.id, "blocked"), 0) + counts.get(
                (event.id, "rejected"), 0
            )
            event.passport_declared_count = counts.get((event.id, "declared"), 0) + counts.get(
                (event.id, "in_progress"), 0
            )

    def action_passport_registrations(self):
        """Open the attendees of this session with what keeps them from being declared."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {"default_event_id": self.id}
        return action
