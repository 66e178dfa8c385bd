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
        """Send the import file of a deposit to a declarant; it is kept nowhere on the way."""
        content = deposit._render_file()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(deposit.file_name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
