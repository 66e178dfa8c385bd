import hashlib
import itertools
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...models.ground.columns import among
from ...tools import return_match

# How many rows the preview shows; what needs a look comes first, and everything is counted.
PREVIEW_LIMIT = 1000
ALREADY = (return_match.ALREADY_ACCEPTED, return_match.ALREADY_REJECTED)


class PassportReturnPlan(models.AbstractModel):
    """What an imported answer means: whom each row is about, what will be recorded, recording it."""

    _name = "passport.return.plan"
    _description = "Plan of an Imported Answer"

    @api.model
    def _preview(self, wizard):
        """Show what the file means; nothing but the preview is written."""
        verdicts = self._verdicts(wizard)
        self._show(wizard, verdicts, self._others(wizard, verdicts), is_outdated=False)

    @api.model
    def _apply(self, wizard):
        """Record the answers, all or none; or show the new preview if it is another one by now."""
        if (plan := self._planned(wizard)) is not None:
            self._record(wizard, *plan)

    @api.model
    def _planned(self, wizard):
        """Return who is accepted and ``{line: reason}`` of who is rejected, nothing else of the file.

        :returns: ``None`` where the preview is another one by now; it is shown then
        """
        verdicts = self._verdicts(wizard)
        others = self._others(wizard, verdicts)
        if self._fingerprint(verdicts, others) != wizard.digest:
            self._show(wizard, verdicts, others, is_outdated=True)
            return None
        self._check_resolved(wizard, verdicts)
        lines = self.env["passport.declaration.line"]
        rejected = {
            lines.browse(verdict.key): verdict.reason or self._no_reason_text()
            for verdict in verdicts
            if verdict.outcome == return_match.REJECT
        }
        return lines.browse(_keys(verdicts, return_match.ACCEPT)) | others, rejected

    # ------------------------------------------------------------
    # What the rows mean
    # ------------------------------------------------------------

    @api.model
    def _verdicts(self, wizard):
        """Return what the file says of each attendee, see ``tools/return_match.py``."""
        entries = wizard._entries()
        matcher = return_match.Matcher(self._candidates(wizard, entries))
        answer = False if wizard.without_reason == "silent" else wizard.without_reason
        return matcher.judge(entries, answer or None, wizard.default_reason or "")

    @api.model
    def _candidates(self, wizard, entries):
        """Return the attendees the rows may mean, in a constant number of queries.

        By unique id anybody ever declared by the company; else the attendees of the deposit, or of
        all declarations that wait for answers.
        """
        ours = fields.Domain("company_id", "=", wizard.company_id.id)
        in_scope = {}
        if any(not entry.unique_id for entry in entries):
            in_scope = self._read_candidates(wizard, ours & self._scope_domain(wizard))
        unique_ids = {entry.unique_id.lower() for entry in entries if entry.unique_id}
        domain = ours & fields.Domain("unique_id", "in", list(unique_ids))
        by_id = self._read_candidates(wizard, domain, by_id_only=True)
        return list({**by_id, **in_scope}.values())

    @api.model
    def _read_candidates(self, wizard, domain, by_id_only=False):
        """Return ``{line id: candidate}`` of the lines of a domain that the user sees.

        Read in columns: there may be a hundred thousand, and no more than this is asked of them.
        """
        lines = self.env["passport.declaration.line"]
        lines.flush_model(["birth_name", "declaration_id", "deposit_id", "state", "unique_id"])
        self.env["res.partner"].flush_model(["name"])
        # Where the unique id decides, names are not looked at.
        names = (
            "'', ''" if by_id_only else "COALESCE(person.name, ''), COALESCE(line.birth_name, '')"
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.unique_id, line.state, line.partner_id, %s,
                       line.deposit_id, line.declaration_id
                  FROM passport_declaration_line line
                  JOIN res_partner person ON person.id = line.partner_id
                 WHERE line.id IN %s
                """,
                SQL(names),
                lines._search(domain).subselect(),
            )
        )
        declarations = self._declarations({row[-1] for row in rows})
        deposit_id = wizard.deposit_id.id
        return {
            line_id: return_match.Candidate(
                line_id,
                *columns,
                declarations=declarations[declaration_id][0],
                is_elsewhere=bool(deposit_id) and its_deposit_id != deposit_id,
                by_id_only=by_id_only,
                days=declarations[declaration_id][1],
            )
            for line_id, *columns, its_deposit_id, declaration_id in rows
        }

    @api.model
    def _declarations(self, ids):
        """Return ``{id: (its names, first and last day or None)}`` of declarations."""
        declarations = self.env["passport.declaration"].sudo().browse(ids)
        return {
            one.id: ((one.name, one.reference), (one.date_start, one.date_end))
            if one.date_start and one.date_end
            else ((one.name, one.reference), None)
            for one in declarations
        }

    @api.model
    def _scope_domain(self, wizard):
        if wizard.deposit_id:
            domain = fields.Domain("deposit_id", "=", wizard.deposit_id.id)
        else:
            domain = fields.Domain("declaration_id.state", "=", "deposited")
        return domain & fields.Domain("state", "in", ["deposited", "accepted", "rejected"])

    @api.model
    def _others(self, wizard, verdicts):
        """Return who waits for an answer in the same deposits and is not in the file."""
        lines = self.env["passport.declaration.line"]
        if not wizard.others_accepted:
            return lines
        return self._waiting(wizard, verdicts) - lines.browse(
            [verdict.key for verdict in verdicts if verdict.key]
        )

    @api.model
    def _waiting(self, wizard, verdicts):
        """Return all unanswered attendees of the deposits, or declarations, the file is about."""
        lines = self.env["passport.declaration.line"]
        domain = fields.Domain("deposit_id", "=", wizard.deposit_id.id)
        if not wizard.deposit_id:
            listed = lines.browse([verdict.key for verdict in verdicts if verdict.key]).sudo()
            typed = listed.filtered(lambda line: not line.deposit_id)
            domain = fields.Domain("deposit_id", "in", listed.deposit_id.ids)
            domain |= fields.Domain("declaration_id", "in", typed.declaration_id.ids)
        domain &= fields.Domain("company_id", "=", wizard.company_id.id)
        return lines.search(domain & fields.Domain("state", "=", "deposited"), order="id")

    @api.model
    def _fingerprint(self, verdicts, others):
        """Return a short text that changes with what will be recorded."""
        told = ([v.key or 0, v.outcome, v.reason, v.numbers] for v in verdicts)
        return _digest_of(itertools.chain(told, [others.ids]))

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    @api.model
    def _show(self, wizard, verdicts, others, is_outdated):
        """Fill the preview."""
        order = {outcome: rank for rank, outcome in enumerate(_DISPLAY_ORDER)}
        shown = sorted(verdicts, key=lambda verdict: (order[verdict.outcome], verdict.numbers[0]))
        answered = _keys(verdicts, return_match.ACCEPT, return_match.REJECT)
        waiting = self._waiting(wizard, verdicts) - others
        wizard.sudo().write(
            {
                "state": "preview",
                "digest": self._fingerprint(verdicts, others),
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

    @api.model
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

    @api.model
    def _no_reason_text(self):
        return self.env._("Rejected, without a reason in the answer")

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------

    @api.model
    def _check_resolved(self, wizard, verdicts):
        if wizard.others_accepted and any(v.outcome in return_match.UNRESOLVED for v in verdicts):
            raise UserError(
                self.env._(
                    "Some rows of the file mean nobody for certain: those attendees would be taken for "
                    "accepted. Correct these rows in the file, or untick “All Others Are Accepted”."
                )
            )

    @api.model
    def _record(self, wizard, accepted, rejected):
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
            self.env["passport.answer"]._reject(rejected)
        self._tell(wizard, accepted, lines)
        kept = wizard.line_ids.filtered(lambda line: line.outcome in return_match.UNRESOLVED)
        wizard.sudo().write(
            {
                "state": "done",
                "line_ids": [fields.Command.set(kept.ids)],
                **wizard._forgotten(),
            }
        )

    @api.model
    def _tell(self, wizard, accepted, rejected):
        """Log on each deposit (or declaration of the web form) what was recorded, and from what."""
        by_model = {}
        for record, counts in self._counts_by_place(accepted | rejected).items():
            by_model.setdefault(record._name, {})[record.id] = self._summary(
                wizard.file_name, counts
            )
        for model, bodies in by_model.items():
            self.env[model].browse(bodies)._message_log_batch(bodies)

    @api.model
    def _counts_by_place(self, lines):
        """Count these answered lines by state and kind of rejection.

        :returns: ``{deposit, or declaration of the web form: {(state, kind): count}}``
        """
        groups = lines.sudo()._read_group(
            among(lines.ids),
            ["deposit_id", "declaration_id", "state", "reject_reason_id"],
            ["__count"],
        )
        counts = {}
        for deposit, declaration, state, kind, count in groups:
            found = counts.setdefault(deposit or declaration, Counter())
            found[state, kind] += count
        return counts

    @api.model
    def _summary(self, file_name, counts):
        rejected = {kind: count for (state, kind), count in counts.items() if state == "rejected"}
        text = self.env._(
            "Answers of the authority recorded from the file “%(file)s”: %(accepted)s accepted, "
            "%(rejected)s rejected.",
            file=file_name or "",
            accepted=counts.total() - sum(rejected.values()),
            rejected=sum(rejected.values()),
        )
        names = [
            self.env._(
                "%(reason)s: %(count)s",
                reason=reason.name or self.env._("Other reason"),
                count=count,
            )
            for reason, count in sorted(rejected.items(), key=lambda item: (-item[1], item[0].id))
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


def _digest_of(values):
    """Return a short text that changes with ``values``, an iterable of lists: there may be many."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr(value).encode())
    return digest.hexdigest()
