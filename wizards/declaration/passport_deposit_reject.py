from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.text import clean_text
from .passport_reject_dialog import PassportRejectDialog


class PassportDepositReject(models.TransientModel):
    """Records that the authority rejected a whole file: everybody in it without an answer goes back."""

    _name = "passport.deposit.reject"
    _inherit = [PassportRejectDialog._name]
    _description = "Record the Rejection of a File"

    deposit_id = fields.Many2one("passport.deposit", required=True, readonly=True)
    line_count = fields.Integer(compute="_compute_line_count")

    @api.depends("deposit_id")
    def _compute_line_count(self):
        for dialog in self:
            dialog.line_count = len(dialog._waiting())

    def _waiting(self):
        self.ensure_one()
        return self.deposit_id.line_ids.filtered(lambda line: line.state == "deposited")

    def action_confirm(self):
        """Reject everybody in the file who has no answer yet, at once.

        :raises UserError: the file was not given to the authority, or everybody has an answer
        """
        self.ensure_one()
        deposit = self.deposit_id
        deposit._check_user()
        deposit._check_state("deposited")
        waiting = self._waiting()
        locked = waiting.sudo().try_lock_for_update(allow_referencing=True)
        if not waiting or len(locked) != len(waiting):
            raise UserError(
                self.env._(
                    "%s: somebody else is recording its answers at this moment, or all are recorded. "
                    "Reload the page.",
                    deposit.name,
                )
            )
        reason = clean_text(self.reason)
        self.env["passport.answer"]._reject(
            dict.fromkeys(waiting, reason), self.reject_reason_id, whole_file=True
        )
        deposit._message_log(
            body=self.env._(
                "The authority rejected the whole file (“%(reason)s”). Attendees to correct: %(count)s.",
                reason=reason,
                count=len(waiting),
            )
        )
        return {"type": "ir.actions.act_window_close"}
