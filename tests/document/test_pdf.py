import io
import re
from unittest import skipUnless

from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfReader

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..document_common import REPORTS, DocumentCase

# One page or two of text, a QR code and a logo: what is bigger holds drawings of letters.
BIGGEST = 200_000


@tagged("post_install", "-at_install", "passport")
class TestPdf(DocumentCase, HttpCase):
    """The documents as paper, with the styles a server gives."""

    def pdf_of(self, report, records):
        self.env["ir.config_parameter"].sudo().set_param("report.url", self.base_url())
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(REPORTS.get(report, report), records.ids)
        self.assertEqual(kind, "pdf")
        return content

    @skipUnless(_wkhtml().state == "ok", "wkhtmltopdf is not installed")
    def test_size_and_text(self):
        order = self.make_order(2)
        held = self.make_registration()
        records = {
            "quote": order,
            "agreement": order,
            "convocation": self.seat(order, self.make_attendee("Marc Tanguy")),
            "attestation": held,
            "certificate": held,
            "attendance": self.session,
            "passeport_prevention.report_training_passport": held.attendee_partner_id,
        }
        for report, record in records.items():
            with self.subTest(report=report):
                content = self.pdf_of(report, record)
                self.assertLess(len(content), BIGGEST)
                text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
                self.assertIn("Prévention Atlantique", re.sub(r"\s+", " ", text))
