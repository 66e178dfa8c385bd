from datetime import date

from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..ground.downloads import XLSX, download
from ..ground.routes import route

MIME_TYPES = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
}
MAX_ID = 2**31 - 1
OWN = {"type": "http", "auth": "user", "methods": ["GET"], "readonly": True}


def period_of(text):
    """Return the two days of ``2026-01-01_2026-12-31``.

    :raises NotFound: this is no period
    """
    try:
        first, last = (date.fromisoformat(part) for part in text.split("_"))
    except ValueError:
        raise NotFound from None
    if first > last:
        raise NotFound
    return first, last


class StatementController(CustomerPortal):
    """Client statements: for colleagues of any client they see, for portal users of their own."""

    # ------------------------------------------------------------
    # Colleagues
    # ------------------------------------------------------------

    @route(
        "/passeport_prevention/statement/<int:client_id>/<string:period>/<any(pdf,xlsx):kind>",
        **OWN,
    )
    def statement_file(self, client_id, period, kind, company=None, **_kwargs):
        """Send the statement of one client, by one training body, as a file."""
        if not 0 < client_id <= MAX_ID:
            raise NotFound
        client = request.env["res.partner"].browse(client_id).exists()
        if not client:
            raise NotFound
        lang = client.lang or request.env.lang
        service = request.env["passport.statement"].with_context(lang=lang)
        statement = service._of(client, *period_of(period), self._own_company(company))
        return self._statement_send(statement, kind, lang)

    def _own_company(self, number):
        """Return the user's company of this number; the user's own without one.

        :raises NotFound: it is none of the user's
        """
        if number is None:
            return request.env.company
        companies = request.env.user.company_ids
        company = companies.filtered(lambda body: str(body.id) == number)
        if not company:
            raise NotFound
        return company

    # ------------------------------------------------------------
    # Portal users
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "passport_statement_count" in counters:
            known = request.env["passport.statement"]._own_companies(request.env.user)
            values["passport_statement_count"] = len(known)
        return values

    @route("/my/passport/statement", website=True, **OWN)
    def own_statement(self, company="0", year="0", **_kwargs):
        """Show a portal user what was declared of their people, year by year."""
        known = request.env["passport.statement"]._own_companies(request.env.user)
        if not known:
            return self._statement_page({"statement": None})
        chosen = next((body for body in known if str(body.id) == company), next(iter(known)))
        first, last = known[chosen]
        today = request.env["passport.clock"]._today()
        oldest = max(first, chosen.sudo()._passport_first_day() or first)
        years = range(oldest.year, max(last.year, today.year) + 1)
        shown = next((one for one in years if str(one) == year), today.year)
        statement = self._own(chosen, date(shown, 1, 1), date(shown, 12, 31))
        return self._statement_page(
            {
                **request.env["passport.statement.file"]._values(statement),
                "companies": list(known),
                "chosen": chosen,
                "years": list(years),
                "year": shown,
                "period": f"{shown}-01-01_{shown}-12-31",
            }
        )

    @route("/my/passport/statement/<int:company_id>/<string:period>/<any(pdf,xlsx):kind>", **OWN)
    def own_statement_file(self, company_id, period, kind):
        """Send a portal user the statement of their own client as a file."""
        known = request.env["passport.statement"]._own_companies(request.env.user)
        company = next((body for body in known if body.id == company_id), None)
        if not company:
            raise NotFound
        statement = self._own(company, *period_of(period))
        return self._statement_send(statement, kind, request.env.lang)

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _own(self, company, first, last):
        service = request.env["passport.statement"]
        return service._of_own_client(request.env.user, first, last, company)

    def _statement_page(self, values):
        layout = self._prepare_portal_layout_values()
        response = request.render(
            "passeport_prevention.portal_passport_statement",
            {**layout, "page_name": "passport_statement", **values},
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _statement_send(self, statement, kind, lang):
        files = request.env["passport.statement.file"].with_context(lang=lang)
        make = {"pdf": files._pdf, "xlsx": files._xlsx}[kind]
        name, content = make(statement)
        return download(name, content, MIME_TYPES[kind])
