from odoo import api, fields, models

from ...tools import authority_value, siret
from ...tools.authority_file import DOCUMENTS
from ..session.certificate import JDR_COLUMNS

# What is wrong with a text for a column of the file, and the issue that says so.
BIRTH_NAME_FAULTS = {
    "required": "birth_name_missing",
    "too_long": "birth_name_too_long",
    "forbidden_character": "forbidden_character",
    "digit": "forbidden_character",
}
REFERENCE_FAULTS = {
    "too_long": "employer_reference_too_long",
    "forbidden_character": "forbidden_character",
}
JDR_FAULTS = {
    "too_long": "jdr_value_invalid",
    "forbidden_character": "forbidden_character",
    "link": "jdr_value_invalid",
}
# Services of the rooms above that know of more faults, asked in this order after the own rules:
# ``_faults(registrations)`` → ``{registration: [(code, record to mend, parameters)]}``.
FAULT_SOURCES = ("passport.declaration.faults",)
# The state that the last declaration of an attendee gives; it goes before any issue.
STATE_BY_LINE = {
    "prepared": "in_progress",
    "in_deposit": "in_progress",
    "deposited": "in_progress",
    "accepted": "declared",
    "rejected": "rejected",
}


class PassportReadiness(models.AbstractModel):
    """Readiness: who can be declared, who cannot and why. All of it is decided here."""

    _name = "passport.readiness"
    _description = "Readiness for the Declaration"

    # ------------------------------------------------------------
    # Entry points
    # ------------------------------------------------------------

    @api.model
    def _issues(self, registrations):
        """Tell what keeps each attendee from being declared, and what should be looked at.

        :returns: ``{registration: [(code, message, record to mend)]}``
        """
        words = self.env["passport.issue"]
        return {
            registration: [
                (code, words._message(code, record, params), record.with_env(self.env))
                for code, record, params in faults
            ]
            for registration, faults in self._faults(registrations).items()
        }

    @api.model
    def _ready(self, registrations):
        """Return those of these registrations that nothing keeps from being declared now."""
        warnings = self.env["passport.issue"]._codes("warning")
        faults = self._faults(registrations)
        return registrations.filtered(
            lambda registration: all(
                code in warnings for code, _record, _params in faults[registration]
            )
        )

    @api.model
    def _states(self, registrations):
        """Return ``{registration: (state, codes of the issues worth showing)}``."""
        faults = self._faults(registrations)
        states = {}
        for registration in registrations:
            codes = {code for code, _record, _params in faults[registration]}
            state = self._state_of(registration, codes)
            states[registration] = state, self._shown(registration, state, codes)
        return states

    @api.model
    def _shown(self, registration, state, codes):
        """Return those of ``codes`` that are worth showing: what nobody has to mend is left out."""
        if state in ("in_progress", "declared") or registration._is_passport_cancelled():
            return set()
        if state == "not_concerned":
            return codes & self.env["passport.issue"]._codes("not_concerned")
        return codes

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
        waiting = self.env.ref("passeport_prevention.passport_issue_session_not_finished")
        domain = [
            ("passport_issue_ids", "in", waiting.ids),
            ("event_end_date", "<=", fields.Datetime.now()),
        ]
        found = self.env["event.registration"].search(domain, limit=limit)
        self._refresh(found)
        found.flush_recordset(["passport_state"])
        left = found.search_count(domain) if len(found) == limit else 0
        self.env["ir.cron"]._commit_progress(len(found), remaining=left)

    @api.model
    def _after_law(self):
        """Look again at whom a rule of law may concern and no declaration holds yet."""
        certifying = [("training_id.is_certifying", "=", True), ("passport_line_state", "=", False)]
        self._refresh(self.env["event.registration"].sudo().search(certifying))

    # ------------------------------------------------------------
    # The rules
    # ------------------------------------------------------------

    @api.model
    def _faults(self, registrations):
        """Return ``{registration: [(code, record to mend, parameters of the message)]}``."""
        everything = registrations.sudo()
        # An event without a training is none of ours yet: nothing more is looked up for it.
        facts = self._facts(everything.filtered("training_id"))
        faults = {
            original: list(self._faults_of(registration, facts))
            for original, registration in zip(registrations, everything, strict=True)
        }
        for source in FAULT_SOURCES:
            for registration, found in self.env[source]._faults(registrations).items():
                faults[registration] += found
        return faults

    @api.model
    def _facts(self, registrations):
        """Read once, for the whole recordset, what the rules need beyond the records themselves."""
        people = registrations.attendee_partner_id
        check = self.env["passport.training.check"]
        now = fields.Datetime.now()
        return {
            "now": now,
            "today": self.env["passport.clock"]._day_of(now),
            "rs_periods": self.env["passport.law"]._periods("rs_by_certifier"),
            "check_codes": self.env["passport.nir.lookup"]._check_codes(people),
            "same_nir": self.env["passport.nir.lookup"]._shared(people.ids),
            "trainings": {
                (training, document): check._faults(training, document)
                for training in registrations.training_id
                for document in DOCUMENTS
            },
            "seats": self.env["passport.seats"]._of(registrations),
        }

    @api.model
    def _state_of(self, registration, codes):
        """Return the state of an attendee, from the last declaration and the codes of the issues."""
        issues = self.env["passport.issue"]
        state = STATE_BY_LINE.get(registration.passport_line_state)
        if state and state != "rejected":
            return state
        # Who was rejected and is not to be declared any more is nobody's task.
        outside = issues._codes("not_concerned")
        if registration._is_passport_cancelled() or not outside.isdisjoint(codes):
            return "not_concerned"
        return state or ("blocked" if codes - issues._codes("warning") else "ready")

    @api.model
    def _faults_of(self, registration, facts):
        yield from self._faults_of_session(registration, facts)
        if not registration.training_id:
            yield "training_missing", registration.event_id, {}
            return
        yield from self._faults_of_training(registration, facts)
        yield from self._faults_of_certification(registration, facts)
        yield from self._faults_of_certificate(registration, facts)
        yield from self._faults_of_person(registration, facts)
        yield from self._faults_of_employer(registration)
        yield from self._faults_of_validity(registration)

    @api.model
    def _faults_of_session(self, registration, facts):
        event = registration.event_id
        start, end = registration._passport_session_moments()
        last_day = registration._passport_session_dates()[1]
        if not end or end > facts["now"] or last_day > facts["today"]:
            yield "session_not_finished", event, {}
        elif registration.state != "done" or not registration.active:
            yield "not_attended", registration, {}
        if start and end and end < start:
            yield "dates_invalid", event, {}
        if event.is_subcontracted:
            yield "subcontracted", event, {}

    @api.model
    def _faults_of_training(self, registration, facts):
        training = registration.training_id
        if not training.passport_eligible:
            yield "not_eligible", training, {}
        for code, params in facts["trainings"][training, registration.passport_document or "adf"]:
            yield code, training, params

    @api.model
    def _faults_of_certificate(self, registration, facts):
        """Rules of the certificate of success: who passed, and what was obtained."""
        training = registration.training_id
        if training.passport_document == "jdr" and registration.outcome not in ("passed", "failed"):
            yield "outcome_missing", registration, {}
        if registration.passport_document == "jdr":
            for fname, column in JDR_COLUMNS.items():
                yield from self._text_faults(registration, fname, column, JDR_FAULTS)

    @api.model
    def _faults_of_certification(self, registration, facts):
        """Who passed a certification that its certifying body transmits is not declared again."""
        training = registration.training_id
        if not training.is_certifying or not training.rs_code_id.is_transmitted:
            return
        success = registration.validity_start_date or registration._passport_session_dates()[1]
        if not success or not _is_in(success, facts["rs_periods"]):
            return
        if registration.outcome == "passed":
            yield "rs_transmitted", training, {}
        elif registration.outcome == "attended" and training.passport_document != "jdr":
            yield "rs_outcome_unknown", registration, {}

    @api.model
    def _faults_of_person(self, registration, facts):
        person = registration.attendee_partner_id
        if not person:
            yield "attendee_missing", registration, {}
            return
        codes = facts["check_codes"].get(person.id)
        if codes is not None:
            for code in codes:
                yield code, person, {}
        else:
            yield ("nir_refused" if person.nir_state == "refused" else "nir_missing"), person, {}
        if others := facts["same_nir"].get(person.id):
            yield "same_nir_other_contact", person, {"other": others[0]}
        yield from self._text_faults(person, "birth_name", "NOM_TITULAIRE", BIRTH_NAME_FAULTS)
        seat = facts["seats"].get(registration._origin.id)
        if seat and seat.is_double:
            yield "duplicate_attendee", registration, {}
        elif seat and seat.other_id:
            yield "duplicate_session", registration, {"session": seat.other_id}

    @api.model
    def _faults_of_employer(self, registration):
        if not registration.employer_is_declared:
            return
        employer = registration.employer_id
        if not employer:
            yield "employer_missing", registration, {}
        elif problem := siret.problem_of(employer.company_registry):
            if employer._passport_is_abroad():
                yield "employer_abroad", employer, {}
            elif not siret.compact(employer.company_registry):
                yield "siret_missing", employer, {}
            else:
                yield "siret_invalid", employer, {"problem": problem}
        yield from self._text_faults(
            registration, "employer_reference", "REFERENCE_EMPLOYEUR", REFERENCE_FAULTS
        )

    @api.model
    def _faults_of_validity(self, registration):
        start, end = registration.validity_start_date, registration.validity_end_date
        session_end = registration._passport_session_dates()[1]
        if registration.outcome == "failed":
            end = False  # not declared
        if not start or (end and end < start):
            yield "dates_invalid", registration, {"field": "validity_end_date"}
        if start and session_end and start < session_end:
            yield "validity_before_end", registration, {}

    @api.model
    def _text_faults(self, record, fname, column, codes):
        """Tell by ``codes`` what keeps a text from being written into a column of the file.

        :param codes: ``{code of authority_value.TextFault: code of the issue}``
        """
        text = record[fname] or ""
        found = {}
        for fault in authority_value.text_faults("jdr", column, text):
            params = found.setdefault(codes[fault.code], {"field": fname})
            if fault.characters:
                params["characters"] = params.get("characters", "") + fault.characters
            if fault.limit:
                params.update(count=len(text), max=fault.limit)
        for code, params in found.items():
            yield code, record, params


def _is_in(day, periods):
    """Tell whether ``day`` is in one of ``periods``, as ``passport.law`` gives them."""
    return any(first <= day and (last is None or day <= last) for first, last in periods)
