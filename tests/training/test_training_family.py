import re

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import file_open

from ...models.training.training_family_filling import FAMILY_FIELDS
from ..common import MODULE, PassportCase

SST = "passeport_prevention.training_family_sst"
R489 = "passeport_prevention.training_family_caces_r489_3"
B1 = "passeport_prevention.training_family_hab_elec_b1"


@tagged("post_install", "-at_install", "passport")
class FamilyCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sst, cls.r489, cls.b1 = map(cls.env.ref, (SST, R489, B1))

    def make_product(self, family, **values):
        """Create a training as a program does: a name and a family, nothing else."""
        return self.env["product.template"].create(
            {
                "name": "Formation",
                "type": "service",
                "service_tracking": "event",
                "passport_family_id": family.id,
                **values,
            }
        )

    def assert_like(self, product, family):
        self.assertFalse(product.passport_family_difference)
        self.assertFalse(product.passport_family_differs)
        self.assertEqual(product.passport_document, family.passport_document)
        self.assertEqual(product.passport_category, family.passport_category)
        self.assertEqual(product.rome_code_ids, family.rome_code_ids)
        self.assertEqual(product.validity_months, family.validity_months)
        self.assertEqual(product.is_certifying, family.is_certifying)
        self.assertEqual(product.rs_code_id, family.rs_code_id)


@tagged("post_install", "-at_install", "passport")
class TestFamilyFills(FamilyCase):
    def test_every_family_with_codes_makes_a_training_without_faults(self):
        families = self.env["training.family"].search([("rome_code_ids", "!=", False)])
        self.assertGreater(len(families), 80)
        for family in families:
            with self.subTest(family=family.name):
                product = self.make_product(family, passport_category="3")
                document = product.passport_document
                self.assertEqual(self.env["passport.training.check"]._faults(product, document), [])
                self.assertEqual(product.passport_eligible, not family.is_scope_doubtful)
                self.assertFalse(product.passport_training_issues)

    def test_sessions_are_ready_without_typing_a_code(self):
        for family, outcome in ((self.sst, "passed"), (self.r489, "passed"), (self.b1, False)):
            with self.subTest(family=family.name):
                form = Form(
                    self.env["product.template"].with_context(
                        default_type="service", default_service_tracking="event"
                    )
                )
                form.passport_family_id = family
                self.assertEqual(form.name, family.name)
                training = form.save()
                self.assert_like(training, family)
                session = self.make_session(training)
                attendee = self.make_attendee(f"Zoé {family.id}")
                registration = self.make_registration(session, attendee, outcome=outcome)
                self.assertEqual(self.issue_codes(registration), [])
                self.assertEqual(registration.passport_state, "ready")

    def test_given_values_win(self):
        codes = self.codes("rome", 3)
        product = self.make_product(
            self.sst, validity_months=12, rome_code_ids=[Command.set(codes.ids)], jdr_name="Mine"
        )
        self.assertEqual((product.validity_months, product.jdr_name), (12, "Mine"))
        self.assertEqual(product.rome_code_ids, codes)
        self.assertEqual(product.nsf_code_ids, self.sst.nsf_code_ids)

    def test_family_without_a_name_gives_its_own(self):
        product = self.env["product.template"].create({"passport_family_id": self.sst.id})
        self.assertEqual(product.name, self.sst.name)

    def test_choosing_later_fills_and_notes_what_it_replaced(self):
        product = self.make_training(validity_months=6)
        product.passport_family_id = self.r489
        self.assert_like(product, self.r489)
        self.assertFalse(product.formacode_ids)
        self.assertIn("6", str(product.message_ids.mapped("body")))
        product.passport_family_id = self.sst
        self.assert_like(product, self.sst)
        self.assertFalse(product.rs_code_id)

    def test_given_values_win_when_written_too(self):
        product = self.make_training()
        product.write({"passport_family_id": self.sst.id, "validity_months": 3})
        self.assertEqual(product.validity_months, 3)
        self.assertEqual(product.rome_code_ids, self.sst.rome_code_ids)

    def test_writing_the_same_family_again_changes_nothing(self):
        product = self.make_product(self.sst)
        product.validity_months = 12
        product.write({"passport_family_id": self.sst.id})
        self.assertEqual(product.validity_months, 12)

    def test_leaving_a_family_keeps_the_values(self):
        product = self.make_product(self.sst)
        product.passport_family_id = False
        self.assertEqual(product.rome_code_ids, self.sst.rome_code_ids)

    def test_copy_keeps_the_values_of_the_training(self):
        product = self.make_product(self.sst, validity_months=12)
        self.assertEqual(product.copy().validity_months, 12)

    def test_empty_cells_of_an_import_give_nothing(self):
        result = (
            self.env["product.template"]
            .with_context(import_file=True)
            .load(
                ["name", "service_tracking", "passport_family_id", "passport_category"],
                [["Importée", "event", self.sst.name, ""]],
            )
        )
        self.assertFalse(result["messages"])
        self.assert_like(self.env["product.template"].browse(result["ids"]), self.sst)

    def test_unknown_is_left_to_the_user(self):
        family = self.env.ref("passeport_prevention.training_family_catec")
        product = self.make_training(validity_months=7, passport_category="3")
        product.passport_family_id = family
        self.assertEqual((product.validity_months, product.passport_category), (7, "3"))
        doubtful = self.env.ref("passeport_prevention.training_family_ssiap_1")
        self.assertFalse(self.make_product(doubtful).passport_eligible)
        unknown = self.env.ref("passeport_prevention.training_family_atex")
        product.passport_family_id = unknown
        self.assertEqual(product.rome_code_ids, family.rome_code_ids)


