from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import hmac

from ..ground.selections import LIVE_STATES

IN_DECLARATION_STATES = ("in_progress", "declared")
# Odoo's own portal shows these and no draft.
ORDER_STATES = ("sent", "sale")


class Seat(NamedTuple):
    """One ordered seat: an attendee of a booking, or nobody named yet.

    ``registration`` is empty for a seat of an order line that has no registration yet; ``allowed``
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


class Booking(NamedTuple):
    """An order, or a session booked without one (``kind``: ``orders`` or ``sessions``), in a list."""

    kind: str
    record: models.Model
    attendees: int
    missing: int


class PassportEmployerSpace(models.AbstractModel):
    """The employer's space: what a client's portal users may see of the attendees.

    All routes go through these methods, which run as superuser on what
    :meth:`_registrations_domain` lets through, and on nothing else. Portal users have no access
    right of their own to registrations, contacts of attendees, or the vault.
    """

    _name = "passport.employer.space"
    _description = "Employer's Space"

    @api.model
    def _order_url(self, order):
        """Return the absolute address of an order's page in the employer's space.

        Logging in is required: the ``access_token`` of a quotation is no key to it, since such links
        are forwarded. Who is not logged in meets the login page, then this one. A contact without a
        user is invited through Odoo's own "Grant portal access".
        """
        order.ensure_one()
        return f"{order.get_base_url()}/my/passport/orders/{order.id}"

    # ------------------------------------------------------------
    # Whose
    # ------------------------------------------------------------

    @api.model
    def _orders_domain(self, user):
        """Return the domain of the orders of trainings whose attendees ``user`` may complete.

        Those of the user's company and of its establishments; not those that a contact ordered for
        another company, before coming to this one. Nothing for whoever is not a portal user.
        """
        if not user._is_portal():
            return Domain.FALSE
        return Domain(
            [
                ("passport_client_id", "child_of", user.commercial_partner_id.ids),
                ("state", "in", ORDER_STATES),
                ("order_line.event_id.training_id", "!=", False),
            ]
        )

    @api.model
    def _registrations_domain(self, user):
        """Return the domain of the registrations that ``user`` may see and complete.

        A registration is a client's if the client booked it and, where it comes from an order, if
        that order is the client's too: a registration between two clients is nobody's. The
        establishments of a company belong to it, as in Odoo's own portal; who booked for another
        company, and works for this one by now, brings none along. Users who are not portal users have
        nothing here, internal users included.
        """
        if not user._is_portal():
            return Domain.FALSE
        client_ids = user.commercial_partner_id.ids
        ordered = Domain(
            [
                ("sale_order_id.passport_client_id", "child_of", client_ids),
                ("sale_order_id.state", "in", ORDER_STATES),
            ]
        )
        return (
            Domain("passport_client_id", "child_of", client_ids)
            & Domain("training_id", "!=", False)
            & Domain("passport_state", "!=", "not_concerned")
            & (Domain("sale_order_id", "=", False) | ordered)
        )

    @api.model
    def _lacking_domain(self, user):
        """Return the domain of those for whom the employer can still give something.

        The same as the pages find, lest an order be called incomplete where nothing can be done.
        """
        refused = Domain("attendee_partner_id.nir_state", "=", "refused")
        # Who somebody is was told with another training; for whom they attend this one was not.
        declared = Domain("passport_registration_ids.passport_line_state", "in", LIVE_STATES)
        client_ids = user.commercial_partner_id.ids
        needs = self.env["passport.needs"]
        who = needs._domain("name", "nir", "birth_name")
        who &= Domain("attendee_partner_id", "not any", declared)
        # Of an establishment: the client mends those of its own.
        siret = needs._domain("siret")
        return (
            self._registrations_domain(user)
            & Domain("passport_state", "not in", IN_DECLARATION_STATES)
            & Domain("passport_line_state", "not in", LIVE_STATES)
            & ~refused
            & (
                who
                | needs._domain("employer")
                | (siret & Domain("employer_id", "child_of", client_ids))
            )
        )

    # ------------------------------------------------------------
    # The list of bookings
    # ------------------------------------------------------------

    @api.model
    def _bookings(self, user):
        """Return the client's orders and sessions as :class:`Booking`, what lacks data first."""
        counts = self._booking_counts(self._registrations_domain(user))
        lacking = self._booking_counts(self._lacking_domain(user))
        free = {}
        no_event = self.env["event.event"].sudo().browse()
        for order in self.env["sale.order"].sudo().search(self._orders_domain(user)):
            if seats := sum(self._free_seats(order).values()):
                free[order, no_event] = seats
        keys = sorted({*counts, *free}, key=lambda key: (key[0].id, key[1].id), reverse=True)
        bookings = [
            Booking(
                kind="orders" if order else "sessions",
                record=order or event,
                attendees=counts.get((order, event), 0) + free.get((order, event), 0),
                missing=lacking.get((order, event), 0) + free.get((order, event), 0),
            )
            for order, event in keys
        ]
        return sorted(bookings, key=lambda booking: not booking.missing)

    @api.model
    def _booking_counts(self, domain):
        """Return ``{(order, session): count}``; the session is empty where there is an order."""
        registrations = self.env["event.registration"].sudo()
        ordered = registrations._read_group(
            domain & Domain("sale_order_id", "!=", False), ["sale_order_id"], ["__count"]
        )
        alone = registrations._read_group(
            domain & Domain("sale_order_id", "=", False), ["event_id"], ["__count"]
        )
        no_order = self.env["sale.order"].sudo().browse()
        no_event = self.env["event.event"].sudo().browse()
        return {
            **{(order, no_event): count for order, count in ordered},
            **{(no_order, event): count for event, count in alone},
        }

    @api.model
    def _booking_of(self, user, kind, record_id):
        """Return the order or session of this number, and its seats, if it is the user's client's.

        :returns: ``(record, [Seat])``; the record is ``None`` for what is somebody else's
        """
        if kind == "orders":
            own = self._orders_domain(user) & Domain("id", "=", record_id)
            order = self.env["sale.order"].sudo().search(own)
            return (order, self._seats(user, order=order)) if order else (None, [])
        event = self.env["event.event"].sudo().browse(record_id)
        seats = self._seats(user, event=event)
        return (seats[0].event if seats else None), seats

    # ------------------------------------------------------------
    # Seats
    # ------------------------------------------------------------

    @api.model
    def _seats(self, user, order=None, event=None):
        """Return the attendees and free seats of an order, or of a session booked without one.

        :param user: a portal user; who sees nothing gets an empty list
        :param order: a sale order; one that is not the client's gives nothing
        :param event: a session
        :returns: list of :class:`Seat`, in a constant number of queries
        """
        booked = Domain("sale_order_id", "=", order.id) if order else Domain.TRUE
        if event:
            booked = Domain([("event_id", "=", event.id), ("sale_order_id", "=", False)])
        registrations = (
            self.env["event.registration"]
            .sudo()
            .search(self._registrations_domain(user) & booked, order="event_id, id")
        )
        facts = self._facts(registrations, user)
        seats = [self._seat(registration, facts) for registration in registrations]
        return seats + (self._free_seats_of(user, order) if order else [])

    @api.model
    def _free_seats_of(self, user, order):
        own = self._orders_domain(user) & Domain("id", "=", order.id)
        order = order.sudo().search(own)
        nobody = self.env["event.registration"].sudo().browse()
        return [
            Seat(
                ref=self._ref(user, line, number),
                registration=nobody,
                line=line,
                event=line.event_id,
                allowed=frozenset({"name", "email", "nir", "birth_name"}),
                missing=frozenset({"name"}),
            )
            for line, count in self._free_seats(order).items()
            for number in range(count)
        ]

    @api.model
    def _free_seats(self, orders):
        """Return ``{order line: seats that have no registration yet}``, in superuser mode.

        Counted as event_sale counts when it confirms an order: a cancelled registration keeps its
        seat, which is the sales people's to give away.
        """
        lines = orders.sudo().order_line.filtered(
            lambda line: (
                line.event_id.training_id.passport_eligible
                and not line.event_id.is_subcontracted
                and line.event_id.kanban_state != "cancel"
            )
        )
        seats = {
            line: max(int(line.product_uom_qty) - len(line.registration_ids), 0) for line in lines
        }
        return {line: count for line, count in seats.items() if count}

    @api.model
    def _ref(self, user, record, number=0):
        """Return the opaque reference of a seat: the same each time, another for another client."""
        message = (user.commercial_partner_id.id, record._name, record.id, number)
        digest = hmac(self.env(su=True), "passport-portal-seat", message).upper()
        return "-".join((digest[:4], digest[4:8], digest[8:12]))

    @api.model
    def _facts(self, registrations, user):
        """Read once, for the whole recordset, what the seats need beyond the records themselves."""
        people = registrations.attendee_partner_id
        client = user.commercial_partner_id
        rows = people and self.env["passport.nir"].sudo().search_fetch(
            [("partner_id", "in", people.ids)], ["partner_id", "collected_by_id"]
        )
        declared = people and self.env["event.registration"].sudo().with_context(
            active_test=False
        ).search_fetch(
            [
                ("attendee_partner_id", "in", people.ids),
                ("passport_line_state", "in", LIVE_STATES),
            ],
            ["attendee_partner_id"],
        )
        return {
            "user": user,
            "client": client,
            "establishments": self.env["passport.employer.establishment"]._of(client),
            "given_by_client": {
                row.partner_id
                for row in rows
                if row.collected_by_id.share and row.collected_by_id.commercial_partner_id == client
            },
            "needs": self.env["passport.needs"]._of(registrations),
            "declared": {registration.attendee_partner_id for registration in declared},
            "live_ids": {registration.id for registration in declared},
        }

    @api.model
    def _seat(self, registration, facts):
        person = registration.attendee_partner_id
        is_live = registration.id in facts["live_ids"]
        locked = is_live or registration.passport_state in IN_DECLARATION_STATES
        allowed = set() if locked else self._allowed(registration, facts)
        missing = self._asked(registration, facts) & allowed
        return Seat(
            ref=self._ref(facts["user"], registration),
            registration=registration,
            line=registration.sale_order_line_id,
            event=registration.event_id,
            nir=person.nir_state or "missing",
            locked=locked,
            allowed=frozenset(allowed),
            missing=frozenset(missing),
        )

    @api.model
    def _asked(self, registration, facts):
        """Return the data still to be asked for: the SIRET is one of the employer's."""
        needs = facts["needs"][registration]
        return needs - {"siret"} | ({"employer"} if "siret" in needs else set())

    @api.model
    def _allowed(self, registration, facts):
        """Return which data the employer may give for an attendee who is not declared.

        What somebody else gave, the trainee above all, is not the employer's to change; neither is
        what a refusal closed, nor who somebody is that was declared for another training. A mistake of
        the client's own can be typed again.
        """
        person = registration.attendee_partner_id
        if not person:
            return {"name", "email", "nir", "birth_name"}
        if person.nir_state == "refused":
            return set()
        if person in facts["declared"]:
            return self._allowed_employer(registration, facts)
        allowed = self._asked(registration, facts) & {"nir", "birth_name"}
        if person in facts["given_by_client"]:
            allowed = {"nir", "birth_name"}
        return allowed | self._allowed_employer(registration, facts)

    @api.model
    def _allowed_employer(self, registration, facts):
        if not facts["client"].is_company:
            # A private person has one thing to say here: that there is no employer.
            return {"no_employer"} | ({"employer"} & self._asked(registration, facts))
        own = registration.employer_id in facts["establishments"]
        return {"employer"} if own or not registration.employer_id else set()
