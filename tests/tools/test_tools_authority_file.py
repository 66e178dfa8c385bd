from datetime import date
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import authority_file
from ...tools.authority_file import Fault
from .test_tools_authority_row import CERTIFYING, ROW, SELF_EMPLOYED, TODAY

COLUMNS = (
    "ID_DECLARATION|REFERENCE_DECLARATION|ID_UNIQUE_PARTENAIRE|NOM_FORMATION|DATE_DEBUT_FORMATION|"
    "DATE_FIN_FORMATION|MODALITE_DISPENSE|COMPETENCE_TRANSFERABLE|QUALIFICATION_FORMATEUR|"
    "FORMATION_CERTIFIANTE|CERTIFICATION_VISEE|DOMAINE_FORMATION|SPECIALITE_FORMATION|NIR|"
    "NOM_TITULAIRE|PRESENCE_EMPLOYEUR|SIRET_EMPLOYEUR|REFERENCE_EMPLOYEUR|DATE_DEBUT_VALIDITE|"
    "DATE_FIN_VALIDITE"
)


def rows(count, declaration="D1", **values):
    return [
        {
            **ROW,
            "ID_DECLARATION": declaration,
            "ID_UNIQUE_PARTENAIRE": f"{declaration}-{n}",
            **values,
        }
        for n in range(count)
    ]


class TestFile(TestCase):
    def check(self, given_rows, *expected):
        self.assertEqual(authority_file.check_file("adf", given_rows, TODAY), list(expected))

    def test_columns_are_those_of_the_guide_in_its_order(self):
        self.assertEqual("|".join(col.name for col in authority_file.ADF), COLUMNS)

    def test_limits_of_the_guide(self):
        self.assertEqual(authority_file.MAX_FILE_BYTES, 200 * 1024 * 1024)
        self.assertEqual(authority_file.MAX_ROWS_WEB_FORM, 50)
        self.assertEqual(authority_file.column("adf", "NOM_TITULAIRE").max_length, 30)

    def test_empty_file(self):
        self.check([], Fault("no_row"))

    def test_faults_tell_their_row(self):
        given_rows = rows(3)
        given_rows[1]["NOM_TITULAIRE"] = ""
        self.check(given_rows, Fault("required", 1, "NOM_TITULAIRE"))

    def test_faults_carry_no_value(self):
        faults = authority_file.check_file("adf", rows(2, NIR="185047500608459"), TODAY)
        self.assertTrue(faults)
        self.assertNotIn("18504", repr(faults))

    def test_500_attendees_in_a_declaration_and_not_501(self):
        self.check(rows(500) + rows(500, "D2"))
        self.check(rows(501), Fault("too_many_rows", None, "ID_DECLARATION"))

    def test_unique_ids_are_unique_in_the_whole_file(self):
        given_rows = rows(2) + rows(2, "D2")
        given_rows[3]["ID_UNIQUE_PARTENAIRE"] = "D1-0"
        self.check(given_rows, Fault("duplicate_id", 3, "ID_UNIQUE_PARTENAIRE"))

    def test_training_is_the_same_within_a_declaration(self):
        for name, value in [
            ("REFERENCE_DECLARATION", "Autre"),
            ("NOM_FORMATION", "Autre"),
            ("DATE_DEBUT_FORMATION", date(2026, 9, 8)),
            ("DATE_FIN_FORMATION", date(2026, 9, 9)),
            ("MODALITE_DISPENSE", ""),
            ("COMPETENCE_TRANSFERABLE", ("115650", "115651", "115653")),
            ("QUALIFICATION_FORMATEUR", "INGENIEUR"),
            ("DOMAINE_FORMATION", ("42866",)),
            ("SPECIALITE_FORMATION", ("344",)),
        ]:
            with self.subTest(name=name):
                given_rows = rows(3)
                given_rows[2][name] = value
                self.check(given_rows, Fault("training_differs", 2, name))
                self.check(rows(1) + rows(1, "D2", **{name: value}))

    def test_certifying_is_the_same_within_a_declaration(self):
        given_rows = rows(2)
        given_rows[1].update(CERTIFYING)
        self.assertIn(
            Fault("training_differs", 1, "FORMATION_CERTIFIANTE"),
            authority_file.check_file("adf", given_rows, TODAY),
        )


