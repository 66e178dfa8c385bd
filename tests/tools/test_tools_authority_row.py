from datetime import date
from unittest import TestCase

from ...tools import authority_file
from ...tools.authority_file import Fault

TODAY = date(2026, 10, 15)
ROW = {
    "ID_DECLARATION": "PP-2026-00001",
    "REFERENCE_DECLARATION": "SST de septembre",
    "ID_UNIQUE_PARTENAIRE": "u-1",
    "NOM_FORMATION": "Sauveteur secouriste du travail",
    "DATE_DEBUT_FORMATION": date(2026, 9, 9),
    "DATE_FIN_FORMATION": date(2026, 9, 10),
    "MODALITE_DISPENSE": "PRESENTIEL",
    "COMPETENCE_TRANSFERABLE": ("115650", "115651", "115652"),
    "QUALIFICATION_FORMATEUR": "PREVENTEUR",
    "FORMATION_CERTIFIANTE": False,
    "CERTIFICATION_VISEE": (),
    "DOMAINE_FORMATION": ("42817",),
    "SPECIALITE_FORMATION": ("344r",),
    "NIR": "1850475006084",
    "NOM_TITULAIRE": "LEFÈVRE",
    "PRESENCE_EMPLOYEUR": True,
    "SIRET_EMPLOYEUR": "81234567600017",
    "REFERENCE_EMPLOYEUR": "M-042",
    "DATE_DEBUT_VALIDITE": date(2026, 9, 10),
    "DATE_FIN_VALIDITE": date(2028, 9, 9),
}
CERTIFYING = {
    "FORMATION_CERTIFIANTE": True,
    "CERTIFICATION_VISEE": ("RS6869",),
    "DOMAINE_FORMATION": (),
    "SPECIALITE_FORMATION": (),
}
SELF_EMPLOYED = {"PRESENCE_EMPLOYEUR": False, "SIRET_EMPLOYEUR": "", "REFERENCE_EMPLOYEUR": None}
OPTIONAL = (
    "MODALITE_DISPENSE",
    "QUALIFICATION_FORMATEUR",
    "REFERENCE_EMPLOYEUR",
    "DATE_FIN_VALIDITE",
)


def codes(count, length=3):
    return tuple(f"{number:0{length}d}" for number in range(1, count + 1))


