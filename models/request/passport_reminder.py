from datetime import timedelta

from odoo import api, fields, models

from ..readiness.passport_issue import ASKABLE
from .passport_request import ASKED_FOR_DAYS, REMIND_TEMPLATE

BATCH = 100
# Whatever the intervals: nobody gets two reminders within a day.
PAUSE_HOURS = 20
# The company's intervals, and the count of what was sent, of each kind of reminders.
STEPS = {
    "reminder": ("passport_reminder_days", "passport_reminder_count"),
    "summary": ("passport_reminder_employer_days", "passport_employer_reminder_count"),
}


class PassportReminder(models.AbstractModel):
    """Reminders of the data that are missing: to the attendee, then to the employer.

    Each reminder is a step of the company's intervals, counted from the day of the first request.
    A step is done once: running the scheduled action again, or after an interruption, sends nothing
    twice, and after a long break one reminder stands for all the steps that were missed.
    """

    _name = "passport.reminder"
    _description = "Reminder of Missing Data"

    # ------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------

    @api.model
    def _cron_remind(self, batch=BATCH):
        """Send the reminders that are due, batch after batch, each committed."""
        for kind in ("reminder", "summary"):
            for company in self.env["passport.sending"]._companies(kind):
                reminder = self.sudo().with_company(company)
                remind = {
                    "reminder": reminder._remind_attendees,
                    "summary": reminder._remind_employers,
                }[kind]
                while done := remind(company, batch):
                    # Whether more is left is known only at the end.
                    if not self.env["ir.cron"]._commit_progress(done, remaining=1):
                        return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _waiting_domain(self, company, kind, since=None):
        """Return the domain of whom was asked and may still be reminded, whatever the day.

        Of past sessions, those who were asked by hand since it was switched on: somebody meant it.

        :param since: another day than the company's, for previews
        """
        sending = self.env["passport.sending"]
        moment = sending._start_of(since) if since else sending._moment(company, kind)
        if not moment:
            return fields.Domain.FALSE
        recent = fields.Datetime.now() - timedelta(days=ASKED_FOR_DAYS)
        asked = fields.Domain(
            [
                ("company_id", "=", company.id),
                ("passport_asked_on", "!=", False),
                ("event_end_date", ">=", recent),
            ]
        )
        meant = fields.Domain("event_end_date", ">=", moment)
        meant |= fields.Domain("passport_asked_on", ">=", moment)
        return asked & meant & self.env["passport.needs"]._domain(*ASKABLE)

    @api.model
    def _due_domain(self, company, kind, since=None):
        """Return the domain of those for whom a step has come that was not done yet."""
        days_field, count_field = STEPS[kind]
        now = fields.Datetime.now()
        steps = [
            fields.Domain(count_field, "=", step)
            & fields.Domain("passport_asked_on", "<=", now - timedelta(days=after))
            for step, after in enumerate(company._passport_reminder_steps(days_field))
        ]
        if not steps:
            return fields.Domain.FALSE
        due = fields.Domain.OR(steps)
        if kind == "summary":
            due |= fields.Domain("passport_ask_employer", "=", True)
        return self._waiting_domain(company, kind, since) & due

    @api.model
    def _preview_sending(self, kind, company, since):
        """Return how many e-mails the next run would send, and about how many people."""
        due = self.env["event.registration"].search(self._due_domain(company, kind, since))
        waiting = self.env["event.registration"].search_count(
            self._waiting_domain(company, kind, since)
        )
        found = self._to_remind(due) if kind == "reminder" else self._clients_to_remind(due)
        return len(found), waiting

    @api.model
    def _steps_done(self, registrations, days):
        """Return ``{number of steps that have come: registrations}``."""
        now = fields.Datetime.now()
        return registrations.grouped(
            lambda registration: sum(
                registration.passport_asked_on <= now - timedelta(days=after) for after in days
            )
        )

    # ------------------------------------------------------------
    # Attendees
    # ------------------------------------------------------------

    @api.model
    def _remind_attendees(self, company, limit):
        """Remind the attendees whose turn it is; return how many registrations were looked at.

        A person who attends several sessions gets one reminder for all.
        """
        days = company._passport_reminder_steps("passport_reminder_days")
        due = self.env["event.registration"].search(
            self._due_domain(company, "reminder"), limit=limit, order="attendee_partner_id, id"
        )
        for count, registrations in self._steps_done(due, days).items():
            registrations.write({"passport_reminder_count": count})
        reminded = self._to_remind(due)
        request = self.env["passport.request"]
        request._send(reminded, "reminder", REMIND_TEMPLATE)
        request._log(reminded, request._words()._("The attendee was reminded by e-mail."))
        return len(due)

    @api.model
    def _to_remind(self, registrations):
        """Return one registration for each person here who may get a reminder now."""
        form = self.env["passport.personal.form"]
        people = registrations.attendee_partner_id
        lately = self.env["passport.letter"]._lately(
            "reminder", [("attendee_partner_id", "in", people.ids)], PAUSE_HOURS
        )
        seen = set(lately.attendee_partner_id.ids)
        chosen = []
        for registration in form._reachable(form._open(registrations)):
            person = registration.attendee_partner_id
            if person.id not in seen and not person.passport_no_reminder:
                seen.add(person.id)
                chosen.append(registration.id)
        return registrations.browse(chosen)

    # ------------------------------------------------------------
    # Employers
    # ------------------------------------------------------------

    @api.model
    def _remind_employers(self, company, limit):
        """Send one summary to each client whose turn it is; return how many registrations were due."""
        days = company._passport_reminder_steps("passport_reminder_employer_days")
        due = self.env["event.registration"].search(
            self._due_domain(company, "summary"), limit=limit, order="partner_id, id"
        )
        for count, registrations in self._steps_done(due, days).items():
            registrations.write(
                {"passport_employer_reminder_count": count, "passport_ask_employer": False}
            )
        clients = self._clients_to_remind(due)
        if summaries := clients and self._summaries(clients, company):
            self._send_summaries(summaries)
        return len(due)

    @api.model
    def _clients_to_remind(self, registrations):
        """Return the companies that booked these seats, less those told lately or not to be told."""
        clients = (
            self.env["passport.client"]
            ._of(registrations)
            .filtered(lambda client: client.is_company and not client.passport_no_reminder)
        )
        if not clients:
            return clients
        booked = [
            ("passport_client_id", "child_of", clients.ids),
            ("company_id", "in", registrations.company_id.ids),
        ]
        lately = self.env["passport.letter"]._lately("summary", booked, PAUSE_HOURS)
        return clients - self.env["passport.client"]._of(lately)

    @api.model
    def _summaries(self, clients, company):
        """Return what each client still has to give, as :meth:`_summary` tells it."""
        waiting = self.env["event.registration"].search(
            fields.Domain("passport_client_id", "child_of", clients.ids)
            & self._waiting_domain(company, "summary")
        )
        request = self.env["passport.request"]
        waiting = self.env["passport.personal.form"]._open(waiting) | request._unnamed(waiting)
        by_client = waiting.grouped(self.env["passport.client"]._of)
        return {
            client: summary
            for client, registrations in by_client.items()
            if client in clients and (summary := self._summary(client, registrations))
        }

    @api.model
    def _summary(self, client, registrations):
        """Return the summary of one client, ``None`` when there is nobody to send it to.

        :returns: the registrations, the recipients, the address of the employer's space, and
            counts only: no name, no personal link
        """
        recipients = self._recipients(client, registrations)
        if not recipients:
            return None
        sessions = [
            {
                "name": event.name,
                "dates": event.date_begin,
                "tz": event.date_tz,
                "total": len(seats),
                "unnamed": len(seats.filtered(lambda seat: not seat.attendee_partner_id)),
            }
            for event, seats in registrations.grouped("event_id").items()
        ]
        needs = self.env["passport.needs"]._of(registrations)
        return {
            "registrations": registrations,
            "recipients": ",".join(map(str, recipients.ids)),
            "sessions": sessions,
            "siret": any("siret" in asked for asked in needs.values()),
            "company_name": registrations.company_id.name,
            "sender": registrations.company_id.email_formatted,
            "url": self._space_url(registrations),
        }

    @api.model
    def _recipients(self, client, registrations):
        """Return who booked, can be reached, and may be reminded; the client where nobody else did."""
        bookers = (self.env["passport.client"]._bookers(registrations) - client).filtered("email")
        wrong = self.env["passport.letter"]._wrong(
            (bookers | client).filtered("email").mapped("email_normalized")
        )
        bookers = bookers.filtered(lambda booker: booker.email_normalized not in wrong)
        if not bookers:
            return client.filtered(lambda one: one.email and one.email_normalized not in wrong)
        return bookers.filtered(lambda booker: not booker.passport_no_reminder)

    @api.model
    def _space_url(self, registrations):
        """Return the address of the employer's space: of the order, when they all come from one."""
        order = registrations.sale_order_id
        if len(order) == 1 and all(seat.sale_order_id for seat in registrations):
            return self.env["passport.employer.space"]._order_url(order)
        return f"{registrations[:1].event_id.get_base_url()}/my/passport"

    @api.model
    def _send_summaries(self, summaries):
        clients = self.env["res.partner"].union(*summaries)
        by_id = {client.id: summary for client, summary in summaries.items()}
        template = self.env.ref("passeport_prevention.mail_template_remind_employer")
        mails = template.sudo().with_context(passport_summaries=by_id).send_mail_batch(clients.ids)
        self.env["passport.letter"]._queue(
            "summary",
            [
                (mail, partner.email_normalized, summaries[client]["registrations"], None)
                for client, mail in zip(clients, mails, strict=True)
                for partner in mail.recipient_ids
            ],
        )
        told = self.env["event.registration"].union(
            *(summary["registrations"] for summary in summaries.values())
        )
        request = self.env["passport.request"]
        request._log(
            told, request._words()._("The employer was sent a summary of what is missing.")
        )
