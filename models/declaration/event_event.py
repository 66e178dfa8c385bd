from odoo import api, fields, models

from ..ground.passport_rights import USER_GROUP


class EventEvent(models.Model):
    """The declarations of a session, and the way to the next one."""

    _inherit = "event.event"

    passport_declaration_ids = fields.One2many("passport.declaration", "event_id")
    passport_declaration_count = fields.Integer(compute="_compute_passport_declaration_count")

    passport_difference_count = fields.Integer(
        string="Declared Otherwise",
        compute="_compute_passport_difference_count",
        groups=USER_GROUP,
        help="Attendees of whom the authority was told something else than what is here now.",
    )

    @api.depends("passport_declaration_ids")
    def _compute_passport_difference_count(self):
        concerned = self._passport_concerned()._origin
        seats = concerned.filtered("passport_declaration_ids").sudo()
        seats = seats.with_context(active_test=False).registration_ids
        texts = seats.env["passport.difference"]._texts(seats)
        for event in self:
            own = seats.filtered(lambda seat, event=event: seat.event_id == event._origin)
            event.passport_difference_count = len(texts.keys() & set(own.ids))

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

    def action_passport_differences(self):
        """Open the attendees of this session of whom the authority was told something else."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_line_action"
        )
        domain = [("event_id", "=", self.id), ("differs", "=", True)]
        return {**action, "domain": domain, "context": {}}

    def action_passport_declarations(self):
        """Open the declarations of this session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {}
        return action
