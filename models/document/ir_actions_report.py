import base64

from lxml import etree
from lxml import html as lxml_html

from odoo import api, models

from odoo.addons.base.models.ir_actions_report import _wkhtml

ARTICLES = "//div[contains(concat(' ', normalize-space(@class), ' '), ' article ')]"
# Millimetres; the margins of paper formats leave room for headers that are not there.
PLAIN_MARGIN = "12"


class IrActionsReport(models.Model):
    """The addon's documents come out right from any wkhtmltopdf.

    One without the patched Qt, as Debian and Ubuntu ship it, repeats no header and no footer and
    takes one document at a time: then the letterhead is printed in the body, see
    ``report_letterhead``, and many documents are joined into one.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _passport_repeats_headers(self):
        """Tell whether the installed wkhtmltopdf prints headers and footers."""
        return _wkhtml().is_patched_qt

    @api.model
    def _passport_qr(self, value):
        """Return a QR code of ``value`` as the data address of an image: nothing is fetched."""
        # Level M, since such codes get printed, folded and photographed.
        image = self.barcode("QR", value, width=300, height=300, barLevel="M", quiet=False)
        return f"data:image/png;base64,{base64.b64encode(image).decode()}"

    def _passport_is_own(self):
        self.ensure_one()
        return (self.report_name or "").startswith("passeport_prevention.")

    def _prepare_html(self, html, report_model=False):
        own = self and self._passport_is_own() and not self._passport_repeats_headers()
        result = super()._prepare_html(
            self._passport_join(html) if own else html, report_model=report_model
        )
        if own and result:
            result[-1].update(
                {"data-report-margin-top": PLAIN_MARGIN, "data-report-margin-bottom": PLAIN_MARGIN}
            )
        return result

    @api.model
    def _passport_join(self, content):
        """Return the page ``content`` with its documents made one, each on a new sheet."""
        root = lxml_html.fromstring(content, parser=lxml_html.HTMLParser(encoding="utf-8"))
        articles = root.xpath(ARTICLES)
        if len(articles) < 2:
            return content
        joined = etree.Element("div", {"class": "article"})
        articles[0].addprevious(joined)
        for number, article in enumerate(articles):
            article.set("class", article.get("class").replace("article", "o_passport_article", 1))
            if number:
                article.set("style", "page-break-before: always;" + article.get("style", ""))
            joined.append(article)
        return lxml_html.tostring(root, encoding="utf-8")
