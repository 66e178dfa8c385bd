from datetime import timedelta
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..ground.passport_rights import USER_GROUP
from .passport_form_request import MAX_LINKS
from .passport_personal_form import ASKED

# Nobody is written to about a session that ended longer ago.
ASKED_FOR_DAYS = 180
ASK_TEMPLATE = "passeport_prevention.mail_template_ask_data"
REMIND_TEMPLATE = "passeport_prevention.mail_template_remind_data"
# Out of the chatter and of the database; to nobody whom a template adds.
TO_ONE_ADDRESS = {
    "model": False,
    "res_id": False,
    "auto_delete": True,
    "email_cc": False,
    "recipient_ids": [],
    "reply_to": False,
}


class Plan(NamedTuple):
    """Whom a request would reach: by e-mail, through the employer, and who is left out.

    ``past`` are those of sessions that ended before requests were switched on, whom nobody is to
    write to unless it is meant; they are in neither of the others.
    """

    mailed: models.Model
    silent: models.Model
    past: models.Model


class PassportRequest(models.AbstractModel):
    """Asking for the data that are missing: whom, by which e-mail, and what is noted of it."""

    _name = "passport.request"
    _description = "Request of Missing Data"

    @api.model
    def _ask(self, registrations):
        """Ask one attendee at once; of several, or of who is past, tell first how many e-mails leave.

        :returns: a notification that counts them, or the dialog that does before
        :raises UserError: nothing is missing, or requests are not switched on
        """
        plan = self._plan(registrations)
        if len(registrations) == 1 and not plan.past:
            return self._carry_out(plan)
        dialog = self.env["passport.ask"].create(
            {"registration_ids": [fields.Command.set(registrations.ids)]}
        )
        return dialog._get_records_action(name=self.env._("Ask for the Data"), target="new")

    @api.model
    def _plan(self, registrations, with_past=False):
        """Return the :class:`Plan` of a request; nothing is written.

        :param with_past: whether those of past sessions are meant too
        :raises UserError: nothing is missing, or requests are not switched on
        """
        form, sending = self.env["passport.personal.form"], self.env["passport.sending"]
        asked = form._open(registrations) | self._unnamed(registrations)
        if not asked:
            raise UserError(
                self.env._(
                    "Nothing to ask: no NIR nor birth name is missing, or these attendees are not to "
                    "be declared."
                )
            )
        asked -= self.env["passport.job"]._queued("request", asked)
        if not asked:
            raise UserError(
                self.env._("These attendees are being asked in the background already.")
            )
        past = asked.browse()
        for company, seats in asked.grouped("company_id").items():
            sending._check(company or self.env.company, "request")
            since = sending._moment(company or self.env.company, "request")
            past |= seats.filtered(lambda seat, since=since: seat.event_end_date < since)
        chosen = asked if with_past else asked - past
        mailed = chosen.browse([seat.id for seat in form._reachable(form._open(chosen))])
        return Plan(mailed, chosen - mailed, asked - chosen)

    @api.model
    def _carry_out(self, plan):
        """Ask those of a plan; those without an address are left to their employer.

        :returns: a notification that counts them; of many, the job that asks them in the background
        """
        self._leave_to_employer(plan.silent.sudo())
        jobs, mailed = self.env["passport.job"], plan.mailed
        if jobs._is_long("request", len(mailed), self.env.company):
            return jobs._start("request", mailed, self.env._("Requests of data"))._open()
        self._ask_by_mail(mailed)
        return self._notify(mailed, plan.silent)

    @api.model
    def _ask_by_mail(self, registrations):
        """Send these attendees their personal links, and note it."""
        self._send(registrations, "request", ASK_TEMPLATE)
        words = self._words()
        self._log(registrations, words._("The missing data were asked of the attendee by e-mail."))

    @api.model
    def _job_batch(self, registrations, job):
        """Ask these attendees for a job; return who was left, and why.

        :raises AccessError: the user may not write on one of the registrations any more
        """
        registrations._check_passport_request_rights()
        form, sending = self.env["passport.personal.form"], self.env["passport.sending"]
        on = registrations.filtered(
            lambda seat: sending._since(seat.company_id or job.company_id, "request")
        )
        asked = on.filtered(
            lambda seat: seat.passport_asked_on and seat.passport_asked_on > job.asked_on
        )
        mailed = on.browse([seat.id for seat in form._reachable(form._open(on - asked))])
        self._ask_by_mail(mailed)
        return {
            **dict.fromkeys(registrations - on, self.env._("Requests were switched off.")),
            **dict.fromkeys(asked, self.env._("The attendee was asked meanwhile.")),
            **dict.fromkeys(
                on - asked - mailed,
                self.env._("Nothing is missing any more, or there is no address to write to."),
            ),
        }

    @api.model
    def _preview_sending(self, kind, company, since):
        """Return how many requests leave by themselves (none), and of how many people one may ask."""
        registrations = self.env["event.registration"].search_count(
            fields.Domain("company_id", "=", company.id)
            & self.env["passport.needs"]._domain(*ASKED)
            & self.env["passport.sending"]._domain(company, kind, since=since)
        )
        return 0, registrations

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
    def _send(self, registrations, kind, template_xmlid):
        """Queue an e-mail for each of these registrations, to the attendee's own address alone.

        The personal link is put in when it leaves. The e-mail stays out of the chatter, and out of
        the database once it is sent. Whatever the template says of the addressees, and whoever the
        user is: it is OdooBot's, to the one address that the link is for.

        :param kind: of ``passport.letter``
        """
        if not registrations:
            return
        links = self.env["passport.personal.form"]._links(
            registrations.sudo(), start=kind != "reminder"
        )
        template = self.env.ref(template_xmlid).with_user(SUPERUSER_ID)
        mails = template.send_mail_batch(links.registration_id.ids, email_values=TO_ONE_ADDRESS)
        for mail, link in zip(mails, links, strict=True):
            if mail.email_to != link.email:
                mail.email_to = link.email
        self.env["passport.letter"]._queue(
            kind,
            [
                (mail, link.email, link.registration_id, link)
                for mail, link in zip(mails, links, strict=True)
            ],
        )

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
        # Whoever asks for it wants it, past session or not; but nothing leaves where all is off.
        companies = self.env["passport.sending"]._companies("request")
        on = fields.Domain("company_id", "in", companies.ids)
        registrations = (
            self.env["event.registration"]
            .sudo()
            .search(
                people & recent & on & self.env["passport.needs"]._domain(*ASKED), order="id desc"
            )
        )
        by_email = {}
        for registration, email in form._reachable(form._open(registrations)).items():
            by_email.setdefault(email, []).append(registration.id)
        ids = [rid for email in emails for rid in by_email.get(email, ())[:MAX_LINKS]]
        chosen = registrations.browse(ids)
        self._send(chosen, "request", ASK_TEMPLATE)
        self._log(chosen, self._words()._("The attendee asked for a new personal link."))

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
        """Give something to do to who is responsible for the session, else for its company."""
        for registration in registrations.sudo():
            if user := self._responsible(registration):
                registration.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=user.id
                )

    @api.model
    def _responsible(self, registration):
        """Return who looks after a registration: the session's responsible, else a first user."""
        return self.env["passport.rights"]._looking_after(
            [registration.event_id.user_id], USER_GROUP, registration.company_id
        )

    @api.model
    def _tell_wrong_address(self, letters):
        """Tell that letters did not arrive; what was asked of the attendee is asked of the employer."""
        own = letters.filtered(lambda letter: letter.kind != "summary").registration_ids
        words = self._words()
        self._log(
            letters.registration_ids, words._("An e-mail did not arrive: the address is wrong.")
        )
        self._todo(own, words._("The attendee's e-mail address is wrong: correct it."))
        asked = own.filtered("passport_asked_on")
        self._leave_to_employer(self.env["passport.personal.form"]._open(asked))
        others = (letters.registration_ids - own)[:1]
        self._todo(others, words._("The employer's e-mail address is wrong: correct it."))

    @api.model
    def _words(self):
        """Return the environment in which notes are written: the training body's language.

        Not that of the scheduled action, nor the attendee's.
        """
        return self.with_context(lang=self.env["res.lang"]._passport_lang()).env

    @api.model
    def _note_name(self, registration, name):
        """Keep the spelling of the name that the attendee asks for; somebody has to accept it."""
        registration.sudo().passport_name_note = name
        self._todo(
            registration,
            self._words()._("The attendee asks to have the spelling of the name corrected."),
        )
