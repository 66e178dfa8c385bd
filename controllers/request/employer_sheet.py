from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request

from ...tools import attendee_sheet
from ...tools.nir_text import hide_numbers
from ..ground.downloads import XLSX, download
from ..ground.routes import route
from .employer_entry import EmployerEntry
from .employer_space import BOOKING, READ, WRITE

# Above the sheet's own limit, so that most files too big are told so in words.
MAX_REQUEST_BYTES = 8 * 1024 * 1024


class EmployerSheet(EmployerEntry):
    """The employer's space: the sheet for many attendees, down and up again."""

    @route(f"{BOOKING}/sheet", **READ)
    def passport_sheet(self, kind, record_id, **_kwargs):
        """Send the sheet of the attendees who lack something; it holds no NIR."""
        booking = self._booking(kind, record_id)
        content = request.env["passport.employer.sheet"]._write(booking.seats)
        name = request.env._("attendees-%s.xlsx", booking.record.display_name)
        return self._passport_private(download(name, content, XLSX))

    @route(
        f"{BOOKING}/upload",
        **{**WRITE, "max_content_length": MAX_REQUEST_BYTES},
    )
    def passport_upload(self, kind, record_id, **_kwargs):
        """Read an uploaded sheet and seal its rows until they are confirmed."""
        booking = self._booking(kind, record_id)
        if self._is_forged():
            return self._render_stale(booking)
        uploads = request.env["passport.portal.upload"]
        if request.env["passport.form.attempt"]._is_over("employer_upload", booking.user.id):
            return self._sheet_error(
                booking,
                request.env._(
                    "You have uploaded many sheets: please wait an hour, then try again."
                ),
            )
        upload = request.httprequest.files.get("sheet")
        content = upload.stream.read(attendee_sheet.MAX_BYTES + 1) if upload else b""
        if not content:
            return self._sheet_error(
                booking, request.env._("Choose the sheet you have filled first.")
            )
        request.env["passport.form.attempt"]._add("employer_upload", booking.user.id)
        try:
            rows = self._rows_of(booking, content, upload.filename)
        except attendee_sheet.SheetError as error:
            return self._sheet_error(booking, self._sheet_error_text(error.code))
        except UserError as error:
            return self._sheet_error(booking, str(error))
        kept = uploads._keep(booking.user, booking.key, rows)
        return self._passport_private(
            request.redirect(f"{booking.url}/upload/{kept.token}", code=303)
        )

    def _rows_of(self, booking, content, file_name):
        """Return the rows of an upload: of this page's sheet, else of a list of the client's own.

        :raises SheetError: it is neither, and too big or broken
        :raises UserError: nobody is found in it
        """
        sheets = request.env["passport.employer.sheet"]
        try:
            found = attendee_sheet.read_sheet(content, sheets._headers())
        except attendee_sheet.SheetError as error:
            if error.code not in (attendee_sheet.NO_HEADER, attendee_sheet.NOT_XLSX):
                raise
            return sheets._rows_of_list(booking.seats, content, hide_numbers(file_name))
        return [(row.line, row.values, row.bad) for row in found]

    @route(f"{BOOKING}/upload/<string:token>", **READ)
    def passport_upload_check(self, kind, record_id, token, **_kwargs):
        """Show what an uploaded sheet comes to: rows that can be kept, rows that are wrong."""
        booking = self._booking(kind, record_id)
        _upload, sheet = self._uploaded(booking, token)
        if sheet is None:
            return self._upload_gone(booking)
        return self._render_check(booking, sheet, token)

    @route(f"{BOOKING}/upload/<string:token>/<any(keep, forget):answer>", **READ)
    def passport_upload_back(self, kind, record_id, token, answer, **_kwargs):
        """Come back to the check of a sheet after a login that its answer has led to."""
        booking = self._booking(kind, record_id)
        return self._passport_private(request.redirect(f"{booking.url}/upload/{token}", code=303))

    @route(
        f"{BOOKING}/upload/<string:token>/<any(keep, forget):answer>",
        **{**WRITE, "max_content_length": MAX_REQUEST_BYTES},
    )
    def passport_upload_answer(self, kind, record_id, token, answer, **_kwargs):
        """Keep the good rows of an uploaded sheet, or forget it; its content is dropped either way."""
        booking = self._booking(kind, record_id)
        upload, sheet = self._uploaded(booking, token)
        if sheet is None:
            return self._upload_gone(booking)
        if self._is_forged():
            return self._render_check(booking, sheet, token, self._stale_text())
        kept = []
        if answer == "keep":
            if not request.env["passport.employer.entry"]._hold(sheet.good):
                error = request.env._(
                    "Somebody else is naming attendees of this order right now: keep the rows again in "
                    "a moment."
                )
                return self._render_check(booking, sheet, token, error)
            kept = self._keep(booking, sheet.good)
            if kept is None:
                return self._render_check(booking, sheet, token, self._not_kept_text())
        upload.unlink()
        if answer == "keep":
            return self._passport_redirect(booking, saved=len(kept))
        return self._passport_redirect(booking, done="forgotten")

    def _render_check(self, booking, sheet, token, error=None):
        return self._passport_render(
            "passeport_prevention.portal_passport_upload",
            {
                "passport_booking": booking,
                "booking": booking,
                "sheet": sheet,
                "error": error,
                "upload_url": f"{booking.url}/upload/{token}",
            },
        )

    def _uploaded(self, booking, token):
        """Return the pending upload and what it comes to now, or ``(None, None)`` when it is gone.

        :raises NotFound: the token has the shape of none of ours
        """
        if len(token) > 64:
            raise NotFound
        upload = request.env["passport.portal.upload"]._find(booking.user, booking.key, token)
        rows = upload._rows() if upload else None
        if rows is None:
            return None, None
        check = request.env["passport.employer.sheet"]._check
        return upload, check(booking.user, booking.seats, rows)

    def _upload_gone(self, booking):
        return self._sheet_error(
            booking,
            request.env._(
                "This upload has been answered or is more than an hour old: nothing of it was kept "
                "since. Upload the sheet again."
            ),
        )

    def _sheet_error(self, booking, text):
        return self._render_booking(booking, section_errors={"sheet": text})

    def _sheet_error_text(self, code):
        return {
            attendee_sheet.TOO_BIG: request.env._(
                "This file is too big for a sheet of attendees. Nothing was read."
            ),
            attendee_sheet.NOT_XLSX: request.env._(
                "This file is not a sheet in the XLSX format. Save it as “Excel workbook (.xlsx)”."
            ),
            attendee_sheet.NO_HEADER: request.env._(
                "This is not the sheet of this page, or its first rows were deleted: download it again."
            ),
            attendee_sheet.TOO_MANY_ROWS: request.env._(
                "This sheet has more than %s rows: upload it in parts.", attendee_sheet.MAX_ROWS
            ),
            attendee_sheet.NO_ROW: request.env._("This sheet holds no row."),
        }[code]
