from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.ground.selections import SENT_STATES
from ...tools.nir_text import hide_numbers
from ...tools.text import clean_text


class PassportLineWithdraw(models.TransientModel):
    """Takes attendees out of their declaration, and guides through what the authority wants for it.

    The authority cannot edit a declaration: its holder is deleted there, then declared anew with a new
    unique identifier. Source: the operator's import guide for training bodies.
    """

    _name = "passport.line.withdraw"
    _description = "Withdraw Attendees"

    line_ids = fields.Many2many("passport.declaration.line", string="Attendees", readonly=True)
    sent_line_ids = fields.Many2many(
        "passport.declaration.line", string="To Delete with the Authority", compute="_compute_sent"
    )
    is_sent = fields.Boolean(compute="_compute_sent")
    reason = fields.Char(required=True, help="What was wrong with the declaration.")
    deleted_on_portal = fields.Boolean(
        string="Deleted with the Authority",
        help="The authority refuses who is still declared there: delete the holders first.",
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "passport.declaration.line":
            values["line_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    @api.depends("line_ids")
    def _compute_sent(self):
        for wizard in self:
            sent = wizard.line_ids.filtered(lambda line: line.state in SENT_STATES)
            wizard.sent_line_ids = sent
            wizard.is_sent = bool(sent)

    def action_confirm(self):
        """Withdraw the attendees: they are free to be declared anew."""
        self._withdraw()
        return {"type": "ir.actions.act_window_close"}

    def action_confirm_and_declare(self):
        """Withdraw, then open the declaration wizard on the sessions of these attendees."""
        sessions = self.line_ids.event_id
        self._withdraw()
        action = sessions.action_passport_declare()
        # Whoever was rejected before that declaration counts as rejected again.
        return {**action, "context": {**action["context"], "default_include_rejected": True}}

    def _withdraw(self):
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("Choose the attendees to withdraw in the list first."))
        if self.is_sent and not self.deleted_on_portal:
            raise UserError(
                self.env._(
                    "Delete these holders with the authority first, then tick “Deleted with the Authority”: %s",
                    self.sent_line_ids._names(),
                )
            )
        reason = clean_text(hide_numbers(self.reason))
        self.line_ids._withdraw(reason)
        self.env["passport.transition"]._tell_declarations(
            self.line_ids,
            lambda names: self.env._(
                "Withdrawn: %(names)s. Reason: %(reason)s", names=names, reason=reason
            ),
        )
