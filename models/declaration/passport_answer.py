from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

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
        self._check_waiting(lines)
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
        self._check_waiting(lines)
        texts = {line.id: clean_text(hide_numbers(reason)) for line, reason in reasons.items()}
        self._write_reasons(texts, known_reason, whole_file)
        self._record(lines, "rejected")
        self.env["passport.corrections"]._schedule(lines.sudo())

    @api.model
    def _write_reasons(self, texts, known_reason, whole_file):
        """Write why each line, ``{line id: words}``, is rejected, before it is told to be."""
        recognise = self.env["passport.reject.reason"]._recognise
        known = {text: (known_reason or recognise(text)).id for text in set(texts.values())}
        self.env["passport.transition"]._flush()
        self.env.cr.execute(
            SQL(
                """
                UPDATE passport_declaration_line line
                   SET reject_reason = given.text, reject_reason_id = given.reason_id,
                       rejected_as_file = %s
                  FROM unnest(%s, %s::text[], %s::int[]) AS given(id, text, reason_id)
                 WHERE given.id = line.id
                """,
                whole_file,
                list(texts),
                list(texts.values()),
                [known[text] or None for text in texts.values()],
            )
        )
        self.env["passport.declaration.line"].invalidate_model()

    @api.model
    def _record(self, lines, state):
        """Record the answer for lines that were found to wait for it."""
        self.env["passport.transition"]._move(
            lines, state, answered_on=fields.Datetime.now(), answered_by_id=self.env.uid
        )
        lines._deposits()._follow_answers()

    @api.model
    def _check_waiting(self, lines):
        """Check that the user may answer for these lines and that their answer is awaited."""
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
        lines._deposits()._follow_answers()
        transition._tell_declarations(
            lines, lambda names: self.env._("Answer recorded by mistake, awaited again: %s", names)
        )

    @api.model
    def _check_not_declared_anew(self, lines):
        """Refuse to revive lines whose attendee is in another declaration by now, as any contact."""
        self.env["passport.transition"]._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM passport_declaration_line line
                  JOIN passport_declaration_line other
                    ON other.is_live AND other.id != line.id AND other.event_id = line.event_id
                   AND other.event_slot_id IS NOT DISTINCT FROM line.event_slot_id
                   AND other.training_id = line.training_id
                   AND (other.partner_id = line.partner_id
                        OR other.number_index = line.number_index)
                 WHERE line.id = ANY(%s) AND NOT line.is_live
                 ORDER BY line.id
                """,
                lines.ids,
            )
        )
        if rows:
            anew = lines.browse(dict.fromkeys(line_id for (line_id,) in rows))
            raise UserError(
                self.env._("These attendees were declared anew since: %s", anew._names())
            )
