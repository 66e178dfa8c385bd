from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..ground.downloads import XLSX, download
from ..ground.routes import route


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
        return download(name, content, XLSX)
