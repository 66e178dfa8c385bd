import importlib.util
import json
import os
from contextlib import contextmanager
from pathlib import Path
from unittest import SkipTest
from unittest.mock import patch

from odoo.modules.module import get_manifest
from odoo.tests import HttpCase
from odoo.tests.common import HOST, TEST_CURSOR_COOKIE_NAME, freeze_time
from odoo.tools.convert import convert_file

from .common import MODULE, NIR_KEYS, NOW

try:
    from ..tooling import main_job
    from ..tooling.screens.browser import Page, browsing
    from ..tooling.system_packages import BROWSER
except ImportError:  # the addon as it is installed, without the developers' part
    browsing = None

LOOK = Path(__file__).parent / "files" / "look.js"
DESK, PHONE = (1366, 768), (390, 844)
# What the law asks of sites (RGAA, EN 301 549) is level AA of WCAG 2.1.
LAW = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
GOOD = (*LAW, "best-practice")
# What Odoo's own pages do by themselves, on screens of every addon: which rule, and where.
ODOOS = (
    # The web client says no language, and forbids to enlarge.
    ("html-has-lang", "html"),
    ("meta-viewport", "meta"),
    # Its bars, search and lists: roles and names of its own, on a phone a scroll without the keyboard.
    ("aria-required-children", ".o_menu_sections, .o_menu_systray"),
    ("aria-required-parent", ".o_menu_brand, .o_searchview_facet, .o_notebook_headers .nav-link"),
    (
        "aria-allowed-attr",
        ".o_searchview, .o_searchview *, .o-dropdown, .o_tag, .o-autocomplete--input",
    ),
    ("aria-command-name", ".o_searchview *"),
    ("aria-roles", ".o_searchview *"),
    ("color-contrast", ".o_searchview *"),
    ("role-img-alt", ".o_searchview *, .o-mail-ActivityButton *"),
    ("color-contrast", ".o-mail-ListActivity-summary, .o_loading_indicator"),
    ("button-name", ".o-dropdown, .o_control_panel button:has(.fa-search), .oi-panel-right"),
    ("link-name", ".o_menu_toggle"),
    ("button-name", ".o_back_button"),
    ("label", ".o_list_record_selector *, .o_data_cell *, .o_calendar_filter *"),
    ("scrollable-region-focusable", ".o_content, .o_list_renderer"),
    # Its pivot and calendar: grey days and measures.
    ("color-contrast", ".o_pivot *, .o_calendar_view *"),
    # Its fields: avatars, the arrow between two dates, select menus, the state of a task, “copy”, an
    # empty link; the pale labels of a phone's form; the green ribbon and the grey hint of sales.
    ("image-alt", ".o_avatar *"),
    ("aria-prohibited-attr", ".fa-long-arrow-right"),
    ("autocomplete-valid", ".o_select_menu_input"),
    ("button-name", "button:has(> .o_status), .o_clipboard_button"),
    ("link-name", ".o_form_uri"),
    (
        "color-contrast",
        ".o_form_label, .o_form_label *, .o_address_type *, .o_td_label *, .ribbon *",
    ),
    ("color-contrast", ".o_field_widget[name=product_tooltip] *"),
    # The home page of its portal.
    ("image-alt", ".o_portal_my_home img"),
)
# Odoo's as a whole, looks and words: messages and activities, the logo at the top of its portal, the pale
# rows behind the words of an empty list.
APART = (
    ".o-mail-Form-chatter, .o-mail-ChatHub, header .navbar-brand, "
    ".o_view_sample_data .o_list_table tbody"
)
# What somebody is told when a button has nothing to do is no fault of the screen.
REFUSED = "Opération invalide"


def axe():
    """Return the script of axe-core.

    :raises SkipTest: the developers' packages are not installed
    """
    found = importlib.util.find_spec("axe_playwright_python")
    if not found:
        raise SkipTest("axe-playwright-python is not installed")
    return Path(*found.submodule_search_locations, "axe.min.js").read_text(encoding="utf-8")


@freeze_time(NOW, tick=True)  # whoever waits would wait for ever
class ScreensCase(HttpCase):
    """The demo, as far as ./dev demo brings it, in a real Chromium and in French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not browsing or not BROWSER.found():
            raise SkipTest("Chromium and the developers' packages are needed")
        cls.scripts = f"{axe()}\n{LOOK.read_text(encoding='utf-8')}"
        cls.startClassPatcher(patch.dict(os.environ, PASSPORT_NIR_KEYS=NIR_KEYS))
        for path in get_manifest(MODULE)["demo"]:
            convert_file(cls.env, MODULE, path, {}, mode="init", noupdate=True)
        cls.env.ref("base.user_admin").write({"lang": "fr_FR", "tz": "Europe/Paris"})
        cls.env.ref("base.user_admin").odoobot_state = "disabled"
        main_job.begin(main_job.as_declarant(cls.env))
        cls.env.flush_all()

    @contextmanager
    def page(self, login, size=DESK):
        """A tab of somebody's, nobody's without a login; their requests are answered meanwhile."""
        with self.tab(login, size) as page, self.answered(page):
            yield page

    @contextmanager
    def tab(self, login, size=DESK):
        """The same, without answers."""
        self.authenticate(login, login)
        with browsing(BROWSER.found()) as browser, browser.page() as page:
            page.size(*size, phone=size == PHONE)
            page.send("Page.addScriptToEvaluateOnNewDocument", source=self.scripts)
            self.give(page, "session_id", self.session.sid)
            yield page

    @contextmanager
    def answered(self, page):
        """Requests are answered meanwhile, and what is asked last too."""
        with self.allow_requests():
            self.give(page, TEST_CURSOR_COOKIE_NAME, self.http_request_key)
            yield
            self.ask(page, "look.settled()")

    @contextmanager
    def taken_back(self):
        """What is done meanwhile, by the browser too, is as if it had not been."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def give(self, page: "Page", name, value):
        page.send("Network.setCookie", name=name, value=value, url=f"http://{HOST}")

    def ask(self, page, script):
        """Return what a script of the page gives; what it raises becomes a fault of the page."""
        told = page.run(
            f"(async () => {{ try {{ return [await ({script}), '']; }}"
            " catch (error) { return [null, String(error.message || error)]; } })()"
        )
        value, error = told or (None, "the page went away")
        if error:
            page.faults.append(error)
        return value

    def go(self, page, path):
        page.open(f"{self.base_url()}{path}")
        self.ask(page, "look.settled()")

    def faults(self, page, tags=LAW, excused=ODOOS):
        """Return all that is wrong with the screen as it is, and forget it."""
        options = json.dumps({"tags": tags, "excused": excused, "apart": APART})
        found = self.ask(page, f"look.faults({options})") or []
        shown = page.error_shown()
        if shown and REFUSED not in shown:
            page.faults.append(shown)
        # What is printed has no icon of its own.
        found = [*(fault for fault in page.faults if "/favicon.ico" not in fault), *found]
        page.faults.clear()
        return found
