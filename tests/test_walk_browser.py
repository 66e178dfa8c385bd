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
# Most stand in a menu there.
FEWEST_BUTTONS_ON_A_PHONE = 8
FEWEST_BUTTONS_OF_LISTS = 8
FEWEST_REPORTS = 5
# Whose document there is: else somebody is told what is missing.
ATTENDED = [("outcome", "=", "attended"), ("passport_state", "=", "declared")]
OF_COMPANIES = [("partner_id.is_company", "=", True)]
PRINTABLE = {
    f"{MODULE}.report_attestation": ATTENDED,
    f"{MODULE}.report_certificate": ATTENDED,
    f"{MODULE}.report_agreement": OF_COMPANIES,
    f"{MODULE}.report_agreement_session": OF_COMPANIES,
    f"{MODULE}.report_training_passport": [("birth_name", "!=", False)],
}
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
        self.walk_buttons(DESK, FEWEST_BUTTONS)

    def test_buttons_on_a_phone(self):
        self.walk_buttons(PHONE, FEWEST_BUTTONS_ON_A_PHONE)

    def walk_buttons(self, size, fewest):
        pressed = set()
        user = self.env.ref(f"{MODULE}.user_responsable")
        with self.tab("responsable", size) as page:
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
        self.assertGreater(len(pressed), fewest)

    def own_buttons(self, model):
        """Return the names of the buttons of a form that lead to what the addon does."""
        view = self.own_form(model)
        tree = etree.fromstring(model.get_view(view.id, view_type="form")["arch"])
        return {button.get("name") for button in tree.iter("button") if self.is_own(model, button)}

    def is_own(self, model, button):
        """Tell whether a button does what the addon does, or opens a screen of its own."""
        name = button.get("name") or ""
        if button.get("type") == "action":
            if not name.isdigit():
                return False
            action = self.env["ir.actions.act_window"].browse(int(name)).exists()
            return bool(action) and (action.xml_id or "").startswith(f"{MODULE}.")
        method = getattr(type(model), name, None)
        return bool(method) and f".{MODULE}." in (method.__module__ or "")

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
            self.go_on(page, f"{record}, {button}")

    def go_on(self, page, where):
        """Look at what comes after a dialog: its next step, what it tells, or what it refuses."""
        if self.ask(page, "look.goOn()"):
            self.check(page, f"{where}, second step")

    def test_buttons_of_lists(self):
        """All that the addon's buttons open from the first row of its lists, as above."""
        pressed = set()
        with self.tab("responsable") as page:
            with self.answered(page):
                self.go(page, NOTHING)
                menus = self.ask(page, f"look.menus({json.dumps(MODULE)})")
            for action, names in self.buttons_of_lists(menus).items():
                with self.answered(page):
                    self.ask(page, f"look.open({action})")
                    shown = self.ask(page, f"look.chosen({json.dumps(names)})") or []
                for button in shown:
                    self.press_in_list(page, action, button)
                    pressed.add((action, button))
        self.assertNothingFound()
        self.assertGreater(len(pressed), FEWEST_BUTTONS_OF_LISTS)

    def buttons_of_lists(self, menus):
        """Return ``{action: names of its list's own buttons}`` for menus of the app."""
        windows = self.env["ir.actions.act_window"].browse({action for _name, action in menus})
        found = {}
        for window in windows.exists():
            if names := self.buttons_of_list(window):
                found[window.id] = names
        return found

    def buttons_of_list(self, window):
        views = {kind: view_id for view_id, kind in window.views}
        if "list" not in views:
            return []
        user = self.env.ref(f"{MODULE}.user_responsable")
        model = self.env[window.res_model].with_user(user)
        tree = etree.fromstring(model.get_view(views["list"], "list")["arch"])
        buttons = [button for button in tree.iter("button") if self.is_own(model, button)]
        return sorted({button.get("name") for button in buttons})

    def press_in_list(self, page, action, button):
        with self.taken_back(), self.answered(page):
            self.ask(page, f"look.open({action})")
            self.ask(page, f"look.chosen({json.dumps([button])})")
            self.ask(page, f"look.pressInList({json.dumps(button)})")
            where = f"list {action}, {button}"
            self.check(page, where)
            self.go_on(page, where)

    # ------------------------------------------------------------
    # What is printed
    # ------------------------------------------------------------

    def test_printed(self):
        """What the printing buttons print, as a page: said in French, and nothing of machines."""
        reports = self.env["ir.actions.report"].search([("report_name", "=like", f"{MODULE}.%")])
        user = self.env.ref(f"{MODULE}.user_responsable")
        printed = [(report, self.printable(report.with_user(user))) for report in reports]
        with self.page("responsable") as page:
            for report, record in printed:
                if record:
                    self.go(page, f"/report/html/{report.report_name}/{record.id}")
                    self.check(page, f"printed: {report.report_name}", tags=[])
        self.assertNothingFound()
        self.assertGreater(len(self.looked_at), FEWEST_REPORTS)

    def printable(self, report):
        """Return a record that a report prints as it is."""
        model = self.env[report.model].with_user(self.env.ref(f"{MODULE}.user_responsable"))
        if model._transient or not model.has_access("read"):
            return None
        return model.search(PRINTABLE.get(report.report_name, []), limit=1)

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

    def test_pages_of_offers(self):
        """What a client sees of a reminder: the trainings that end, and where one may come back."""
        seats = self.env["event.registration"].search([("renewal_state", "=", "to_renew")])
        write = seats.with_user(self.env.ref(f"{MODULE}.user_gestion")).action_renewal_write()
        self.env[write["res_model"]].browse(write["res_id"]).action_send()
        reminders = self.env["passport.renewal.reminder"].search([])
        urls = [self.env["passport.renewal.offer"]._url(reminder) for reminder in reminders]
        paths = [urlsplit(url).path for url in urls if url]
        self.assertTrue(paths)
        self.env.flush_all()
        self.walk_pages(None, paths[:2])

    def walk_pages(self, login, paths):
        for size in (DESK, PHONE):
            with self.page(login, size) as page:
                for path in paths:
                    self.go(page, path)
                    tags = LAW if path in ODOOS_PAGES else GOOD
                    self.check(page, f"{login}, {size[0]}, {path}", tags=tags)
        self.assertNothingFound()
