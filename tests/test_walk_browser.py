import json
import logging
from urllib.parse import urlsplit

from lxml import etree

from odoo.tests import tagged

from ..models.request.passport_form_link import address_of
from .common import MODULE
from .common_screens import DESK, GOOD, LAW, PHONE, ScreensCase

_logger = logging.getLogger(__name__)
# Whose forms the addon makes or opens; how many of each are looked at for buttons not pressed yet.
FORMS = [
    "event.event",
    "event.registration",
    "passport.catch.up",
    "passport.declaration",
    "passport.declaration.line",
    "passport.deposit",
    "passport.job",
    "passport.renewal.reminder",
    "product.template",
    "res.partner",
    "sale.order",
    "training.family",
]
OWN_FORMS = {"event.event": "event_event_view_form_session"}
MOST_RECORDS = 6
ODOOS_PAGES = ["/my"]
FEWEST_BUTTONS = 20
# A screen of Odoo's own that is quickly there.
NOTHING = "/odoo/action-mail.action_discuss"


@tagged("post_install", "-at_install", "passport")
class TestWalkBrowser(ScreensCase):
    """Every screen opens without an error, says nothing in English, fits, and can be used by everybody."""

    def setUp(self):
        super().setUp()
        self.found = []
        self.looked_at = []

    def check(self, page, where, **options):
        self.looked_at.append(where)
        self.found += [f"{where}: {fault}" for fault in self.faults(page, **options)]

    def assertNothingFound(self):
        _logger.info("%s screens: %s", len(self.looked_at), "; ".join(self.looked_at))
        self.assertFalse(self.found, "\n".join(["", *sorted(set(self.found))]))

    def open(self, page, where, action, **options):
        self.ask(page, f"look.open({json.dumps(action)}, {json.dumps(options)})")
        self.check(page, where)

    def walk_menus(self, page, login):
        """Open what is behind each menu of the app, as it comes; return ``{action: where}``."""
        self.go(page, NOTHING)
        menus = self.ask(page, f"look.menus({json.dumps(MODULE)})")
        actions = {action: f"{login}, {name}" for name, action in menus}
        for action, where in actions.items():
            self.open(page, where, action)
        return actions

    def form_of(self, record):
        """Return the action that opens a record in its form."""
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[self.own_form(record).id, "form"]],
        }

    def own_form(self, record):
        """Return the form that the app opens such records in, none where it is Odoo's."""
        name = OWN_FORMS.get(record._name)
        return self.env.ref(f"{MODULE}.{name}") if name else self.env["ir.ui.view"]

    # ------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------

    def test_menus(self):
        """What is behind each menu, as each role."""
        for login in ("commercial", "gestion", "declarant", "admin"):
            with self.page(login) as page:
                self.walk_menus(page, login)
        self.assertNothingFound()

    def test_menus_on_a_phone(self):
        for login in ("commercial", "gestion", "responsable"):
            with self.page(login, PHONE) as page:
                self.walk_menus(page, f"{login}, phone")
        self.assertNothingFound()

    def test_views(self):
        """Every view of every action: list, cards, calendar, pivot, graph, a new record's form."""
        with self.page("responsable") as page:
            actions = self.walk_menus(page, "responsable")
        views = self.views_of(list(actions))
        with self.page("responsable") as page:
            self.go(page, NOTHING)
            for action, view in views:
                self.open(page, f"{actions[action]}, {view}", action, viewType=view)
        self.assertNothingFound()

    def views_of(self, actions):
        windows = self.env["ir.actions.act_window"].browse(actions).exists()
        return [
            (window.id, view)
            for window in windows
            if window.target == "current"
            for view in window.view_mode.split(",")[1:]
            if view != "form" or self.can_create(window)
        ]

    def can_create(self, window):
        """Tell whether the list of an action offers its manager to make a new record."""
        user = self.env.ref(f"{MODULE}.user_responsable")
        model = self.env[window.res_model].with_user(user)
        view = window.view_ids.filtered(lambda line: line.view_mode == "list").view_id
        arch = etree.fromstring(model.get_view(view.id, view_type="list")["arch"])
        return model.has_access("create") and arch.get("create") not in ("0", "false", "False")

    # ------------------------------------------------------------
    # Forms and their buttons
    # ------------------------------------------------------------

    def test_forms(self):
        """Records in their forms as the roles and on a phone, and all that their buttons open."""
        for login, size in (("gestion", DESK), ("commercial", DESK), ("gestion", PHONE)):
            records = self.records_for(login)
            with self.page(login, size) as page:
                self.go(page, NOTHING)
                for record in records:
                    self.open(page, f"{login}, {size[0]}, {record}", self.form_of(record))
        self.assertNothingFound()

    def records_for(self, login):
        """Return a record of each model whose form somebody may open."""
        user = self.env["res.users"].search([("login", "=", login)])
        models = [self.env[name].with_user(user) for name in FORMS]
        return [
            model.search([], limit=1)
            for model in models
            if model.has_access("read") and model.search_count([], limit=1)
        ]

    def test_buttons(self):
        """All that the addon's buttons open from a form; what they do is taken back each time."""
        pressed = set()
        user = self.env.ref(f"{MODULE}.user_responsable")
        with self.tab("responsable") as page:
            with self.answered(page):
                self.go(page, NOTHING)
            for name in FORMS:
                model = self.env[name].with_user(user)
                left = self.own_buttons(model)
                for record in model.search([], limit=MOST_RECORDS, order="id desc"):
                    shown = self.shown(page, record, left)
                    for button in shown:
                        self.press(page, record, button)
                    left.difference_update(shown)
                    pressed |= {(name, button) for button in shown}
        self.assertNothingFound()
        self.assertGreater(len(pressed), FEWEST_BUTTONS)

    def own_buttons(self, model):
        """Return the names of the buttons of a form that lead to what the addon does."""
        view = self.own_form(model)
        tree = etree.fromstring(model.get_view(view.id, view_type="form")["arch"])
        names = set()
        for button in tree.iter("button"):
            name, kind = button.get("name"), button.get("type")
            method = getattr(type(model), name or "", None)
            if kind == "object" and method and f".{MODULE}." in (method.__module__ or ""):
                names.add(name)
        return names

    def shown(self, page, record, buttons):
        """Return which of these buttons a record's form shows."""
        if not buttons:
            return []
        with self.answered(page):
            self.ask(page, f"look.open({json.dumps(self.form_of(record))})")
            return self.ask(page, f"look.shown({json.dumps(sorted(buttons))})")

    def press(self, page, record, button):
        """Press a button of a record's form, and look at what it opens."""
        with self.taken_back(), self.answered(page):
            self.ask(page, f"look.open({json.dumps(self.form_of(record))})")
            self.ask(page, f"look.press({json.dumps(button)})")
            self.check(page, f"{record}, {button}")

    # ------------------------------------------------------------
    # Clients and trainees
    # ------------------------------------------------------------

    def test_employers_space(self):
        order = self.env.ref(f"{MODULE}.sale_order_commande")
        paths = ["/my", "/my/passport", f"/my/passport/orders/{order.id}", "/my/passport/statement"]
        self.walk_pages("employeur", paths)

    def test_public_pages(self):
        registration = self.env.ref(f"{MODULE}.registration_caces_r489_3_juin_06")
        link = self.env["passport.personal.form"]._links(registration)
        path = urlsplit(address_of(link)).path
        self.env.flush_all()
        pages = [path, "/passeport/merci", "/passeport/refus", "/passeport/lien"]
        self.walk_pages(None, [*pages, "/passeport/lien/envoye"])

    def walk_pages(self, login, paths):
        for size in (DESK, PHONE):
            with self.page(login, size) as page:
                for path in paths:
                    self.go(page, path)
                    tags = LAW if path in ODOOS_PAGES else GOOD
                    self.check(page, f"{login}, {size[0]}, {path}", tags=tags)
        self.assertNothingFound()
