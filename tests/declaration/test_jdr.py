from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestJdr(PassportCase):
    """A training that gives a certificate: JDR for who passed, ADF for who failed."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        codes = cls.env["training.code"].search(
            [("nomenclature", "=", "rome"), ("code", "in", ["103885", "102382", "115650"])]
        )
        cls.training.write(
            {
                "passport_document": "jdr",
                "jdr_type": "CERTIFICAT",
                "jdr_name": "Certificat SST",
                "jdr_option": "Secteur bâtiment",
                "jdr_mode": "PAR_ADMISSION",
                "rome_code_ids": [Command.set(codes.ids)],
                "formacode_ids": [
                    Command.set(
                        cls.env.ref("passeport_prevention.training_code_formacode_42817").ids
                    )
                ],
                "nsf_code_ids": [
                    Command.set(cls.env.ref("passeport_prevention.training_code_nsf_344r").ids)
                ],
            }
        )
        cls.session = cls.make_session(training_modality="PRESENTIEL")
        cls.zoe = cls.make_attendee("Zoé Lefèvre", nir="2 69 02 99 341 123 15")
        cls.theo = cls.make_attendee(
            "Théo Colonna", birth_name="COLONNA D'ISTRIA", nir="185072A00412388"
        )
        cls.passed = cls.make_registration(cls.session, cls.zoe, outcome="passed")
        cls.failed = cls.make_registration(cls.session, cls.theo, outcome="failed")

    def test_document_follows_the_outcome(self):
        self.assertEqual(self.passed.passport_document, "jdr")
        self.assertEqual(self.failed.passport_document, "adf")
        self.passed.outcome = "failed"
        self.assertEqual(self.passed.passport_document, "adf")
        self.training.passport_document = "adf"
        self.failed.outcome = "passed"
        self.assertEqual(self.failed.passport_document, "adf")

    def test_wizard_makes_one_declaration_for_each_document(self):
        declarations = self.make_wizard(self.session, role="user").action_prepare()
        by_document = {
            declaration.document: declaration.line_ids.partner_id for declaration in declarations
        }
        self.assertEqual(by_document, {"jdr": self.zoe, "adf": self.theo})

    def test_wizard_of_one_document_leaves_the_other(self):
        wizard = self.make_wizard(self.session, role="user", document="jdr")
        self.assertEqual(wizard._ready_attendees().ids, self.passed.ids)

    def test_deposits_hold_one_document_each(self):
        declarations = self.make_wizard(self.session, role="user").action_prepare()
        deposits = declarations._create_deposit()
        self.assertEqual(set(deposits.mapped("document")), {"adf", "jdr"})
        for deposit in deposits:
            self.assertEqual(deposit.declaration_ids.document, deposit.document)
        with self.assertRaises(UserError):
            deposits[0].declaration_ids = [Command.set(declarations.ids)]

    def test_file(self):
        self.passed.write(
            {
                "employer_reference": "Matricule 0042",
                "jdr_result": "18/20",
                "jdr_mention": "Très bien",
                "jdr_proof_link": "https://preuves.example/sst/42",
                "jdr_proof_reference": "SST-2026-42",
            }
        )
        self.failed.state = "cancel"
        with self.numbered_unique_ids():
            deposit = self.make_deposit(self.passed, role="declarant")
        self.assertEqual(deposit.document, "jdr")
        with file_open("passeport_prevention/tests/files/jdr.csv", "rb") as stream:
            self.assertEqual(self.file_of(deposit).decode(), stream.read().decode())
        self.assertIn("_JDR_", deposit.file_name)

    def test_adf_of_who_failed_says_nothing_of_the_certificate(self):
        self.failed.write({"jdr_result": "4/20"})
        self.passed.state = "cancel"
        deposit = self.make_deposit(self.failed, role="declarant")
        self.assertEqual(deposit.document, "adf")
        content = self.file_of(deposit).decode()
        for word in ("Certificat SST", "4/20", "CERTIFICAT|"):
            self.assertNotIn(word, content)
        self.assertFalse(deposit.line_ids.jdr_result)

    def test_outcome_changed_after_preparation_is_refused(self):
        self.failed.state = "cancel"
        deposit = self.make_deposit(self.passed, role="declarant")
        with self.assertRaises(UserError):
            self.passed.outcome = "failed"
        # However it changed, the file is not written.
        self.env.cr.execute(
            "UPDATE event_registration SET outcome = 'failed', passport_document = 'adf' WHERE id = %s",
            self.passed.ids,
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.file_of(deposit)
