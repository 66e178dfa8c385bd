import io
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

import openpyxl

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser
from odoo.tools import mute_logger

from .common import SIRET_OTHER_CLIENT, PassportCase

PORTAL = "base.group_portal"


class PortalCase(HttpCase, PassportCase):
    """Two clients, two portal users of the first, one of the second, and an order of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The messages these tests look for are the source's.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.other_client = cls.make_client("Cimenterie Quiberon", SIRET_OTHER_CLIENT)
        cls.contact = cls.make_contact("Maud Le Bris", cls.client)
        cls.colleague = cls.make_contact("Ali Benali", cls.client)
        cls.stranger = cls.make_contact("Paul Autre", cls.other_client)
        cls.hr = cls.make_portal_user("portal_hr", cls.contact)
        cls.hr2 = cls.make_portal_user("portal_hr2", cls.colleague)
        cls.outsider = cls.make_portal_user("portal_outsider", cls.stranger)
        cls.order = cls.make_order(cls.contact, 3)
        cls.other_order = cls.make_order(cls.stranger, 2)

    @classmethod
    def make_contact(cls, name, parent):
        return cls.env["res.partner"].create(
            {"name": name, "parent_id": parent.id, "email": f"{name[:3].lower()}@client.example"}
        )

    @classmethod
    def make_portal_user(cls, login, partner):
        return cls.make_user(
            login, PORTAL, login=login, partner_id=partner.id, name=partner.name, lang="en_US"
        )

    @classmethod
    def make_order(cls, partner, quantity, state="sale", session=None):
        session = session or cls.make_session()
        product = cls.training.product_variant_id
        ticket = cls.env["event.event.ticket"].create(
            {"event_id": session.id, "name": "Place", "product_id": product.id}
        )
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "event_id": session.id,
                            "event_ticket_id": ticket.id,
                            "product_uom_qty": quantity,
                            "price_unit": 100,
                        }
                    )
                ],
            }
        )
        if state == "sale":
            order.action_confirm()
        elif state == "sent":
            order.action_quotation_sent()
        return order

    # ------------------------------------------------------------
    # Browsing
    # ------------------------------------------------------------

    def login(self, user):
        self.authenticate(user and user.login, user and user.login)
        self.opener.cookies["frontend_lang"] = "en_US"

    def url_of(self, record):
        kind = "orders" if record._name == "sale.order" else "sessions"
        return f"/my/passport/{kind}/{record.id}"

    def open(self, url, **kwargs):
        """Ask for an address; a website in several languages leads to the visitor's, as Odoo does."""
        response = self.url_open(url, **{"allow_redirects": False, **kwargs})
        path, target = (
            urlsplit(address).path for address in (url, response.headers.get("Location", ""))
        )
        if response.status_code == 303 and target != path and target.endswith(path):
            return self.open(response.headers["Location"], **kwargs)
        return response

    def get(self, url, **kwargs):
        self.env.flush_all()
        with mute_logger("odoo.http"):
            response = self.open(url, **kwargs)
        self.env.invalidate_all()
        return response

    def post(self, url, data=None, files=None, csrf=True, **kwargs):
        data = {"submitted": "1", **(data or {})}
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        self.env.flush_all()
        with mute_logger("odoo.http"):
            response = self.open(url, data=data, files=files, **kwargs)
        self.env.invalidate_all()
        return response

    def seats(self, record, user=None):
        self.env.invalidate_all()
        name = "order" if record._name == "sale.order" else "event"
        return self.env["passport.employer.space"]._seats(user or self.hr, **{name: record})

    def save(self, record, values, user=None):
        """Post ``[{field: text}]`` for the first seats of a page, as its form does."""
        seats = self.seats(record, user)
        data = {
            f"{fname}-{seat.ref}": text
            for seat, row in zip(seats, values, strict=False)
            for fname, text in row.items()
        }
        return self.post(f"{self.url_of(record)}/attendees", data)

    # ------------------------------------------------------------
    # Sheets
    # ------------------------------------------------------------

    def fill(self, content, rows):
        """Return the sheet ``content`` with ``rows`` (lists of ``{column: value}``) filled in."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        names = [cell.value for cell in sheet[1]]
        for line, row in enumerate(rows, start=3):
            for column, value in row.items():
                sheet.cell(line, names.index(column) + 1).value = value
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def upload(self, record, content, name="stagiaires.xlsx"):
        return self.post(
            f"{self.url_of(record)}/upload", files={"sheet": (name, content, "application/x")}
        )

    @contextmanager
    def script_on_each_page(self, script):
        """Have the browser run ``script`` on each page it opens: a tour ends with its page."""
        navigate = ChromeBrowser.navigate_to

        def navigate_to(browser, *args, **kwargs):
            browser._websocket_request(
                "Page.addScriptToEvaluateOnNewDocument", params={"source": script}
            )
            return navigate(browser, *args, **kwargs)

        with patch.object(ChromeBrowser, "navigate_to", navigate_to):
            yield
