from odoo.tests import tagged

from ..common import MODULE
from ..common_screens import ScreensCase

GRID = ".o_field_widget[name=registration_ids]"
CHOSEN = f"{GRID} .o_passport_chosen"
UNDO = "css:.o_notification_buttons button"


@tagged("post_install", "-at_install", "passport")
class TestChosenBrowser(ScreensCase):
    """In the form of a session rows are chosen: they get a result or an employer at once, and lose it."""

    def setUp(self):
        super().setUp()
        self.training_session = self.env.ref(f"{MODULE}.session_b1_conserverie")
        self.registrations = self.training_session.registration_ids

    def choose_all(self, page):
        self.assertFalse(page.run(f"!!document.querySelector({CHOSEN!r})"))
        page.click(f"css:{GRID} thead .o_list_record_selector input")
        page.wait(f"!!document.querySelector({CHOSEN!r})", "what is done with the chosen ones")

    def wait_rows(self, page, text, count):
        """Wait until so many rows tell a text."""
        rows = f"[...document.querySelectorAll({GRID!r} + ' .o_data_row')]"
        script = f"{rows}.filter(row => row.textContent.includes({text!r})).length === {count}"
        page.wait(script, f"{count} rows with {text}")

    def check(self, login):
        employer = self.env.ref(f"{MODULE}.client_gwenarvor")
        before = self.registrations.employer_id
        states = self.registrations.mapped("state")
        with self.page(login) as page:
            self.go(page, f"/odoo/passport-sessions/{self.training_session.id}")
            self.choose_all(page)
            page.click(f"css:{CHOSEN} [data-outcome=attended]")
            page.click(UNDO)
            self.choose_all(page)
            page.fill(f"{CHOSEN} input", employer.company_registry)
            page.click("css:.o-autocomplete--dropdown-item a, .o-autocomplete--dropdown-item")
            self.wait_rows(page, employer.name, 3)
            page.click(UNDO)
            self.wait_rows(page, employer.name, 0)
            self.assertFalse(page.faults)
        self.env.invalidate_all()
        self.assertEqual(self.registrations.employer_id, before)
        self.assertEqual(self.registrations.mapped("outcome"), [False] * 3)
        self.assertEqual(self.registrations.mapped("state"), states)

    def test_where_the_session_is_only_read(self):
        self.check("gestion")

    def test_where_it_is_edited(self):
        self.check("declarant")

    def test_result_stays_without_undo(self):
        with self.page("gestion") as page:
            self.go(page, f"/odoo/passport-sessions/{self.training_session.id}")
            self.choose_all(page)
            page.click(f"css:{CHOSEN} [data-outcome=attended]")
            self.wait_rows(page, "Présent", 3)
            self.assertFalse(page.faults)
        self.env.invalidate_all()
        self.assertEqual(self.registrations.mapped("outcome"), ["attended"] * 3)

    def test_undo_in_the_list_gives_drafts_back_as_drafts(self):
        self.registrations[0].state = "draft"
        states = self.registrations.mapped("state")
        self.env.flush_all()
        with self.page("gestion") as page:
            self.go(page, f"/odoo/passport-sessions/{self.training_session.id}")
            page.click("css:button[name=action_passport_trainees]")
            page.click("css:.o_list_view thead .o_list_record_selector input")
            page.click("css:.o_data_row [data-outcome=attended]")
            page.click("css:.o_dialog footer .btn-primary")
            page.click(UNDO)
            self.ask(page, "look.settled()")
            self.assertFalse(page.faults)
        self.env.invalidate_all()
        self.assertEqual(self.registrations.mapped("outcome"), [False] * 3)
        self.assertEqual(self.registrations.mapped("state"), states)
