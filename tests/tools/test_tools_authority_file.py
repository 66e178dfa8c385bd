import tracemalloc
from datetime import date
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import authority_file, text
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


class TestRowByRow(TestCase):
    def test_faults_and_pieces_come_as_the_rows_do(self):
        asked = []

        def given_rows():
            for number, row in enumerate([*rows(2), {**ROW, "NIR": ""}]):
                asked.append(number)
                yield row

        pieces = authority_file.render_rows("adf", given_rows())
        self.assertEqual(next(pieces), f"{COLUMNS}\r\n".encode())
        self.assertEqual(asked, [])
        next(pieces)
        self.assertEqual(asked, [0])
        asked.clear()
        fault = next(authority_file.check_rows("adf", given_rows(), TODAY))
        self.assertEqual((fault, asked), (Fault("required", 2, "NIR"), [0, 1, 2]))

    def test_a_training_that_comes_back_is_still_checked(self):
        wrong = {"NOM_FORMATION": "a|b"}
        given_rows = [*rows(1), *rows(2, "D2", **wrong), *rows(1, "D3"), *rows(1, "D4", **wrong)]
        faults = authority_file.check_file("adf", given_rows, TODAY)
        self.assertEqual([fault.row for fault in faults], [1, 2, 4])

    def test_a_wrong_type_that_equals_a_right_value_is_told(self):
        given_rows = [*rows(1), *rows(1, "D2", FORMATION_CERTIFIANTE=0)]
        faults = authority_file.check_file("adf", given_rows, TODAY)
        self.assertIn(Fault("type", 1, "FORMATION_CERTIFIANTE"), faults)

    def test_lists_are_written_as_tuples_are(self):
        row = {**ROW, "COMPETENCE_TRANSFERABLE": list(ROW["COMPETENCE_TRANSFERABLE"])}
        self.assertEqual(authority_file.render("adf", [row]), authority_file.render("adf", [ROW]))

    def test_memory_does_not_grow_with_the_rows(self):
        def many(count):
            for number in range(count):
                yield {
                    **ROW,
                    "ID_DECLARATION": str(number // 500),
                    "ID_UNIQUE_PARTENAIRE": f"{number}",
                }

        def peak(count):
            tracemalloc.start()
            self.assertEqual(list(authority_file.check_rows("adf", many(count), TODAY)), [])
            size = sum(map(len, authority_file.render_rows("adf", many(count))))
            self.assertGreater(size, 200 * count)
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return found

        # The unique ids and one training for each declaration, nothing else.
        self.assertLess((peak(4000) - peak(1000)) / 3000, 200)


class TestTextFaults(TestCase):
    def faults(self, name, value, document="adf"):
        return authority_file.text_faults(document, name, value)

    def test_fit(self):
        for name, value in [
            ("NOM_TITULAIRE", "D'ŒUVRE-LÉON"),
            ("NOM_TITULAIRE", "Le\u00a0Goff"),  # proposed as plain, not refused
            ("REFERENCE_EMPLOYEUR", None),
            ("REFERENCE_EMPLOYEUR", "M-042"),
        ]:
            with self.subTest(value=value):
                self.assertEqual(self.faults(name, value), [])

    def test_what_is_wrong_and_what_a_message_needs(self):
        for name, value, expected in [
            ("NOM_TITULAIRE", "", [("required", "", None)]),
            ("NOM_TITULAIRE", None, [("required", "", None)]),
            ("NOM_TITULAIRE", "é" * 31, [("too_long", "", 30)]),
            ("NOM_TITULAIRE", "a|b|c", [("forbidden_character", "|", None)]),
            ("NOM_TITULAIRE", "a\u2003", [("forbidden_character", "\u2003", None)]),
            ("NOM_TITULAIRE", "\ufeffa\tb", [("forbidden_character", "\ufeff\t", None)]),
            ("NOM_TITULAIRE", "1 85 04", [("digit", "18504", None)]),
            ("NOM_TITULAIRE", "Dupont２", [("digit", "２", None)]),
            ("REFERENCE_EMPLOYEUR", "x" * 256, [("too_long", "", 255)]),
        ]:
            with self.subTest(value=value):
                found = [tuple(fault) for fault in self.faults(name, value)]
                self.assertEqual(found, expected)

    def test_links(self):
        for value, codes in [
            ("https://preuves.example/42", []),
            ("HTTPS://preuves.example", []),
            ("preuves.example", ["link"]),
            ("https://preuves.example/4 2", ["link"]),
            (" https://preuves.example", ["forbidden_character", "link"]),
        ]:
            with self.subTest(value=value):
                found = [fault.code for fault in self.faults("LIEN_PREUVE", value, "jdr")]
                self.assertEqual(found, codes)

    def test_unknown_column(self):
        with self.assertRaises(KeyError):
            self.faults("NOM", "x")

    @settings(derandomize=True, deadline=None, max_examples=200, database=None)
    @given(st.text(max_size=40), st.sampled_from(("NOM_TITULAIRE", "NOM_FORMATION")))
    def test_the_file_judges_as_this_does(self, value, name):
        codes = {fault.code for fault in self.faults(name, value)}
        found = authority_file.check_file("adf", [{**ROW, name: value}], TODAY)
        self.assertEqual({fault.code for fault in found}, codes)

    @settings(derandomize=True, deadline=None, max_examples=200, database=None)
    @given(st.text(st.characters(), max_size=30))
    def test_what_cleaning_leaves_has_no_outer_space_left(self, value):
        cleaned = text.clean_text(value)
        found = {fault.code for fault in self.faults("NOM_FORMATION", cleaned)}
        expected = {"forbidden_character"} if text.forbidden_characters(cleaned) else set()
        self.assertEqual(found, expected if cleaned else {"required"})


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
