from odoo import api, models
from odoo.tools import email_normalize
from odoo.tools.mail import decode_message_header, unfold_references


class MailThread(models.AbstractModel):
    """E-mails that come back."""

    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        email = email_normalize(message_dict.get("bounced_email") or "")
        if email and _failed(email_message):
            self.env["passport.letter"]._bounced(email, _references(email_message, message_dict))
        return result


def _failed(email_message):
    """Tell whether a report says that the message is given up, and not only late."""
    for part in email_message.walk():
        if part.get_content_type() == "message/delivery-status":
            actions = [
                decode_message_header(block, "Action").strip().lower()
                for block in part.get_payload()
            ]
            return "failed" in actions or not any(actions)
    return True


def _references(email_message, message_dict):
    """Return the ids of the message that a report is about."""
    ids = set(message_dict.get("bounced_msg_ids") or ())
    for header in ("References", "In-Reply-To", "X-Failed-Message-Id"):
        ids.update(unfold_references(decode_message_header(email_message, header)))
    return ids
