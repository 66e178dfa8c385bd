from datetime import date

from odoo import api, fields, models

from ...tools import authority_file, siret
from ...tools.text import forbidden_characters

# Attendees in these states have nothing to mend: they are in a declaration, or need none.
STATE_BY_LINE = {
    "prepared": "in_progress",
    "in_deposit": "in_progress",
    "deposited": "in_progress",
    "accepted": "declared",
    "rejected": "rejected",
}
# What should be looked at, but does not keep an attendee from being declared.
WARNING_CODES = {
    "nir_provisional",
    "nir_month_unusual",
    "nir_key_unchecked",
    "same_nir_other_contact",
    "rs_transmitted",
}
# From this day on certifying bodies transmit RS certifications to the passport themselves.
# Source: the operator's announcement, taken up in its import guide.
RS_TRANSMITTED_FROM = date(2026, 11, 16)
# The attendee's own columns of a certificate of success.
JDR_COLUMNS = {
    "jdr_result": "RESULTAT_OBTENU",
    "jdr_mention": "MENTION_OBTENUE",
    "jdr_proof_link": "LIEN_PREUVE",
    "jdr_proof_reference": "IDENTIFIANT_PREUVE",
}
# With one of these, the attendee is not this training body's to declare.
NOT_CONCERNED_CODES = {"not_eligible", "subcontracted"}


