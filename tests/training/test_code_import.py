import base64
import io
from unittest.mock import patch

import xlsxwriter
from psycopg2 import OperationalError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.misc import file_open

from ..common import MODULE, PassportCase


@tagged("post_install", "-at_install", "passport")
class ImportCase(PassportCase):
    def content(self, name):
        with file_open(f"{MODULE}/tests/files/codes/{name}", "rb") as stream:
            return stream.read()

    def open_wizard(self, name, content=None, role="declarant", **values):
        """Open the wizard on a file as a user does, up to its preview."""
        content = self.content(name) if content is None else content
        form = Form(self.as_role(self.env["training.code.import"], role))
        form.file = base64.b64encode(content)
        for fname, value in values.items():
            setattr(form, fname, value)
        wizard = form.save()
        wizard.file_name = name
        return wizard

    def preview(self, name, content=None, **values):
        wizard = self.open_wizard(name, content, **values)
        wizard.action_preview()
        return wizard

    def by_code(self, nomenclature, code):
        codes = self.env["training.code"].with_context(active_test=False)
        return codes.search([("nomenclature", "=", nomenclature), ("code", "=", code)])

    def changes(self, wizard, kind):
        return {line.code for line in wizard.line_ids if line.kind == kind}

    def state_of_codes(self):
        self.env.invalidate_all()
        codes = self.env["training.code"].with_context(active_test=False).search([], order="id")
        return [(c.code, c.name, c.active, c.valid_until, c.disappeared_on) for c in codes]


