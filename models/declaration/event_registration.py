from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ground.passport_rights import USER_GROUP
from ..ground.selections import SENT_STATES


class EventRegistration(models.Model):
    """Attendees whom the authority rejected: what to correct, until they are declared again."""

    _inherit = "event.registration"

    passport_line_ids = fields.One2many("passport.declaration.line", "registration_id")
    reject_reason = fields.Char(
        string="Reason of the Rejection",
        compute="_compute_reject_reason",
        groups="passeport_prevention.group_passport_user",
    )
    reject_reason_id = fields.Many2one(
        "passport.reject.reason",
        string="Kind of Rejection",
        compute="_compute_reject_reason",
        groups="passeport_prevention.group_passport_user",
    )

    passport_difference = fields.Char(
        string="Declared Otherwise",
        compute="_compute_passport_difference",
        groups=USER_GROUP,
        help="What is otherwise here than what the authority was told.",
    )

    @api.depends("passport_line_state")
    def _compute_passport_difference(self):
        sent = self._origin.filtered(lambda seat: seat.passport_line_state in SENT_STATES)
        texts = self.sudo().env["passport.difference"]._texts(sent)
        for registration in self:
            registration.passport_difference = texts.get(registration._origin.id)

    @api.depends("passport_line_ids.state", "passport_line_ids.reject_reason")
    def _compute_reject_reason(self):
        lines = self.env["passport.rejection"]._last_of(self)
        reasons = {
            line.registration_id.id: (line.reject_reason, line.reject_reason_id.id)
            for line in lines
        }
        for registration in self:
            reason, kind_id = reasons.get(registration._origin.id, (False, False))
            registration.reject_reason = reason
            registration.reject_reason_id = kind_id

    def _passport_last_line(self):
        """Return the last declaration line of this registration, withdrawn ones left aside."""
        lines = self.passport_line_ids.filtered(lambda line: line.state != "withdrawn")
        return lines.sorted("id")[-1:]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_passport_checked(self):
        """Record that the data of rejected attendees are right: they may be declared again as they are.

        :raises UserError: none of them was rejected
        """
        self.env["passport.rights"]._check(USER_GROUP)
        self.check_access("read")
        lines = self.env["passport.rejection"]._last_of(self)
        lines = lines.filtered(lambda line: not line.checked_on)
        if not lines:
            raise UserError(
                self.env._("Only attendees rejected by the authority are to be checked, and once.")
            )
        lines.write({"checked_on": fields.Datetime.now(), "checked_by_id": self.env.uid})
        registrations = lines.registration_id
        registrations._message_log_batch(
            {
                line.registration_id.id: self.env._(
                    "Checked after the rejection by the authority (“%s”): to be declared again.",
                    line.reject_reason or "",
                )
                for line in lines
            }
        )
        self.env["passport.corrections"]._close_of(lines)

    def action_passport_declared(self):
        """Open what the authority was told of this attendee, to withdraw it."""
        self.ensure_one()
        self.env["passport.rights"]._check(USER_GROUP)
        self.check_access("read")
        return self._passport_last_line()._get_records_action(name=self.env._("Declared"))

    def action_passport_declare_again(self):
        """Open the wizard on the sessions of these attendees, rejected ones included."""
        self.env["passport.rights"]._check(USER_GROUP)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declare_action"
        )
        action["context"] = {
            "dialog_size": "extra-large",
            "default_include_rejected": True,
            "default_event_ids": self.event_id.ids,
            **({"default_company_id": self.company_id.id} if len(self.company_id) == 1 else {}),
        }
        return action

    @api.ondelete(at_uninstall=False)
    def _unlink_except_declared(self):
        for registration in self.sudo():
            if registration.passport_line_ids:
                raise UserError(
                    self.env._(
                        "The registration of %s was put in a declaration and cannot be deleted: cancel it "
                        "instead.",
                        registration.display_name,
                    )
                )
