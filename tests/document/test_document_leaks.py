import re

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..document_common import REPORTS, DocumentCase


@tagged("post_install", "-at_install", "passport")
class TestDocumentLeaks(DocumentCase):
    """No document holds a social security number, whoever prints it."""

    def test_no_nir_in_any_document(self):
        order = self.make_order(1)
        person = self.make_attendee()
        number = re.sub(r"\D", "", self.nir_of(person))
        masked = self.as_role(person, "declarant").nir_masked
        coming = self.seat(order, person)
        held = self.make_registration(attendee=person)
        records = {
            "quote": order,
            "agreement": order,
            "agreement_session": order,
            "convocation": coming,
            "attestation": held,
            "certificate": held,
            "attendance": self.session,
        }
        self.assertEqual(set(records), set(REPORTS))
        printed = set()
        for report, record in records.items():
            for role in self.users:
                try:
                    text = self.html_of(report, self.as_role(record, role))
                except AccessError:
                    continue
                printed.add((report, role))
                digits = re.sub(r"\D", "", text)
                with self.subTest(report=report, role=role):
                    self.assertNotIn(number, digits)
                    self.assertNotIn(number[:13], digits)
                    self.assertNotIn(masked, text)
        self.assertIn(("quote", "sales"), printed)
        self.assertIn(("agreement", "sales"), printed)
        for report in ("convocation", "attestation", "certificate", "attendance"):
            self.assertTrue({(report, "user"), (report, "declarant"), (report, "event")} <= printed)
        self.assertFalse({role for _report, role in printed} & {"portal", "internal"})
