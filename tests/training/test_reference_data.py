import csv
import re

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.convert import convert_file
from odoo.tools.misc import file_open

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...models.training.training_code import NSF_FUNCTIONS
from ..common import MODULE, PassportCase

FILES = {
    "rome": "rome_competences_sst",
    "formacode": "formacodes_sst",
    "nsf": "nsf",
    "rs": "rs_certifications_sst",
}
RELIABILITIES = {
    "fiche_officielle": "official_sheet",
    "official_text": "official_text",
    "alignee": "aligned",
    "codes_valides": "valid_codes",
    "label_cross_checked": "cross_checked",
    "single_source": "single_source",
    "doubtful": "doubtful",
    "codes_not_established": "not_established",
}


def reference_rows(name):
    with file_open(f"{MODULE}/tests/files/reference/{name}.csv") as stream:
        return list(csv.DictReader(stream))


def reliability(text):
    """Return ``(selection key, note)`` of a cell of the reference."""
    word, note = re.fullmatch(r"([a-z_]+)[;: ]*(.*)", text).groups()
    return RELIABILITIES[word], note


class ReferenceCase(PassportCase):
    def load_again(self):
        """Load the shipped data as an update of the addon does."""
        for name in ("training.code", "training.family"):
            convert_file(self.env, MODULE, f"data/{name}.csv", {}, mode="update")
        self.env.invalidate_all()

    def shipped(self, model):
        data = self.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", model)])
        return self.env[model].browse(data.mapped("res_id"))


@tagged("post_install", "-at_install", "passport")
class TestShippedData(ReferenceCase):
    def test_codes_equal_the_reference(self):
        expected, found = set(), set()
        for nomenclature, name in FILES.items():
            for row in reference_rows(name):
                expected.add(
                    (
                        nomenclature,
                        row["code"],
                        row["label"],
                        row.get("expires", ""),
                        row.get("group_label", ""),
                        *reliability(row["reliability"]),
                        row["source"],
                    )
                )
        for code in self.shipped("training.code"):
            found.add(
                (
                    code.nomenclature,
                    code.code,
                    code.name,
                    str(code.valid_until or ""),
                    code.domain_name or "",
                    code.reliability,
                    code.note or "",
                    code.source,
                )
            )
        self.assertEqual(found, expected)
        self.assertEqual(len(found), 98 + 34 + 104 + 39)

    def test_families_equal_the_reference(self):
        def codes(records):
            return set(records.mapped("code"))

        def cell(text):
            return {code for code in text.split("/") if code}

        rows = reference_rows("training_families")
        self.assertEqual(len(self.shipped("training.family")), len(rows))
        for row in rows:
            family = self.env.ref(f"{MODULE}.training_family_{row['family']}")
            key, note = reliability(row["reliability"])
            basis = {"none": "no_period", "": False}.get(
                row["validity_basis"], row["validity_basis"]
            )
            with self.subTest(family=row["family"]):
                self.assertEqual(family.name, row["label"])
                self.assertEqual(family.passport_category or "", row["category"])
                self.assertEqual(family.passport_document, row["document"].lower())
                self.assertEqual(family.is_certifying, row["certifying"] == "OUI")
                self.assertEqual(codes(family.rs_code_id), cell(row["rs_codes"]))
                self.assertEqual(codes(family.nsf_code_ids), cell(row["nsf_codes"]))
                self.assertEqual(codes(family.formacode_ids), cell(row["formacodes"]))
                self.assertEqual(codes(family.rome_code_ids), cell(row["rome_codes"]))
                self.assertEqual(family.validity_months, int(row["validity_months"] or 0))
                self.assertEqual(family.validity_basis, basis)
                self.assertEqual(family.keywords, row["keywords"])
                self.assertEqual((family.reliability, family.note or ""), (key, note))
                self.assertEqual(family.source, row["source"])
                self.assertEqual(family.is_scope_doubtful, "exclusion" in note)

    def test_certifications_are_those_of_their_family(self):
        for row in reference_rows(FILES["rs"]):
            family = self.env.ref(f"{MODULE}.training_family_{row['family']}")
            self.assertEqual(family.rs_code_id.code, row["code"])

    def test_function_letters_equal_the_reference(self):
        letters = [row["letter"] for row in reference_rows("nsf_functions")]
        self.assertEqual([key for key, _label in NSF_FUNCTIONS], letters)
        code = self.env.ref(f"{MODULE}.training_code_nsf_344r")
        self.assertEqual(code.nsf_function, "r")
        self.assertFalse(self.env.ref(f"{MODULE}.training_code_nsf_344").nsf_function)