class TestRender(TestCase):
    LINE = (
        "PP-2026-00001|SST de septembre|u-1|Sauveteur secouriste du travail|09/09/2026|10/09/2026|"
        "PRESENTIEL|115650/115651/115652|PREVENTEUR|NON||42817|344r|1850475006084|LEFÈVRE|OUI|"
        "81234567600017|M-042|10/09/2026|09/09/2028"
    )

    def test_crlf_without_byte_order_mark_by_default(self):
        content = authority_file.render("adf", [ROW, ROW])
        self.assertEqual(content, f"{COLUMNS}\r\n{self.LINE}\r\n{self.LINE}\r\n".encode())

    def test_lf(self):
        content = authority_file.render("adf", [ROW], line_end="lf")
        self.assertEqual(content, f"{COLUMNS}\n{self.LINE}\n".encode())

    def test_byte_order_mark(self):
        content = authority_file.render("adf", [ROW], bom=True)
        self.assertEqual(content, b"\xef\xbb\xbf" + authority_file.render("adf", [ROW]))

    def test_conditional_columns(self):
        for values, ending in [
            (SELF_EMPLOYED, "|LEFÈVRE|NON|||10/09/2026|09/09/2028"),
            ({"DATE_FIN_VALIDITE": None}, "|OUI|81234567600017|M-042|10/09/2026|"),
        ]:
            with self.subTest(ending=ending):
                line = authority_file.render("adf", [{**ROW, **values}]).decode().splitlines()[1]
                self.assertTrue(line.endswith(ending))
                self.assertEqual(line.count("|"), 19)
        line = authority_file.render("adf", [{**ROW, **CERTIFYING}]).decode().splitlines()[1]
        self.assertIn("|PREVENTEUR|OUI|RS6869|||1850475006084|", line)

    def test_value_that_would_break_the_structure_is_refused(self):
        for value in ("a|b", 'a"b', "a\nb", "a\rb"):
            with self.subTest(value=value), self.assertRaises(ValueError) as caught:
                authority_file.render("adf", [{**ROW, "NOM_TITULAIRE": value}])
            self.assertNotIn(value, str(caught.exception))

    def test_years_have_four_digits(self):
        self.assertEqual(authority_file.format_value(date(987, 6, 5)), "05/06/0987")

    @settings(derandomize=True, deadline=None, max_examples=100, database=None)
    @given(st.text(max_size=40))
    def test_whatever_passes_the_check_is_written_as_it_is(self, name):
        row = {**ROW, "NOM_TITULAIRE": name}
        if authority_file.check_file("adf", [row], TODAY):
            return
        text = authority_file.render("adf", [row]).decode()
        self.assertEqual(text.count("\r\n"), 2)
        self.assertEqual(text.split("\r\n")[1].split("|")[14], name)


class TestFileName(TestCase):
    def test_siren_document_day_sequence(self):
        self.assertEqual(
            authority_file.file_name("812345676", "adf", TODAY, "DEP-2026-00001"),
            "812345676_ADF_20261015_DEP-2026-00001.csv",
        )

    def test_200_characters_at_most(self):
        fixed = len(authority_file.file_name("812345676", "adf", TODAY, ""))
        longest = authority_file.file_name("812345676", "adf", TODAY, "x" * (200 - fixed))
        self.assertEqual(len(longest), 200)
        with self.assertRaises(ValueError):
            authority_file.file_name("812345676", "adf", TODAY, "x" * (201 - fixed))

    def test_forbidden_characters(self):
        for char in '@<>:"/\\|?*%':
            with self.subTest(char=char), self.assertRaises(ValueError):
                authority_file.file_name("812345676", "adf", TODAY, f"DEP{char}1")
