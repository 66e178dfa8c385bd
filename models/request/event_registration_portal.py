from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import hmac

from .sale_order_portal import PORTAL_ORDER_STATES

# Which of the employer's data mends which issue of the readiness.
DATA_BY_ISSUE = {
    "attendee_missing": "name",
    "nir_missing": "nir",
    "nir_invalid": "nir",
    "birth_name_missing": "birth_name",
    "employer_missing": "employer",
    "siret_missing": "employer",
    "siret_invalid": "employer",
}
# Of an establishment: the client mends those of its own.
SIRET_ISSUES = {"siret_missing", "siret_invalid"}
IN_DECLARATION_STATES = ("in_progress", "declared")


class PortalSeat(NamedTuple):
    """One attendee of a page of the employer's space, or a place nobody was named for.

    ``registration`` is empty for a place of an order line that has no registration yet; ``allowed``
    are the names of the data that may be given, ``missing`` those that should be, ``nir`` the
    status of the NIR by its code, ``locked`` tells that the attendee is in a declaration.
    """

    ref: str
    registration: models.Model
    line: models.Model
    event: models.Model
    nir: str = "missing"
    locked: bool = False
    allowed: frozenset = frozenset()
    missing: frozenset = frozenset()

    @property
    def person(self):
        return self.registration.attendee_partner_id

    @property
    def birth_name_given(self):
        return bool(self.person.birth_name)


