from odoo import fields, models


class PassportDeposit(models.Model):
    """What came back of a deposit: who still has to be corrected."""

    _inherit = "passport.deposit"

    to_correct_count = fields.Integer(compute="_compute_to_correct_count")

    def _compute_to_correct_count(self):
        found = self._to_correct()
        for deposit in self:
            deposit.to_correct_count = len(found.get(deposit, ()))

    def _to_correct(self):
        """Return ``{deposit: registrations}`` of those rejected here and not declared again since."""
        lines = self.sudo().line_ids.filtered(lambda line: line.state == "rejected")
        waiting = lines & lines.registration_id._rejected_lines()
        waiting = waiting.filtered(lambda line: not line.registration_id._is_passport_cancelled())
        by_deposit = waiting.grouped("deposit_id")
        return {
            deposit: by_deposit[deposit.sudo()].registration_id.sudo(False)
            for deposit in self
            if deposit.sudo() in by_deposit
        }

    def action_open_to_correct(self):
        """Open the attendees of this deposit who are to be corrected."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_correct_action"
        )
        registrations = self._to_correct().get(self, self.env["event.registration"])
        action["domain"] = [("id", "in", registrations.ids)]
        return action