@tagged("post_install", "-at_install", "passport")
class TestUpdateOfTheAddon(ReferenceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.env.ref(f"{MODULE}.training_code_rs_6879")
        cls.family = cls.env.ref(f"{MODULE}.training_family_sst")

    def test_labels_and_expiry_are_refreshed(self):
        name, day = self.code.name, self.code.valid_until
        self.code.write({"name": "Old label", "valid_until": "2020-01-01"})
        self.load_again()
        self.assertEqual((self.code.name, self.code.valid_until), (name, day))

    def test_archived_stays_archived(self):
        (self.code + self.env.ref(f"{MODULE}.training_code_rome_115650")).active = False
        self.family.active = False
        self.load_again()
        self.assertFalse(self.code.active)
        self.assertFalse(self.family.active)

    def test_own_codes_and_choices_stay(self):
        own = self.env["training.code"].create(
            {"nomenclature": "rome", "code": "999003", "name": "Own"}
        )
        training = self.make_training(passport_family_id=self.family.id, validity_months=7)
        training.rome_code_ids = [Command.link(own.id)]
        before = training.rome_code_ids
        self.load_again()
        self.assertEqual(own.exists().name, "Own")
        self.assertEqual((training.validity_months, training.rome_code_ids), (7, before))

    def test_family_a_user_changed_is_left_alone_and_others_are_refreshed(self):
        other = self.env.ref(f"{MODULE}.training_family_mac_sst")
        self.family.write({"validity_months": 36})
        other.with_context(training_reference_load=True).validity_months = 1
        self.load_again()
        self.assertEqual((self.family.validity_months, other.validity_months), (36, 24))

    def test_code_that_was_there_before_it_was_shipped_is_taken_over(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("name", "=", "training_code_rs_6879")]
        )
        data.unlink()
        self.code.write({"active": False, "name": "Typed by hand"})
        self.load_again()
        self.assertEqual(self.env.ref(f"{MODULE}.training_code_rs_6879"), self.code)
        self.assertFalse(self.code.active)
        self.assertNotEqual(self.code.name, "Typed by hand")

    def test_what_a_newer_official_list_said_stays(self):
        self.code.write({"name": "Newer", "valid_until": "2031-01-01", "listed_on": "2027-01-01"})
        unknown = self.env.ref(f"{MODULE}.training_code_rs_6869")
        unknown.valid_until = "2030-06-30"
        self.load_again()
        self.assertEqual((self.code.name, str(self.code.valid_until)), ("Newer", "2031-01-01"))
        self.assertEqual(str(unknown.valid_until), "2030-06-30")

    def test_what_is_shipped_no_more_is_archived_where_it_is_used(self):
        """As Odoo does at the end of an update with what the data files hold no longer."""
        unused = self.env["training.code"].create(
            {"nomenclature": "rome", "code": "999004", "name": "Unused"}
        )
        training = self.make_training(passport_family_id=self.family.copy().id)
        dropped = training.rome_code_ids[0]
        (dropped + unused).with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
        training.passport_family_id.with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
        self.env.invalidate_all()
        self.assertFalse(unused.exists())
        self.assertFalse(dropped.active)
        self.assertIn(dropped, training.rome_code_ids)
        self.assertTrue(training.passport_family_id)
