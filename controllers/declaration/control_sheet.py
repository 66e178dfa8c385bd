import re

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..ground.downloads import XLSX, download
from ..ground.routes import route

# As long as ids of the database get.
_ID = re.compile("[0-9]{1,10}")
MODELS = {"declaration": "passport.declaration", "deposit": "passport.deposit"}


class ControlSheetController(http.Controller):
    @route(
        "/passeport_prevention/control_sheet/<any(declaration,deposit):kind>/<string:ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def control_sheet(self, kind, ids):
        """Send the control sheet of declarations or deposits; ``ids`` are joined by commas."""
        numbers = ids.split(",")
        if not all(_ID.fullmatch(number) for number in numbers):
            raise NotFound
        records = request.env[MODELS[kind]].browse(map(int, numbers)).exists()
        if not records:
            raise NotFound
        name, content = request.env["passport.control.sheet"]._file(records)
        return download(name, content, XLSX)
