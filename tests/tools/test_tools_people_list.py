from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import nir, people_list, siret
from ...tools.first_names import is_first_name
from ...tools.people_columns import Layout, detect, role_of_header
from ...tools.people_list import Problem, read_people
from ...tools.table_file import Sheet
from ...tools.text import fold


def number(body):
    return body + nir.control_key(body)


MAELLE, JEAN = number("2900229019012"), number("1850556121034")
SOLENE, AWA = number("2881235238077"), number("2930699341055")
SIRET = "00062841200017"


class PeopleCase(TestCase):
    def read(self, *rows):
        rows = [list(map(str, row)) for row in rows]
        return read_people(rows, detect(rows))

    def names(self, *rows):
        return [person.name for person in self.read(*rows)]


class TestColumns(PeopleCase):
    def test_headers(self):
        for role, headers in {
            "nir": "NIR|N° Sécurité Sociale|N° de sécu|Numéro de sécurité sociale (15 chiffres)|NSS|n° SS",
            "nir_key": "Clé|Clé NIR|cle ss",
            "full_name": "NOM Prénom|Nom et prénom du stagiaire|Prénom Nom|Stagiaire|Participants|Nom complet",
            "last_name": "Nom|NOM|Nom d'usage|Nom de famille|Nom usuel|Nom du stagiaire|Last name",
            "first_name": "Prénom|Prénoms|PRENOM|Prénom du salarié|First name",
            "birth_name": "Nom de naissance|Nom de naissance (si différent)|Nom de jeune fille|NOM PATRONYMIQUE",
            "email": "Mail|E-mail|Adresse mail|Courriel|Adresse e-mail|EMAIL",
            "phone": "Tél|Téléphone|Portable|N° de tel",
            "employer": "Entreprise|Employeur|Société|Raison sociale|Entreprise / SIRET|Nom de l'entreprise",
            "siret": "SIRET|N° SIRET|SIRET établissement|Siret de l'entreprise",
            "reference": "Matricule|Référence|Matricule paie",
            "civility": "Civilité|M/Mme|Sexe|Titre",
            "refuses": "Refus|Refuse de donner son NIR|Refus NIR",
            None: "Date de naissance|Lieu de naissance|Poste|Signature|N°|Horodateur||Observations|Fonction",
        }.items():
            for header in headers.split("|"):
                with self.subTest(header=header):
                    self.assertEqual(role_of_header(header), role)

    def test_below_titles(self):
        rows = [
            ["CHANTIERS NAVALS"],
            ["Liste des participants – PRAP IBC"],
            ["Du 28/12/2026 au 29/12/2026", "", "", "à retourner avant le 18/12"],
            [],
            ["N°", "NOM Prénom", "N° Sécurité Sociale", "Clé", "Signature"],
            ["1", "LE BIHAN Maëlle", "2 90 02 29 019 012", MAELLE[13:]],
        ]
        self.assertEqual(detect(rows), Layout(5, (None, "full_name", "nir", "nir_key", None)))

    def test_header_of_two_lines(self):
        rows = [
            ["Session SST"],
            ["Stagiaire", "", "", "Employeur", ""],
            ["Nom", "Prénom", "N° de sécu", "Raison sociale", "Siret"],
            ["LE BIHAN", "Maëlle", MAELLE, "Roscadec", SIRET],
        ]
        self.assertEqual(
            detect(rows), Layout(3, ("last_name", "first_name", "nir", "employer", "siret"))
        )

    def test_without_header(self):
        rows = [
            ["LE BIHAN", "Maëlle", MAELLE, "maelle@x.example"],
            ["KERVELLA", "Jean-Noël", JEAN, "jn@x.example"],
        ]
        self.assertEqual(detect(rows), Layout(0, ("last_name", "first_name", "nir", "email")))
        rows = [["Maëlle LE BIHAN"], ["Jean-Noël KERVELLA"]]
        self.assertEqual(detect(rows).roles, ("full_name",))
        self.assertEqual(detect([]), Layout(0, ()))

    def test_the_sheet_of_the_list(self):
        people = [["Nom", "Prénom", "NIR"], ["LE BIHAN", "Maëlle", MAELLE]]
        sheets = [
            Sheet("Aide", False, [["Mode d'emploi"], ["Remplissez une ligne par stagiaire"]]),
            Sheet("Ancien", True, [*people, ["X", "Y", JEAN]]),
            Sheet("Liste", False, people),
        ]
        number_of, layout = people_list.choose_sheet(sheets)
        self.assertEqual((number_of, layout.first_row), (2, 1))


