from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.ground.passport_rights import MANAGER_GROUP
from ...models.ground.passport_sending import KINDS


class PassportSendingStep(models.TransientModel):
    """What may be sent, to whom, from when: answered by a manager, with the numbers before it is."""

    _name = "passport.sending.step"
    _description = "What May Be Sent"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many("passport.sending.step.line", "step_id")
    past_count = fields.Integer(compute="_compute_past_count")
    is_past_meant = fields.Boolean(
        string="Write about sessions that have ended already, too",
        help="Without this, only sessions that end from today on are written about.",
    )

    @api.depends("line_ids.is_on", "line_ids.since")
    def _compute_past_count(self):
        for step in self:
            step.past_count = sum(step.line_ids.filtered("is_on").mapped("past_count"))

    @api.constrains("company_id")
    def _check_company_id(self):
        self.env["passport.rights"]._check_company(self.company_id)

    @api.model
    def action_open(self):
        """Open the step for the user's company, as it was answered last.

        :raises AccessError: the user is no manager
        """
        self._check_manager()
        company = self.env.company
        today = self.env["passport.clock"]._today()
        step = self.create(
            {
                "company_id": company.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "kind": kind.name,
                            "is_on": bool(company[kind.field]),
                            "since": company[kind.field] or today,
                        }
                    )
                    for kind in KINDS
                ],
            }
        )
        return step._get_records_action(name=self.env._("What May Be Sent"), target="new")

    def action_answer(self):
        """Keep the answer.

        :raises UserError: e-mails about past sessions would leave, and nobody said that they are meant
        """
        self._check_manager()
        self.ensure_one()
        if self.past_count and not self.is_past_meant:
            raise UserError(
                self.env._(
                    "E-mails about sessions that have ended already would leave with the next run: "
                    "%(count)s. Tick the box if they are meant, or choose a later day.",
                    count=self.past_count,
                )
            )
        fields_of = {kind.name: kind.field for kind in KINDS}
        values = {fields_of[line.kind]: line.is_on and line.since for line in self.line_ids}
        values["passport_sending_answered_on"] = self.env["passport.clock"]._now()
        self.company_id.sudo().write(values)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_manager(self):
        self.env["passport.rights"]._check(
            MANAGER_GROUP,
            self.env._("Only managers of the Passeport de prévention say what may be sent."),
        )


class PassportSendingStepLine(models.TransientModel):
    """One kind of e-mails: whether it may be sent, from when, and what would leave."""

    _name = "passport.sending.step.line"
    _description = "Kind of E-mails That May Be Sent"
    _rec_name = "kind"

    step_id = fields.Many2one("passport.sending.step", required=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("request", "Requests: the attendee's personal link, when somebody asks for the data"),
            ("reminder", "Reminders to attendees who were asked, by themselves"),
            ("summary", "Summaries to employers of what is missing, by themselves"),
            ("renewal", "Reminders of trainings whose validity ends, by themselves"),
            ("statement", "Statements to clients of what was declared, by themselves"),
        ],
        string="E-mails",
        required=True,
        readonly=True,
    )
    is_on = fields.Boolean(
        string="Send",
        help="Off, no e-mail of this kind leaves by itself. It can be changed at any time in "
        "the settings.",
    )
    since = fields.Date(
        string="Sessions That End On or After",
        help="Sessions that ended before this day are not written about.",
    )
    mail_count = fields.Integer(string="E-mails at Once", compute="_compute_counts")
    people_count = fields.Integer(string="People", compute="_compute_counts")
    past_count = fields.Integer(compute="_compute_counts")

    @api.depends("is_on", "since", "step_id.company_id")
    def _compute_counts(self):
        today = self.env["passport.clock"]._today()
        for line in self:
            mails, people = line._preview(line.since)
            line.mail_count, line.people_count = mails, people
            is_past = line.since and line.since < today
            line.past_count = max(mails - line._preview(today)[0], 0) if is_past else 0

    def _preview(self, since):
        """Return the numbers of e-mails and of people, with the rights of no more than a count."""
        if not since or not self.kind:
            return 0, 0
        (service,) = [kind.service for kind in KINDS if kind.name == self.kind]
        company = self.step_id.company_id or self.env.company
        counter = self.env[service].sudo().with_company(company)
        return counter._preview_sending(self.kind, company, since)
