from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import readiness
from ..ground.columns import id_array

# Services of the rooms above that know of more faults, asked in this order after the own rules:
# ``_faults(registrations)`` → ``{registration: [(code, record to mend, parameters)]}``, of those with
# any, all as superuser.
FAULT_SOURCES = ("passport.declaration.faults",)
# The state that the last declaration of an attendee gives; it goes before any issue.
STATE_BY_LINE = {
    "prepared": "in_progress",
    "in_deposit": "in_progress",
    "deposited": "in_progress",
    "accepted": "declared",
    "rejected": "rejected",
}


class Found(NamedTuple):
    """One fault as it was found: what is wrong, the record to mend and its name."""

    code: str
    model: str
    record_id: int
    name: str | None
    params: dict


class PassportReadiness(models.AbstractModel):
    """Readiness: who can be declared, who cannot and why. All of it is decided here.

    The rules are in ``tools/readiness.py``, what they judge is read by ``passport.attendees``.
    """

    _name = "passport.readiness"
    _description = "Readiness for the Declaration"

    # ------------------------------------------------------------
    # Entry points
    # ------------------------------------------------------------

    @api.model
    def _issues(self, registrations):
        """Tell what keeps each attendee from being declared, and what should be looked at.

        :returns: ``{registration: [(code, message, record to mend)]}``; nothing is told of what
            nobody has saved yet
        """
        found = self._found(registrations._origin.ids)
        say = self.env["passport.issue"]._speaker()
        for one, faults in found.items():
            # In the place of what was found: there may be thousands.
            found[one] = [
                (
                    fault.code,
                    say(fault.code, fault.model, fault.record_id, fault.name, fault.params),
                    self.env[fault.model].browse(fault.record_id),
                )
                for fault in faults
            ]
        return {
            registration: found.get(registration._origin.id) or [] for registration in registrations
        }

    @api.model
    def _ready(self, registrations):
        """Return those of these registrations that nothing keeps from being declared now."""
        warnings = self.env["passport.issue"]._codes("warning")
        kept = {
            found_id
            for found_id, faults in self._found(registrations.ids).items()
            if any(fault.code not in warnings for fault in faults)
        }
        return registrations.browse(one for one in registrations._ids if one not in kept)

    @api.model
    def _states(self, ids):
        """Return the state and the issues worth showing of registrations.

        Who is in a declaration, and who is cancelled, is not judged.

        :param ids: ids of registrations, all in the database
        :returns: ``{id: (state, frozenset of codes)}``
        """
        states = self._settled(ids)
        judged = [one for one, (state, _codes) in states.items() if state in (None, "rejected")]
        outside = self.env["passport.issue"]._codes("not_concerned")
        warnings = self.env["passport.issue"]._codes("warning")
        faults = self._found(judged)
        for one in judged:
            codes = frozenset(fault.code for fault in faults.get(one, ()))
            if not outside.isdisjoint(codes):
                # Who was rejected and is not to be declared any more is nobody's task.
                states[one] = "not_concerned", codes & outside
            else:
                state = states[one][0] or ("ready" if codes <= warnings else "blocked")
                states[one] = state, codes
        return states

    @api.model
    def _store(self, registrations):
        """Store the state and the issues of registrations, to be called while these are computed.

        All that wait for it are done at once, not those of one turn of Odoo's: what is read once
        for many is then read once.
        """
        names = ("passport_state", "passport_issue_ids")
        computed = [registrations._fields[name] for name in names]
        waiting = registrations.browse(
            one for one in self.env.records_to_compute(computed[0])._ids if one
        )
        registrations |= waiting
        for field in computed:
            self.env.remove_to_compute(field, waiting)
        stored = self._stored(registrations.ids)
        by_state, changed_issues = {}, {}
        for one, (state, codes) in self._states(registrations.ids).items():
            stored_state, stored_issues = stored[one]
            if state != stored_state:
                by_state.setdefault(state, []).append(one)
            if (issues := self._issue_ids(codes)) != stored_issues:
                changed_issues[one] = issues
        with self.env.protecting(computed, registrations):
            for state, ids in by_state.items():
                registrations.browse(ids).passport_state = state
        if changed_issues:
            self._store_issues(registrations, changed_issues)

    @api.model
    def _store_issues(self, registrations, issues_by_id):
        """Store the issues of registrations, ``{id: ids of issues}``, in two statements for all."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM event_registration_passport_issue_rel WHERE registration_id = ANY(%s)
                """,
                id_array(issues_by_id),
            )
        )
        pairs = [(one, issue_id) for one, issues in issues_by_id.items() for issue_id in issues]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO event_registration_passport_issue_rel (registration_id, issue_id)
                SELECT * FROM unnest(%s, %s)
                """,
                id_array(one for one, _issue_id in pairs),
                id_array(issue_id for _one, issue_id in pairs),
            )
        )
        changed = registrations.browse(issues_by_id)
        changed.invalidate_recordset(["passport_issue_ids"], flush=False)

    @api.model
    def _issue_ids(self, codes):
        """Return the ids of the issues with these codes, in order."""
        # Empty while the addon is being installed over existing registrations: its data come later.
        kinds = self.env["passport.issue"]._kinds() if codes else ()
        return tuple(sorted(kinds[code].id for code in codes if code in kinds))

    @api.model
    def _stored(self, ids):
        """Return ``{id: (state, ids of issues in order)}`` as they are stored: most do not change."""
        self.env["event.registration"].flush_model(["passport_state", "passport_issue_ids"])
        issues = {}
        for one, issue_id in self.env.execute_query(
            SQL(
                """
                SELECT registration_id, issue_id FROM event_registration_passport_issue_rel
                 WHERE registration_id = ANY(%s) ORDER BY registration_id, issue_id
                """,
                id_array(ids),
            )
        ):
            issues[one] = (*issues.get(one, ()), issue_id)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, passport_state FROM event_registration WHERE id = ANY(%s)",
                id_array(ids),
            )
        )
        return {one: (state, issues.get(one, ())) for one, state in rows}

    @api.model
    def _refresh(self, registrations):
        """Have the state and the issues of these registrations computed again."""
        records = registrations.exists() if registrations else registrations
        for fname in ("passport_state", "passport_issue_ids"):
            self.env.add_to_compute(records._fields[fname], records)
        # And all that follows from them: what is pending, by when, the counts of sessions.
        records.modified(["passport_state"])

    @api.model
    def _refresh_finished(self, limit=2000):
        """Have a fresh look at the attendees whose session has ended since they were last checked.

        Nothing else in the readiness depends on the clock.
        """
        domain = self._finished_domain()
        found = self._look_at_finished(limit)
        left = found.search_count(domain) if len(found) == limit else 0
        self.env["ir.cron"]._commit_progress(len(found), remaining=left)

    @api.model
    def _look_at_finished(self, limit=2000):
        """Look anew at those whose session has ended since they were last checked; return them."""
        found = self.env["event.registration"].sudo().search(self._finished_domain(), limit=limit)
        self._refresh(found)
        found.flush_recordset(["passport_state"])
        return found

    @api.model
    def _finished_domain(self):
        waiting = self.env.ref("passeport_prevention.passport_issue_session_not_finished")
        return [
            ("passport_issue_ids", "in", waiting.ids),
            ("event_end_date", "<=", fields.Datetime.now()),
        ]

    @api.model
    def _after_law(self):
        """Look again at whom a rule of law may concern and no declaration holds yet."""
        certifying = [("training_id.is_certifying", "=", True), ("passport_line_state", "=", False)]
        self._refresh(self.env["event.registration"].sudo().search(certifying))

    # ------------------------------------------------------------
    # What is found
    # ------------------------------------------------------------

    @api.model
    def _found(self, ids):
        """Return ``{registration id: [Found]}`` of those of these registrations with faults."""
        if not ids:
            return {}
        readiness_env = self.sudo().env
        attendees, shared = readiness_env["passport.attendees"]._read(list(ids))
        found = {}
        for attendee in attendees:
            if faults := [_found(attendee, fault) for fault in readiness.faults(attendee, shared)]:
                found[attendee.id] = faults
        registrations = readiness_env["event.registration"].browse(ids)
        for source in FAULT_SOURCES:
            for registration, faults in readiness_env[source]._faults(registrations).items():
                found.setdefault(registration.id, []).extend(
                    Found(code, record._name, record.id, None, params)
                    for code, record, params in faults
                )
        return found

    @api.model
    def _settled(self, ids):
        """Return ``{id: (state, no code)}``, the state of who is not judged, else ``None``."""
        self.env["event.registration"].flush_model(
            ["active", "outcome", "passport_line_state", "state"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, passport_line_state, state = 'cancel' OR NOT active
                       OR outcome IS NOT DISTINCT FROM 'absent'
                  FROM event_registration WHERE id = ANY(%s)
                """,
                id_array(ids),
            )
        )
        none = frozenset()
        states = {}
        for one, line_state, is_cancelled in rows:
            state = STATE_BY_LINE.get(line_state)
            if is_cancelled and state in (None, "rejected"):
                state = "not_concerned"
            states[one] = state, none
        return states


def _found(attendee, fault):
    """Return a fault of an attendee with the record that its place is."""
    code, place, params = fault
    if place == "registration":
        return Found(code, "event.registration", attendee.id, attendee.name, params)
    if place == "person":
        return Found(code, "res.partner", attendee.person_id, attendee.person_name, params)
    if place == "employer":
        return Found(code, "res.partner", attendee.employer_id, attendee.employer_name, params)
    if place == "session":
        return Found(code, "event.event", attendee.event_id, None, params)
    return Found(code, "product.template", attendee.training_id, None, params)
