from odoo import api, fields, models
from odoo.exceptions import UserError


class PassportAsk(models.TransientModel):
    """Many are about to be asked for their data: how many e-mails leave, and to whom."""

    _name = "passport.ask"
    _description = "Ask for the Data"
    _rec_name = "mail_count"

    registration_ids = fields.Many2many(
        "event.registration", string="Attendees", required=True, readonly=True
    )
    is_past_meant = fields.Boolean(
        string="Ask those of past sessions, too",
        help="Their sessions ended before requests were switched on.",
    )
    mail_count = fields.Integer(string="E-mails to Attendees", compute="_compute_counts")
    silent_count = fields.Integer(string="Left to Their Employer", compute="_compute_counts")
    past_count = fields.Integer(string="Of Past Sessions", compute="_compute_counts")
    complete_count = fields.Integer(string="Nothing to Ask", compute="_compute_counts")

    @api.depends("registration_ids", "is_past_meant")
    def _compute_counts(self):
        for dialog in self:
            plan = dialog._plan()
            past = dialog._plan(with_past=False).past if dialog.is_past_meant else plan.past
            dialog.mail_count = len(plan.mailed)
            dialog.silent_count = len(plan.silent)
            dialog.past_count = len(past)
            asked = len(plan.mailed | plan.silent | plan.past)
            dialog.complete_count = len(dialog.registration_ids) - asked

    def _plan(self, with_past=None):
        with_past = self.is_past_meant if with_past is None else with_past
        # The records, not the drafts of a dialog that is being filled in.
        registrations = self.env["event.registration"].browse(self.registration_ids._origin.ids)
        return self.env["passport.request"]._plan(registrations, with_past=with_past)

    def action_send(self):
        """Ask them.

        :raises AccessError: the user may not write on one of the registrations
        :raises UserError: nobody is left to ask
        """
        self.ensure_one()
        self.registration_ids._check_passport_request_rights()
        plan = self._plan()
        if not plan.mailed and not plan.silent:
            raise UserError(
                self.env._(
                    "All of these are of sessions that ended before requests were switched on: tick the "
                    "box if they are meant."
                )
            )
        return self.env["passport.request"]._carry_out(plan)
