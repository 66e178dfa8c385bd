from werkzeug.exceptions import MethodNotAllowed

from odoo import http
from odoo.http import request

from ..ground.downloads import download
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
        return download(
            deposit.file_name,
            request.env["passport.file"]._stream_apart(deposit),
            "text/csv; charset=utf-8",
            deposit.file_size,
        )
