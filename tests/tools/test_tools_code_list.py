import unittest
from datetime import date

from ...tools import code_list
from ...tools.code_list import CodeList, compare, find_columns, read_codes

ROME = [
    ["code_macro_competence", "code_ogr_competence", "libelle_competence"],
    ["1", "100240", "Sécuriser"],
    ["2", "100240", "Sécuriser"],
]


class TestColumns(unittest.TestCase):
    def test_known_lists_are_known_by_their_columns(self):
        columns = find_columns(ROME)
        self.assertEqual((columns.code, columns.label, columns.nomenclature), (1, 2, "rome"))
        self.assertTrue(columns.is_complete)
        header = ["Numero_Fiche", "Intitule", "Date_Fin_Enregistrement", "Actif"]
        columns = find_columns([header])
        self.assertEqual(columns[:4], (0, 1, 2, 3))
        self.assertEqual(columns.nomenclature, "rs")
        for header, nomenclature in (("Code Formacode", "formacode"), ("CODE NSF", "nsf")):
            columns = find_columns([[header, "Libellé"]])
            self.assertEqual((columns.nomenclature, columns.is_complete), (nomenclature, False))

    def test_other_tables_by_what_they_hold(self):
        rows = [["Rubrique", "Réf.", "Texte"], *[["x", f"3440{n}", f"Sujet {n}"] for n in range(9)]]
        columns = find_columns(rows, "formacode")
        self.assertEqual(columns[:2] + columns[4:6], (1, 2, 0, 1))
        columns = find_columns(rows[1:], "formacode")
        self.assertEqual((columns.header, columns.start), (None, 0))
        self.assertIsNone(find_columns(rows[1:]).nomenclature, "Formacode and ROME look the same")
        self.assertEqual(find_columns([["RS1", "A"], ["RS2", "B"]]).nomenclature, "rs")

    def test_titles_above_the_names(self):
        rows = [["Liste des codes NSF au 06/08/2025"], [], ["Code NSF", "G", "Libellé de la x"]]
        columns = find_columns([*rows, ["230r", "23", "Génie civil"]])
        self.assertEqual(columns[:2] + columns[4:6], (0, 2, 2, 3))
        listed = read_codes([*rows, ["230r", "23", "Génie civil"]], columns, "nsf")
        self.assertEqual((listed.codes, listed.faults), ({"230r": ("Génie civil", None)}, []))
        unknown = [["Liste"], ["Valable", "au 1er janvier"], ["Id", "Réf.", "Texte"]]
        columns = find_columns(
            [*unknown, ["a", "34401", "Sujet"], ["b", "34402", "Sujet"]], "formacode"
        )
        self.assertEqual(columns[:2] + columns[4:6], (1, 2, 2, 3))
        bare = [["Liste"], ["34401", "Sujet"], ["34402", "Sujet"]]
        columns = find_columns(bare, "formacode")
        self.assertEqual((columns.header, columns.start), (None, 1))
        # A faulty row below the names is told, not taken for a title.
        faulty = [["Id", "Texte"], ["x", "A"], ["34401", "B"], ["34402", "C"]]
        listed = read_codes(faulty, find_columns(faulty, "formacode"), "formacode")
        self.assertEqual([fault.row for fault in listed.faults], [2])

    def test_certifications_of_either_register(self):
        header = ["Numero_Fiche", "Intitule"]
        for codes, chosen, found in (
            (["RS1", "RNCP2"], None, "rs"),
            (["RS1", "RNCP2"], "rncp", "rncp"),
            (["RNCP1", "RNCP2"], None, "rncp"),
            (["RS1", "RNCP2"], "rome", "rs"),
        ):
            with self.subTest(codes=codes, chosen=chosen):
                rows = [header, *([code, "X"] for code in codes)]
                self.assertEqual(find_columns(rows, chosen).nomenclature, found)

    def test_tables_without_codes(self):
        for rows in ([], [[]], [["a", "b"], ["c", "d"]], [["12345"]]):
            with self.subTest(rows=rows):
                self.assertIsNone(find_columns(rows))