class TestRow(TestCase):
    def check(self, values, *expected):
        """Check that a valid row with ``values`` has just the ``expected`` faults."""
        faults = authority_file.check_row("adf", {**ROW, **values}, TODAY, 3)
        self.assertEqual(
            sorted(faults, key=str),
            sorted((Fault(code, 3, name) for code, name in expected), key=str),
        )

    def test_valid_rows(self):
        for values in (
            {},
            CERTIFYING,
            SELF_EMPLOYED,
            dict.fromkeys(OPTIONAL, ""),
            dict.fromkeys(OPTIONAL),
            {"NIR": "185072A004123"},
            {"NIR": "7850475006084"},  # provisional: a warning elsewhere, no fault
            {"SIRET_EMPLOYEUR": "35600000049837"},  # La Poste
            {"NOM_TITULAIRE": "D'ŒUVRE-LÉON"},
        ):
            with self.subTest(values=values):
                self.check(values)

    def test_required_columns(self):
        for name in ROW.keys() - {*OPTIONAL, "CERTIFICATION_VISEE"}:
            for empty in (None, "", ()):
                with self.subTest(name=name, empty=empty):
                    faults = authority_file.check_row("adf", {**ROW, name: empty}, TODAY)
                    self.assertIn(Fault("required", 0, name), faults)
        self.check({**CERTIFYING, "CERTIFICATION_VISEE": ()}, ("required", "CERTIFICATION_VISEE"))

    def test_column_left_out_is_empty(self):
        row = {name: value for name, value in ROW.items() if name != "NOM_FORMATION"}
        self.assertEqual(
            authority_file.check_row("adf", row, TODAY), [Fault("required", 0, "NOM_FORMATION")]
        )

    def test_lengths(self):
        for name, limit in [
            ("ID_DECLARATION", 255),
            ("REFERENCE_DECLARATION", 280),
            ("ID_UNIQUE_PARTENAIRE", 255),
            ("NOM_FORMATION", 250),
            ("NOM_TITULAIRE", 30),
            ("REFERENCE_EMPLOYEUR", 255),
        ]:
            with self.subTest(name=name):
                self.check({name: "é" * limit})
                self.check({name: "é" * (limit + 1)}, ("too_long", name))

    def test_numbers_of_codes(self):
        for name, fewest, most in [
            ("COMPETENCE_TRANSFERABLE", 3, 10),
            ("DOMAINE_FORMATION", 1, 5),
            ("SPECIALITE_FORMATION", 1, 3),
        ]:
            with self.subTest(name=name):
                self.check({name: codes(fewest)})
                self.check({name: codes(most)})
                self.check({name: codes(most + 1)}, ("count", name))
                if fewest > 1:
                    self.check({name: codes(fewest - 1)}, ("count", name))
        two = {**CERTIFYING, "CERTIFICATION_VISEE": ("RS1", "RS2")}
        self.check(two, ("count", "CERTIFICATION_VISEE"))

    def test_lengths_of_codes_joined(self):
        for name, limit, others, last in [
            ("COMPETENCE_TRANSFERABLE", 70, codes(9, 6), "1234567"),
            ("DOMAINE_FORMATION", 30, codes(4, 5), "123456"),
            ("SPECIALITE_FORMATION", 15, codes(2, 4), "12345"),
        ]:
            with self.subTest(name=name):
                self.assertEqual(len("/".join((*others, last))), limit)
                self.check({name: (*others, last)})
                self.check({name: (*others, last + "8")}, ("too_long", name))
        self.check({**CERTIFYING, "CERTIFICATION_VISEE": ("RS1234567",)})
        self.check(
            {**CERTIFYING, "CERTIFICATION_VISEE": ("RS12345678",)},
            ("too_long", "CERTIFICATION_VISEE"),
        )

    def test_codes_repeated_or_broken(self):
        name = "COMPETENCE_TRANSFERABLE"
        for value, fault in [
            (("1111", "2222", "1111"), "repeated_code"),
            (("1111", "2222", "33/4"), "forbidden_character"),
            (("1111", "2222", "33|4"), "forbidden_character"),
            (("1111", "2222", ""), "forbidden_character"),
        ]:
            with self.subTest(value=value):
                self.check({name: value}, (fault, name))

    def test_forbidden_characters(self):
        for name in (
            "REFERENCE_DECLARATION",
            "NOM_FORMATION",
            "NOM_TITULAIRE",
            "REFERENCE_EMPLOYEUR",
        ):
            for value in ("a|b", 'a"b', "a\tb", "a\nb", "a\rb", "a\u200bb", "a\u2028b", " a", "a "):
                with self.subTest(name=name, value=value):
                    self.check({name: value}, ("forbidden_character", name))

    def test_choices(self):
        for name, choices in [
            ("MODALITE_DISPENSE", ("PRESENTIEL", "A_DISTANCE", "MIXTE")),
            (
                "QUALIFICATION_FORMATEUR",
                (
                    "ENSEIGNANT",
                    "FORMATEUR_D_ADULTES_FORMATION_SPECIALISEE",
                    "INGENIEUR",
                    "PREVENTEUR",
                    "PSYCHOLOGUE",
                    "RESPONSABLE_QHSE",
                    "ANCIEN_PROFESSIONNEL",
                ),
            ),
        ]:
            for choice in choices:
                with self.subTest(name=name, choice=choice):
                    self.check({name: choice})
                    self.check({name: choice.lower()}, ("choice", name))

    def test_types(self):
        for name, value in [
            ("NOM_FORMATION", 12),
            ("NOM_TITULAIRE", ("LEFÈVRE",)),
            ("COMPETENCE_TRANSFERABLE", "115650/115651/115652"),
            ("QUALIFICATION_FORMATEUR", True),
        ]:
            with self.subTest(name=name):
                self.check({name: value}, ("type", name))
        for name in ("FORMATION_CERTIFIANTE", "PRESENCE_EMPLOYEUR", "ID_DECLARATION"):
            with self.subTest(name=name):
                faults = authority_file.check_row("adf", {**ROW, name: 1}, TODAY)
                self.assertIn(Fault("type", 0, name), faults)

    def test_certifying_and_codes_exclude_each_other(self):
        self.check(
            {"CERTIFICATION_VISEE": ("RS6869",)},
            ("not_empty", "CERTIFICATION_VISEE"),
        )
        for name, value in [("DOMAINE_FORMATION", ("42817",)), ("SPECIALITE_FORMATION", ("344r",))]:
            with self.subTest(name=name):
                self.check({**CERTIFYING, name: value}, ("not_empty", name))
                self.check({name: ()}, ("required", name))

    def test_employer_columns_follow_its_presence(self):
        self.check({"SIRET_EMPLOYEUR": ""}, ("required", "SIRET_EMPLOYEUR"))
        for name in ("SIRET_EMPLOYEUR", "REFERENCE_EMPLOYEUR"):
            with self.subTest(name=name):
                self.check({**SELF_EMPLOYED, name: ROW[name]}, ("not_empty", name))

    def test_sirets(self):
        name = "SIRET_EMPLOYEUR"
        for value in ("8123456760001", "81234567600018", "812 345 676 00017", "8123456760001O"):
            with self.subTest(value=value):
                faults = authority_file.check_row("adf", {**ROW, name: value}, TODAY)
                self.assertIn(Fault("siret", 0, name), faults)

    def test_nirs(self):
        for value in (
            "185047500608",
            "185047500608459",  # with its key: the portal takes 13 characters
            "1 85 04 75 006 084",
            "1851375006084",
            "0850475006084",
            "185072a004123",
            "ABCDEFGHIJKLM",
        ):
            with self.subTest(value=value):
                faults = authority_file.check_row("adf", {**ROW, "NIR": value}, TODAY)
                self.assertTrue(faults)
                self.assertEqual({fault.column for fault in faults}, {"NIR"})
                self.assertIn("nir", {fault.code for fault in faults})

    def test_dates(self):
        start, end = "DATE_DEBUT_FORMATION", "DATE_FIN_FORMATION"
        valid_from, valid_to = "DATE_DEBUT_VALIDITE", "DATE_FIN_VALIDITE"
        day, tomorrow = date(2026, 9, 10), date(2026, 10, 16)
        for values, expected in [
            ({start: day, end: day, valid_from: day, valid_to: day}, []),
            ({start: TODAY, end: TODAY, valid_from: TODAY}, []),
            ({start: date(2026, 9, 11)}, [("date_order", end)]),
            ({end: tomorrow, valid_from: tomorrow}, [("future", end)]),
            (
                {start: tomorrow, end: tomorrow, valid_from: tomorrow},
                [("future", start), ("future", end)],
            ),
            ({valid_from: tomorrow}, []),
            ({valid_from: date(2026, 9, 9)}, [("date_order", valid_from)]),
            ({valid_to: date(2026, 9, 9)}, [("date_order", valid_to)]),
        ]:
            with self.subTest(values=values):
                self.check(values, *expected)
