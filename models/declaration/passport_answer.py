from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.nir_text import hide_numbers
from ...tools.text import clean_text

# What a line keeps of an answer; emptied when it was recorded by mistake.
NO_ANSWER = {"answered_on": False, "answered_by_id": False}
NO_REJECTION = {
    "reject_reason": False,
    "reject_reason_id": False,
    "rejected_as_file": False,
    "checked_on": False,
    "checked_by_id": False,
}


class PassportAnswer(models.AbstractModel):
    """What the authority answered about declared attendees, and taking an answer back."""

    _name = "passport.answer"
    _description = "Answers of the Authority"

    @api.model
    def _accept(self, lines):
        """Record that the authority accepted these lines."""
        self._record(lines, "accepted")

    @api.model
    def _reject(self, reasons, known_reason=None, whole_file=False):
        """Reject many attendees, each with its own reason, and tell who can correct them.

        :param reasons: ``{line: the authority's words}``; what looks like a NIR in them is not kept
        :param known_reason: the same ``passport.reject.reason`` for all, else each is recognised in
            the words
        :param whole_file: one fault of the file, so one task and not one for each record
        """
        lines = self.env["passport.declaration.line"].browse(line.id for line in reasons)
        self._record(lines, "rejected")
        by_reason = {}
        for line, reason in reasons.items():
            text = clean_text(hide_numbers(reason))
            by_reason[text] = by_reason.get(text, lines.browse()) | line
        for text, rejected in by_reason.items():
            known = known_reason or self.env["passport.reject.reason"]._recognise(text)
            rejected.sudo().write(
                {
                    "reject_reason": text,
                    "reject_reason_id": known.id,
                    "rejected_as_file": whole_file,
                }
            )
        self.env["passport.corrections"]._schedule(lines.sudo())

    @api.model
    def _record(self, lines, state):
        # Read together, whatever list they were picked from.
        lines = lines.browse(lines.ids)
        lines._check_user()
        if others := lines._of_other_states(["deposited"]):
            raise UserError(
                self.env._(
                    "Only attendees of a deposited file can be accepted or rejected. Not deposited, or "
                    "already answered: %s",
                    others._names(),
                )
            )
        self.env["passport.transition"]._move(
            lines, state, answered_on=fields.Datetime.now(), answered_by_id=self.env.uid
        )
        lines.deposit_id._follow_answers()

    @api.model
    def _undo(self, lines):
        """Forget an answer that was recorded by mistake: the authority's answer is awaited again.

        :raises UserError: no answer yet, or the attendee was declared anew since
        """
        lines = lines.browse(lines.ids)
        lines._check_user()
        self._check_not_declared_anew(lines)
        if unanswered := lines._of_other_states(["accepted", "rejected"]):
            raise UserError(
                self.env._("No answer was recorded for these attendees: %s", unanswered._names())
            )
        transition = self.env["passport.transition"]
        transition._move(lines, "deposited", **NO_ANSWER, **NO_REJECTION)
        lines.deposit_id._follow_answers()
        transition._tell_declarations(
            lines, lambda names: self.env._("Answer recorded by mistake, awaited again: %s", names)
        )

    @api.model
    def _check_not_declared_anew(self, lines):
        """Refuse to revive lines whose attendee is in another declaration by now."""
        anew = lines.filtered(
            lambda line: line.sudo().registration_id.passport_line_ids.filtered("is_live") - line
        )
        if anew:
            raise UserError(
                self.env._("These attendees were declared anew since: %s", anew._names())
            )
