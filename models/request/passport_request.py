from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .passport_form_request import MAX_LINKS
from .passport_personal_form import ASKED

# Nobody is written to about a session that ended longer ago.
ASKED_FOR_DAYS = 180
ASK_TEMPLATE = "passeport_prevention.mail_template_ask_data"


class PassportRequest(models.AbstractModel):
    """Asking for the data that are missing: whom, by which e-mail, and what is noted of it."""

    _name = "passport.request"
    _description = "Request of Missing Data"

    @api.model
    def _ask(self, registrations):
        """Ask these attendees by e-mail; those without an address are left to their employer.

        :returns: a notification that counts them
        :raises UserError: nothing is missing
        """
        form = self.env["passport.personal.form"]
        asked = form._open(registrations)
        unnamed = self._unnamed(registrations)
        if not asked and not unnamed:
            raise UserError(
                self.env._(
                    "Nothing to ask: no NIR nor birth name is missing, or these attendees are not to "
                    "be declared."
                )
            )
        mailed = asked.filtered(form._email)
        self._send(mailed, ASK_TEMPLATE)
        self._log(mailed, self.env._("The missing data were asked of the attendee by e-mail."))
        silent = asked - mailed | unnamed
        self._leave_to_employer(silent.sudo())
        return self._notify(mailed, silent)

    @api.model
    def _unnamed(self, registrations):
        """Return those whose name is still to come from the client."""
        needs = self.env["passport.needs"]._of(registrations)
        return registrations.filtered(lambda registration: "name" in needs[registration])

    @api.model
    def _notify(self, mailed, silent):
        message = self.env._("E-mails on their way: %(count)s.", count=len(mailed))
        if silent:
            message += "\n" + self.env._(
                "Attendees without a name or an e-mail of their own, left to their employer: %(count)s.",
                count=len(silent),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if mailed else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _start(self, registrations):
        """Begin to count the reminders of these registrations, with none sent yet."""
        if registrations:
            registrations.write(
                {
                    "passport_asked_on": fields.Datetime.now(),
                    "passport_reminder_count": 0,
                    "passport_employer_reminder_count": 0,
                    "passport_ask_employer": False,
                }
            )

    @api.model
    def _leave_to_employer(self, registrations):
        """Have these attendees, whom no e-mail reaches, asked of their employers by the next summary."""
        self._start(registrations.filtered(lambda seat: not seat.passport_asked_on))
        registrations.write({"passport_ask_employer": True})

    @api.model
    def _send(self, registrations, template_xmlid):
        """Queue an e-mail with the personal link for each of these registrations.

        The e-mail stays out of the chatter, which people read who must not have the link, and out
        of the database once it is sent.
        """
        if not registrations:
            return
        links = self.env["passport.personal.form"]._links(registrations.sudo())
        self.env.ref(template_xmlid).sudo().send_mail_batch(
            links.registration_id.ids,
            email_values={"model": False, "res_id": False, "auto_delete": True},
        )
        links.write({"sent_on": fields.Datetime.now()})

    @api.model
    def _resend(self, emails):
        """Send the personal links of these addresses, to these addresses only.

        :param emails: normalized e-mail addresses, anybody's
        """
        form = self.env["passport.personal.form"]
        since = fields.Datetime.now() - timedelta(days=ASKED_FOR_DAYS)
        people = fields.Domain("attendee_partner_id.email_normalized", "in", list(emails))
        # Too many at most: only an address that is exactly the same counts below.
        people |= fields.Domain.OR(fields.Domain("email", "=ilike", email) for email in emails)
        recent = fields.Domain("event_end_date", ">=", since)
        registrations = (
            self.env["event.registration"]
            .sudo()
            .search(people & recent & self.env["passport.needs"]._domain(*ASKED), order="id desc")
        )
        by_email = {}
        for registration in form._open(registrations):
            by_email.setdefault(form._email(registration), []).append(registration.id)
        ids = [rid for email in emails for rid in by_email.get(email, ())[:MAX_LINKS]]
        chosen = registrations.browse(ids)
        self._send(chosen, ASK_TEMPLATE)
        self._log(chosen, self.env._("The attendee asked for a new personal link."))

    # ------------------------------------------------------------
    # What the training body is told, without personal data
    # ------------------------------------------------------------

    @api.model
    def _log(self, registrations, text):
        """Leave a note on each of these registrations."""
        if registrations:
            registrations.sudo()._message_log_batch(bodies=dict.fromkeys(registrations.ids, text))

    @api.model
    def _todo(self, registrations, summary):
        """Give something to do to who is responsible for the session."""
        for registration in registrations.sudo().filtered("event_id.user_id"):
            registration.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                user_id=registration.event_id.user_id.id,
            )

    @api.model
    def _note_name(self, registration, name):
        """Keep the spelling of the name that the attendee asks for; somebody has to accept it."""
        registration.sudo().passport_name_note = name
        self._todo(
            registration,
            self.env._("The attendee asks to have the spelling of the name corrected."),
        )
