from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.text import clean_text
from .passport_reject_dialog import PassportRejectDialog


class PassportLineReject(models.TransientModel):
    """Records that the authority rejected some attendees, with the reason it gave."""

    _name = "passport.line.reject"
    _inherit = [PassportRejectDialog._name]
    _description = "Record a Rejection"

    line_ids = fields.Many2many("passport.declaration.line", string="Attendees", readonly=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "passport.declaration.line":
            values["line_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    def action_confirm(self):
        """Reject the attendees: they can be declared again once corrected."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("Choose the rejected attendees in the list first."))
        self.line_ids._reject(clean_text(self.reason), self.reject_reason_id)
        return {"type": "ir.actions.act_window_close"}