class TestNames(PeopleCase):
    def test_one_column_in_either_order(self):
        for header, cells, expected in [
            (
                "NOM Prénom",
                ("LE BIHAN Maëlle", "KERVELLA Jean-Noël"),
                ("Maëlle LE BIHAN", "Jean-Noël KERVELLA"),
            ),
            (
                "Nom et prénom",
                ("Maëlle Le Bihan", "Awa N'Diaye"),
                ("Maëlle Le Bihan", "Awa N'Diaye"),
            ),
            (
                "Nom Prénom",
                ("Le Bihan Maëlle", "Kervella Jean-Noël"),
                ("Maëlle Le Bihan", "Jean-Noël Kervella"),
            ),
            (
                "Nom Prénom",
                ("LE BIHAN MAELLE", "KERVELLA JEAN"),
                ("MAELLE LE BIHAN", "JEAN KERVELLA"),
            ),
            (
                "Stagiaire",
                ("Maëlle LE BIHAN", "Jean KERVELLA"),
                ("Maëlle LE BIHAN", "Jean KERVELLA"),
            ),
            (
                "Stagiaire",
                ("LE BIHAN, Maëlle", "Mme GUÉGUEN Solène"),
                ("Maëlle LE BIHAN", "Solène GUÉGUEN"),
            ),
        ]:
            with self.subTest(cells=cells):
                self.assertEqual(self.names([header], *([cell] for cell in cells)), list(expected))

    def test_two_columns_in_either_order(self):
        for headers, row in [
            (("Nom", "Prénom"), ("LE BIHAN", "Maëlle")),
            (("Prénom", "Nom"), ("Maëlle", "LE BIHAN")),
            (("Prénom", "Nom"), ("Mme Maëlle", "LE BIHAN")),
        ]:
            self.assertEqual(self.names(headers, row), ["Maëlle LE BIHAN"])

    def test_birth_name_is_never_guessed(self):
        (person,) = self.read(["Nom", "Prénom"], ["LE BIHAN", "Maëlle"])
        self.assertEqual(person.birth_name, "")
        (person,) = self.read(
            ["Nom d'usage", "Nom de naissance", "Prénom"], ["CORRE", "LE BIHAN", "Maëlle"]
        )
        self.assertEqual((person.name, person.birth_name), ("Maëlle CORRE", "LE BIHAN"))
        (person,) = self.read(["Nom de naissance", "Prénom"], ["LE BIHAN", "Maëlle"])
        self.assertEqual((person.name, person.birth_name), ("Maëlle LE BIHAN", "LE BIHAN"))

    def test_what_is_no_person(self):
        self.assertEqual(
            self.names(
                ["Nom", "Prénom", "NIR"],
                ["LE BIHAN", "Maëlle", MAELLE],
                [],
                ["", "", ""],
                ["Nom", "Prénom", "NIR"],
                ["KERVELLA", "Jean", JEAN],
                ["TOTAL", "", "2"],
                ["Sous-total : 2"],
                ["Total stagiaires", "2"],
                ["Nombre de participants : 2"],
                ["Signature du responsable"],
                ["2"],
            ),
            ["Maëlle LE BIHAN", "Jean KERVELLA"],
        )
        self.assertEqual(self.names(["Nom", "Prénom"], ["TOTALI", "Marco"]), ["Marco TOTALI"])

    def test_what_is_wrong_with_a_name(self):
        for row, problem in [
            (["LE BIHAN (ép. CORRE)", "Maëlle"], Problem("two_names", "full_name")),
            (["LE BIHAN", "Maëlle " + MAELLE], Problem("name_digits", "full_name")),
        ]:
            (person,) = self.read(["Nom", "Prénom"], row)
            self.assertEqual(person.problems, (problem,))
        (person,) = self.read(["Nom", "NIR"], ["", MAELLE])
        self.assertIn(Problem("name_missing", "full_name"), person.problems)

    def test_first_names(self):
        for name in ("MAËLLE", "Jean-Noël", "marie claire", "Awa"):
            self.assertTrue(is_first_name(name))
        for name in ("Kervella", "Le Bihan", "", None):
            self.assertFalse(is_first_name(name))


