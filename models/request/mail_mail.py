from contextvars import ContextVar

from odoo import models
from odoo.tools import html2plaintext

from ...tools import form_token
from .passport_form_link import address_of

# Set while messages are handed to the mail server. Whoever else asks what would leave gets the page
# that is everybody's: a template can reach private methods, but not this.
_leaving = ContextVar("passport_leaving", default=False)


class MailMail(models.Model):
    """E-mails that leave: the personal link is put in here, and what became of them is told."""

    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        token = _leaving.set(True)
        try:
            return super()._send(*args, **kwargs)
        finally:
            _leaving.reset(token)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        emails = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        if _leaving.get() and form_token.STAND_IN in (self.body_html or ""):
            _put_personal_link(self, emails)
        return emails

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # First: what is sent is deleted.
        self.env["passport.letter"]._settle(
            self, success_pids, success_emails, failure_type, failure_reason
        )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )


def _put_personal_link(mail, emails):
    """Put the personal address into an e-mail that goes to its person alone."""
    link = mail.env["passport.letter"]._link_of(mail)
    if not link or len(emails) != 1 or not link._is_usable():
        return
    (email,) = emails
    if email["email_to_normalized"] == [link.email] and not email["email_cc"]:
        email["body"] = form_token.put_address(email["body"], address_of(link))
        email["body_alternative"] = html2plaintext(email["body"])
