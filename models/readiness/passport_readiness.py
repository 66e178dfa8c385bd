from odoo import api, fields, models

from ...tools import authority_file, siret
from ...tools.text import forbidden_characters
from ..session.certificate import JDR_COLUMNS

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
            state = STATE_BY_LINE.get(registration.passport_line_state)
            state = state or self._state_of(registration, codes)
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

    # ------------------------------------------------------------
    # Followers of the rooms below
    # ------------------------------------------------------------

    @api.model
    def _after_people(self, people, values=None, memo=None):
        """Look again at whoever these people attend as: something of them changed."""
        self._refresh_where([("attendee_partner_id", "in", people.ids)], people)

    @api.model
    def _after_companies(self, companies, values=None, memo=None):
        """Look again at whoever these companies employ: their SIRET changed.

        Not a dependency of the field: Odoo writes the SIRET of a company on each of its contacts,
        one by one, and every one of these writes would look for registrations.
        """
        companies = companies.filtered("is_company")
        self._refresh_where([("employer_id", "in", companies.ids)], companies)

    @api.model
    def _after_law(self):
        """Look again at whom a rule of law may concern and no declaration holds yet."""
        certifying = [("training_id.is_certifying", "=", True), ("passport_line_state", "=", False)]
        self._refresh(self.env["event.registration"].sudo().search(certifying))

    @api.model
    def _refresh_where(self, domain, records):
        if records:
            registrations = self.env["event.registration"].sudo().with_context(active_test=False)
            self._refresh(registrations.search(domain))

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
                for document in authority_file.DOCUMENTS
            },
            "twice": self._registered_twice(registrations),
        }

    @api.model
    def _registered_twice(self, registrations):
        """Return the ids of the registrations of people registered twice in one session."""
        if not registrations.attendee_partner_id:
            return set()
        groups = registrations._read_group(
            [
                ("event_id", "in", registrations.event_id.ids),
                ("attendee_partner_id", "in", registrations.attendee_partner_id.ids),
                ("state", "!=", "cancel"),
            ],
            ["event_id", "event_slot_id", "attendee_partner_id"],
            ["id:array_agg"],
            having=[("__count", ">", 1)],
        )
        return {registration_id for *_keys, ids in groups for registration_id in ids}

    @api.model
    def _state_of(self, registration, codes):
        """Return the state of an attendee whom no declaration holds, from the codes of the issues."""
        issues = self.env["passport.issue"]
        outside = issues._codes("not_concerned")
        if registration._is_passport_cancelled() or not outside.isdisjoint(codes):
            return "not_concerned"
        return "blocked" if codes - issues._codes("warning") else "ready"

    @api.model
    def _faults_of(self, registration, facts):
        yield from self._faults_of_session(registration, facts)
        if not registration.training_id:
            yield "training_missing", registration.event_id, {}
            return
        yield from self._faults_of_training(registration, facts)
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
        if registration.passport_document != "jdr":
            return
        start = registration.validity_start_date
        if training.is_certifying and start and _is_in(start, facts["rs_periods"]):
            yield "rs_transmitted", training, {}
        for fname, column_name in JDR_COLUMNS.items():
            if found := forbidden_characters(registration[fname]):
                yield "forbidden_character", registration, {"characters": found, "field": fname}
            elif authority_file.value_faults("jdr", column_name, registration[fname] or ""):
                yield "jdr_value_invalid", registration, {"field": fname}

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
        yield from self._faults_of_birth_name(person)
        if registration._origin.id in facts["twice"] and registration.state != "cancel":
            yield "duplicate_attendee", registration, {}

    @api.model
    def _faults_of_birth_name(self, person):
        name = person.birth_name or ""
        found = ""
        for fault in authority_file.text_faults("adf", "NOM_TITULAIRE", name):
            if fault.code == "required":
                yield "birth_name_missing", person, {}
            elif fault.code == "too_long":
                yield "birth_name_too_long", person, {"count": len(name), "max": fault.limit}
            else:
                found += fault.characters
        if found:
            yield "forbidden_character", person, {"characters": found, "field": "birth_name"}

    @api.model
    def _faults_of_employer(self, registration):
        if registration.without_employer:
            return
        employer = registration.employer_id
        if not employer:
            yield "employer_missing", registration, {}
        elif not siret.compact(employer.company_registry):
            yield "siret_missing", employer, {}
        elif problem := siret.problem_of(employer.company_registry):
            yield "siret_invalid", employer, {"problem": problem}
        if found := forbidden_characters(registration.employer_reference):
            params = {"characters": found, "field": "employer_reference"}
            yield "forbidden_character", registration, params

    @api.model
    def _faults_of_validity(self, registration):
        start, end = registration.validity_start_date, registration.validity_end_date
        session_end = registration._passport_session_dates()[1]
        if not start or (end and end < start):
            yield "dates_invalid", registration, {}
        if start and session_end and start < session_end:
            yield "validity_before_end", registration, {}


def _is_in(day, periods):
    """Tell whether ``day`` is in one of ``periods``, as ``passport.law`` gives them."""
    return any(first <= day and (last is None or day <= last) for first, last in periods)
