from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import readiness
from ..ground.columns import id_array
from ..ground.parts import in_parts

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
# Those of the last line of an attendee whom no declaration holds: readiness decides.
UNHELD_STATES = (False, "rejected")

# What settles a state, or is stored of it, and so has to be in the database first.
ROW_FIELDS = (
    "active",
    "company_id",
    "outcome",
    "passport_is_silent",
    "passport_issue_ids",
    "passport_line_state",
    "passport_state",
    "state",
    "training_id",
)


# What is stored of the readiness of a registration.
STORED_FIELDS = ("passport_state", "passport_issue_ids", "passport_is_silent")
# How many records Odoo writes in one statement, together with what else changed of them.
WRITTEN_AT_ONCE = 100
# How many registrations are computed again before they are written.
REFRESHED_AT_ONCE = 10_000


class Found(NamedTuple):
    """One fault as it was found: what is wrong, the record to mend and its name."""

    code: str
    model: str
    record_id: int
    name: str | None
    params: dict


class Place(NamedTuple):
    """What is wrong, in the user's words, and the field of a record where it is mended."""

    code: str
    message: str
    record: models.BaseModel
    field: str


class Row(NamedTuple):
    """What is stored of a registration, and the state of who is not judged (else ``None``)."""

    state: str | None
    issue_ids: tuple
    settled: str | None
    was_silent: bool
    is_silent: bool


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
                (fault.code, say(*fault), self.env[fault.model].browse(fault.record_id))
                for fault in faults
            ]
        return {
            registration: found.get(registration._origin.id) or [] for registration in registrations
        }

    @api.model
    def _places(self, registration):
        """Return the :class:`Place` of each issue of one attendee, in order."""
        kinds = self.env["passport.issue"]._kinds()
        say = self.env["passport.issue"]._speaker()
        return [
            Place(
                fault.code,
                say(*fault),
                self.env[fault.model].browse(fault.record_id),
                fault.params.get("field") or kinds[fault.code].mend_field,
            )
            for fault in self._found(registration.ids).get(registration.id, ())
        ]

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
        return self._judged({one: row.settled for one, row in self._rows(ids).items()})

    @api.model
    def _judged(self, settled):
        """Return what :meth:`_states` does, of ``{id: the state that is settled, or None}``."""
        states = {one: (state, frozenset()) for one, state in settled.items()}
        judged = [one for one, state in settled.items() if state in (None, "rejected")]
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
        computed = [registrations._fields[name] for name in STORED_FIELDS]
        waiting = registrations.browse(
            one for one in self.env.records_to_compute(computed[0])._ids if one
        )
        registrations |= waiting
        for field in computed:
            self.env.remove_to_compute(field, waiting)
        registrations = self.env["passport.silence"]._broken(registrations)
        if not registrations:
            return
        # At once, not some for the rows and more for who is judged.
        self.env["passport.attendees"]._flush()
        rows = self._rows(registrations.ids)
        by_state, changed_issues = {}, {}
        states = self._judged({one: row.settled for one, row in rows.items()})
        for one, (state, codes) in states.items():
            if state != rows[one].state:
                by_state.setdefault(state, []).append(one)
            if (issues := self._issue_ids(codes)) != rows[one].issue_ids:
                changed_issues[one] = issues
        with self.env.protecting(computed, registrations):
            for state, ids in by_state.items():
                self._store_state(registrations.browse(ids), state)
            silence = {one: (row.was_silent, row.is_silent) for one, row in rows.items()}
            self.env["passport.silence"]._store(registrations, silence)
        if changed_issues:
            self._store_issues(registrations, changed_issues, rows)
        # Most of those looked at stay as they are: what follows is told of the others only.
        registrations.browse(one for ids in by_state.values() for one in ids).modified(
            STORED_FIELDS[:1]
        )
        registrations.browse(changed_issues).modified(STORED_FIELDS[1:2])

    @api.model
    def _store_state(self, registrations, state):
        """Store the state of registrations: many in one statement."""
        if len(registrations) <= WRITTEN_AT_ONCE:
            registrations.passport_state = state
            return
        self.env.cr.execute(
            SQL(
                "UPDATE event_registration SET passport_state = %s WHERE id = ANY(%s)",
                state,
                id_array(registrations.ids),
            )
        )
        registrations.invalidate_recordset(["passport_state"], flush=False)

    @api.model
    def _store_issues(self, registrations, issues_by_id, rows):
        """Store the issues of registrations, ``{id: ids of issues}``, in two statements for all."""
        if told_before := [one for one in issues_by_id if rows[one].issue_ids]:
            self.env.cr.execute(
                "DELETE FROM event_registration_passport_issue_rel WHERE registration_id = ANY(%s)",
                (told_before,),
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
        registrations.browse(issues_by_id).invalidate_recordset(["passport_issue_ids"], flush=False)

    @api.model
    def _issue_ids(self, codes):
        """Return the ids of the issues with these codes, in order."""
        # Empty while the addon is being installed over existing registrations: its data come later.
        kinds = self.env["passport.issue"]._kinds() if codes else ()
        return tuple(sorted(kinds[code].id for code in codes if code in kinds))

    @api.model
    def _refresh(self, registrations):
        """Have the state and the issues of these registrations computed again.

        What follows from them (what is pending, by when, the counts of sessions) is computed again
        where they change.
        """
        records = registrations.exists() if registrations else registrations
        in_parts(records, self._mark, REFRESHED_AT_ONCE)

    @api.model
    def _mark(self, records):
        for fname in STORED_FIELDS:
            self.env.add_to_compute(records._fields[fname], records)
        # The words may be others though the issues are the same.
        records.invalidate_recordset(["passport_issues"], flush=False)

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
    def _after_law(self, codes):
        """Look again at whom rules of law with these codes may concern and no declaration holds."""
        waiting = Domain("passport_line_state", "in", UNHELD_STATES)
        waiting &= Domain("training_id", "!=", False)
        if "body_declares" not in codes:
            waiting &= Domain("training_id.is_certifying", "=", True)
        self._refresh(self.env["event.registration"].sudo().search(waiting))

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
        self._tell_named(found)
        registrations = readiness_env["event.registration"].browse(ids)
        for source in FAULT_SOURCES:
            for registration, faults in readiness_env[source]._faults(registrations).items():
                found.setdefault(registration.id, []).extend(
                    Found(code, record._name, record.id, None, params)
                    for code, record, params in faults
                )
        return found

    @api.model
    def _tell_named(self, found):
        """Tell who is named and only lacks a contact from who is not named, in ``found``."""
        unknown = {
            one: faults for one, faults in found.items() if any(map(_is_attendee_missing, faults))
        }
        if not unknown:
            return
        registrations = self.sudo().env["event.registration"].browse(unknown)
        for seat in self.env["passport.identity"]._named(registrations):
            found[seat.id] = [
                fault._replace(code="attendee_to_make") if _is_attendee_missing(fault) else fault
                for fault in found[seat.id]
            ]

    @api.model
    def _rows(self, ids):
        """Return ``{id: Row}``: what is stored of registrations, and the state that is settled.

        Who attends no training is silently not concerned, where events need not be trainings; so is
        who was registered in a session that is cancelled, unless marked as attended all the same.
        """
        self.env["event.registration"].flush_model(ROW_FIELDS)
        self.env["event.event"].flush_model(["kanban_state"])
        self.env["res.company"].flush_model(["passport_events_are_trainings"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reg.id, reg.passport_state, reg.passport_line_state, shown.issue_ids,
                       reg.state = 'cancel' OR NOT reg.active
                       OR reg.outcome IS NOT DISTINCT FROM 'absent'
                       OR (event.kanban_state IS NOT DISTINCT FROM 'cancel'
                           AND reg.state != 'done'),
                       coalesce(reg.passport_is_silent, false),
                       reg.training_id IS NULL
                       AND company.passport_events_are_trainings IS NOT TRUE
                  FROM event_registration reg
                  JOIN event_event event ON event.id = reg.event_id
             LEFT JOIN res_company company ON company.id = reg.company_id
             LEFT JOIN (SELECT registration_id, array_agg(issue_id ORDER BY issue_id) AS issue_ids
                          FROM event_registration_passport_issue_rel
                         WHERE registration_id = ANY(%(ids)s)
                         GROUP BY registration_id) shown ON shown.registration_id = reg.id
                 WHERE reg.id = ANY(%(ids)s)
                """,
                ids=id_array(ids),
            )
        )
        found = {}
        for one, state, line_state, issue_ids, is_outside, was_silent, no_training in rows:
            settled = STATE_BY_LINE.get(line_state)
            if (is_outside or no_training) and settled in (None, "rejected"):
                settled = "not_concerned"
            is_silent = no_training and line_state is None
            found[one] = Row(state, tuple(issue_ids or ()), settled, was_silent, is_silent)
        return found


def _is_attendee_missing(fault):
    return fault.code == "attendee_missing"


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
