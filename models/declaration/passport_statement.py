from collections import Counter

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools import authority_file
from ..ground.selections import LIVE_STATES, SENT_STATES
from .statement_row import Row, Statement

# In the order they are printed in; each registration stands in one of them.
SECTIONS = ("employer", "missing", "declared", "transmitted", "pending", "other")
# What is told of registrations and of their declarations: a client may have many, and all their other
# columns would come along.
REGISTRATION_FIELDS = (
    "attendee_partner_id",
    "employer_id",
    "event_id",
    "event_slot_id",
    "outcome",
    "passport_deadline",
    "passport_document",
    "passport_issue_ids",
    "passport_line_state",
    "passport_state",
    "training_id",
    "validity_end_date",
    "validity_start_date",
)
LINE_FIELDS = (
    "answered_on",
    "declaration_id",
    "deposited_on",
    "document",
    "registration_id",
    "state",
)
TRANSMITTED_ISSUE = "rs_transmitted"
REFUSED_ISSUE = "nir_refused"
# Left empty in what an employer copies: what only the employer knows, or chooses.
EMPLOYER_FILLS = {
    "ID_DECLARATION",
    "REFERENCE_DECLARATION",
    "ID_UNIQUE_PARTENAIRE",
    "NIR",
    "NOM_TITULAIRE",
}
EMPLOYER_COLUMNS = tuple(column.name for column in authority_file.ADF)