class TestNumbers(PeopleCase):
    def person(self, headers, cells):
        (person,) = self.read(["Nom", "Prénom", *headers], ["LE BIHAN", "Maëlle", *cells])
        return person

    def test_nir_in_any_form(self):
        for headers, cells in [
            (["NIR"], [MAELLE]),
            (["NIR"], ["2 90 02 29 019 012 " + MAELLE[13:]]),
            (["N° de sécu"], [MAELLE[:13] + "-" + MAELLE[13:]]),
            (["N° de sécu", "Clé"], [MAELLE[:13], MAELLE[13:]]),
            (["NSS"], [MAELLE + ",0"]),
        ]:
            with self.subTest(cells=cells):
                self.assertEqual(self.person(headers, cells).nir, MAELLE)

    def test_key_that_lost_its_zero(self):
        self.assertEqual(JEAN[13:], "01")
        self.assertEqual(self.person(["NIR", "Clé NIR"], [JEAN[:13], "1"]).nir, JEAN)

    def test_what_is_wrong_with_a_number(self):
        for cell, problems in [
            ("2,90022E+14", [Problem("shortened", "nir")]),
            (MAELLE[:13] + "00", [Problem("bad_key", "nir")]),
            ("12", [Problem("bad_length", "nir")]),
            ("", []),
            (MAELLE[:13], [Problem("nir_key_unchecked", "nir")]),
        ]:
            with self.subTest(cell=cell):
                person = self.person(["NIR"], [cell])
                self.assertEqual(list(person.problems), problems)
                self.assertEqual(person.nir, MAELLE[:13] if cell == MAELLE[:13] else "")

    def test_number_against_civility(self):
        for civility, problems in [("M.", ("sex_differs",)), ("Mme", ()), ("", ())]:
            person = self.person(["Civilité", "NIR"], [civility, MAELLE])
            self.assertEqual(tuple(problem.code for problem in person.problems), problems)
        (person,) = self.read(["Stagiaire", "NIR"], ["M. LE BIHAN Maëlle", MAELLE])
        self.assertEqual([problem.code for problem in person.problems], ["sex_differs"])

    def test_refusals(self):
        for headers, cells, refuses in [
            (["NIR"], ["refuse"], True),
            (["NIR"], ["Refusé"], True),
            (["NIR", "Refus"], ["", "x"], True),
            (["NIR", "Refus"], ["", "oui"], True),
            (["NIR", "Refus"], ["", "non"], False),
            (["NIR"], [""], False),
        ]:
            with self.subTest(cells=cells):
                person = self.person(headers, cells)
                self.assertEqual((person.refuses, person.problems), (refuses, ()))

    def test_siret(self):
        for headers, cells, employer in [
            (["SIRET"], [SIRET], ""),
            (["SIRET"], ["62841200017"], ""),
            (["Entreprise", "SIRET"], ["Roscadec", "000 628 412 00017"], "Roscadec"),
            (
                ["Entreprise / SIRET"],
                ["Chantiers Roscadec 000 628 412 00017"],
                "Chantiers Roscadec",
            ),
            (["Entreprise"], ["Roscadec – SIRET : 00062841200017"], "Roscadec"),
        ]:
            with self.subTest(cells=cells):
                person = self.person(headers, cells)
                self.assertEqual((person.siret, person.employer), (SIRET, employer))
        self.assertEqual(
            self.person(["SIRET"], ["812345676"]).problems, (Problem(siret.SIREN, "siret"),)
        )
        self.assertEqual(self.person(["Entreprise"], ["Roscadec 35"]).employer, "Roscadec 35")

    def test_address_and_telephone(self):
        person = self.person(["Mail", "Tél"], ["<maelle@x.example>", "612345678"])
        self.assertEqual((person.email, person.phone), ("maelle@x.example", "0612345678"))
        person = self.person(["Mail", "Tél"], ["maelle chez x", "06 12 34 56 78"])
        self.assertEqual(person.problems, (Problem("email_wrong", "email"),))
        self.assertEqual((person.email, person.phone), ("", "06 12 34 56 78"))


