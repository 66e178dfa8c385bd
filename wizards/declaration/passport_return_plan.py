from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import return_match
from .passport_return import digest_of

# How many rows the preview shows; what needs a look comes first, and everything is counted.
PREVIEW_LIMIT = 1000
ALREADY = (return_match.ALREADY_ACCEPTED, return_match.ALREADY_REJECTED)


class PassportReturn(models.TransientModel):
    """The preview of a return: whom each row means, what will be recorded, and recording it."""

    _inherit = "passport.return"

    line_ids = fields.One2many("passport.return.line", "return_id", readonly=True)
    accept_count = fields.Integer(string="Will Be Accepted", readonly=True)
    reject_count = fields.Integer(string="Will Be Rejected", readonly=True)
    others_count = fields.Integer(string="Accepted without Being Listed", readonly=True)
    already_count = fields.Integer(string="Answered Before", readonly=True)
    problem_count = fields.Integer(string="Left Aside", readonly=True)
    waiting_count = fields.Integer(string="Still without an Answer", readonly=True)
    hidden_count = fields.Integer(readonly=True)
    digest = fields.Char(readonly=True)
    is_outdated = fields.Boolean(readonly=True)

    def action_preview(self):
        """Show what the file means; nothing but the preview is written."""
        self.ensure_one()
        self.env["passport.deposit"]._check_passport_user()
        verdicts = self._verdicts()
        self._show(verdicts, self._others(verdicts), is_outdated=False)
        return self._reopen()

    def action_apply(self):
        """Record the answers, all or none.

        What the file means is looked up again: if it is not what the preview showed, since a
        colleague recorded answers meanwhile, the new preview is shown and nothing is recorded.

        :raises UserError: nothing to record, unresolved rows beside “All Others Are Accepted”, or
            somebody else is recording answers of these attendees
        """
        self.ensure_one()
        self.env["passport.deposit"]._check_passport_user()
        if self.state == "done":
            return self._reopen()
        verdicts = self._verdicts()
        others = self._others(verdicts)
        if self._digest_of(verdicts, others) != self.digest:
            self._show(verdicts, others, is_outdated=True)
            return self._reopen()
        self._check_resolved(verdicts)
        lines = self.env["passport.declaration.line"]
        accepted = lines.browse(_keys(verdicts, return_match.ACCEPT)) | others
        rejected = {
            lines.browse(verdict.key): verdict.reason or self._no_reason_text()
            for verdict in verdicts
            if verdict.outcome == return_match.REJECT
        }
        self._record(accepted, rejected, verdicts)
        return self._reopen()

    # ------------------------------------------------------------
    # What the rows mean
    # ------------------------------------------------------------

    def _verdicts(self):
        """Return what the file says of each attendee, see ``tools/return_match.py``."""
        entries = self._entries()
        matcher = return_match.Matcher(self._candidates(entries))
        answer = False if self.without_reason == "silent" else self.without_reason
        return matcher.judge(entries, answer or None, self.default_reason or "")

    def _candidates(self, entries):
        """Return the attendees the rows may mean, in a constant number of queries.

        By unique id anybody ever declared by the company; else the attendees of the deposit, or of
        all declarations that wait for answers.
        """
        lines = self.env["passport.declaration.line"]
        names = ["unique_id", "state", "partner_id", "birth_name", "declaration_id", "deposit_id"]
        ours = fields.Domain("company_id", "=", self.company_id.id)
        unique_ids = {entry.unique_id.lower() for entry in entries if entry.unique_id}
        by_id = lines.search_fetch(ours & fields.Domain("unique_id", "in", list(unique_ids)), names)
        in_scope = lines
        if any(not entry.unique_id for entry in entries):
            in_scope = lines.search_fetch(ours & self._scope_domain(), names)
        found = (by_id | in_scope).sudo()
        found.partner_id.fetch(["name"])
        found.declaration_id.fetch(["name", "reference"])
        named = set(in_scope.ids)
        return [
            return_match.Candidate(
                key=line.id,
                unique_id=line.unique_id,
                state=line.state,
                partner_id=line.partner_id.id,
                name=line.partner_id.name or "",
                birth_name=line.birth_name or "",
                declarations=(line.declaration_id.name, line.declaration_id.reference),
                is_elsewhere=bool(self.deposit_id) and line.deposit_id.id != self.deposit_id.id,
                by_id_only=line.id not in named,
            )
            for line in found
        ]

    def _scope_domain(self):
        if self.deposit_id:
            domain = fields.Domain("deposit_id", "=", self.deposit_id.id)
        else:
            domain = fields.Domain("declaration_id.state", "=", "deposited")
        return domain & fields.Domain("state", "in", ["deposited", "accepted", "rejected"])

    def _others(self, verdicts):
        """Return who waits for an answer in the same deposits and is not in the file."""
        lines = self.env["passport.declaration.line"]
        if not self.others_accepted:
            return lines
        return self._waiting(verdicts) - lines.browse(
            [verdict.key for verdict in verdicts if verdict.key]
        )

    def _waiting(self, verdicts):
        """Return all unanswered attendees of the deposits, or declarations, the file is about."""
        lines = self.env["passport.declaration.line"]
        domain = fields.Domain("deposit_id", "=", self.deposit_id.id)
        if not self.deposit_id:
            listed = lines.browse([verdict.key for verdict in verdicts if verdict.key]).sudo()
            typed = listed.filtered(lambda line: not line.deposit_id)
            domain = fields.Domain("deposit_id", "in", listed.deposit_id.ids)
            domain |= fields.Domain("declaration_id", "in", typed.declaration_id.ids)
        domain &= fields.Domain("company_id", "=", self.company_id.id)
        return lines.search(domain & fields.Domain("state", "=", "deposited"), order="id")

    def _digest_of(self, verdicts, others):
        return digest_of(
            [[[v.key or 0, v.outcome, v.reason, v.numbers] for v in verdicts], others.ids]
        )

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    def _show(self, verdicts, others, is_outdated):
        """Fill the preview."""
        order = {outcome: rank for rank, outcome in enumerate(_DISPLAY_ORDER)}
        shown = sorted(verdicts, key=lambda verdict: (order[verdict.outcome], verdict.numbers[0]))
        answered = _keys(verdicts, return_match.ACCEPT, return_match.REJECT)
        waiting = self._waiting(verdicts) - others
        self.sudo().write(
            {
                "state": "preview",
                "digest": self._digest_of(verdicts, others),
                "is_outdated": is_outdated,
                "hidden_count": max(0, len(shown) - PREVIEW_LIMIT),
                "waiting_count": len(set(waiting.ids) - set(answered)),
                "others_count": len(others),
                **self._counts(verdicts),
                "line_ids": [
                    fields.Command.clear(),
                    *(
                        fields.Command.create(self._line_values(verdict))
                        for verdict in shown[:PREVIEW_LIMIT]
                    ),
                ],
            }
        )

    @api.model
    def _counts(self, verdicts):
        outcomes = [verdict.outcome for verdict in verdicts]
        already = sum(map(outcomes.count, ALREADY))
        accept = outcomes.count(return_match.ACCEPT)
        reject = outcomes.count(return_match.REJECT)
        return {
            "accept_count": accept,
            "reject_count": reject,
            "already_count": already,
            "problem_count": len(outcomes) - accept - reject - already,
        }

    def _line_values(self, verdict):
        reasons = self.env["passport.reject.reason"]
        is_rejected = verdict.outcome == return_match.REJECT
        reason = verdict.reason or (is_rejected and self._no_reason_text())
        return {
            "rows": ", ".join(map(str, verdict.numbers)),
            # Who was found shows beside it: a name is enough.
            "label": (verdict.key and verdict.name) or verdict.label,
            "line_id": verdict.key,
            "outcome": verdict.outcome,
            "reason": reason,
            "reject_reason_id": is_rejected and reasons._recognise(reason).id,
            "match_count": verdict.count,
        }

    def _no_reason_text(self):
        return self.env._("Rejected, without a reason in the report")

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------

    def _check_resolved(self, verdicts):
        if self.others_accepted and any(v.outcome in return_match.UNRESOLVED for v in verdicts):
            raise UserError(
                self.env._(
                    "Some rows of the file mean nobody for certain: those attendees would be taken for "
                    "accepted. Correct these rows in the file, or untick “All Others Are Accepted”."
                )
            )

    def _record(self, accepted, rejected, verdicts):
        """Write the answers and tell them on the deposits; the table is forgotten."""
        lines = accepted.browse(line.id for line in rejected)
        everybody = accepted | lines
        if not everybody:
            raise UserError(self.env._("The file holds no new answer: there is nothing to record."))
        locked = everybody.sudo().try_lock_for_update(allow_referencing=True)
        if len(locked) != len(everybody):
            raise UserError(
                self.env._(
                    "Somebody else is recording answers for these attendees at this moment. Try again "
                    "in a minute."
                )
            )
        if accepted:
            accepted.action_accept()
        if rejected:
            lines._reject_many(rejected)
        self._tell(accepted, lines)
        kept = self.line_ids.filtered(lambda line: line.outcome in return_match.UNRESOLVED)
        self.sudo().write(
            {
                "state": "done",
                "line_ids": [fields.Command.set(kept.ids)],
                **self._forgotten(),
            }
        )

    def _tell(self, accepted, rejected):
        """Log on each deposit (or declaration of the web form) what was recorded, and from what."""
        groups = (
            (accepted | rejected)
            .sudo()
            .grouped(lambda line: line.deposit_id or line.declaration_id)
        )
        by_model = {}
        for record, lines in groups.items():
            by_model.setdefault(record._name, {})[record.id] = self._summary(
                lines & accepted, lines & rejected
            )
        for model, bodies in by_model.items():
            self.env[model].browse(bodies)._message_log_batch(bodies)

    def _summary(self, accepted, rejected):
        text = self.env._(
            "Answers of the portal recorded from the file “%(file)s”: %(accepted)s accepted, "
            "%(rejected)s rejected.",
            file=self.file_name or "",
            accepted=len(accepted),
            rejected=len(rejected),
        )
        kinds = rejected.grouped("reject_reason_id")
        names = [
            self.env._(
                "%(reason)s: %(count)s",
                reason=reason.name or self.env._("Other reason"),
                count=len(lines),
            )
            for reason, lines in sorted(kinds.items(), key=lambda item: -len(item[1]))
        ]
        return f"{text} {', '.join(names)}" if names else text


# In the preview: what needs a look first, then what will be recorded.
_DISPLAY_ORDER = (
    return_match.UNKNOWN,
    return_match.AMBIGUOUS,
    return_match.CONFLICT,
    return_match.STATUS_UNCLEAR,
    return_match.ELSEWHERE,
    return_match.NOT_DEPOSITED,
    return_match.NO_ANSWER,
    return_match.REJECT,
    return_match.ACCEPT,
    return_match.ALREADY_REJECTED,
    return_match.ALREADY_ACCEPTED,
)


def _keys(verdicts, *outcomes):
    return [verdict.key for verdict in verdicts if verdict.outcome in outcomes]
