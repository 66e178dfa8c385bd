from datetime import timedelta

from odoo import api, fields, models

from .event_registration_form import OPEN_STATE
from .event_registration_form_staff import ASKED_FOR_DAYS, USER_GROUP

BATCH = 100
# Whatever the intervals: nobody gets two reminders within a day.
PAUSE_HOURS = 20
# What an employer can give, besides the names of attendees.
EMPLOYER_ISSUES = {"siret_missing", "siret_invalid"}


class EventRegistration(models.Model):
    """Reminders of the data that are missing: to the attendee, then to the employer.

    Each reminder is a step of the company's intervals, counted from the day of the first request.
    A step is done once: running the scheduled action again, or after an interruption, sends nothing
    twice, and after a long break one reminder stands for all the steps that were missed.
    """

    _inherit = "event.registration"

    passport_reminder_count = fields.Integer(
        string="Reminders to the Attendee", readonly=True, copy=False, groups=USER_GROUP
    )
    passport_reminded_on = fields.Datetime(
        string="Attendee Reminded On", readonly=True, copy=False, groups=USER_GROUP
    )
    passport_employer_reminder_count = fields.Integer(
        string="Reminders to the Employer", readonly=True, copy=False, groups=USER_GROUP
    )
    passport_employer_reminded_on = fields.Datetime(
        string="Employer Reminded On", readonly=True, copy=False, groups=USER_GROUP
    )
    # Asked of an attendee without a name or an address: the employer's turn comes at once.
    passport_ask_employer = fields.Boolean(readonly=True, copy=False, groups=USER_GROUP)

    def _passport_form_start(self):
        """Begin to count anew, with no reminder sent yet."""
        result = super()._passport_form_start()
        if self:
            self.write(
                {
                    "passport_reminder_count": 0,
                    "passport_employer_reminder_count": 0,
                    "passport_ask_employer": False,
                }
            )
        return result

    def _passport_form_leave_to_employer(self):
        """Have these attendees asked of their employers by the next summary."""
        result = super()._passport_form_leave_to_employer()
        self.write({"passport_ask_employer": True})
        return result

    # ------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------

    @api.model
    def _cron_remind(self, batch=BATCH):
        """Send the reminders that are due, batch after batch, each committed."""
        for company in self._passport_reminder_companies():
            registrations = self.sudo().with_company(company)
            for remind in (
                registrations._passport_remind_attendees,
                registrations._passport_remind_employers,
            ):
                while done := remind(company, batch):
                    # Whether more is left is known only at the end.
                    if not self.env["ir.cron"]._commit_progress(done, remaining=1):
                        return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _passport_reminder_companies(self):
        groups = self.sudo()._read_group(self._passport_reminder_domain(), ["company_id"])
        return [company for (company,) in groups if company]

    @api.model
    def _passport_reminder_domain(self):
        """Return the domain of whom was asked and may still be reminded, whatever the day."""
        since = fields.Datetime.now() - timedelta(days=ASKED_FOR_DAYS)
        return fields.Domain(
            [
                ("passport_asked_on", "!=", False),
                ("passport_state", "=", OPEN_STATE),
                ("event_end_date", ">=", since),
            ]
        )

    @api.model
    def _passport_due_domain(self, company, days, count_field):
        """Return the domain of those for whom a step has come that was not done yet."""
        now = fields.Datetime.now()
        steps = [
            fields.Domain(count_field, "=", step)
            & fields.Domain("passport_asked_on", "<=", now - timedelta(days=after))
            for step, after in enumerate(days)
        ]
        own = fields.Domain("company_id", "=", company.id)
        return own & self._passport_reminder_domain() & fields.Domain.OR(steps)

    def _passport_steps_done(self, days):
        """Return ``{number of steps that have come: registrations}``."""
        now = fields.Datetime.now()
        return self.grouped(
            lambda registration: sum(
                registration.passport_asked_on <= now - timedelta(days=after) for after in days
            )
        )

    # ------------------------------------------------------------
    # Attendees
    # ------------------------------------------------------------

    @api.model
    def _passport_remind_attendees(self, company, limit):
        """Remind the attendees whose turn it is; return how many registrations were looked at.

        A person who attends several sessions gets one reminder for all.
        """
        days = company._passport_reminder_steps("passport_reminder_days")
        domain = self._passport_due_domain(company, days, "passport_reminder_count")
        due = self.search(domain, limit=limit, order="attendee_partner_id, id") if days else self
        for count, registrations in due._passport_steps_done(days).items():
            registrations.write({"passport_reminder_count": count})
        reminded = due._passport_to_remind()
        reminded._passport_form_send("passeport_prevention.mail_template_remind_data")
        reminded._passport_form_log(self.env._("The attendee was reminded by e-mail."))
        reminded.write({"passport_reminded_on": fields.Datetime.now()})
        return len(due)

    def _passport_to_remind(self):
        """Return one registration for each person here who may get a reminder now."""
        now = fields.Datetime.now()
        lately = self.search(
            [
                ("attendee_partner_id", "in", self.attendee_partner_id.ids),
                ("passport_reminded_on", ">", now - timedelta(hours=PAUSE_HOURS)),
            ]
        )
        seen = set(lately.attendee_partner_id.ids)
        chosen = self.browse()
        for registration in self._passport_form_open():
            person = registration.attendee_partner_id
            if person.id in seen or person.passport_no_reminder:
                continue
            if registration._passport_form_email():
                seen.add(person.id)
                chosen |= registration
        return chosen

    # ------------------------------------------------------------
    # Employers
    # ------------------------------------------------------------

    @api.model
    def _passport_remind_employers(self, company, limit):
        """Send one summary to each client whose turn it is; return how many registrations were due."""
        days = company._passport_reminder_steps("passport_reminder_employer_days")
        domain = self._passport_due_domain(company, days, "passport_employer_reminder_count")
        at_once = fields.Domain("company_id", "=", company.id) & self._passport_reminder_domain()
        at_once &= fields.Domain("passport_ask_employer", "=", True)
        due = self.search(domain | at_once, limit=limit, order="partner_id, id") if days else self
        for count, registrations in due._passport_steps_done(days).items():
            registrations.write(
                {"passport_employer_reminder_count": count, "passport_ask_employer": False}
            )
        clients = due._passport_clients_to_remind()
        summaries = clients and due._passport_summaries(clients, company)
        if summaries:
            self._passport_send_summaries(summaries)
        return len(due)

    def _passport_clients_to_remind(self):
        """Return the companies that booked these seats, less those told lately or not to be told."""
        clients = self.partner_id.commercial_partner_id.filtered(
            lambda client: client.is_company and not client.passport_no_reminder
        )
        if not clients:
            return clients
        since = fields.Datetime.now() - timedelta(hours=PAUSE_HOURS)
        lately = self.search(
            [
                ("partner_id", "child_of", clients.ids),
                ("company_id", "in", self.company_id.ids),
                ("passport_employer_reminded_on", ">", since),
            ]
        )
        return clients - lately.partner_id.commercial_partner_id

    def _passport_summaries(self, clients, company):
        """Return what each client still has to give, as :meth:`_passport_summary` tells it."""
        waiting = self.search(
            fields.Domain("company_id", "=", company.id)
            & fields.Domain("partner_id", "child_of", clients.ids)
            & self._passport_reminder_domain()
        )
        open_ids = set(waiting._passport_form_open().ids)
        waiting = waiting.filtered(
            lambda registration: registration.id in open_ids or registration._passport_is_unnamed()
        )
        by_client = waiting.grouped(lambda registration: registration._attendee_client())
        return {
            client: summary
            for client, registrations in by_client.items()
            if client in clients and (summary := registrations._passport_summary(client))
        }

    def _passport_summary(self, client):
        """Return the summary of one client, ``None`` when there is nobody to send it to.

        :returns: the registrations, the recipients, the address of the employer's space, and
            counts only: no name, no personal link
        """
        bookers = (self.partner_id - client).filtered("email")
        recipients = bookers.filtered(lambda booker: not booker.passport_no_reminder)
        if not bookers:
            recipients = client.filtered("email")
        if not recipients:
            return None
        sessions = [
            {
                "name": event.name,
                "dates": event.date_begin,
                "tz": event.date_tz,
                "total": len(registrations),
                "unnamed": len(registrations.filtered(lambda reg: not reg.attendee_partner_id)),
            }
            for event, registrations in self.grouped("event_id").items()
        ]
        return {
            "registrations": self,
            "recipients": ",".join(map(str, recipients.ids)),
            "sessions": sessions,
            "siret": bool(EMPLOYER_ISSUES & set(self.passport_issue_ids.mapped("code"))),
            "company_name": self.company_id.name,
            "sender": self.company_id.email_formatted,
            "url": self._passport_employer_url(),
        }

    def _passport_employer_url(self):
        """Return the address of the employer's space: of the order, when they all come from one."""
        order = self.sale_order_id
        if len(order) == 1 and len(self) == len(self.filtered("sale_order_id")):
            return order._passport_portal_url()
        return f"{self[:1].get_base_url()}/my/passport"

    @api.model
    def _passport_send_summaries(self, summaries):
        clients = self.env["res.partner"].union(*summaries)
        by_id = {client.id: summary for client, summary in summaries.items()}
        template = self.env.ref("passeport_prevention.mail_template_remind_employer")
        template.sudo().with_context(passport_summaries=by_id).send_mail_batch(clients.ids)
        told = self.union(*(summary["registrations"] for summary in summaries.values()))
        told.write({"passport_employer_reminded_on": fields.Datetime.now()})
        told._passport_form_log(self.env._("The employer was sent a summary of what is missing."))
