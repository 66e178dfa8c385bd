from contextlib import suppress

from odoo import http
from odoo.exceptions import LockError
from odoo.http import request

from ..ground.routes import route

MAX_BODY = 64 * 1024
MAX_NOTE = 1000
PUBLIC = {
    "type": "http",
    "auth": "public",
    # Beside a website, the frame of the page is drawn from it; the link leads here in any language.
    "website": True,
    "multilang": False,
    "sitemap": False,
    "max_content_length": MAX_BODY,
}


class RenewalOffer(http.Controller):
    """The page behind the link of a renewal e-mail: whom to renew, when, and “ask for a quotation”.

    The link is the secret; a wrong or old one gets one and the same answer. The answer takes no
    token against forged requests, which would need a cookie: without the link it does nothing.
    """

    @route("/passeport/renouveler/<string:token>", methods=["GET"], **PUBLIC)
    def show(self, token, **_kwargs):
        """Show the people to renew and the next dates; nothing is written."""
        reminder = self._reminder(token)
        if not reminder:
            return self._page("portal_renewal_unusable", {}, status=404)
        if reminder.sale_order_id:
            return self._page("portal_renewal_asked", {"reminder": reminder})
        return self._form(reminder, token)

    @route("/passeport/renouveler/<string:token>", methods=["POST"], csrf=False, **PUBLIC)
    def ask(self, token, **posted):
        """Take what the client asks for; the quotation is made once."""
        reminder = self._reminder(token)
        if not reminder:
            return self._page("portal_renewal_unusable", {}, status=404)
        form = request.httprequest.form
        lines = {int(value) for value in form.getlist("line") if _is_id(value)}
        sessions = {
            int(name[8:]): int(value)
            for name, value in form.items()
            if name.startswith("session_") and _is_id(name[8:]) and _is_id(value)
        }
        note = (posted.get("note") or "")[:MAX_NOTE].strip()
        offers = request.env["passport.renewal.offer"].sudo()
        # Clicked twice: the first one is at it.
        with suppress(LockError):
            if not offers._ask(reminder, lines, sessions, note):
                return self._form(reminder, token, nobody=True)
        return request.redirect(f"/passeport/renouveler/{token}", code=303)

    def _reminder(self, token):
        reminder = request.env["passport.renewal.offer"].sudo()._find(token)
        if reminder:
            lang = reminder.partner_id.lang or reminder.client_id.lang
            request.update_context(lang=lang or request.env["res.lang"].sudo()._passport_lang())
            reminder = reminder.with_env(request.env).sudo()
        return reminder

    def _form(self, reminder, token, nobody=False):
        offers = request.env["passport.renewal.offer"].sudo()
        values = {
            "reminder": reminder,
            "choices": offers._choices(reminder),
            "session_text": offers._session_text,
            "token": token,
            "nobody": nobody,
        }
        return self._page("portal_renewal_offer", values)

    def _page(self, template, values, status=200):
        response = request.render(f"passeport_prevention.{template}", values)
        response.status_code = status
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["X-Frame-Options"] = "DENY"
        return response


def _is_id(text):
    return text.isascii() and text.isdecimal() and len(text) < 10