class TestRows(unittest.TestCase):
    def listed(self, rows, nomenclature="rome", **columns):
        columns = code_list.Columns(0, 1, **columns)
        return read_codes([["code", "label", "end", "active"], *rows], columns, nomenclature)

    def test_codes_are_written_as_the_portal_writes_them(self):
        self.assertEqual(set(self.listed([["344 R", "A"]], "nsf").codes), {"344r"})
        self.assertEqual(set(self.listed([["6869", "A"], ["rs 6870", "B"]], "rs").codes),
                         {"RS6869", "RS6870"})  # fmt: skip

    def test_same_code_twice(self):
        self.assertEqual(len(self.listed([["100240", "A"], ["100240", " A "]]).codes), 1)
        listed = self.listed([["100240", "A"], ["100240", "B"]])
        self.assertEqual([fault.code for fault in listed.faults], [code_list.LABELS_DIFFER])
        self.assertEqual(listed.codes, {"100240": ("A", None)})

    def test_faulty_rows_are_told_with_their_number(self):
        listed = self.listed(
            [
                ["", "A"],
                ["K2111", "B"],
                [],
                ["100240"],
                ["100241", "a\u200bb"],
                ["100242", "C", "x"],
            ],
            end=2,
        )
        self.assertEqual(
            [(fault.row, fault.code) for fault in listed.faults],
            [
                (2, code_list.CODE_MISSING),
                (3, code_list.CODE_WRONG),
                (5, code_list.LABEL_MISSING),
                (6, code_list.LABEL_CONTROL),
                (7, code_list.DATE_WRONG),
            ],
        )
        self.assertEqual(listed.kept, {"100240", "100241", "100242"})

    def test_dates_and_ends(self):
        rows = [["RS1", "A", "31/10/2029", "ACTIVE"], ["RS2", "B", "2020-01-01", "INACTIVE"]]
        listed = self.listed([*rows, ["RNCP3", "C"]], "rs", end=2, active=3)
        self.assertEqual(listed.codes, {"RS1": ("A", date(2029, 10, 31))})
        self.assertEqual(listed.ended, {"RS2": ("B", date(2020, 1, 1))})
        self.assertEqual(listed.ignored, 1)
        listed = self.listed([*rows, ["rncp 3", "C"], ["4", "D"]], "rncp")
        self.assertEqual((set(listed.codes), listed.ignored), ({"RNCP3", "RNCP4"}, 2))


class TestCompare(unittest.TestCase):
    def listed(self, codes, ended=(), kept=()):
        result = CodeList()
        result.codes = {code: (label, None) for code, label in codes.items()}
        result.ended = {code: ("X", date(2026, 1, 1)) for code in ended}
        result.kept = set(kept)
        return result

    def test_each_kind_of_change(self):
        known = {
            "1": ("One", None, True, False),
            "2": ("Two", date(2029, 1, 1), True, False),
            "3": ("Three", None, True, False),
            "4": ("Four", None, False, True),
            "5": ("Five", None, False, False),
            "6": ("Six", None, True, False),
            "7": ("Seven", None, True, False),
        }
        listed = self.listed(
            {"1": "One", "2": "Deux", "4": "Four", "5": "Five", "9": "Nine"}, {"6", "8"}, {"7"}
        )
        plan = compare(known, listed)
        self.assertEqual(set(plan.new), {"9"}, "what ended before it was known is not added")
        self.assertEqual(plan.changed, {"2": ("Deux", date(2029, 1, 1), "Two", date(2029, 1, 1))})
        self.assertEqual(set(plan.back), {"4"}, "what a user archived stays archived")
        self.assertEqual(plan.gone, {"3": ("Three", None), "6": ("Six", date(2026, 1, 1))})
        self.assertEqual(plan.unchanged, 3)
        extract = compare(known, listed, is_complete=False)
        self.assertEqual(set(extract.gone), {"6"})
