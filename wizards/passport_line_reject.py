from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.return_file import hide_numbers
from ..tools.text import clean_text


class PassportLineReject(models.TransientModel):
    """Records that the portal rejected some attendees, with the reason it gave."""

    _name = "passport.line.reject"
    _description = "Record a Rejection"

    line_ids = fields.Many2many("passport.declaration.line", string="Attendees", readonly=True)
    reason = fields.Char(required=True, help="What the portal answered, in its own words.")
    reject_reason_id = fields.Many2one(
        "passport.reject.reason",
        string="Kind of Rejection",
        compute="_compute_reject_reason_id",
        store=True,
        readonly=False,
        help="Recognised in the words of the portal; it decides what has to be mended.",
    )

    @api.depends("reason")
    def _compute_reject_reason_id(self):
        for dialog in self:
            reasons = self.env["passport.reject.reason"]
            dialog.reject_reason_id = reasons._recognise(dialog.reason)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._hide_numbers_in(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._hide_numbers_in(vals)
        return super().write(vals)

    @api.model
    def _hide_numbers_in(self, vals):
        if vals.get("reason"):
            vals["reason"] = hide_numbers(vals["reason"])

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
