from odoo.tests import tagged

from ..common_portal import PortalCase

# Run on each page: a client reads the quotation, then follows the link of the notice.
ON_EACH_PAGE = """
addEventListener("load", async () => {
    const ensure = (fact, text) => { if (!fact) { throw new Error(text); } };
    const url = "%(url)s";
    // A website in several languages puts the visitor's before it.
    const page = location.pathname.replace(/^[/][a-z]{2}(_[A-Z]{2})?(?=[/]my)/, "");
    if (page === "%(quote)s") {
        const notice = document.querySelector(".o_passport_notice");
        ensure(notice && notice.offsetParent, "the notice shows");
        const words = notice.textContent.replace(/\\s+/g, " ");
        ensure(words.includes("NIR"), words);
        const code = notice.querySelector("img");
        await code.decode();
        ensure(code.naturalWidth > 50, "the QR code is an image");
        const link = [...notice.querySelectorAll("a")].find((found) => found.pathname.endsWith(url));
        ensure(link && link.offsetParent, "the link to the employer's space");
        location.href = link.href;
    } else {
        ensure(page === url, location.href);
        ensure(document.querySelector('fieldset input[name^="nir-"]'), "where NIRs are typed");
        console.log("test successful");
    }
});
"""


@tagged("post_install", "-at_install", "passport")
class TestQuoteInBrowser(PortalCase):
    """The quotation on the portal in a browser; skipped where there is no Chromium."""

    def test_from_the_quotation_to_the_employer_s_space(self):
        quote = self.order.get_portal_url()
        self.env.flush_all()
        script = ON_EACH_PAGE % {"url": self.url_of(self.order), "quote": quote.split("?")[0]}
        with self.script_on_each_page(script):
            self.browser_js(quote, "", login=self.hr.login, timeout=120)
