from odoo.tests import tagged

from .common_portal import PortalCase

# A page at a time, as Odoo's browser runs one script for each: what is typed, then sent.
FILL_IN = """
(async () => {
    const card = document.querySelector("fieldset");
    const put = (name, text) => {
        const input = card.querySelector(`input[name^="${name}-"]`);
        if (!document.querySelector(`label[for="${input.id}"]`)) {
            throw new Error(`no label for ${name}`);
        }
        input.value = text;
    };
    put("name", "Zoé Martin");
    put("nir", "%(nir)s");
    put("birth_name", "MARTIN");
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
        throw new Error("the page is wider than the screen");
    }
    const form = card.closest("form");
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = await answer.text();
    if (!answer.url.includes("saved=1") || page.includes("%(nir)s") || page.includes("MARTIN")) {
        throw new Error(`not saved, or shown back: ${answer.url}`);
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install", "passport")
class TestPortalBrowser(PortalCase):
    """The employer's space in a real browser, as wide as a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_attendee_is_named_and_filled_in(self):
        self.env.flush_all()
        script = FILL_IN % {"nir": self.next_nir()}
        self.browser_js(
            self.url_of(self.order), script, "document.querySelector('fieldset')", self.hr.login
        )
        self.env.invalidate_all()
        person = self.order.order_line.registration_ids.attendee_partner_id
        self.assertEqual((person.name, person.nir_state), ("Zoé Martin", "provided"))
