from odoo.tests import tagged

from ..common import MODULE
from ..common_screens import ScreensCase

# How many presses of Tab lead to anything that a screen of ours is worked with.
MOST_TABS = 80
ALT = 1
CODES = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowRight": 39, "ArrowDown": 40}
NAMES = ("Yann Keryado", "Zoé Keryado")
FOCUS = "document.activeElement"


@tagged("post_install", "-at_install", "passport")
class TestKeyboard(ScreensCase):
    """The day's work of whoever manages sessions, without a mouse."""

    def key(self, page, key, modifiers=0):
        """Press a key, and wait for what it does."""
        code = CODES.get(key) or ord(key.upper())
        text = {"Enter": "\r", " ": " "}.get(key, "")
        values = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        kind = "keyDown" if text else "rawKeyDown"
        page.send("Input.dispatchKeyEvent", type=kind, text=text, **values)
        page.send("Input.dispatchKeyEvent", type="keyUp", **values)
        self.ask(page, "look.settled()")

    def hotkey(self, page, letter):
        """Press Alt and a letter, as Odoo's overlay of shortcuts tells them."""
        self.key(page, letter, modifiers=ALT)

    def type(self, page, text):
        page.send("Input.insertText", text=text)
        self.ask(page, "look.settled()")

    def go_to(self, page, selector, key):
        """Go on by a key until what is meant has the focus."""
        for _press in range(MOST_TABS):
            if page.run(f"{FOCUS}.matches({selector!r})"):
                return
            self.key(page, key)
        self.fail(f"{selector} is not reached by {key}")

    def tab_to(self, page, selector, key="Tab"):
        """The same, where it must be seen which one it is."""
        self.go_to(page, selector, key)
        self.assertTrue(
            page.run(
                f"(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')"
                f"(getComputedStyle({FOCUS}))"
            ),
            f"it is not seen that {selector} has the focus",
        )

    def assertOn(self, page, selector):
        self.assertTrue(
            page.run(f"!!{FOCUS}.closest({selector!r})"),
            f"{selector}: the focus is on {page.run(FOCUS + '.outerHTML')}",
        )

    def session_of_today(self):
        session = self.env.ref(f"{MODULE}.session_sst_gwenarvor").copy(
            {"date_begin": "2026-10-15 07:00:00", "date_end": "2026-10-16 15:00:00"}
        )
        self.env.flush_all()
        return session

    def type_trainees(self, page):
        """Two lines; Enter begins the next one."""
        for name in NAMES:
            self.assertOn(page, ".o_selected_row [name=name]")
            self.type(page, name)
            self.key(page, "Tab")
            self.assertOn(page, ".o_selected_row [name=email]")
            self.type(page, f"{name.split()[0].lower()}@keryado.example")
            self.key(page, "Tab")
            self.assertOn(page, ".o_selected_row [name=employer_id]")
            self.type(page, "Gwenarvor")
            page.wait("!!document.querySelector('.o-autocomplete--dropdown-item')", "employers")
            self.key(page, "Enter")
            self.key(page, "Tab")
            self.assertOn(page, ".o_selected_row [name=birth_name]")
            self.type(page, "KERYADO")
            self.key(page, "Enter")

    def mark(self, page):
        """The first one was there, the second one was not."""
        self.key(page, " ")
        self.key(page, "ArrowDown")
        self.tab_to(page, ".o_data_row:nth-child(2) [data-outcome=absent]")
        self.key(page, "Enter")

    def assertTyped(self, session):
        self.env.invalidate_all()
        found = [
            (seat.name, seat.email, seat.employer_id, seat.birth_name, seat.outcome)
            for seat in session.registration_ids.sorted("name", reverse=True)
        ]
        employer = self.env.ref(f"{MODULE}.client_gwenarvor")
        expected = [
            ("Zoé Keryado", "zoé@keryado.example", employer, "KERYADO", "absent"),
            ("Yann Keryado", "yann@keryado.example", employer, "KERYADO", "attended"),
        ]
        self.assertEqual(found, expected)

    def test_trainees_then_results(self):
        """From the session to its list, back, and to the results."""
        session = self.session_of_today()
        with self.page("gestion") as page:
            self.go(page, f"/odoo/passport-sessions/{session.id}")
            self.hotkey(page, "w")
            self.hotkey(page, "c")
            self.type_trainees(page)
            self.hotkey(page, "s")
            self.hotkey(page, "b")
            self.hotkey(page, "q")
            # Odoo's way from the search into the list and along its cells.
            self.go_to(page, ".o_data_row *", "ArrowDown")
            self.tab_to(page, ".o_data_row [data-outcome=attended]", "ArrowRight")
            self.mark(page)
            self.assertFalse(page.faults)
        self.assertTyped(session)

    def test_in_the_form(self):
        """The grid of the session's own form, where its declarant types."""
        session = self.session_of_today()
        with self.page("declarant") as page:
            self.go(page, f"/odoo/passport-sessions/{session.id}")
            self.tab_to(page, ".o_field_x2many_list_row_add a")
            self.key(page, "Enter")
            self.type_trainees(page)
            self.hotkey(page, "s")
            self.tab_to(page, ".o_data_row [data-outcome=attended]")
            self.mark(page)
            self.hotkey(page, "s")
            self.assertFalse(page.faults)
        self.assertTyped(session)
