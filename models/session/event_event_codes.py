from odoo import api, fields, models


class EventEvent(models.Model):
    """Sessions that end after the registration of their training's RS certification."""

    _inherit = "event.event"

    passport_rs_expires = fields.Boolean(
        string="RS Code Expires First",
        compute="_compute_passport_rs_expires",
        search="_search_passport_rs_expires",
        help="The registration of the RS certification ends before this session does.",
    )

    @api.depends("date_end", "training_id.is_certifying", "training_id.rs_code_id.valid_until")
    def _compute_passport_rs_expires(self):
        for event in self:
            training = event.sudo().training_id
            until = training.is_certifying and training.rs_code_id.valid_until
            event.passport_rs_expires = bool(
                until and event.date_end and until < event._passport_last_day()
            )

    @api.model
    def _search_passport_rs_expires(self, operator, value):
        if operator != "in":
            return NotImplemented
        events = self.sudo().search(
            [
                ("training_id.is_certifying", "=", True),
                ("training_id.rs_code_id.valid_until", "!=", False),
            ]
        )
        return [("id", "in", events.filtered("passport_rs_expires").ids)]

    def _passport_last_day(self):
        """Return the day this session ends on, where it is held."""
        self.ensure_one()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.date_tz), self.date_end
        ).date()
