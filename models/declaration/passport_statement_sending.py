import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...tools import periods

# Each makes a PDF: few enough for one transaction.
SENDING_BATCH = 10
DEFAULT_RHYTHM = "quarter"
TEMPLATE = "passeport_prevention.mail_template_statement"


class PassportStatementSending(models.Model):
    """One statement sent to one client by e-mail.

    Made together with its e-mail, in one transaction: by the scheduled action once for each client
    and period, which the database sees to, or by hand as often as somebody wants.
    """

    _name = "passport.statement.sending"
    # Recipients read it above their e-mail: “Your Statement”.
    _description = "Statement"
    _order = "id desc"
    _rec_name = "client_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    client_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Sent To", required=True, readonly=True, ondelete="cascade"
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    is_automatic = fields.Boolean(string="By Itself", readonly=True)
    declared_count = fields.Integer(string="Declared", readonly=True)
    employer_count = fields.Integer(string="To Be Declared by the Client", readonly=True)
    missing_count = fields.Integer(string="Data Missing", readonly=True)

    _sent_once = models.UniqueIndex(
        "(company_id, client_id, date_from, date_to) WHERE is_automatic",
        "This client got its statement of this period already.",
    )

    # ------------------------------------------------------------
    # Asked by the mail template
    # ------------------------------------------------------------

    def _url(self):
        """Return the address of the client's statement in its own space; it asks to log in."""
        return f"{self.company_id.get_base_url()}/my/passport/statement"

    def _period_text(self):
        """Return the period of this statement in words."""
        self.ensure_one()
        return self.env["passport.statement.file"]._days_text(self.date_from, self.date_to)

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    @api.model
    def _send(self, statement, is_automatic=False):
        """Send a statement to its client by e-mail, with the PDF, and note it on the client.

        :raises UserError: nobody can be written to
        """
        client = statement.client
        recipient = self._recipients(statement.company, client).get(client)
        if not recipient:
            raise UserError(
                self.env._(
                    "%s: no contact with an e-mail address that takes statements.",
                    client.display_name,
                )
            )
        return self._deliver(statement, recipient, is_automatic)

    @api.model
    def _deliver(self, statement, recipient, is_automatic):
        sections = statement.sections
        sending = self.sudo().create(
            {
                "company_id": statement.company.id,
                "client_id": statement.client.id,
                "partner_id": recipient.id,
                "date_from": statement.date_from,
                "date_to": statement.date_to,
                "is_automatic": is_automatic,
                "declared_count": len(sections["declared"]),
                "employer_count": len(sections["employer"]),
                "missing_count": len(sections["missing"]),
            }
        )
        lang = recipient.lang or statement.client.lang or self.env["res.lang"]._passport_lang()
        files = self.env["passport.statement.file"].with_context(lang=lang)
        name, content = files._pdf(statement)
        self.env.ref(TEMPLATE).sudo().send_mail(
            sending.id,
            email_values={
                "attachment_ids": [
                    fields.Command.create({"name": name, "datas": base64.b64encode(content)})
                ]
            },
            email_layout_xmlid="mail.mail_notification_light",
        )
        sending._note()
        return sending

    def _note(self):
        """Tell on the client that its statement was sent."""
        texts = self.with_context(lang=self.env["res.lang"]._passport_lang())
        self.client_id.sudo()._message_log(
            body=texts.env._(
                "Passport statement %(period)s sent to %(recipient)s.",
                period=texts._period_text(),
                recipient=self.partner_id.name,
            )
        )

    @api.model
    def _cron_send(self, batch=SENDING_BATCH):
        """Send what is due, batch after batch, each committed: safe to interrupt and to run again."""
        companies = self.env["passport.sending"]._companies("statement")
        due = [(company, client) for company in companies for client in self._due(company)]
        cron = self.env["ir.cron"]
        if not cron._commit_progress(remaining=len(due)):
            # Odoo repeats a run that has no time left, and kills one that lasts too long.
            return
        for pairs in split_every(batch, due, list):
            for pair in pairs:
                self.env["passport.apart"]._do("Client statements", [pair], self._send_these)
            if not cron._commit_progress(len(pairs)):
                break

    @api.model
    def _send_these(self, pairs):
        for company, (client, recipient) in pairs:
            self._send_due(company, client, recipient)

    @api.model
    def _send_due(self, company, client, recipient):
        service = self.env["passport.statement"].with_company(company)
        lang = recipient.lang or client.lang or self.env["res.lang"]._passport_lang()
        service = service.with_context(lang=lang)
        statement = service._of(client, *self._period(company), company)
        if not statement.is_empty():
            self.with_company(company)._deliver(statement, recipient, is_automatic=True)

    @api.model
    def _period(self, company):
        """Return the days of the last complete period, by the company's rhythm."""
        today = self.env["passport.clock"]._today()
        return periods.last_complete(
            company.sudo().passport_statement_rhythm or DEFAULT_RHYTHM, today
        )

    @api.model
    def _due(self, company, since=None):
        """Return ``[(client, recipient)]`` of who is to get the statement of the last period.

        :param since: another day than the company's, for previews: periods that ended before it are
            left out
        """
        since = since or self.env["passport.sending"]._since(company, "statement")
        first, last = self._period(company)
        if not since or last < since:
            return []
        clients = self.env["passport.statement"]._clients(company, first, last)
        told = (
            self.sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("date_from", "=", first),
                    ("date_to", "=", last),
                    ("is_automatic", "=", True),
                ]
            )
            .client_id
        )
        recipients = self._recipients(company, clients - told)
        return [(client, recipients[client]) for client in clients - told if client in recipients]

    @api.model
    def _preview_sending(self, kind, company, since):
        """Return how many statements the next run would send, and to how many clients."""
        count = len(self._due(company, since))
        return count, count

    @api.model
    def _recipients(self, company, clients):
        """Return ``{client: whom to write to}``: whoever booked last for it, else the company itself.

        Who wants no statements, or has no address, is left out.
        """
        bookers = self.env["passport.statement"]._bookers(company, clients)
        found = {}
        for client in clients:
            if client.passport_no_statement_mail:
                continue
            takers = [
                contact
                for contact in (*bookers.get(client, ()), client)
                if contact._takes_statement_mail()
            ]
            if takers:
                found[client] = takers[0]
        return found
