from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.declaration.passport_statement import SECTIONS


class PassportStatementPrint(models.TransientModel):
    """The statement of one client, about to be printed, downloaded or sent."""

    _name = "passport.statement.print"
    _description = "Client Statement"
    _rec_name = "client_id"

    client_id = fields.Many2one(
        "res.partner",
        domain="[('parent_id', '=', False)]",
        help="Employees of this company, its establishments included.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        help="Trainings that ended in this period are in the statement.",
    )
    date_to = fields.Date(string="To", required=True)
    declared_count = fields.Integer(string="Declared", compute="_compute_counts")
    employer_count = fields.Integer(
        string="To Be Declared by the Client", compute="_compute_counts"
    )
    missing_count = fields.Integer(string="Data Missing", compute="_compute_counts")
    transmitted_count = fields.Integer(
        string="Transmitted by the Certifying Body", compute="_compute_counts"
    )
    pending_count = fields.Integer(string="Still to Be Declared by Us", compute="_compute_counts")
    other_count = fields.Integer(string="Not to Be Declared", compute="_compute_counts")

    @api.model
    def default_get(self, fields):
        today = self.env["passport.clock"]._today()
        year = {"date_from": date(today.year, 1, 1), "date_to": date(today.year, 12, 31)}
        return {**super().default_get(fields), **year}

    @api.depends("client_id", "date_from", "date_to")
    def _compute_counts(self):
        for dialog in self:
            counts = dialog._counts() if dialog._is_complete() else {}
            for name in SECTIONS:
                dialog[f"{name}_count"] = counts.get(name, 0)

    @api.model
    def _open(self, client):
        """Open the dialog for a client."""
        dialog = self.create({"client_id": client.id})
        return dialog._get_records_action(name=self.env._("Client Statement"), target="new")

    def action_pdf(self):
        """Download the statement as a PDF."""
        return self._download("pdf")

    def action_xlsx(self):
        """Download the statement as a spreadsheet."""
        return self._download("xlsx")

    def action_send(self):
        """Send the statement to the client by e-mail.

        :raises UserError: it tells nothing, or nobody can be written to
        """
        self._check_complete()
        statement = self._statement()
        if statement.is_empty():
            raise UserError(
                self.env._("%s: nothing to tell of this period.", self.client_id.display_name)
            )
        sending = self.env["passport.statement.sending"]._send(statement)
        message = self.env._("Statement on its way to %s.", sending.sudo().partner_id.display_name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _download(self, kind):
        self._check_complete()
        period = f"{self.date_from}_{self.date_to}"
        # An address is opened in the user's own company, whichever one they work in.
        query = f"company={self.env.company.id}"
        return {
            "type": "ir.actions.act_url",
            "url": f"/passeport_prevention/statement/{self.client_id.id}/{period}/{kind}?{query}",
            "target": "download",
        }

    def _statement(self):
        lang = self.client_id.lang or self.env.lang
        service = self.env["passport.statement"].with_context(lang=lang)
        return service._of(self.client_id._origin, self.date_from, self.date_to)

    def _counts(self):
        """Return how many the statement would tell of, by section."""
        return self.env["passport.statement"]._counts(
            self.client_id._origin, self.date_from, self.date_to
        )

    def _is_complete(self):
        self.ensure_one()
        return bool(
            self.client_id and self.date_from and self.date_to and self.date_from <= self.date_to
        )

    def _check_complete(self):
        if not self._is_complete():
            raise UserError(self.env._("Choose a client, and a period that begins before it ends."))