class EventRegistration(models.Model):
    """The employer's space: what a client's portal users may see of the attendees.

    All routes go through these methods, which run as superuser on what
    :meth:`_passport_portal_domain` lets through, and on nothing else. Portal users have no access
    right of their own to registrations, contacts of attendees, or the vault.
    """

    _inherit = "event.registration"

    @api.model
    def _passport_portal_domain(self, user):
        """Return the domain of the registrations that ``user`` may see and complete.

        A registration is a client's if the client booked it and, where it comes from an order, if
        that order is the client's too: a registration between two clients is nobody's. The
        establishments of a company belong to it, as in Odoo's own portal. Users who are not portal
        users have nothing here, internal users included.
        """
        if not user._is_portal():
            return Domain.FALSE
        client_ids = user.commercial_partner_id.ids
        ordered = Domain(
            [
                ("sale_order_id.partner_id", "child_of", client_ids),
                ("sale_order_id.state", "in", PORTAL_ORDER_STATES),
            ]
        )
        return (
            Domain("partner_id", "child_of", client_ids)
            & Domain("training_id", "!=", False)
            & Domain("passport_state", "!=", "not_concerned")
            & (Domain("sale_order_id", "=", False) | ordered)
        )

    @api.model
    def _passport_portal_missing_domain(self, user):
        """Return the domain of those for whom the employer can still give something.

        The same as the pages find, lest an order be called incomplete where nothing can be done.
        """
        closed = Domain("nir_state", "=", "refused") | Domain(
            "passport_registration_ids.passport_line_ids.is_live", "=", True
        )
        client_ids = user.commercial_partner_id.ids
        own = Domain("passport_issue_ids.code", "in", list(DATA_BY_ISSUE.keys() - SIRET_ISSUES))
        siret = Domain("passport_issue_ids.code", "in", list(SIRET_ISSUES))
        return (
            self._passport_portal_domain(user)
            & Domain("passport_state", "not in", IN_DECLARATION_STATES)
            & Domain("attendee_partner_id", "not any", closed)
            & (own | (siret & Domain("employer_id", "child_of", client_ids)))
        )

    @api.model
    def _passport_portal_seats(self, user, order=None, event=None):
        """Return the attendees and free places of an order, or of a session booked without one.

        :param user: a portal user; who sees nothing gets an empty list
        :param order: a sale order; one that is not the client's gives nothing
        :param event: a session
        :returns: list of :class:`PortalSeat`, in a constant number of queries
        """
        place = Domain("sale_order_id", "=", order.id) if order else Domain.TRUE
        if event:
            place = Domain([("event_id", "=", event.id), ("sale_order_id", "=", False)])
        registrations = self.sudo().search(
            self._passport_portal_domain(user) & place, order="event_id, id"
        )
        facts = registrations._passport_portal_facts(user)
        seats = [registration._passport_portal_seat(facts) for registration in registrations]
        if order:
            own = order.sudo()._passport_portal_domain(user) & Domain("id", "=", order.id)
            order = order.sudo().search(own)
            empty = registrations.browse()
            for line, count in order._passport_portal_empty_places().items():
                seats += [
                    PortalSeat(
                        ref=self._passport_portal_ref(user, line, number),
                        registration=empty,
                        line=line,
                        event=line.event_id,
                        allowed=frozenset({"name", "email", "nir", "birth_name"}),
                        missing=frozenset({"name"}),
                    )
                    for number in range(count)
                ]
        return seats

    @api.model
    def _passport_portal_ref(self, user, record, number=0):
        """Return the opaque reference of a seat: the same each time, another for another client."""
        message = (user.commercial_partner_id.id, record._name, record.id, number)
        digest = hmac(self.env(su=True), "passport-portal-seat", message).upper()
        return "-".join((digest[:4], digest[4:8], digest[8:12]))

    def _passport_portal_facts(self, user):
        """Read once, for the whole recordset, what the seats need beyond the records themselves."""
        people = self.attendee_partner_id
        client = user.commercial_partner_id
        rows = people and self.env["passport.nir"].sudo().search_fetch(
            [("partner_id", "in", people.ids)], ["partner_id", "collected_by_id"]
        )
        lines = people and self.env["passport.declaration.line"].sudo().search_fetch(
            [("partner_id", "in", people.ids), ("is_live", "=", True)], ["partner_id"]
        )
        return {
            "user": user,
            "client": client,
            "establishments": client._passport_establishments(),
            "given_by_client": {
                row.partner_id
                for row in rows
                if row.collected_by_id.share and row.collected_by_id.commercial_partner_id == client
            },
            "declared": {line.partner_id for line in lines},
        }

    def _passport_portal_seat(self, facts):
        self.ensure_one()
        person = self.attendee_partner_id
        issues = set(self.passport_issue_ids.mapped("code"))
        locked = person in facts["declared"] or self.passport_state in IN_DECLARATION_STATES
        allowed = set() if locked else self._passport_portal_allowed(facts, issues)
        missing = {DATA_BY_ISSUE[code] for code in issues & set(DATA_BY_ISSUE)} & allowed
        return PortalSeat(
            ref=self._passport_portal_ref(facts["user"], self),
            registration=self,
            line=self.sale_order_line_id,
            event=self.event_id,
            nir=person.nir_state or "missing",
            locked=locked,
            allowed=frozenset(allowed),
            missing=frozenset(missing),
        )

    def _passport_portal_allowed(self, facts, issues):
        """Return which data the employer may give for an attendee who is not declared.

        What somebody else gave, the trainee above all, is not the employer's to change; neither is
        what a refusal closed. A mistake of the client's own can be typed again.
        """
        person = self.attendee_partner_id
        if not person:
            return {"name", "email", "nir", "birth_name"}
        allowed = set()
        if person.nir_state == "refused":
            return allowed
        correct = person in facts["given_by_client"]
        if person.nir_state in ("missing", "purged") or "nir_invalid" in issues or correct:
            allowed.add("nir")
        if not person.birth_name or correct:
            allowed.add("birth_name")
        if not facts["client"].is_company:
            allowed.add("no_employer")
            # A private person has one thing to say here: that there is no employer.
            if "employer_missing" in issues:
                allowed.add("employer")
        elif not self.employer_id or self.employer_id in facts["establishments"]:
            allowed.add("employer")
        return allowed
