import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ...tools import nir
from ..ground.routes import route

# A filled-in form takes about one kilobyte.
MAX_BODY = 16 * 1024
MAX_VALUE = 300
HEADERS = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}
ASSETS = "passeport_prevention.assets_attendee_form"
# No token against forged requests: it would need a cookie, which private windows do not send back,
# and a request without the link, which is the secret here, does nothing.
PUBLIC = {
    "type": "http",
    "auth": "public",
    "sitemap": False,
    "csrf": False,
    "max_content_length": MAX_BODY,
}


class PersonalForm(http.Controller):
    """The public pages on which attendees give, or refuse to give, their NIR and birth name.

    A wrong, used, expired or revoked link gets one and the same answer. What is typed comes in the
    body of a request, never in an address, and nothing of it is sent back but a name to correct.
    """

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    @route("/passeport/f/<string:token>", methods=["GET"], **PUBLIC)
    def show(self, token, **_kwargs):
        """Show the form of a living link; mail scanners do as much, so it is not noted."""
        link = self._link(token)
        return self._form(link) if link else self._unusable(token)

    @route("/passeport/f/<string:token>/vu", methods=["POST"], **PUBLIC)
    def opened(self, token, **_kwargs):
        """Note that somebody has begun to use the form: sent by its script at the first touch."""
        link = self._link(token)
        if not link:
            return self._unusable(token)
        link._note_opened()
        return request.make_response("", headers=list(HEADERS.items()), status=204)

    @route("/passeport/f/<string:token>", methods=["POST"], **PUBLIC)
    def answer(self, token, **_kwargs):
        """Take the answer of a living link; what is wrong is told on the form, nothing is stored."""
        link = self._link(token)
        if not link:
            return self._unusable(token)
        if not request.env["passport.form.attempt"]._take("answer_link", link.id):
            return self._too_many()
        link._note_opened()
        posted = request.httprequest.form
        if posted.get("action") == "refuse":
            return self._refuse(link, posted)
        return self._give(link, self._answer_of(posted))

    def _give(self, link, answer):
        answers = request.env["passport.personal.form.answer"].sudo()
        if faults := answers._faults(link, answer):
            return self._form(link, faults, answer)
        try:
            with request.env.cr.savepoint():
                answers._give(link, answer)
        except UserError:
            # The keys are missing, for instance: the training body's affair, not the attendee's.
            return self._form(
                link, {"form": self._texts()._not_stored(link.registration_id.company_id)}, answer
            )
        return request.redirect("/passeport/merci")

    def _refuse(self, link, posted):
        if not self._needs(link)[0]:
            return self._unusable_page()
        if not posted.get("refuse_notice"):
            return self._form(link, {"refuse_notice": self._texts()._refusal_unread()})
        request.env["passport.personal.form.answer"].sudo()._refuse(link)
        return request.redirect("/passeport/refus")

    def _answer_of(self, posted):
        names = ("nir", "birth_name", "name_note")
        answer = {name: (posted.get(name) or "")[:MAX_VALUE].strip() for name in names}
        return {**answer, "notice": bool(posted.get("notice"))}

    def _link(self, token):
        """Return the living link of a token, in the language of its person, or ``None``."""
        link = request.env["passport.form.link"]._find(token)
        if not link or not link._is_usable():
            return None
        form = request.env["passport.personal.form"]
        request.update_context(lang=form._lang(link.registration_id))
        return link.with_env(request.env).sudo()

    def _texts(self):
        return request.env["passport.personal.form.texts"].sudo()

    def _needs(self, link):
        return request.env["passport.personal.form"]._needs(link.registration_id)

    def _form(self, link, faults=None, answer=None):
        needs_nir, needs_birth_name = self._needs(link)
        faults, answer = faults or {}, answer or {}
        values = {
            **self._texts()._texts(link),
            "needs_nir": needs_nir,
            "needs_birth_name": needs_birth_name,
            "faults": faults,
            "first_fault": next(iter(faults), None),
            "birth_name": self._typed_name(answer, "birth_name"),
            "name_note": self._typed_name(answer, "name_note"),
            "notice_ticked": answer.get("notice"),
            "nir_messages": json.dumps(self._nir_messages()),
        }
        return self._page("attendee_form", values, status=422 if faults else 200)

    def _typed_name(self, answer, name):
        """Return a name for its typist to correct; not what might be a number in the wrong box."""
        text = answer.get(name, "")
        return "" if any(char.isdigit() for char in text) else text

    def _nir_messages(self):
        """Return what the browser says while the number is typed: the server's own words."""
        text_of = request.env["passport.typed"]._nir_text
        return {problem: text_of(problem) for problem in nir.PROBLEMS if problem != nir.EMPTY}

    # ------------------------------------------------------------
    # Pages that hold nothing personal
    # ------------------------------------------------------------

    @route("/passeport/merci", methods=["GET"], **PUBLIC)
    def thanks(self, **_kwargs):
        """Say that the answer was stored."""
        return self._french_page("attendee_form_thanks")

    @route("/passeport/refus", methods=["GET"], **PUBLIC)
    def refused(self, **_kwargs):
        """Say that the refusal was recorded, and what follows."""
        return self._french_page("attendee_form_refused")

    @route("/passeport/lien", methods=["GET"], **PUBLIC)
    def new_link(self, **_kwargs):
        """Offer to ask for a new personal link."""
        return self._french_page("attendee_form_new_link", {"fault": False})

    @route("/passeport/lien", methods=["POST"], **PUBLIC)
    def ask_new_link(self, **_kwargs):
        """Take down a request of a new link; the answer is the same for any address."""
        if not self._take("new_link"):
            return self._too_many()
        email = (request.httprequest.form.get("email") or "").strip()
        if not request.env["passport.form.request"]._ask(email):
            return self._french_page("attendee_form_new_link", {"fault": True}, status=422)
        return request.redirect("/passeport/lien/envoye")

    @route("/passeport/lien/envoye", methods=["GET"], **PUBLIC)
    def new_link_asked(self, **_kwargs):
        """Say that a link is on its way if the address is one of an attendee."""
        return self._french_page("attendee_form_new_link_asked")

    def _unusable(self, token):
        """Say that a link opens nothing; count it if it never was one.

        One that was used, expired or was revoked is no guess: a whole class behind one address may
        come back to theirs. And whoever holds a living one is never kept from it by others' guesses.
        """
        if not request.env["passport.form.link"]._find(token) and not self._take("wrong_link"):
            return self._too_many()
        return self._unusable_page()

    def _unusable_page(self):
        return self._french_page("attendee_form_unusable", {"fault": False}, status=404)

    def _too_many(self):
        return self._french_page("attendee_form_too_many", status=429)

    def _french_page(self, template, values=None, status=200):
        request.update_context(lang=request.env["res.lang"]._passport_lang())
        return self._page(template, values or {}, status)

    def _page(self, template, values, status=200):
        values["assets"] = request.env["ir.qweb"]._get_asset_links(ASSETS)
        response = request.render(f"passeport_prevention.{template}", values, status=status)
        response.headers.update(HEADERS)
        if status == 429:
            response.headers["Retry-After"] = "3600"
        return response

    # ------------------------------------------------------------
    # Limits per address of the network
    # ------------------------------------------------------------

    def _network(self):
        return request.env["passport.form.attempt"]._network(request.httprequest.remote_addr)

    def _take(self, kind):
        return request.env["passport.form.attempt"]._take(kind, self._network())