class TestTwice(PeopleCase):
    def same(self, *rows):
        people = self.read(["Nom", "Prénom", "NIR", "Mail"], *rows)
        return [person.same_as for person in people]

    def test_by_number_or_by_name(self):
        self.assertEqual(
            self.same(
                ["LE BIHAN", "Maëlle", MAELLE, ""],
                ["CORRE", "Maelle", MAELLE, ""],
                ["le bihan", "maelle", "", ""],
                ["KERVELLA", "Jean", JEAN, ""],
            ),
            [None, 2, 2, None],
        )

    def test_homonyms_are_two(self):
        self.assertEqual(
            self.same(
                ["MARTIN", "Jean", JEAN, ""], ["MARTIN", "Jean", number("1700175001001"), ""]
            ),
            [None, None],
        )
        self.assertEqual(
            self.same(["MARTIN", "Jean", "", "a@x.example"], ["MARTIN", "Jean", "", "b@x.example"]),
            [None, None],
        )
        self.assertEqual(
            self.same(["MARTIN", "Jean", "", ""], ["MARTIN", "Jeanne", "", ""]), [None, None]
        )

    def test_numbers_and_names_do_not_show_in_what_is_logged(self):
        people = self.read(["Nom", "Prénom", "NIR"], ["LE BIHAN", "Maëlle", MAELLE])
        self.assertNotRegex(repr(people), "29002|BIHAN")


firsts = st.sampled_from(("Maëlle", "Jean-Noël", "Solène", "Awa", "Zoé", "Paul"))
lasts = st.sampled_from(("LE BIHAN", "KERVELLA", "N'DIAYE", "DUPONT-MARTIN", "DE LA TOUR", "ÉTÉ"))
bodies = st.builds(
    "{}{:02d}{:02d}35{:03d}{:03d}".format,
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 999),
    st.integers(1, 999),
)
people = st.lists(
    st.tuples(firsts, lasts, bodies), min_size=1, max_size=6, unique_by=lambda row: row[2]
)
shapes = {
    "nir": (("N° de sécu",), lambda body: [number(body)]),
    "key apart": (("NIR", "Clé"), lambda body: [body, str(int(nir.control_key(body)))]),
    "spaced": (("N° SS",), lambda body: [nir.display(number(body))]),
    "dashed": (("Sécurité sociale",), lambda body: [f"{body}-{nir.control_key(body)}"]),
}
orders = {
    "two": (("Nom", "Prénom"), lambda first, last: [last, first]),
    "two turned": (("Prénom", "Nom"), lambda first, last: [first, last]),
    "one": (("NOM Prénom",), lambda first, last: [f"{last} {first}"]),
    "one turned": (("Stagiaire",), lambda first, last: [f"{first} {last}"]),
}


any_cell = st.text(max_size=12) | st.sampled_from(("Nom", "NIR", MAELLE, SIRET))


class TestProperties(PeopleCase):
    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        people,
        st.sampled_from(list(shapes)),
        st.sampled_from(list(orders)),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
    )
    def test_the_same_people_however_they_are_laid_out(
        self, given_people, shape, order, titles, total, numbered
    ):
        number_headers, number_cells = shapes[shape]
        name_headers, name_cells = orders[order]
        rows = [[f"Liste n° {index}"] for index in range(titles)]
        rows.append([*(["N°"] if numbered else []), *name_headers, *number_headers])
        for index, (first, last, body) in enumerate(given_people):
            rows.append(
                [
                    *([str(index + 1)] if numbered else []),
                    *name_cells(first, last),
                    *number_cells(body),
                ]
            )
        if total:
            rows.append([*([""] if numbered else []), f"Total : {len(given_people)}"])
        found = self.read(*rows)
        self.assertEqual(
            [(fold(person.name), person.nir) for person in found],
            [(fold(f"{first} {last}"), number(body)) for first, last, body in given_people],
        )
        self.assertEqual({person.birth_name for person in found}, {""})

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(
        st.lists(
            st.lists(
                st.text(max_size=12) | st.sampled_from(("Nom", "NIR", MAELLE, SIRET)), max_size=5
            ),
            max_size=8,
        )
    )
    def test_any_table_is_read(self, rows):
        rows = [[cell.strip() for cell in row] for row in rows]
        for person in read_people(rows, detect(rows)):
            self.assertFalse(person.birth_name and person.nir and person.nir in person.birth_name)
            self.assertIn(len(person.nir), (0, 13, 15))
