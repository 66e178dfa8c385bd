from odoo import api, fields, models


class EventEvent(models.Model):
    """The declarations of a session, and the way to the next one."""

    _inherit = "event.event"

    passport_declaration_ids = fields.One2many("passport.declaration", "event_id")
    passport_declaration_count = fields.Integer(compute="_compute_passport_declaration_count")

    @api.depends("passport_declaration_ids")
    def _compute_passport_declaration_count(self):
        groups = self.env["passport.declaration"]._read_group(
            [("event_id", "in", self._passport_concerned().ids)], ["event_id"], ["__count"]
        )
        counts = {event.id: count for event, count in groups}
        for event in self:
            event.passport_declaration_count = counts.get(event.id, 0)

    def action_passport_declare(self):
        """Open the declaration wizard on these sessions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declare_action"
        )
        action["context"] = {"default_event_ids": self.ids}
        return action

    def action_passport_declarations(self):
        """Open the declarations of this session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {}
        return action
