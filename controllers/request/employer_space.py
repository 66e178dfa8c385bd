from types import SimpleNamespace

from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..ground.routes import route

BOOKING = "/my/passport/<any(orders, sessions):kind>/<int:record_id>"
SEATS_PER_PAGE = 20
BOOKINGS_PER_PAGE = 20
# A page of twenty attendees is far below; an upload has its own limit.
MAX_FORM_BYTES = 256 * 1024
MAX_ID = 2**31 - 1
# The token against forged requests is checked by ``_is_forged``: who has logged in again meanwhile
# gets the page back, not an error that has lost it.
WRITE = {
    "type": "http",
    "auth": "user",
    "website": True,
    "methods": ["POST"],
    "csrf": False,
    "max_content_length": MAX_FORM_BYTES,
}
READ = {"type": "http", "auth": "user", "website": True, "methods": ["GET"]}


def small_number(text):
    """Return the number in an address, or 0 for what is none."""
    text = str(text or "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


class EmployerSpace(CustomerPortal):
    """The employer's space: a client's contacts see the attendees of their own bookings.

    A booking is an order, or a session booked without one. Every route asks ``_booking`` first, and
    answers 404 to whatever is not the client's. What may be read and written is decided by the
    services ``passport.employer.…``.
    """

    # ------------------------------------------------------------
    # The portal's home
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # No more than what is asked for: the page stumbles over a counter it has no room for.
        asked = {"employer_booking_count", "employer_lacking_count"} & set(counters)
        if asked:
            bookings = self._bookings()
            found = {
                "employer_booking_count": len(bookings),
                "employer_lacking_count": sum(booking.missing for booking in bookings),
            }
            values.update({name: found[name] for name in asked})
        return values

    def _bookings(self):
        return request.env["passport.employer.space"]._bookings(request.env.user)

    @route("/my/passport", "/my/passport/page/<int:page>", **READ)
    def passport_home(self, page=1, show=None, **_kwargs):
        """List the orders and sessions of the client, those that lack data unless told otherwise."""
        bookings = self._bookings()
        lacking = [booking for booking in bookings if booking.missing]
        shown = bookings if show == "all" else lacking
        pages = pager(
            "/my/passport",
            len(shown),
            page=min(page, MAX_ID),
            step=BOOKINGS_PER_PAGE,
            url_args={"show": "all"} if show == "all" else None,
        )
        offset = max(pages["offset"], 0)
        return self._passport_render(
            "passeport_prevention.portal_passport_home",
            {
                "bookings": shown[offset : offset + BOOKINGS_PER_PAGE],
                "booking_count": len(bookings),
                "lacking_count": len(lacking),
                "show": show,
                "pager": pages,
            },
        )

    # ------------------------------------------------------------
    # One booking
    # ------------------------------------------------------------

    def _booking(self, kind, record_id):
        """Return what a page is about: an order or session of the user's own client, its seats.

        :raises NotFound: there is none, or it is somebody else's: nobody learns which
        """
        user = request.env.user
        record, seats = None, []
        if 0 < record_id <= MAX_ID:
            space = request.env["passport.employer.space"]
            record, seats = space._booking_of(user, kind, record_id)
        if not record:
            raise NotFound
        client = user.commercial_partner_id
        return SimpleNamespace(
            kind=kind,
            key=f"{kind}/{record_id}",
            url=f"/my/passport/{kind}/{record_id}",
            user=user,
            record=record,
            company=record.company_id,
            client=client,
            seats=seats,
            establishments=request.env["passport.employer.establishment"]._of(client),
        )

    @route(BOOKING, **READ)
    def passport_booking(self, kind, record_id, page="1", saved=None, done=None, **_kwargs):
        """Show the attendees of an order or session, and what is missing."""
        booking = self._booking(kind, record_id)
        return self._render_booking(booking, page=page, saved=small_number(saved), done=done)

    @route(f"{BOOKING}/<any(attendees, employer, establishment, remark, upload):part>", **READ)
    def passport_back(self, kind, record_id, part, **_kwargs):
        """Come back to the page after a login that a save has led to."""
        booking = self._booking(kind, record_id)
        return self._passport_redirect(booking, done="lost")

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _render_booking(self, booking, page="1", errors=None, typed=None, **values):
        count = len(booking.seats)
        last = max((count - 1) // SEATS_PER_PAGE + 1, 1)
        number = min(max(small_number(page), 1), last)
        start = (number - 1) * SEATS_PER_PAGE
        labels = dict(
            request.env["res.partner"]._fields["nir_state"]._description_selection(request.env)
        )
        session_label = request.env["passport.employer.sheet"]._session_label
        return self._passport_render(
            "passeport_prevention.portal_passport_place",
            {
                "booking": booking,
                "passport_booking": booking,
                "seats": booking.seats[start : start + SEATS_PER_PAGE],
                "seat_start": start,
                "page_number": number,
                "page_last": last,
                "complete_count": sum(not seat.missing for seat in booking.seats),
                "lacking_count": sum(bool(seat.missing) for seat in booking.seats),
                "changeable_count": sum(
                    bool(seat.person) and "employer" in seat.allowed for seat in booking.seats
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

    def _is_forged(self):
        """Tell whether a form was not sent from a page of this session."""
        return not request.validate_csrf(request.httprequest.form.get("csrf_token"))

    def _render_stale(self, booking, **values):
        """Show the page again to who came with the form of another session: nothing is written."""
        errors = {"stale": self._stale_text()}
        return self._render_booking(booking, section_errors=errors, **values)

    def _stale_text(self):
        return request.env._(
            "You have logged in again since this page was opened: nothing was saved yet. Please check "
            "what you typed, and save again."
        )

    def _passport_redirect(self, booking, **args):
        query = "&".join(f"{key}={value}" for key, value in args.items() if str(value).isalnum())
        return self._passport_private(request.redirect(f"{booking.url}?{query}", code=303))

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
