from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser

from ..vault.test_nir import NIR, SHOWN
from .test_attendee_form import HttpFormCase

DASHED = SHOWN.replace(" ", "-")

# What a person does on a phone, and what the page has to answer at once.
HELPERS = """
const at = (id) => document.getElementById(id);
const ensure = (fact, text) => { if (!fact) { throw new Error(text); } };
const type = (id, text) => {
    const input = at(id);
    input.focus();
    for (const char of text) {
        const place = input.selectionStart;
        input.value = input.value.slice(0, place) + char + input.value.slice(input.selectionEnd);
        input.setSelectionRange(place + 1, place + 1);
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
};
const clear = (id) => {
    at(id).value = "";
    at(id).dispatchEvent(new InputEvent("input", { bubbles: true }));
};
"""


@tagged("post_install", "-at_install", "passport")
class TestFormOnPhone(HttpFormCase):
    browser_size = "390x844"
    touch_enabled = True

    def browse(self, code, path=None, end=None):
        """Run ``code`` on the form, or on the page ``path``; it has succeeded on the page ``end``."""
        self.env.flush_all()
        signal = f'if (location.pathname === "{end}") {{ console.log("test successful"); }}'
        navigate = ChromeBrowser.navigate_to

        def navigate_to(browser, *args, **kwargs):
            # On each page that follows, since what runs on one page ends with it.
            browser._websocket_request(
                "Page.addScriptToEvaluateOnNewDocument", params={"source": signal}
            )
            return navigate(browser, *args, **kwargs)

        with patch.object(ChromeBrowser, "navigate_to", navigate_to):
            self.browser_js(path or self.path, HELPERS + code)
        self.env.invalidate_all()

    def test_number_is_grouped_and_checked_while_typed(self):
        self.browse(
            f"""
            const error = at("error_nir");
            type("nir", "{NIR[:14]}");
            ensure(at("nir").value === "{SHOWN[:-1]}", "grouped: " + at("nir").value);
            ensure(error.hidden && !at("nir_live").textContent, "nothing to say before the end");
            type("nir", "{(int(NIR[-1]) + 1) % 10}");
            ensure(!error.hidden, "the key does not fit");
            ensure(error.textContent.includes("clé"), error.textContent);
            ensure(at("nir").getAttribute("aria-invalid") === "true", "invalid");
            clear("nir");
            ensure(error.hidden, "nothing wrong with nothing");
            type("nir", "9");
            ensure(!error.hidden, "no sex 9");
            clear("nir");
            type("nir", "18513");
            ensure(!error.hidden, "no month 13");
            clear("nir");
            type("nir", "1850");
            at("nir").dispatchEvent(new Event("blur"));
            ensure(!error.hidden && error.textContent.includes("15"), "too short when left");
            clear("nir");
            type("nir", "{DASHED}");
            ensure(at("nir").value === "{SHOWN}", "other separators: " + at("nir").value);
            ensure(error.hidden && at("nir_live").textContent, "the key is right");
            ensure(at("nir").inputMode === "numeric", "digits first");
            at("nir_corsica").click();
            ensure(at("nir").inputMode === "text", "letters when asked for");
            clear("nir");
            type("nir", "1850a");
            ensure(!error.hidden, "a letter in the month");
            console.log("test successful");
            """
        )

    def test_corsican_number(self):
        body = "185042A006084"
        key = 97 - int(body.replace("2A", "19")) % 97
        self.browse(
            f"""
            type("nir", "{body.lower()}{key:02d}");
            ensure(at("error_nir").hidden && at("nir_live").textContent, "Corsica: " + at("nir").value);
            console.log("test successful");
            """
        )

    def test_fits_the_screen(self):
        self.browse(
            """
            const root = document.documentElement;
            ensure(root.scrollWidth <= window.innerWidth, "no scrolling sideways");
            for (const node of document.querySelectorAll("input:not([type=hidden]), button")) {
                const size = parseFloat(getComputedStyle(node).fontSize);
                ensure(node.type === "checkbox" || size >= 16, "phones would zoom into " + node.id);
                const box = node.getBoundingClientRect();
                const seen = box.width > 0;
                ensure(!seen || node.type === "checkbox" || box.height >= 44, "too small: " + node.id);
            }
            console.log("test successful");
            """
        )

    def test_given(self):
        self.browse(
            f"""
            type("nir", "{NIR}");
            type("birth_name", "MOREL");
            at("notice").click();
            document.querySelector("#give button").click();
            """,
            end="/passeport/merci",
        )
        self.assertEqual((self.ines.nir_state, self.ines.birth_name), ("provided", "MOREL"))

    def test_wrong_number_is_not_even_sent(self):
        self.browse(
            f"""
            type("nir", "{NIR[:-2]}00");
            type("birth_name", "MOREL");
            at("notice").click();
            at("birth_name").focus();
            document.querySelector("#give button").click();
            ensure(document.activeElement === at("nir"), "back to what is wrong");
            console.log("test successful");
            """
        )
        self.assertFalse(self.env["passport.form.attempt"].search([("kind", "=", "answer_link")]))

    def test_first_touch_tells_that_it_was_opened(self):
        self.browse(
            """
            document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
            const told = () => performance.getEntriesByType("resource")
                .some((entry) => entry.name.endsWith("/vu") && entry.responseEnd);
            const wait = setInterval(() => {
                if (told()) { clearInterval(wait); console.log("test successful"); }
            }, 50);
            """
        )
        self.assertTrue(self.registration.passport_form_opened_on)

    def test_refused(self):
        self.browse(
            """
            document.querySelector(".pf-refuse summary").click();
            at("refuse_notice").click();
            document.querySelector("#refuse button").click();
            """,
            end="/passeport/refus",
        )
        self.assertEqual(self.ines.nir_state, "refused")

    def test_new_link(self):
        self.browse(
            """
            at("email").value = "ines@example.com";
            document.querySelector("button").click();
            """,
            "/passeport/lien",
            "/passeport/lien/envoye",
        )
        self.assertTrue(self.env["passport.form.request"].sudo().search([]))