@tagged("post_install", "-at_install", "passport")
class TestCodeImport(ImportCase):
    def test_competences_of_france_travail(self):
        code = self.env.ref(f"{MODULE}.training_code_rome_100016")
        training = self.make_training(rome_code_ids=code.ids)
        before = self.state_of_codes()
        wizard = self.preview("rome.csv")
        self.assertEqual(self.state_of_codes(), before, "a preview changes nothing")
        self.assertEqual((wizard.nomenclature, wizard.is_complete), ("rome", True))
        self.assertEqual(self.changes(wizard, "new"), {"900001"})
        self.assertEqual(self.changes(wizard, "changed"), {"115650"})
        self.assertEqual(wizard.gone_count, 96)
        self.assertIn(training.id, wizard.training_ids.ids)
        self.assertEqual(wizard.fault_count, 4)
        for row in ("6", "7", "8", "9"):
            self.assertIn(f"Row {row}:", wizard.faults)
        wizard.leave_faulty = wizard.archive_many = True
        wizard.action_apply()
        self.assertEqual(wizard.state, "done")
        self.assertIn('"chantier mobile"', self.by_code("rome", "900001").name)
        self.assertIn("nouveau", self.by_code("rome", "115650").name)
        self.assertTrue(self.by_code("rome", "100240").active, "a faulty row archives nothing")
        self.assertFalse(code.active)
        self.assertTrue(code.disappeared_on)
        self.assertIn(code, training.rome_code_ids)
        self.assertTrue(self.by_code("nsf", "344r").active, "other nomenclatures stay")

    def test_certifications_of_france_competences(self):
        wizard = self.preview("rs.csv")
        self.assertEqual((wizard.nomenclature, wizard.ignored_count), ("rs", 1))
        self.assertEqual(self.changes(wizard, "new"), {"RS9001"})
        self.assertEqual(self.changes(wizard, "changed"), {"RS6879"})
        self.assertIn("RS6869", self.changes(wizard, "gone"))
        self.assertEqual(wizard.fault_count, 2)
        wizard.leave_faulty = wizard.archive_many = True
        wizard.action_apply()
        self.assertEqual(str(self.by_code("rs", "RS6879").valid_until), "2031-10-31")
        self.assertIn(";", self.by_code("rs", "RS9001").name)
        ended = self.by_code("rs", "RS6869")
        self.assertEqual((ended.active, str(ended.valid_until)), (False, "2026-09-30"))
        self.assertTrue(self.by_code("rs", "RS6870").active)
        self.assertFalse(self.by_code("rs", "RS9002"))

    def test_specialities_in_windows_encoding(self):
        wizard = self.preview("nsf.csv")
        self.assertEqual((wizard.nomenclature, wizard.gone_count), ("nsf", 0))
        self.assertEqual(self.changes(wizard, "new"), {"344t"})
        self.assertEqual(self.changes(wizard, "changed"), {"110"})
        with self.assertRaisesRegex(UserError, "are wrong: 1\\."):
            wizard.action_apply()
        wizard.leave_faulty = True
        wizard.action_apply()
        code = self.by_code("nsf", "344t")
        self.assertEqual((code.name, code.nsf_function), ("Réalisation du service : sécurité", "t"))

    def test_formacodes_without_a_header_in_utf_16(self):
        wizard = self.preview("formacode_without_header.txt", nomenclature="formacode")
        self.assertEqual(self.changes(wizard, "new"), {"99901"})
        self.assertEqual((wizard.unchanged_count, wizard.changed_count), (1, 1))
        wizard.action_apply()
        self.assertEqual(self.by_code("formacode", "99901").name, "Prévention des chutes")

    def workbook(self, *sheets):
        """Return the bytes of a workbook, each sheet a list of rows."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        book.close()
        return stream.getvalue()

    def test_titles_above_the_names_are_passed_over(self):
        content = (
            "Liste des codes NSF au 06/08/2025\n\n"
            "Code NSF;Groupe;Champs;Libellé de la spécialité\n"
            "230t;23;x;Génie civil de test\n"
        ).encode()
        wizard = self.preview("x.csv", content)
        self.assertEqual(wizard.nomenclature, "nsf")
        self.assertEqual(
            (wizard.code_column, wizard.label_column), ("Code NSF", "Libellé de la spécialité")
        )
        self.assertEqual((self.changes(wizard, "new"), wizard.fault_count), ({"230t"}, 0))
        wizard.action_apply()
        self.assertEqual(self.by_code("nsf", "230t").name, "Génie civil de test")

    def test_list_on_another_sheet_below_a_title(self):
        content = self.workbook(
            [["Lisez-moi"], ["Cette liste est publiée par", "le ministère"]],
            [],
            [
                ["Formacodes"],
                [],
                ["Code Formacode", "Libellé"],
                [99911, "Chutes"],
                [99912, "Bruit"],
            ],
        )
        wizard = self.preview("x.xlsx", content)
        self.assertEqual(self.changes(wizard, "new"), {"99911", "99912"})
        chosen = self.workbook(
            [["Notice", "Version 2"]],
            [
                ["Titre"],
                ["Rubrique", "Réf.", "Texte"],
                *([["a", "b", "c"]] * 9),
                ["x", 99913, "Gaz"],
            ],
        )
        wizard = self.preview(
            "x.xlsx", chosen, nomenclature="formacode", code_column="Réf.", label_column="Texte"
        )
        self.assertEqual((self.changes(wizard, "new"), wizard.fault_count), ({"99913"}, 9))

    def test_certifications_of_the_other_register(self):
        content = (
            "Numero_Fiche;Intitule;Date_Fin_Enregistrement;Actif\n"
            "RNCP34507;Titre de préventeur;31/12/2027;ACTIVE\n"
            "RS6879;CACES;31/10/2029;ACTIVE\n"
        ).encode()
        wizard = self.preview("x.csv", content, nomenclature="rncp")
        self.assertEqual((self.changes(wizard, "new"), wizard.ignored_count), ({"RNCP34507"}, 1))
        wizard.action_apply()
        code = self.by_code("rncp", "RNCP34507")
        self.assertEqual(str(code.valid_until), "2027-12-31")
        self.assertFalse(code.is_transmitted)
        self.assertTrue(self.by_code("rs", "RS6870").active, "the other register stays")
        only = content.replace(b"RS6879", b"RNCP1")
        self.assertEqual(self.preview("x.csv", only).nomenclature, "rncp")

    def test_any_workbook_with_chosen_columns(self):
        wizard = self.open_wizard(
            "x.xlsx",
            self.workbook([("Id", "Ref", "Sujet"), (1, 99902, "Chutes"), (2, 99903, "X")]),
            nomenclature="formacode",
            code_column="Ref",
            label_column="Sujet",
        )
        wizard.action_preview()
        self.assertEqual(self.changes(wizard, "new"), {"99902", "99903"})
        wizard.action_back()
        wizard.label_column = "Libellé"
        with self.assertRaisesRegex(UserError, "Ref, Sujet"):
            wizard.action_preview()

    def test_what_comes_back_is_proposed_again(self):
        wizard = self.preview("nsf.csv", is_complete=True)
        self.assertTrue(wizard.is_much_gone)
        wizard.leave_faulty = True
        with self.assertRaisesRegex(UserError, "would be archived"):
            wizard.action_apply()
        wizard.archive_many = True
        gone, own = self.by_code("nsf", "345"), self.by_code("nsf", "346")
        own.active = False
        wizard.action_preview()
        wizard.action_apply()
        self.assertFalse(gone.active)
        content = "code;libelle\n345;Application des droits\n346;Spécialités militaires\n".encode()
        wizard = self.preview("x.csv", content, nomenclature="nsf")
        self.assertEqual(self.changes(wizard, "back"), {"345"})
        wizard.action_apply()
        self.assertTrue(gone.active)
        self.assertFalse(gone.disappeared_on)
        self.assertFalse(own.active, "archived by a user")

    def test_apply_is_all_or_nothing(self):
        wizard = self.preview("nsf.csv", is_complete=True)
        wizard.leave_faulty = wizard.archive_many = True
        before = self.state_of_codes()
        write = type(self.env["training.code"]).write
        calls = []

        def fail_late(records, vals):
            calls.append(vals)
            if "disappeared_on" in vals and not vals.get("active"):
                raise OperationalError("connection lost")
            return write(records, vals)

        with (
            patch.object(type(self.env["training.code"]), "write", fail_late),
            self.assertRaises(OperationalError),
            self.env.cr.savepoint(),
        ):
            wizard.action_apply()
        self.assertTrue(calls)
        self.assertEqual(self.state_of_codes(), before)

    def test_codes_that_changed_since_the_preview_are_shown_first(self):
        wizard = self.preview("nsf.csv")
        self.env["training.code"].create({"nomenclature": "nsf", "code": "344t", "name": "Other"})
        wizard.leave_faulty = True
        with self.assertRaisesRegex(UserError, "changed since"), self.env.cr.savepoint():
            wizard.action_apply()
        self.assertEqual(self.by_code("nsf", "344t").name, "Other")

    def test_what_is_no_list_is_refused(self):
        for content, told in [
            (b"", "Choose the file"),
            (b" \n ", "empty"),
            (b"\xd0\xcf\x11\xe0old", "damaged"),
            (b"PK\x03\x04broken", "damaged|no table"),
            (b"\x00\x01\x02\x03\x00\x00\x07", "no table"),
            (b"a;b\nc;d\n", "not found in the file.*: a, b$"),
            (b"code;libelle\n", "No row|nomenclature"),
            (b"<html><body>504 Gateway</body></html>", "not found in the file"),
        ]:
            with self.subTest(content=content), self.assertRaisesRegex(UserError, told):
                wizard = self.env["training.code.import"].create(
                    {"file": base64.b64encode(content), "nomenclature": "nsf"}
                )
                wizard.action_preview()

    def test_nomenclature_that_cannot_be_told_is_asked(self):
        with self.assertRaisesRegex(UserError, "Say which nomenclature"):
            self.preview("x.csv", b"code;libelle\n31795;Engin\n")

    def test_declarants_and_managers_only(self):
        for role in ("user", "sales", "event", "internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env["training.code.import"], role).create({})
        self.preview("nsf.csv", role="manager")
