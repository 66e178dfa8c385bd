from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from ..ground.routes import route

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class EnrolList(http.Controller):
    @route(
        "/passeport_prevention/enrol_list/<int:list_id>/rest",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def enrol_list_rest(self, list_id):
        """Send the rows of a list that something is told of to who uploaded it; kept nowhere."""
        dialog = request.env["passport.enrol.list"].search([("id", "=", list_id)])
        if not dialog:
            raise NotFound
        name, content = dialog._rest_file()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
