import base64
import logging

from lxml import etree
from lxml import html as lxml_html

from odoo import api, models, tools
from odoo.exceptions import UserError

from odoo.addons.base.models.ir_actions_report import _wkhtml

from . import pdf_outline

_logger = logging.getLogger(__name__)

ARTICLES = "//div[contains(concat(' ', normalize-space(@class), ' '), ' article ')]"
# Millimetres; the margins of paper formats leave room for headers that are not there.
PLAIN_MARGIN = "12"


class Printed:
    """What was printed in one go, to be handed out once for each record."""

    def __init__(self):
        self._streams = {}

    def add(self, report, streams):
        """Keep ``{record id: what Odoo knows of its document}`` of a report."""
        self._streams |= {(report.id, one): streams[one] for one in streams}

    def take(self, report, res_ids):
        """Return what Odoo would print of these records, ``None`` where it has to print it itself."""
        keys = [(report.id, one) for one in res_ids or ()]
        if len(keys) != 1 or keys[0] not in self._streams:
            return None
        return {res_ids[0]: self._streams.pop(keys[0])}


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
    @tools.ormcache("value")
    def _passport_qr(self, value):
        """Return a QR code of ``value`` as the data address of an image: nothing is fetched.

        Kept, since most documents of a sending lead to the same page; no personal link is printed.
        """
        # Level M, since such codes get printed, folded and photographed.
        image = self.barcode("QR", value, width=300, height=300, barLevel="M", quiet=False)
        return f"data:image/png;base64,{base64.b64encode(image).decode()}"

    def _passport_is_own(self):
        self.ensure_one()
        return (self.report_name or "").startswith("passeport_prevention.")

    # ------------------------------------------------------------
    # Many documents in one run
    # ------------------------------------------------------------

    def _passport_print_apart(self, res_ids):
        """Print these documents of many records in one run each, in the addon's reports.

        :returns: the documents, to be found as ``passport_printed`` of the context by who prints one.
            What could not be printed together is not among them: Odoo prints it alone, and tells why
            it fails.
        """
        printed = Printed()
        for report in self.filtered(lambda one: one._passport_is_own() and len(res_ids) > 1):
            try:
                with self.env.cr.savepoint():
                    printed.add(report, report._passport_streams(res_ids))
            except UserError:
                _logger.warning("%s could not be printed together: one by one", report.report_name)
        return printed

    def _passport_streams(self, res_ids):
        report = self.with_context(passport_apart=True)
        streams, kind = report._pre_render_qweb_pdf(report, res_ids)
        # Tests get a page instead of a document.
        if kind != "pdf":
            return {}
        return {one: streams[one] for one in res_ids if streams.get(one, {}).get("stream")}

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if printed := self.env.context.get("passport_printed"):
            streams = printed.take(self._get_report(report_ref), res_ids)
            if streams is not None:
                return streams
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)

    def _prepare_html(self, html, report_model=False):
        if not self or not self._passport_is_own() or self._passport_repeats_headers():
            return super()._prepare_html(html, report_model=report_model)
        joined, records = self._passport_join(html)
        result = super()._prepare_html(joined, report_model=report_model)
        if not result:
            return result
        bodies, ids, *rest = result
        rest[-1].update(
            {"data-report-margin-top": PLAIN_MARGIN, "data-report-margin-bottom": PLAIN_MARGIN}
        )
        return bodies, records or ids, *rest

    @api.model
    def _passport_join(self, content):
        """Return the page ``content`` with its documents made one, each on a new sheet.

        :returns: the page, and the ids of the records that stand on it, one for each document
        """
        root = lxml_html.fromstring(content, parser=lxml_html.HTMLParser(encoding="utf-8"))
        articles = root.xpath(ARTICLES)
        if len(articles) < 2:
            return content, []
        joined = etree.Element("div", {"class": "article"})
        if lang := articles[0].get("data-oe-lang"):
            joined.set("data-oe-lang", lang)
        articles[0].addprevious(joined)
        for number, article in enumerate(articles):
            article.set("class", article.get("class").replace("article", "o_passport_article", 1))
            if number:
                article.set("style", "page-break-before: always;" + article.get("style", ""))
            joined.append(article)
        records = []
        if self.env.context.get("passport_apart"):
            pdf_outline.mark(articles)
            records = [int(article.get("data-oe-id", 0)) for article in articles]
        return lxml_html.tostring(root, encoding="utf-8"), records

    @api.model
    def _run_wkhtmltopdf(self, bodies, *args, **options):
        content = super()._run_wkhtmltopdf(bodies, *args, **options)
        if any(pdf_outline.MARK in body for body in bodies):
            return pdf_outline.outlined(content)
        return content
