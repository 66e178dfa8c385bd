import logging

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request

from ...models.request.passport_employer_entry import EMPLOYER_FIELDS, MAX_NAME_LENGTH
from ...tools.nir_text import holds_number
from ..ground.routes import route
from .employer_space import BOOKING, WRITE, EmployerSpace

_logger = logging.getLogger(__name__)

MAX_REMARK_LENGTH = 2000


class EmployerEntry(EmployerSpace):
    """The employer's space: what is typed for the attendees of a booking."""

    @route(f"{BOOKING}/attendees", **WRITE)
    def passport_save(self, kind, record_id, page="1", **_kwargs):
        """Keep what is right of what was typed for the attendees; show what is wrong."""
        booking = self._booking(kind, record_id)
        typed = self._typed_values()
        if self._is_forged():
            return self._render_stale(booking, page=page, typed=self._shown_again(typed))
        if not self._may_save(booking):
            return self._render_too_many(booking, page=page, typed=self._shown_again(typed))
        entries, kept = self._check_and_keep(booking, typed)
        if kept is None:
            return self._render_not_kept(booking, page=page, typed=self._shown_again(typed))
        errors = {entry.seat.ref: entry.errors for entry in entries if entry.errors}
        taken = self._taken_seats_error(booking, typed)
        if not errors and not taken:
            return self._passport_redirect(booking, page=page, saved=len(kept))
        return self._render_booking(
            self._booking(kind, record_id),
            page=page,
            saved=len(kept),
            errors=errors,
            section_errors=taken,
            typed=self._shown_again({ref: typed[ref] for ref in errors}),
        )

    def _may_save(self, booking):
        """Count one more save of the user, unless there were too many within the hour."""
        return request.env["passport.form.attempt"]._take("employer_save", booking.user.id)

    def _check_and_keep(self, booking, typed):
        """Return the entries of what was typed, and those kept; see :meth:`_keep`."""
        checker = request.env["passport.employer.entry"]
        entries = checker._check(booking.user, booking.seats, typed)
        return entries, self._keep(booking, entries)

    def _keep(self, booking, entries):
        """Keep what is right, or nothing of it and return ``None`` where the data is refused.

        The keys are missing or the session is full, for instance: the training body's affair, whose
        messages are not the client's to read.
        """
        try:
            with request.env.cr.savepoint():
                return request.env["passport.employer.entry"]._keep(booking.user, entries)
        except UserError:
            _logger.warning(
                "Employer's space: nothing could be kept on %s", booking.key, exc_info=True
            )
            return None

    def _not_kept_text(self):
        return request.env._(
            "What you typed could not be stored for now: nothing was saved. Please try again later, or "
            "tell us in a remark."
        )

    def _render_not_kept(self, booking, **values):
        errors = {"keep": self._not_kept_text()}
        return self._render_booking(
            self._booking(booking.kind, booking.record.id), section_errors=errors, **values
        )

    def _render_too_many(self, booking, **values):
        error = request.env._(
            "You have saved very often within the last hour. Nothing was saved this time: please wait "
            "a while, then save again."
        )
        return self._render_booking(booking, section_errors={"limit": error}, **values)

    def _shown_again(self, typed):
        """Return what was typed without any NIR: none is sent back, not even one that was refused."""
        return {
            ref: {
                fname: text
                for fname, text in values.items()
                if fname != "nir" and not holds_number(text)
            }
            for ref, values in typed.items()
        }

    def _taken_seats_error(self, booking, typed):
        """Tell which names found no booking any more: a colleague was faster, or the order shrank."""
        known = {seat.ref for seat in booking.seats}
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
            if fname in EMPLOYER_FIELDS and ref:
                typed.setdefault(ref, {})[fname] = text
        return typed

    @route(f"{BOOKING}/establishment", **WRITE)
    def passport_establishment(self, kind, record_id, siret="", establishment="", **_kwargs):
        """Add an establishment to the client's own, so that attendees can be put in it."""
        booking = self._booking(kind, record_id)
        if not booking.client.is_company:
            raise NotFound
        typed = {"siret": siret, "establishment": establishment}
        typed = {fname: text for fname, text in typed.items() if not holds_number(text)}
        if self._is_forged():
            return self._render_stale(booking, section_typed=typed)
        if not self._may_save(booking):
            return self._render_too_many(booking, section_typed=typed)
        establishments = request.env["passport.employer.establishment"]
        _found, errors = establishments._add(booking.client, establishment, siret)
        if errors:
            return self._render_booking(booking, section_errors=errors, section_typed=typed)
        return self._passport_redirect(booking, done="establishment")

    @route(f"{BOOKING}/employer", **WRITE)
    def passport_employer(self, kind, record_id, employer="", **_kwargs):
        """Put all attendees of the page whose employer may be changed in one establishment."""
        booking = self._booking(kind, record_id)
        if self._is_forged():
            return self._render_stale(booking)
        if not self._may_save(booking):
            return self._render_too_many(booking)
        typed = {
            seat.ref: {"employer": employer}
            for seat in booking.seats
            if seat.person and "employer" in seat.allowed
        }
        _entries, kept = self._check_and_keep(booking, typed)
        if kept is None:
            return self._render_not_kept(booking)
        return self._passport_redirect(booking, saved=len(kept))

    @route(f"{BOOKING}/remark", **WRITE)
    def passport_remark(self, kind, record_id, remark="", **_kwargs):
        """Hand a remark to the training body, as an internal note on the order or session."""
        booking = self._booking(kind, record_id)
        remark = remark.strip()
        if self._is_forged():
            typed = {} if holds_number(remark) else {"remark": remark}
            return self._render_stale(booking, section_typed=typed)
        error = self._remark_error(remark, booking.user)
        if error:
            # A remark with a NIR in it is not sent back either.
            typed = {} if holds_number(remark) else {"remark": remark}
            return self._render_booking(
                booking, section_errors={"remark": error}, section_typed=typed
            )
        request.env["passport.employer.entry"]._remark(booking.user, booking.record, remark)
        return self._passport_redirect(booking, done="remark")

    def _remark_error(self, remark, user):
        if not remark:
            return request.env._("Write your remark first.")
        if len(remark) > MAX_REMARK_LENGTH:
            return request.env._("This is too long: %s characters at most.", MAX_REMARK_LENGTH)
        if holds_number(remark):
            return request.env._(
                "Your remark seems to hold a social security number: type it in its own field, where "
                "it is encrypted."
            )
        if not request.env["passport.form.attempt"]._take("employer_remark", user.id):
            return request.env._(
                "You have sent us many remarks within the last hour: please wait a while, then send "
                "this one again."
            )
        return None