class EventRegistration(models.Model):
    """Readiness: who can be declared, who cannot and why. All of it is decided here."""

    _inherit = "event.registration"

    passport_state = fields.Selection(
        [
            ("not_concerned", "Not concerned"),
            ("blocked", "Blocked"),
            ("ready", "Ready"),
            ("in_progress", "In progress"),
            ("declared", "Declared"),
            ("rejected", "Rejected"),
        ],
        string="Declaration",
        compute="_compute_passport_state",
        store=True,
        index=True,
        copy=False,
    )
    passport_issue_ids = fields.Many2many(
        "passport.issue",
        "event_registration_passport_issue_rel",
        "registration_id",
        "issue_id",
        string="Issues",
        compute="_compute_passport_state",
        store=True,
        copy=False,
        help="What blocks the declaration of this attendee, and what should be looked at.",
    )
    passport_issues = fields.Text(string="What to Fix", compute="_compute_passport_issues")

    @api.depends(
        "active",
        "state",
        "name",
        "attendee_partner_id.birth_name",
        "attendee_partner_id.nir_state",
        "employer_id",
        "without_employer",
        "employer_reference",
        "outcome",
        "passport_document",
        "jdr_result",
        "jdr_mention",
        "jdr_proof_link",
        "jdr_proof_reference",
        "validity_start_date",
        "validity_end_date",
        "event_slot_id.start_datetime",
        "event_slot_id.end_datetime",
        "event_id.date_begin",
        "event_id.date_end",
        "event_id.date_tz",
        "event_id.is_subcontracted",
        "event_id.training_id.name",
        "event_id.training_id.passport_eligible",
        "event_id.training_id.passport_document",
        "event_id.training_id.jdr_type",
        "event_id.training_id.jdr_name",
        "event_id.training_id.jdr_option",
        "event_id.training_id.is_certifying",
        "event_id.training_id.rs_code_id",
        "event_id.training_id.formacode_ids",
        "event_id.training_id.nsf_code_ids",
        "event_id.training_id.rome_code_ids",
        "passport_line_ids.state",
    )
    def _compute_passport_state(self):
        # Empty while the addon is being installed over existing registrations: its data comes later.
        issue_ids_of = self.env["passport.issue"]._ids_by_code()
        faults = self._passport_faults()
        by_issues = {}
        for registration in self:
            codes = {code for code, _record, _params in faults[registration]}
            line_state = STATE_BY_LINE.get(registration._passport_last_line().state)
            state = line_state or registration._passport_state_of(codes)
            registration.passport_state = state
            shown = registration._passport_shown_codes(state, codes)
            issue_ids = tuple(issue_ids_of[code] for code in sorted(shown) if code in issue_ids_of)
            by_issues[issue_ids] = by_issues.get(issue_ids, self.browse()) | registration
        # One write for all that share the same issues, instead of one for each attendee.
        for issue_ids, registrations in by_issues.items():
            registrations.passport_issue_ids = [fields.Command.set(issue_ids)]

    def _passport_state_of(self, codes):
        """Return the state of a registration without a declaration line, from its issue codes."""
        self.ensure_one()
        if self._is_passport_cancelled() or not NOT_CONCERNED_CODES.isdisjoint(codes):
            return "not_concerned"
        return "blocked" if codes - WARNING_CODES else "ready"

    def _passport_shown_codes(self, state, codes):
        """Return those of ``codes`` that are worth showing: what nobody has to mend is left out."""
        self.ensure_one()
        if state in ("in_progress", "declared") or self._is_passport_cancelled():
            return set()
        return codes & NOT_CONCERNED_CODES if state == "not_concerned" else codes

    def _is_passport_cancelled(self):
        return self.state == "cancel" or self.outcome == "absent" or not self.active

    @api.depends("passport_issue_ids", "passport_state")
    def _compute_passport_issues(self):
        found = self._passport_issues()
        for registration in self:
            codes = {code for code, _message, _record in found[registration]}
            shown = registration._passport_shown_codes(registration.passport_state, codes)
            registration.passport_issues = "\n".join(
                message for code, message, _record in found[registration] if code in shown
            )

    # ------------------------------------------------------------
    # Public to the rest of the addon
    # ------------------------------------------------------------

    def _passport_issues(self):
        """Tell what keeps each of these attendees from being declared, and what should be looked at.

        One function for the wizard, the lists, the deposit and the reports; a constant number of
        queries whatever the number of registrations.

        :returns: ``{registration: [(code, message, record to mend)]}``, an empty list where there
            is nothing to say. The codes are those of ``passport.issue``; those in
            ``WARNING_CODES`` do not block. Messages are in the user's language and never hold a NIR.
        """
        faults = self._passport_faults()
        texts = self._passport_message_texts()
        return {
            registration: [
                (
                    code,
                    self._passport_message(code, record, params, texts),
                    record.with_env(self.env),
                )
                for code, record, params in faults[registration]
            ]
            for registration in self
        }

    def _passport_ready(self):
        """Return those without a blocking issue now."""
        faults = self._passport_faults()
        return self.filtered(
            lambda registration: all(
                code in WARNING_CODES for code, _record, _params in faults[registration]
            )
        )

    def _mark_passport_state(self):
        """Have the readiness of these registrations computed again."""
        records = self.exists() if self else self
        for fname in ("passport_state", "passport_issue_ids"):
            self.env.add_to_compute(self._fields[fname], records)

    def action_passport_mend(self):
        """Open the record where the first issue of this attendee can be mended."""
        self.ensure_one()
        issues = sorted(self._passport_issues()[self], key=lambda issue: issue[0] in WARNING_CODES)
        record = issues[0][2] if issues else self
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_notify_employer(self):
        """Open the e-mail that tells the employer to declare an attendee who refuses the NIR."""
        self.ensure_one()
        template = self.env.ref("passeport_prevention.mail_template_employer_declares")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell the Employer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }

    @api.model
    def _cron_refresh_finished_sessions(self, limit=2000):
        """Have a fresh look at the attendees whose session has ended since they were last checked.

        Nothing else in the readiness depends on the clock.
        """
        waiting = self.env.ref("passeport_prevention.passport_issue_session_not_finished")
        domain = [
            ("passport_issue_ids", "in", waiting.ids),
            ("event_end_date", "<=", fields.Datetime.now()),
        ]
        registrations = self.search(domain, limit=limit)
        registrations._mark_passport_state()
        registrations.flush_recordset(["passport_state"])
        self.env["ir.cron"]._commit_progress(
            len(registrations),
            remaining=self.search_count(domain) if len(registrations) == limit else 0,
        )

    # ------------------------------------------------------------
    # The rules
    # ------------------------------------------------------------

    def _passport_faults(self):
        """Return ``{registration: [(code, record to mend, parameters of the message)]}``."""
        registrations = self.sudo()
        # An event without a training is none of ours yet: nothing more is looked up for it.
        context = registrations.filtered("event_id.training_id")._passport_shared_facts()
        faults = {}
        for original, registration in zip(self, registrations, strict=True):
            if not registration.event_id.training_id:
                faults[original] = [
                    *registration._faults_of_session(context),
                    ("training_missing", registration.event_id, {}),
                ]
                continue
            faults[original] = [
                *registration._faults_of_session(context),
                *registration._faults_of_training(context),
                *registration._faults_of_jdr(),
                *registration._faults_of_attendee(context),
                *registration._faults_of_employer(),
                *registration._faults_of_validity(),
                *registration._faults_of_declaration(),
            ]
        return faults

    def _passport_shared_facts(self):
        """Read once, for the whole recordset, what the rules need beyond the records themselves."""
        people = self.attendee_partner_id
        vault = self.env["passport.nir"].sudo()
        rows = people and vault.search_fetch(
            [("partner_id", "in", people.ids)], ["partner_id", "check_codes", "envelope"]
        )
        trainings = self.event_id.training_id
        check = self.env["passport.training.check"]
        now = fields.Datetime.now()
        return {
            "now": now,
            "today": self.env["passport.clock"]._day_of(now),
            "check_codes": {row.partner_id.id: row._check_code_list() for row in rows},
            "same_nir": vault._shared_partner_ids(people.ids),
            "trainings": {
                (training, document): check._faults(training, document)
                for training in trainings
                for document in authority_file.DOCUMENTS
            },
            "twice": self._passport_registered_twice(),
        }

    def _passport_registered_twice(self):
        """Return the ids of the registrations of people registered twice in one session."""
        if not self.attendee_partner_id:
            return set()
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                [
                    ("event_id", "in", self.event_id.ids),
                    ("attendee_partner_id", "in", self.attendee_partner_id.ids),
                    ("state", "!=", "cancel"),
                ],
                ["event_id", "event_slot_id", "attendee_partner_id"],
                ["id:array_agg"],
                having=[("__count", ">", 1)],
            )
        )
        return {registration_id for *_keys, ids in groups for registration_id in ids}

    def _passport_last_line(self):
        """Return the last declaration line of this registration, withdrawn ones left aside."""
        lines = self.passport_line_ids.filtered(lambda line: line.state != "withdrawn")
        return lines.sorted("id")[-1:]

    def _faults_of_session(self, context):
        event = self.event_id
        start, end = self._passport_session_moments()
        if not end or end > context["now"] or self._passport_session_dates()[1] > context["today"]:
            yield "session_not_finished", event, {}
        elif self.state != "done" or not self.active:
            yield "not_attended", self, {}
        if start and end and end < start:
            yield "dates_invalid", event, {}
        if event.is_subcontracted:
            yield "subcontracted", event, {}

    def _faults_of_training(self, context):
        training = self.event_id.training_id
        if not training.passport_eligible:
            yield "not_eligible", training, {}
        for code, params in context["trainings"][training, self.passport_document or "adf"]:
            yield code, training, params

    def _faults_of_jdr(self):
        """Rules of the certificate of success: who passed, and what was obtained."""
        training = self.event_id.training_id
        if training.passport_document == "jdr" and self.outcome not in ("passed", "failed"):
            yield "outcome_missing", self, {}
        if self.passport_document != "jdr":
            return
        if training.is_certifying and (
            self.validity_start_date and self.validity_start_date >= RS_TRANSMITTED_FROM
        ):
            yield "rs_transmitted", training, {}
        for fname, column_name in JDR_COLUMNS.items():
            if found := forbidden_characters(self[fname]):
                yield "forbidden_character", self, {"characters": found, "field": fname}
            elif authority_file.value_faults("jdr", column_name, self[fname] or ""):
                yield "jdr_value_invalid", self, {"field": fname}

    def _faults_of_attendee(self, context):
        person = self.attendee_partner_id
        if not person:
            yield "attendee_missing", self, {}
            return
        codes = context["check_codes"].get(person.id)
        if codes is not None:
            for code in codes:
                yield code, person, {}
        else:
            yield ("nir_refused" if person.nir_state == "refused" else "nir_missing"), person, {}
        if others := context["same_nir"].get(person.id):
            yield "same_nir_other_contact", person, {"other": others[0]}
        yield from self._faults_of_birth_name(person)
        if self._origin.id in context["twice"] and self.state != "cancel":
            yield "duplicate_attendee", self, {}

    def _faults_of_birth_name(self, person):
        limit = authority_file.column("adf", "NOM_TITULAIRE").max_length
        if not person.birth_name:
            yield "birth_name_missing", person, {}
        elif len(person.birth_name) > limit:
            yield "birth_name_too_long", person, {"count": len(person.birth_name), "max": limit}
        if found := forbidden_characters(person.birth_name):
            yield "forbidden_character", person, {"characters": found, "field": "birth_name"}

    def _faults_of_employer(self):
        if self.without_employer:
            return
        employer = self.employer_id
        if not employer:
            yield "employer_missing", self, {}
        elif not siret.compact(employer.company_registry):
            yield "siret_missing", employer, {}
        elif problem := siret.problem_of(employer.company_registry):
            yield "siret_invalid", employer, {"problem": problem}
        if found := forbidden_characters(self.employer_reference):
            yield "forbidden_character", self, {"characters": found, "field": "employer_reference"}

    def _faults_of_validity(self):
        start, end = self.validity_start_date, self.validity_end_date
        session_end = self._passport_session_dates()[1]
        if not start or (end and end < start):
            yield "dates_invalid", self, {}
        if start and session_end and start < session_end:
            yield "validity_before_end", self, {}

    def _faults_of_declaration(self):
        if line := self.passport_line_ids.filtered("is_live"):
            yield "already_declared", line.declaration_id, {}