class PassportStatement(models.AbstractModel):
    """What did we declare of this client's people, and what is left to the client?

    Never a NIR and no birth name: names, trainings and where their declaration stands. A client's
    people are those it booked, and those it employs whom nobody booked; a registration between two
    clients is nobody's, as in the employer's space.
    """

    _name = "passport.statement"
    _description = "Client Statement"

    @api.model
    def _of(self, client, date_from, date_to, company=None):
        """Return the :class:`Statement` of a client, for trainings that ended within a period.

        What is missing is told of coming sessions too. A constant number of queries.

        :param company: the training body; the current one by default
        :raises AccessError: the user may not hand out statements, or does not see this client
        """
        self._check(client)
        return self._make(client, date_from, date_to, company or self.env.company)

    @api.model
    def _counts(self, client, date_from, date_to):
        """Return ``{section: how many}`` of what :meth:`_of` returns; nothing is put into words.

        :raises AccessError: the user may not hand out statements, or does not see this client
        """
        self._check(client)
        company = self.env.company
        registrations = self._registrations(client.commercial_partner_id, date_from, company)
        needs = self.env["passport.needs"]._of(registrations)
        return Counter(
            section for section, _registration in self._told(registrations, needs, date_to)
        )

    @api.model
    def _of_own_client(self, user, date_from, date_to, company):
        """Return the :class:`Statement` of a portal user's own client, and of no other.

        :raises AccessError: this is no portal user
        """
        if not user._is_portal():
            raise AccessError(self.env._("This page is for clients only."))
        return self.sudo()._make(user.commercial_partner_id, date_from, date_to, company)

    @api.model
    def _own_companies(self, user):
        """Return ``{training body: (first day, last day)}`` of what a portal user's client has."""
        if not user._is_portal():
            return {}
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                self._client_domain(user.commercial_partner_id)
                & Domain("validity_start_date", "!=", False)
                & Domain("company_id", "!=", False),
                ["company_id"],
                ["validity_start_date:min", "validity_start_date:max"],
            )
        )
        return {company: (first, last) for company, first, last in groups}

    @api.model
    def _check(self, client):
        self.env["passport.rights"]._check_client_facing()
        client.check_access("read")

    # ------------------------------------------------------------
    # Whose
    # ------------------------------------------------------------

    @api.model
    def _client_domain(self, client):
        """Return the domain of the registrations of one client, of all training bodies."""
        own_order = Domain("sale_order_id", "=", False) | Domain(
            "sale_order_id.passport_client_id", "child_of", client.ids
        )
        booked = Domain("passport_client_id", "child_of", client.ids) & own_order
        employed = Domain("partner_id", "=", False) & Domain("employer_id", "child_of", client.ids)
        return (booked | employed) & self._told_domain()

    @api.model
    def _told_domain(self):
        """Return the domain of what statements tell of: who was there, and whatever was declared."""
        there = (
            Domain("active", "=", True)
            & Domain("state", "!=", "cancel")
            & (Domain("outcome", "=", False) | Domain("outcome", "!=", "absent"))
            & (Domain("state", "=", "done") | Domain("event_id.kanban_state", "!=", "cancel"))
        )
        return Domain("training_id", "!=", False) & (
            there | Domain("passport_line_state", "in", LIVE_STATES)
        )

    @api.model
    def _clients(self, company, date_from, date_to):
        """Return the companies that have somebody in a training that ended within a period."""
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                self._told_domain()
                & Domain("company_id", "=", company.id)
                & Domain("validity_start_date", ">=", date_from)
                & Domain("validity_start_date", "<=", date_to),
                ["passport_client_id", "employer_id"],
            )
        )
        clients = {(client or employer).commercial_partner_id for client, employer in groups}
        found = self.env["res.partner"].sudo().union(*clients)
        return found.filtered("is_company").sorted("id")

    @api.model
    def _with_people(self, companies):
        """Return those of these companies that have somebody in a training."""
        if not companies.ids:
            return companies
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                self._told_domain()
                & (
                    Domain("passport_client_id", "child_of", companies.ids)
                    | (
                        Domain("partner_id", "=", False)
                        & Domain("employer_id", "child_of", companies.ids)
                    )
                ),
                ["passport_client_id", "employer_id"],
            )
        )
        found = {(client or employer).commercial_partner_id.id for client, employer in groups}
        return companies.filtered(lambda company: company._origin.id in found)

    @api.model
    def _bookers(self, company, clients):
        """Return ``{client: its contacts that booked}``, who booked last first."""
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                Domain("company_id", "=", company.id)
                & Domain("passport_client_id", "child_of", clients.ids)
                & Domain("partner_id", "child_of", clients.ids),
                ["partner_id"],
                ["id:max"],
            )
        )
        found = {}
        for booker, _last in sorted(groups, key=lambda group: group[1], reverse=True):
            found.setdefault(booker.commercial_partner_id, []).append(booker)
        return found

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------

    @api.model
    def _make(self, client, date_from, date_to, company):
        client = client.commercial_partner_id
        registrations = self._registrations(client, date_from, company)
        facts = self._facts(registrations)
        sections = {name: [] for name in SECTIONS}
        for section, registration in self._told(registrations, facts["needs"], date_to):
            sections[section].append(self._row(registration, section, facts))
        return Statement(client, company, date_from, date_to, sections)

    @api.model
    def _registrations(self, client, date_from, company):
        """Return the registrations, as superuser, of a client's people from a day on."""
        return (
            self.env["event.registration"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                self._client_domain(client)
                & Domain("company_id", "in", [company.id, False])
                & Domain("validity_start_date", ">=", date_from),
                REGISTRATION_FIELDS,
                order="validity_start_date, name, id",
            )
        )

    @api.model
    def _told(self, registrations, needs, date_to):
        """Yield ``(section, registration)`` of those that a statement until ``date_to`` tells of."""
        last = min(date_to, self.env["passport.clock"]._today())
        for registration in registrations:
            section = self._section(registration, needs[registration])
            if section == "missing" or registration.validity_start_date <= last:
                yield section, registration

    @api.model
    def _facts(self, registrations):
        """Return what is looked up for all of these at once."""
        lines = self.env["passport.declaration.line"].sudo()
        found = lines.search_fetch(
            [("registration_id", "in", registrations.ids), ("state", "!=", "withdrawn")],
            LINE_FIELDS,
            order="id",
        )
        (registrations.attendee_partner_id | registrations.employer_id).fetch(["name"])
        documents = registrations._fields["passport_document"]._description_selection(self.env)
        return {
            "documents": dict(documents),
            "lines": {line.registration_id: line for line in found},
            "needs": self.env["passport.needs"]._of(registrations),
            "no_line": lines.browse(),
        }

    @api.model
    def _section(self, registration, needs):
        """Return the one section a registration stands in."""
        codes = set(registration.passport_issue_ids.mapped("code"))
        if registration.passport_line_state in SENT_STATES:
            return "declared"
        if registration.passport_line_state in LIVE_STATES:
            return "pending"
        if registration.passport_state == "not_concerned":
            return "transmitted" if TRANSMITTED_ISSUE in codes else "other"
        if REFUSED_ISSUE in codes:
            return "employer" if registration.employer_id else "other"
        return "missing" if needs else "pending"

    @api.model
    def _row(self, registration, section, facts):
        line = facts["lines"].get(registration, facts["no_line"])
        sent = section == "declared"
        start, end = registration._passport_session_dates()
        # What was declared, whatever was changed since.
        told = line if sent else registration
        if sent:
            start, end = line.declaration_id.date_start, line.declaration_id.date_end
        return Row(
            person=registration.attendee_partner_id.name or self.env._("not named yet"),
            employer=(told.employer_id or registration.employer_id).name or "",
            training=registration.training_id.with_context(lang=self.env.lang).name,
            start=start,
            end=end,
            document=facts["documents"].get(line.document or registration.passport_document, ""),
            status=self._status(registration, section, line, facts),
            reference=(sent and line.declaration_reference) or "",
            declared_on=sent and self._day(line.deposited_on),
            answered_on=line.state == "accepted" and self._day(line.answered_on),
            deadline=section in ("employer", "missing", "pending")
            and registration.passport_deadline,
            valid_until=registration.outcome != "failed" and told.validity_end_date,
            columns=self._employer_columns(registration) if section == "employer" else (),
        )

    @api.model
    def _day(self, moment):
        """Return the day of a moment by the authority's clock, which tells whether a deadline was kept."""
        return moment and self.env["passport.clock"]._day_of(moment)

    @api.model
    def _status(self, registration, section, line, facts):
        """Return where a person stands, in the client's words."""
        if section == "declared":
            return self._declared_status(line)
        if section == "missing":
            missing = self._missing_text(facts["needs"][registration])
            if line.state == "rejected":
                return self.env._("not recognised by the authority, to be given again: %s", missing)
            return missing
        if section == "transmitted":
            return self.env._("transmitted by the certifying body")
        if section == "employer":
            return self.env._("NIR refused: to be declared by the employer")
        if section == "other":
            reasons = registration.passport_issue_ids.filtered(
                lambda issue: issue.severity == "not_concerned" or issue.code == REFUSED_ISSUE
            )
            names = reasons.with_context(lang=self.env.lang).mapped("name")
            return ", ".join(names) or self.env._("not to be declared")
        return self._pending_status(line)

    @api.model
    def _declared_status(self, line):
        if line.state == "accepted":
            if not line.answered_on:
                return self.env._("accepted")
            return self.env._("accepted on %s", format_date(self.env, self._day(line.answered_on)))
        return self.env._("declared, answer awaited")

    @api.model
    def _pending_status(self, line):
        if line.state == "rejected":
            return self.env._("rejected, being corrected by us")
        if line.state in LIVE_STATES:
            return self.env._("being prepared")
        return self.env._("to be declared by us")

    @api.model
    def _missing_text(self, needs):
        texts = {
            "name": self.env._("name"),
            "nir": self.env._("social security number (NIR)"),
            "birth_name": self.env._("birth name"),
            "employer": self.env._("employer"),
            "siret": self.env._("SIRET of the employer"),
        }
        return ", ".join(text for need, text in texts.items() if need in needs)

    @api.model
    def _employer_columns(self, registration):
        """Return the values of the authority's ADF columns that an employer may copy, in order."""
        event, slot, training = (
            registration.event_id,
            registration.event_slot_id,
            registration.training_id,
        )
        values = self.env["passport.frozen"].sudo()._session_values(event, slot, training, "adf")
        declaration = self.env["passport.declaration"].sudo().new(values)
        failed = registration.outcome == "failed"
        row = {
            **declaration._training_row(),
            "PRESENCE_EMPLOYEUR": True,
            "SIRET_EMPLOYEUR": registration.employer_id._passport_siret() or "",
            "REFERENCE_EMPLOYEUR": registration.employer_reference or "",
            "DATE_DEBUT_VALIDITE": registration.validity_start_date or None,
            "DATE_FIN_VALIDITE": (not failed and registration.validity_end_date) or None,
        }
        return tuple(
            "" if name in EMPLOYER_FILLS else authority_file.format_value(row.get(name))
            for name in EMPLOYER_COLUMNS
        )
