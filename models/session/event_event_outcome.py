from odoo import fields, models
from odoo.exceptions import UserError


class EventEvent(models.Model):
    """The way from a session to the list where its attendance and results are marked."""

    _inherit = "event.event"

    def action_passport_outcomes(self):
        """Open the attendees of this session to mark who attended and who passed.

        :raises UserError: the session has not begun
        """
        self.ensure_one()
        if self.date_begin > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The session %(session)s has not begun yet: attendance and results are marked "
                    "from its first day on.",
                    session=self.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_outcome_action"
        )
        action["domain"] = [("event_id", "=", self.id), ("state", "!=", "cancel")]
        action["context"] = {
            "default_event_id": self.id,
            "passport_outcome_event_id": self.id,
            "passport_gives_jdr": self.training_id.passport_document == "jdr",
            "search_default_group_event_slot": self.is_multi_slots,
        }
        return action
