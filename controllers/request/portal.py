import logging
from types import SimpleNamespace

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ...models.request.event_registration_portal_entry import MAX_NAME_LENGTH, PORTAL_FIELDS
from ...tools.log_filter import holds_nir

_logger = logging.getLogger(__name__)

PLACE = "/my/passport/<any(orders, sessions):kind>/<int:place_id>"
SEATS_PER_PAGE = 20
PLACES_PER_PAGE = 20
MAX_REMARK_LENGTH = 2000
# A page of twenty attendees is far below; an upload has its own limit.
MAX_FORM_BYTES = 256 * 1024
MAX_ID = 2**31 - 1
WRITE = {
    "type": "http",
    "auth": "user",
    "website": True,
    "methods": ["POST"],
    "max_content_length": MAX_FORM_BYTES,
}


def _small_number(text):
    """Return the number in an address, or 0 for what is none."""
    text = str(text or "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


class EmployerSpace(CustomerPortal):
    """The employer's space: a client's contacts complete the attendees of their own orders.

    Every route asks ``_place`` first, and answers 404 to whatever is not the client's. What may be
    read and written is decided by the ``_passport_portal_…`` methods of the models.
    """

    # ------------------------------------------------------------
    # The portal's home
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # No more than what is asked for: the page stumbles over a counter it has no place for.
        asked = {"passport_count", "passport_missing_count"} & set(counters)
        if asked:
            places = self._passport_places()
            found = {
                "passport_count": len(places),
                "passport_missing_count": sum(place.missing for place in places),
            }
            values.update({name: found[name] for name in asked})
        return values

    def _passport_places(self):
        """Return the client's orders and sessions with their counts, what lacks data first."""
        user = request.env.user
        orders = request.env["sale.order"].sudo()
        registrations = request.env["event.registration"].sudo()
        counts, lacking = (
            {
                (order, event if not order else event.browse()): count
                for order, event, count in self._passport_place_counts(registrations, domain)
            }
            for domain in (
                registrations._passport_portal_domain(user),
                registrations._passport_portal_missing_domain(user),
            )
        )
        free = {}
        for order in orders.search(orders._passport_portal_domain(user)):
            places = sum(order._passport_portal_empty_places().values())
            if places:
                free[order, request.env["event.event"].sudo().browse()] = places
        keys = sorted({*counts, *free}, key=lambda key: (key[0].id, key[1].id), reverse=True)
        places = [
            SimpleNamespace(
                kind="orders" if order else "sessions",
                record=order or event,
                attendees=counts.get((order, event), 0) + free.get((order, event), 0),
                missing=lacking.get((order, event), 0) + free.get((order, event), 0),
            )
            for order, event in keys
        ]
        return sorted(places, key=lambda place: not place.missing)

    def _passport_place_counts(self, registrations, domain):
        """Return ``(order, session, count)``; the session is empty where there is an order."""
        ordered = registrations._read_group(
            domain & Domain("sale_order_id", "!=", False), ["sale_order_id"], ["__count"]
        )
        alone = registrations._read_group(
            domain & Domain("sale_order_id", "=", False), ["event_id"], ["__count"]
        )
        no_order = request.env["sale.order"].sudo()
        no_event = request.env["event.event"].sudo()
        return [
            *((order, no_event, count) for order, count in ordered),
            *((no_order, event, count) for event, count in alone),
        ]

    @http.route(
        ["/my/passport", "/my/passport/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def passport_home(self, page=1, show=None, **_kwargs):
        """List the orders and sessions of the client, those that lack data unless told otherwise."""
        places = self._passport_places()
        lacking = [place for place in places if place.missing]
        shown = places if show == "all" else lacking
        pages = pager(
            "/my/passport",
            len(shown),
            page=min(page, MAX_ID),
            step=PLACES_PER_PAGE,
            url_args={"show": "all"} if show == "all" else None,
        )
        offset = max(pages["offset"], 0)
        return self._passport_render(
            "passeport_prevention.portal_passport_home",
            {
                "places": shown[offset : offset + PLACES_PER_PAGE],
                "place_count": len(places),
                "lacking_count": len(lacking),
                "show": show,
                "pager": pages,
            },
        )

    # ------------------------------------------------------------
    # One order or session
    # ------------------------------------------------------------

    def _place(self, kind, place_id):
        """Return the page of an order or session of the user's own client.

        :raises NotFound: there is none, or it is somebody else's: nobody learns which
        """
        user = request.env.user
        registrations = request.env["event.registration"]
        order = event = None
        if 0 < place_id <= MAX_ID and kind == "orders":
            orders = request.env["sale.order"].sudo()
            order = orders.search(
                orders._passport_portal_domain(user) & Domain("id", "=", place_id)
            )
        elif 0 < place_id <= MAX_ID:
            event = request.env["event.event"].sudo().browse(place_id)
        seats = (
            registrations._passport_portal_seats(user, order=order, event=event)
            if order or event
            else []
        )
        if not order and not seats:
            raise NotFound
        record = order or seats[0].event
        return SimpleNamespace(
            kind=kind,
            key=f"{kind}/{place_id}",
            url=f"/my/passport/{kind}/{place_id}",
            user=user,
            record=record,
            company=record.company_id,
            client=user.commercial_partner_id,
            seats=seats,
            establishments=user.commercial_partner_id._passport_establishments(),
        )

    @http.route(PLACE, type="http", auth="user", website=True, methods=["GET"])
    def passport_place(self, kind, place_id, page="1", saved=None, done=None, **_kwargs):
        """Show the attendees of an order or session, and what is missing."""
        place = self._place(kind, place_id)
        return self._render_place(place, page=page, saved=_small_number(saved), done=done)

    @http.route(
        f"{PLACE}/attendees",
        **WRITE,
    )
    def passport_save(self, kind, place_id, page="1", **_kwargs):
        """Keep what is right of what was typed for the attendees; show what is wrong."""
        place = self._place(kind, place_id)
        typed = self._typed_values()
        if not self._may_save(place):
            return self._render_too_many(place, page=page, typed=self._shown_again(typed))
        entries, kept = self._check_and_keep(place, typed)
        if kept is None:
            return self._render_not_kept(place, page=page, typed=self._shown_again(typed))
        errors = {entry.seat.ref: entry.errors for entry in entries if entry.errors}
        taken = self._taken_places_error(place, typed)
        if not errors and not taken:
            return self._passport_redirect(place, page=page, saved=len(kept))
        return self._render_place(
            self._place(kind, place_id),
            page=page,
            saved=len(kept),
            errors=errors,
            section_errors=taken,
            typed=self._shown_again({ref: typed[ref] for ref in errors}),
        )

    def _may_save(self, place):
        """Count one more save of the user, unless there were too many within the hour."""
        return request.env["passport.form.attempt"]._take("portal_save", place.user.id)

    def _check_and_keep(self, place, typed):
        """Return the entries of what was typed, and those kept; see :meth:`_keep`."""
        registrations = request.env["event.registration"]
        entries = registrations._passport_portal_check(place.user, place.seats, typed)
        return entries, self._keep(place, entries)

    def _keep(self, place, entries):
        """Keep what is right, or nothing of it and return ``None`` where the data is refused.

        The keys are missing or the session is full, for instance: the training body's affair, whose
        messages are not the client's to read.
        """
        try:
            with request.env.cr.savepoint():
                return request.env["event.registration"]._passport_portal_keep(place.user, entries)
        except UserError:
            _logger.warning("Portal: nothing could be kept on %s", place.key, exc_info=True)
            return None

    def _not_kept_text(self):
        return request.env._(
            "What you typed could not be stored for now: nothing was saved. Please try again later, or "
            "tell us in a remark."
        )

    def _render_not_kept(self, place, **values):
        errors = {"keep": self._not_kept_text()}
        return self._render_place(
            self._place(place.kind, place.record.id), section_errors=errors, **values
        )

    def _render_too_many(self, place, **values):
        error = request.env._(
            "You have saved very often within the last hour. Nothing was saved this time: please wait "
            "a while, then save again."
        )
        return self._render_place(place, section_errors={"limit": error}, **values)

    def _shown_again(self, typed):
        """Return what was typed without any NIR: none is sent back, not even one that was refused."""
        return {
            ref: {
                fname: text
                for fname, text in values.items()
                if fname != "nir" and not holds_nir(text)
            }
            for ref, values in typed.items()
        }

    def _taken_places_error(self, place, typed):
        """Tell which names found no place any more: a colleague was faster, or the order shrank."""
        known = {seat.ref for seat in place.seats}
        gone = self._shown_again({ref: typed[ref] for ref in typed if ref not in known})
        names = [values["name"].strip() for values in gone.values() if values.get("name")]
        if not any(names):
            return {}
        return {
            "taken": request.env._(
                "Not saved, since their places have been taken or cancelled meanwhile: %s",
                ", ".join(name[:MAX_NAME_LENGTH] for name in names if name),
            )
        }

    def _typed_values(self):
        """Return ``{reference: {field: text}}`` of the form; of other fields nothing is read."""
        typed = {}
        for key, text in request.httprequest.form.items(multi=True):
            fname, _dash, ref = key.partition("-")
            if fname in PORTAL_FIELDS and ref:
                typed.setdefault(ref, {})[fname] = text
        return typed

    @http.route(
        f"{PLACE}/establishment",
        **WRITE,
    )
    def passport_establishment(self, kind, place_id, siret="", establishment="", **_kwargs):
        """Add an establishment to the client's own, so that attendees can be put in it."""
        place = self._place(kind, place_id)
        if not place.client.is_company:
            raise NotFound
        typed = {"siret": siret, "establishment": establishment}
        typed = {fname: text for fname, text in typed.items() if not holds_nir(text)}
        if not self._may_save(place):
            return self._render_too_many(place, section_typed=typed)
        _found, errors = place.client._passport_portal_add_establishment(establishment, siret)
        if errors:
            return self._render_place(place, section_errors=errors, section_typed=typed)
        return self._passport_redirect(place, done="establishment")

    @http.route(
        f"{PLACE}/employer",
        **WRITE,
    )
    def passport_employer(self, kind, place_id, employer="", **_kwargs):
        """Put all attendees of the page whose employer may be changed in one establishment."""
        place = self._place(kind, place_id)
        if not self._may_save(place):
            return self._render_too_many(place)
        typed = {
            seat.ref: {"employer": employer}
            for seat in place.seats
            if seat.person and "employer" in seat.allowed
        }
        _entries, kept = self._check_and_keep(place, typed)
        if kept is None:
            return self._render_not_kept(place)
        return self._passport_redirect(place, saved=len(kept))

    @http.route(
        f"{PLACE}/remark",
        **WRITE,
    )
    def passport_remark(self, kind, place_id, remark="", **_kwargs):
        """Hand a remark to the training body, as an internal note on the order or session."""
        place = self._place(kind, place_id)
        remark = remark.strip()
        error = self._remark_error(remark, place.user)
        if error:
            # A remark with a NIR in it is not sent back either.
            typed = {} if holds_nir(remark) else {"remark": remark}
            return self._render_place(place, section_errors={"remark": error}, section_typed=typed)
        registrations = request.env["event.registration"]
        registrations._passport_portal_remark(place.user, place.record, remark)
        return self._passport_redirect(place, done="remark")

    def _remark_error(self, remark, user):
        if not remark:
            return request.env._("Write your remark first.")
        if len(remark) > MAX_REMARK_LENGTH:
            return request.env._("This is too long: %s characters at most.", MAX_REMARK_LENGTH)
        if holds_nir(remark):
            return request.env._(
                "Your remark seems to hold a social security number: type it in its own field, where "
                "it is encrypted."
            )
        if not request.env["passport.form.attempt"]._take("portal_remark", user.id):
            return request.env._(
                "You have sent us many remarks within the last hour: please wait a while, then send "
                "this one again."
            )
        return None

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _render_place(self, place, page="1", errors=None, typed=None, **values):
        count = len(place.seats)
        last = max((count - 1) // SEATS_PER_PAGE + 1, 1)
        number = min(max(_small_number(page), 1), last)
        start = (number - 1) * SEATS_PER_PAGE
        labels = dict(
            request.env["res.partner"]._fields["nir_state"]._description_selection(request.env)
        )
        session_label = request.env["event.registration"]._passport_portal_session_label
        return self._passport_render(
            "passeport_prevention.portal_passport_place",
            {
                "place": place,
                "passport_place": place,
                "seats": place.seats[start : start + SEATS_PER_PAGE],
                "seat_start": start,
                "page_number": number,
                "page_last": last,
                "complete_count": sum(not seat.missing for seat in place.seats),
                "lacking_count": sum(bool(seat.missing) for seat in place.seats),
                "changeable_count": sum(
                    bool(seat.person) and "employer" in seat.allowed for seat in place.seats
                ),
                "nir_labels": labels,
                "session_label": session_label,
                "errors": errors or {},
                "typed": typed or {},
                "section_errors": {},
                "section_typed": {},
                "saved": 0,
                "done": None,
                **values,
            },
        )

    def _passport_redirect(self, place, **args):
        query = "&".join(f"{key}={value}" for key, value in args.items() if str(value).isalnum())
        return self._passport_private(request.redirect(f"{place.url}?{query}", code=303))

    def _passport_render(self, template, values):
        layout = self._prepare_portal_layout_values()
        response = request.render(template, {**layout, "page_name": "passport", **values})
        return self._passport_private(response)

    @staticmethod
    def _passport_private(response):
        """Keep what is personal out of every cache, history and frame."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
