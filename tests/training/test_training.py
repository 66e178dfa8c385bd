import csv

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools.misc import file_open, mute_logger

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestTrainingCode(PassportCase):
    def find(self, text, nomenclature="rome"):
        domain = [("nomenclature", "=", nomenclature)]
        found = self.env["training.code"].name_search(text, domain, limit=None)
        return self.env["training.code"].browse([code_id for code_id, _name in found])

    def test_shipped_codes_are_all_loaded(self):
        with file_open("passeport_prevention/data/training.code.csv") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            code = self.env.ref(f"passeport_prevention.{row['id']}")
            self.assertEqual(
                (code.nomenclature, code.code, code.name),
                (row["nomenclature"], row["code"], row["name"]),
            )
        self.assertGreater(len(rows), 250)

    def test_found_by_code_or_label_whatever_case_and_accents(self):
        code = self.env["training.code"].create(
            {"nomenclature": "rome", "code": "999001", "name": "Sécuriser un équipement électrique"}
        )
        for text in ("999001", "électrique", "ELECTRIQUE", "equipement securiser", "Sécuriser"):
            with self.subTest(text=text):
                self.assertIn(code, self.find(text))
        self.assertNotIn(code, self.find("hydraulique"))
        self.assertIn(
            code, self.env["training.code"].search([("display_name", "not ilike", "hydraulique")])
        )

    def test_code_exists_once_in_its_nomenclature(self):
        values = {"nomenclature": "rome", "code": "999002", "name": "Une"}
        self.env["training.code"].create(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["training.code"].create(values)
        self.env["training.code"].create({**values, "nomenclature": "formacode", "code": "99902"})

    def test_code_of_another_shape_is_refused(self):
        wrong = {
            "formacode": ("4281", "428170", "4281A"),
            "nsf": ("34", "344R", "344rr"),
            "rome": ("12", "1234567", "K2111"),
            "rs": ("6869", "RS", "rs6869", "RNCP34507"),
            "rncp": ("34507", "RNCP", "RNCP123456", "RS6869"),
        }
        for nomenclature, codes in wrong.items():
            for code in codes:
                with self.subTest(code=code), self.assertRaises(ValidationError) as caught:
                    self.env["training.code"].create(
                        {"nomenclature": nomenclature, "code": code, "name": "X"}
                    )
                self.assertIn(code, str(caught.exception))

    def test_archived_code_stays_on_its_training(self):
        training = self.make_training()
        code = training.rome_code_ids[0]
        code.active = False
        self.env.invalidate_all()
        self.assertIn(code, training.rome_code_ids)
        self.assertNotIn(code, self.find(code.code))


@tagged("post_install", "-at_install", "passport")
class TestTraining(PassportCase):
    def test_eligible_when_all_three_answers_are_yes_and_nothing_excludes(self):
        answers = ("passport_aims_prevention", "passport_gives_proof", "passport_is_transferable")
        training = self.make_training()
        self.assertTrue(training.passport_eligible)
        for fname in answers:
            for answer in ("no", False):
                with self.subTest(fname=fname, answer=answer):
                    training[fname] = answer
                    self.assertFalse(training.passport_eligible)
                    self.assertTrue(training.passport_eligible_reason)
                    training[fname] = "yes"
        training.passport_exclusion = "trainer"
        self.assertFalse(training.passport_eligible)
        self.assertIn("Training of trainers", training.passport_eligible_reason)

    def test_form_tells_what_is_missing_while_it_is_typed(self):
        training = self.make_training()
        with Form(training) as form:
            form.rome_code_ids.clear()
            self.assertIn("0", form.passport_training_issues)
        self.assertEqual(training.rome_code_count, 0)
        self.assertTrue(training.passport_training_issues)

    def test_certification_replaces_formacodes_and_specialities(self):
        training = self.make_training(is_certifying=True, formacode_ids=False, nsf_code_ids=False)
        self.assertIn("RS", training.passport_training_issues)
        training.rs_code_id = self.env.ref("passeport_prevention.training_code_rs_6869")
        self.assertFalse(training.passport_training_issues)

    def test_certification_of_the_rncp(self):
        code = self.env["training.code"].create(
            {"nomenclature": "rncp", "code": "RNCP34507", "name": "Préventeur"}
        )
        training = self.make_training(is_certifying=True, formacode_ids=False, nsf_code_ids=False)
        with Form(training) as form:
            form.rs_code_id = code
        self.assertFalse(training.passport_training_issues)
        for model in ("product.template", "training.family"):
            field = self.env[model]._fields["rs_code_id"]
            domain = field.domain
            self.assertIn(code, self.env["training.code"].search(domain))
        registration = self.make_registration(self.make_session(training))
        content = self.file_of(self.make_deposit(registration)).decode()
        self.assertIn("|OUI|RNCP34507|||", content)

    def test_successes_that_the_certifying_body_declares(self):
        codes = self.env["training.code"]
        rs = codes.create({"nomenclature": "rs", "code": "RS9991", "name": "A"})
        rncp = codes.create({"nomenclature": "rncp", "code": "RNCP9991", "name": "B"})
        self.assertEqual((rs + rncp).mapped("is_transmitted"), [True, False])
        self.assertFalse(self.codes("rome").is_transmitted)
        rs.is_transmitted = False
        rs.write({"name": "Another label", "valid_until": "2030-01-01"})
        self.assertFalse(rs.is_transmitted, "what somebody chose stays")
        training = self.make_training(is_certifying=True, rs_code_id=rs.id)
        self.assertFalse(training.rs_is_transmitted)

    def test_leaving_certifying_forgets_the_certification(self):
        training = self.make_training(
            is_certifying=True,
            rs_code_id=self.env.ref("passeport_prevention.training_code_rs_6869").id,
        )
        with Form(training) as form:
            form.is_certifying = False
        self.assertFalse(training.rs_code_id)

    def test_session_takes_the_training_of_its_tickets(self):
        one, two = self.make_training(name="One"), self.make_training(name="Two")
        event = self.make_session(training_id=False)
        tickets = [
            {
                "name": training.name,
                "product_id": training.product_variant_id.id,
                "event_id": event.id,
            }
            for training in (one, two)
        ]
        self.env["event.event.ticket"].create(tickets[0])
        self.assertEqual(event.training_id, one)
        self.env["event.event.ticket"].create(tickets[1])
        self.assertEqual(event.training_id, one, "two trainings: what was known stays")
        event.training_id = two
        self.assertEqual(event.training_id, two)

    def test_session_takes_the_qualification_its_trainers_share(self):
        trainers = self.env["res.partner"].create(
            [
                {"name": "A", "trainer_qualification": "PREVENTEUR"},
                {"name": "B", "trainer_qualification": "PREVENTEUR"},
                {"name": "C", "trainer_qualification": "INGENIEUR"},
            ]
        )
        event = self.make_session(trainer_ids=trainers[:2].ids)
        self.assertEqual(event.trainer_qualification, "PREVENTEUR")
        event.trainer_ids = trainers
        self.assertEqual(event.trainer_qualification, "PREVENTEUR", "they differ: the choice stays")
