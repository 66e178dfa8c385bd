from werkzeug.exceptions import MethodNotAllowed

from odoo import http
from odoo.http import content_disposition, request

from ..ground.routes import route


class DepositController(http.Controller):
    @route(
        "/passeport_prevention/deposit/<model('passport.deposit'):deposit>/file",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def deposit_file(self, deposit):
        """Send the import file that was generated to a declarant; it is kept nowhere on the way.

        It is never made here: an address that somebody is led to must change nothing. Nor is it asked
        for by a HEAD, which comes along with each GET and would be told to the log of accesses.
        """
        if request.httprequest.method != "GET":
            raise MethodNotAllowed(valid_methods=["GET"])
        return request.make_response(
            request.env["passport.file"]._stream_apart(deposit),
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Length", deposit.file_size),
                ("Content-Disposition", content_disposition(deposit.file_name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
