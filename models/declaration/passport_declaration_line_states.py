from odoo import api, fields, models
from odoo.exceptions import UserError

# A state: the states a line can come from. Everything else is refused.
TRANSITIONS = {
    "prepared": {"in_deposit"},
    "in_deposit": {"prepared"},
    # Back from an answer: it was recorded by mistake.
    "deposited": {"prepared", "in_deposit", "accepted", "rejected"},
    "accepted": {"deposited"},
    "rejected": {"deposited"},
    "withdrawn": {"prepared", "in_deposit", "deposited", "accepted"},
}
SENT_STATES = ("deposited", "accepted")


class PassportDeclarationLine(models.Model):
    """The states of a declared attendee: what may follow what, by whom and when."""

    _inherit = "passport.declaration.line"

    deposited_on = fields.Datetime(readonly=True)
    deposited_by_id = fields.Many2one("res.users", readonly=True)
    answered_on = fields.Datetime(string="Answer Recorded On", readonly=True)
    answered_by_id = fields.Many2one("res.users", string="Answer Recorded By", readonly=True)
    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    withdraw_reason = fields.Char(string="Reason of the Withdrawal", readonly=True)

    def action_accept(self):
        """Record that the portal accepted these attendees."""
        self._answer("accepted")

    def _answer(self, state):
        """Record the portal's answer: ``accepted`` or ``rejected``."""
        self._check_user()
        waiting = self.filtered(lambda line: line.state == "deposited")
        if waiting != self:
            raise UserError(
                self.env._(
                    "Only attendees of a deposited file can be accepted or rejected. Not deposited, or "
                    "already answered: %s",
                    (self - waiting)._names(),
                )
            )
        self._move(
            state,
            answered_on=fields.Datetime.now(),
            answered_by_id=self.env.uid,
        )
        self.deposit_id._follow_answers()

    def action_undo_answer(self):
        """Forget an answer that was recorded by mistake: the portal's answer is awaited again.

        :raises UserError: no answer yet, or the attendee was declared anew since
        """
        self._check_user()
        self._check_not_declared_anew()
        if unanswered := self.filtered(lambda line: line.state not in ("accepted", "rejected")):
            raise UserError(
                self.env._("No answer was recorded for these attendees: %s", unanswered._names())
            )
        self._move("deposited", answered_on=False, answered_by_id=False)
        self._forget_rejection()
        self.deposit_id._follow_answers()
        self._tell_declarations(
            lambda names: self.env._("Answer recorded by mistake, awaited again: %s", names)
        )

    def _check_not_declared_anew(self):
        """Refuse to revive lines whose attendee is in another declaration by now."""
        anew = self.filtered(
            lambda line: line.sudo().registration_id.passport_line_ids.filtered("is_live") - line
        )
        if anew:
            raise UserError(
                self.env._("These attendees were declared anew since: %s", anew._names())
            )

    def _withdraw(self, reason=False):
        """Take attendees out of their declaration: they are free to be declared anew.

        Whoever was sent must be deleted on the portal first; the caller asked for that.

        :raises UserError: the line is rejected or withdrawn already, or its file is generated
            but not deposited
        """
        self._check_user()
        unsent = self.filtered(lambda line: line.state not in SENT_STATES)
        unsent.declaration_id._check_not_sent()
        emptied = unsent.declaration_id.filtered(lambda found: found._live_lines() <= unsent)
        emptied.filtered("deposit_id").deposit_id = False
        self._move(
            "withdrawn",
            withdraw_reason=reason,
            withdrawn_on=fields.Datetime.now(),
            withdrawn_by_id=self.env.uid,
        )
        self.deposit_id._follow_answers()

    def _move(self, state, **values):
        """Bring all these lines to ``state``, or none.

        :param values: what else to write: who, when, why
        :raises UserError: names the lines that cannot come there
        """
        stuck = self.filtered(lambda line: line.state not in TRANSITIONS[state])
        if stuck:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "These attendees cannot become “%(state)s”: %(names)s",
                    state=labels[state],
                    names=", ".join(
                        f"{line.attendee_name} ({labels[line.state]})" for line in stuck[:10]
                    ),
                )
            )
        self.sudo().write({"state": state, **values})

    def _tell_declarations(self, text):
        """Post a note on the declarations of these lines.

        :param text: function that makes the note of the attendees' names
        """
        declarations = self.sudo().declaration_id
        by_declaration = self.grouped("declaration_id")
        declarations._message_log_batch(
            bodies={
                declaration.id: text(by_declaration[declaration.sudo(False)]._names())
                for declaration in declarations
            }
        )

    def _names(self):
        names = ", ".join(line.attendee_name or line.unique_id for line in self[:10])
        return names + (self.env._(" and %s more", len(self) - 10) if len(self) > 10 else "")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What was declared is never deleted. Withdraw the attendee instead.")
        )

    def _check_user(self):
        """Check that the user may follow declarations and sees all of these."""
        self.env["passport.deposit"]._check_passport_user()
        self.check_access("read")