@tagged("post_install", "-at_install", "passport")
class TestFamilyDifferences(FamilyCase):
    def test_what_differs_is_told_and_mended(self):
        product = self.make_product(self.sst)
        missing = product.rome_code_ids[0]
        added = self.codes("rome", 200) - self.sst.rome_code_ids
        product.write(
            {
                "validity_months": 12,
                "passport_category": "4",
                "rome_code_ids": [Command.unlink(missing.id), Command.link(added[0].id)],
            }
        )
        text = product.passport_family_difference
        for part in ("12", "24", f"{missing.code} missing", f"{added[0].code} added"):
            self.assertIn(part, text)
        self.assertEqual(len(text.splitlines()), 3)
        self.assertTrue(product.passport_family_differs)
        self.assertIn(
            product, self.env["product.template"].search([("passport_family_differs", "=", True)])
        )
        product.action_apply_passport_family()
        self.assert_like(product, self.sst)
        self.assertIn("12", str(product.message_ids[0].body))

    def test_family_that_changes_shows_on_its_trainings(self):
        family = self.sst.copy()
        product = self.make_product(family)
        family.validity_months = 36
        self.assertTrue(product.passport_family_differs)
        family.rome_code_ids = self.codes("rome", 3)
        self.assertEqual(len(product.passport_family_difference.splitlines()), 2)

    def test_differences_show_while_typing(self):
        product = self.make_product(self.sst)
        with Form(product) as form:
            form.validity_months = 5
            self.assertIn("5", form.passport_family_difference)

    def test_training_without_a_family_differs_from_none(self):
        self.assertFalse(self.training.passport_family_difference)
        self.training.action_apply_passport_family()
        self.assertEqual(self.training.validity_months, 24)

    def test_differences_cost_the_same_for_many_trainings(self):
        products = self.env["product.template"].create(
            [
                {"name": str(number), "passport_family_id": self.sst.id, "validity_months": 1}
                for number in range(12)
            ]
        )

        def read(records):
            return self.queries_of(lambda: records.mapped("passport_family_difference"))

        self.assertLessEqual(read(products), read(products[:2]) + 1)


