from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, split_every

from ...tools import alert_days

REMINDER_BATCH = 50


class PassportRenewalReminder(models.Model):
    """One e-mail that told a client, or a person, whose trainings end soon.

    Made by the scheduled action together with its e-mail, in one transaction. The database sees to
    it that nobody is told twice of the same end at the same threshold.
    """

    _name = "passport.renewal.reminder"
    _description = "Renewal Reminder"
    _order = "id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    audience = fields.Selection(
        [("client", "Client"), ("trainee", "Attendee")], required=True, readonly=True
    )
    client_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Sent To", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many("passport.renewal.reminder.line", "reminder_id", readonly=True)
    line_count = fields.Integer(string="People", compute="_compute_line_count", store=True)
    by_hand_id = fields.Many2one("res.users", string="Sent By", readonly=True, ondelete="set null")
    asked_on = fields.Datetime(string="Quotation Asked For On", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", string="Quotation", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for reminder in self:
            reminder.line_count = len(reminder.line_ids)

    def _registrations(self):
        """Return what the e-mail tells of, the first to end first."""
        self.ensure_one()
        return self.line_ids.registration_id.sorted(
            lambda reg: (reg.validity_end_date, reg.name or "", reg.id)
        )

    def _offer_url(self):
        """Return the address at which the client asks for a quotation, ``False`` if it is not its."""
        return self.env["passport.renewal.offer"]._url(self)

    def _offer_dates(self):
        """Return ``[{"training", "dates"}]``: the next sessions of what renews these trainings."""
        return self.env["passport.renewal.offer"]._dates(self)

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self, batch=REMINDER_BATCH):
        """Send what is due, batch after batch, each committed: safe to interrupt and to run again."""
        companies = self.env["passport.sending"]._companies("renewal")
        companies = companies.filtered(lambda company: company.renewal_reminder_to != "nobody")
        due = [values for company in companies for values in self._due_values(company)]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for vals_list in split_every(batch, due, list):
            self.env["passport.apart"]._do("Renewal reminders", vals_list, self._make_and_send)
            if not cron._commit_progress(len(vals_list)):
                break

    @api.model
    def _make_and_send(self, vals_list):
        self.create(vals_list)._send()

    @api.model
    def _due_values(self, company, since=None):
        """Return the values of the reminders that are due for ``company`` today.

        A constant number of queries whatever the number of people.

        :param since: for sessions that ended on or after another day than the company's
        """
        days = company._renewal_days()
        if not days:
            return []
        today = self.env["passport.clock"]._today()
        renewals = self.env["passport.renewals"]
        registrations = self.env["event.registration"].search_fetch(
            renewals._open_domain()
            & self.env["passport.sending"]._domain(company, "renewal", since=since)
            & fields.Domain("company_id", "=", company.id)
            & fields.Domain("validity_end_date", ">=", today)
            & fields.Domain("validity_end_date", "<=", today + timedelta(days=days[0])),
            ["attendee_partner_id", "partner_id", "renewal_client_id", "validity_end_date"],
            order="validity_end_date, id",
        )
        sent = self._sent_thresholds(registrations)
        people = {}
        for registration in registrations:
            left = (registration.validity_end_date - today).days
            for audience in renewals._audiences(registration, company.renewal_reminder_to):
                key = (registration.id, audience, registration.validity_end_date)
                threshold = alert_days.threshold(left, days)
                # Of several thresholds passed at once only the last one is told of.
                if threshold is not None and threshold < sent.get(key, days[0] + 1):
                    person = registration.attendee_partner_id
                    client = registration.renewal_client_id
                    group = (audience, person if audience == "trainee" else client, client)
                    people.setdefault(group, []).append((registration, threshold))
        return [
            self._values_of(company, audience, client, recipient, found)
            for (audience, told, client), found in people.items()
            if (recipient := self._recipient(told, [registration for registration, _d in found]))
        ]

    @api.model
    def _sent_thresholds(self, registrations):
        groups = self.env["passport.renewal.reminder.line"]._read_group(
            [("registration_id", "in", registrations.ids)],
            ["registration_id", "audience", "validity_end_date:day"],
            ["days:min"],
        )
        return {
            (registration.id, audience, fields.Date.to_date(day)): fewest
            for registration, audience, day, fewest in groups
        }

    @api.model
    def _recipient(self, told, registrations):
        """Return whom to write to: whoever booked last for the company, else the company.

        Nobody when the client or the person does not want these e-mails, or has no address.
        """
        if told.passport_no_renewal_mail:
            return told.browse()
        contacts = []
        if told.is_company:
            latest = sorted(registrations, key=lambda reg: reg.id, reverse=True)
            contacts = [
                registration.partner_id
                for registration in latest
                if registration.partner_id.commercial_partner_id == told
            ]
        # Each as it was found, among the contacts of all reminders: what is asked of it is read at once.
        return next(
            (contact for contact in (*contacts, told) if contact._takes_renewal_mail()),
            told.browse(),
        )

    @api.model
    def _values_of(self, company, audience, client, recipient, found):
        return {
            "company_id": company.id,
            "audience": audience,
            "client_id": client.id,
            "partner_id": recipient.id,
            "line_ids": [
                fields.Command.create(
                    {
                        "registration_id": registration.id,
                        "days": days,
                        "validity_end_date": registration.validity_end_date,
                    }
                )
                for registration, days in found
            ],
        }

    def _send(self):
        """Put the e-mails of these reminders into Odoo's queue, and tell it on the clients."""
        for audience, reminders in self.grouped("audience").items():
            template = self.env.ref(f"passeport_prevention.mail_template_renewal_{audience}")
            template.send_mail_batch(
                reminders.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        notes = {}
        for reminder in self:
            notes.setdefault(reminder.client_id, []).append(reminder._note())
        for client, texts in notes.items():
            client._message_log(body=" ".join(texts))

    def _note(self):
        """Return what the client's chatter says: how many, by when; no names."""
        self.ensure_one()
        # The scheduled action has no language of its own: colleagues read this one.
        texts = self.with_context(lang=self.env["res.lang"]._passport_lang())
        return texts.env._(
            "Renewal reminder sent to %(recipient)s. Trainings ending by %(day)s: %(count)s.",
            recipient=self.partner_id.name,
            count=len(self.line_ids),
            day=format_date(texts.env, max(self.line_ids.mapped("validity_end_date"))),
        )


class PassportRenewalReminderLine(models.Model):
    """One person in a renewal reminder."""

    _name = "passport.renewal.reminder.line"
    _description = "Person in a Renewal Reminder"
    _order = "validity_end_date, id"
    _rec_name = "registration_id"

    reminder_id = fields.Many2one(
        "passport.renewal.reminder", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reminder_id.company_id", store=True, index=True)
    audience = fields.Selection(related="reminder_id.audience", store=True)
    registration_id = fields.Many2one(
        "event.registration", required=True, readonly=True, index=True, ondelete="cascade"
    )
    training_id = fields.Many2one(related="registration_id.training_id")
    days = fields.Integer(string="Days Before", required=True, readonly=True)
    validity_end_date = fields.Date(string="Valid Until", required=True, readonly=True)

    _sent_once = models.UniqueIndex(
        "(registration_id, audience, days, validity_end_date)",
        "This person was reminded of this end already.",
    )
