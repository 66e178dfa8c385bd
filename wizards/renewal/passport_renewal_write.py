from odoo import api, fields, models


class PassportRenewalWrite(models.TransientModel):
    """Clients are about to be written to about renewals: how many e-mails, about how many people."""

    _name = "passport.renewal.write"
    _description = "Write to Clients about Renewals"
    _rec_name = "mail_count"

    registration_ids = fields.Many2many(
        "event.registration", string="Trainings", required=True, readonly=True
    )
    mail_count = fields.Integer(string="E-mails", compute="_compute_counts")
    people_count = fields.Integer(string="Trainings to Renew", compute="_compute_counts")
    told_count = fields.Integer(string="Told Today Already", compute="_compute_counts")
    unreachable_names = fields.Char(string="Without an Address", compute="_compute_counts")

    @api.depends("registration_ids")
    def _compute_counts(self):
        for dialog in self:
            plan = dialog._plan()
            dialog.mail_count = len(plan.values)
            dialog.people_count = sum(len(vals["line_ids"]) for vals in plan.values)
            dialog.told_count = len(plan.told_today)
            dialog.unreachable_names = ", ".join(plan.unreachable.mapped("name")) or False

    @api.model
    def _open(self, registrations):
        """Open the dialog for these registrations.

        :raises UserError: nobody is left to renew among them
        """
        self.env["passport.renewal.letter"]._plan(registrations)
        dialog = self.create({"registration_ids": [fields.Command.set(registrations.ids)]})
        return dialog._get_records_action(name=self.env._("Write to Clients"), target="new")

    def _plan(self):
        registrations = self.env["event.registration"].browse(self.registration_ids._origin.ids)
        return self.env["passport.renewal.letter"]._plan(registrations)

    def action_send(self):
        """Send one e-mail to each client, or show how far it is in the background."""
        self.ensure_one()
        sent, job = self.env["passport.renewal.letter"]._send_or_queue(self._plan())
        if job:
            return job._open()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("E-mails on their way: %s.", len(sent)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
