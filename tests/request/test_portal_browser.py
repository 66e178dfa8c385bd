from odoo.tests import tagged

from ..common_portal import PortalCase

# Run on each page: what a client's contact does there. The last one says that all went well.
ON_EACH_PAGE = """
addEventListener("load", async () => {
    const ensure = (fact, text) => { if (!fact) { throw new Error(text); } };
    const url = "%(url)s", number = "%(number)s";
    // A website in several languages puts the visitor's before it.
    const page = location.pathname.replace(/^[/][a-z]{2}(_[A-Z]{2})?(?=[/]my)/, "");
    const words = document.body.textContent.replace(/\\s+/g, " ");
    const put = (name, text) => {
        const input = document.querySelector(`fieldset input[name^="${name}-"]`);
        ensure(input && input.labels.length === 1, "no field with a label: " + name);
        input.value = text;
    };
    const follow = async (address) => {
        const link = document.querySelector(`a[href$="${address}"]`);
        // Odoo shows the entries of /my once it has counted.
        for (let wait = 0; wait < 200 && !link.offsetParent; wait++) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        ensure(link.offsetParent, "not shown: " + address);
        link.click();
    };
    const fits = () => {
        const root = document.documentElement;
        ensure(root.scrollWidth <= root.clientWidth, "wider than the screen: " + location.pathname);
    };
    if (page === "/my") {
        follow("/my/passport");
    } else if (page === "/my/passport") {
        fits();
        follow(url);
    } else if (!location.search) {
        fits();
        ensure(words.includes("Attendees complete: 0 / 3"), "nothing is known yet");
        put("name", "Zoé Martin");
        put("nir", number);
        put("birth_name", "MARTIN");
        document.querySelector(`form[action$="${url}/attendees"] button`).click();
    } else {
        fits();
        ensure(page === url && location.search.includes("saved=1"), location.href);
        ensure(words.includes("Attendees complete: 1 / 3"), "one of three is complete");
        const card = document.querySelector("fieldset").textContent;
        ensure(card.includes("Zoé Martin") && card.includes("Provided"), card);
        const source = document.documentElement.outerHTML;
        ensure(!source.includes(number) && !source.includes("MARTIN"), "shown back");
        console.log("test successful");
    }
});
"""


@tagged("post_install", "-at_install", "passport")
class TestPortalOnPhone(PortalCase):
    """The employer's space in a browser as wide as a phone; skipped where there is no Chromium."""

    browser_size = "390x844"
    touch_enabled = True

    def test_from_the_home_page_to_a_saved_attendee(self):
        self.env.flush_all()
        script = ON_EACH_PAGE % {"url": self.url_of(self.order), "number": self.next_nir()}
        with self.script_on_each_page(script):
            self.browser_js(
                "/my",
                "",
                login=self.hr.login,
                timeout=180,
                cookies={"frontend_lang": "en_US"},
            )
        self.env.invalidate_all()
        person = self.order.order_line.registration_ids.attendee_partner_id
        self.assertEqual(
            (person.name, person.birth_name, person.nir_state), ("Zoé Martin", "MARTIN", "provided")
        )