@tagged("post_install", "-at_install", "passport")
class TestFamilyFromTraining(FamilyCase):
    def test_family_describes_its_training(self):
        product = self.as_role(
            self.make_certifying_training(passport_document="jdr", jdr_type="TITRE", jdr_name="T"),
            "declarant",
        )
        action = product.action_create_passport_family()
        family = self.env["training.family"].browse(action["res_id"])
        self.assertEqual(product.passport_family_id.id, family.id)
        self.assertFalse(product.passport_family_difference)
        other = self.make_product(family)
        self.assertEqual((other.jdr_type, other.jdr_name), ("TITRE", "T"))
        self.assertEqual(other.rs_code_id, product.rs_code_id.sudo())
        self.assertEqual(other.rome_code_ids.ids, product.rome_code_ids.ids)
        self.assertTrue(other.passport_eligible)

    def test_who_may_not_mend_trainings_makes_no_family(self):
        for role in ("user", "sales", "event", "internal", "portal"):
            with self.subTest(role=role):
                product = self.as_role(self.training, role)
                with self.assertRaises(AccessError):
                    product.action_create_passport_family()
                with self.assertRaises(AccessError):
                    product.write({"passport_family_id": self.sst.id})
                family = self.as_role(self.sst, role)
                with self.assertRaises(AccessError):
                    family.write({"validity_months": 1})

    def test_family_in_use_cannot_be_deleted(self):
        family = self.sst.copy()
        self.make_product(family).active = False
        with self.assertRaisesRegex(UserError, "Archive"):
            self.as_role(family, "manager").unlink()
        unused = self.sst.copy()
        with self.assertRaises(AccessError):
            self.as_role(unused, "declarant").unlink()
        self.as_role(unused, "manager").unlink()
        self.assertFalse(unused.exists())

    def test_wrong_families_are_refused(self):
        for values in ({"name": "A|B"}, {"validity_months": -1}, {"jdr_name": 'A "B"'}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.env["training.family"].create({"name": "X", **values})


@tagged("post_install", "-at_install", "passport")
class TestFamilySearch(FamilyCase):
    def found(self, text):
        families = self.as_role(self.env["training.family"], "internal")
        names = families.name_search(text, limit=None)
        return families.browse([family_id for family_id, _name in names]).sudo()

    def test_found_by_any_of_their_names_without_accents(self):
        for text, family in {
            "secourisme": self.sst,
            "SECOURISTE": self.sst,
            "sst": self.sst,
            "chariot": self.r489,
            "cariste": self.r489,
            "élévateur chariot": self.r489,
            "rs6869": self.r489,
            "électrique": self.b1,
            "electrique b1": self.b1,
        }.items():
            with self.subTest(text=text):
                self.assertIn(family, self.found(text))
        self.assertNotIn(self.sst, self.found("chariot"))
        self.assertFalse(self.found("comptabilité"))

    def test_suggested_for_a_title(self):
        families = self.as_role(self.env["training.family"], "internal")
        for title, family in {
            "Recyclage secourisme du travail": self.env.ref(
                "passeport_prevention.training_family_mac_sst"
            ),
            "Formation SST (2 jours)": self.sst,
            "CACES chariot R489 cat. 3": self.r489,
            "Habilitation electrique B1": self.b1,
        }.items():
            with self.subTest(title=title):
                self.assertEqual(families._suggest(title)[:1].id, family.id)
        for title in ("Comptabilité générale", "", False):
            self.assertFalse(families._suggest(title))

    def test_archived_families_are_not_suggested(self):
        self.sst.active = False
        self.assertNotIn(self.sst, self.env["training.family"]._suggest("SST"))


@tagged("post_install", "-at_install", "passport")
class TestUndoneFamily(FamilyCase):
    """A family given to many trainings at once is taken back with all that it filled."""

    def remembered(self):
        """Return the fields that the list remembers, before a family fills them."""
        with file_open(f"{MODULE}/static/src/trainees/changed_rows.js") as script:
            names = re.search(r"passport_family_id: \[(.*?)\]", script.read(), re.DOTALL)
        return re.findall(r"\w+", names[1])

    def test_all_that_is_filled_is_remembered(self):
        self.assertEqual(self.remembered(), list(FAMILY_FIELDS))

    def test_written_back_it_is_as_before(self):
        product = self.make_product(self.sst, validity_months=7)
        names = ["passport_family_id", *self.remembered()]
        before = product.read(names, load="")[0]
        product.passport_family_id = self.r489
        self.assertNotEqual(product.read(names, load="")[0], before)
        product.write(
            {
                name: [Command.set(value)] if isinstance(value, (list, tuple)) else value
                for name, value in before.items()
                if name != "id"
            }
        )
        self.assertEqual(product.read(names, load="")[0], before)
