import io
from unittest import TestCase

import openpyxl

from ...tools import list_names, list_rows
from ...tools.list_columns import field_of, guess
from ...tools.list_reader import NO_PEOPLE, read_people
from ...tools.nir import control_key
from ...tools.table_file import TableError

BODY = "2900229019012"
NUMBER = BODY + control_key(BODY)
OTHER_BODY = "1850556121034"
OTHER = OTHER_BODY + control_key(OTHER_BODY)
SIRET = "00062841200017"


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, state in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class TestListColumns(TestCase):
    def test_labels(self):
        for label, expected in (
            ("N° Sécu", "nir"),
            ("Numéro de sécurité sociale (15 chiffres)", "nir"),
            ("N° SS", "nir"),
            ("NIR (avec clé)", "nir"),
            ("N° INSEE", "nir"),
            ("Clé", "nir_key"),
            ("clef NIR", "nir_key"),
            ("Nom", "last_name"),
            ("NOM D'USAGE", "last_name"),
            ("Nom du stagiaire", "last_name"),
            ("Nom de naissance (si différent)", "birth_name"),
            ("Nom de jeune fille", "birth_name"),
            ("Prénom(s)", "first_name"),
            ("NOM Prénom", "name"),
            ("Nom et prénom du stagiaire", "name"),
            ("Participants", "name"),
            ("Salarié", "name"),
            ("Adresse mail", "email"),
            ("E-mail du stagiaire", "email"),
            ("Courriel", "email"),
            ("Tél. portable", "phone"),
            ("Civilité", "civility"),
            ("M/Mme", "civility"),
            ("Employeur", "employer"),
            ("Raison sociale", "employer"),
            ("Entreprise / SIRET", "employer_siret"),
            ("SIRET établissement", "siret"),
            ("Matricule", "reference"),
            ("Refuse de donner son NIR", "refused"),
            ("N°", None),
            ("Date de naissance", None),
            ("Lieu de naissance", None),
            ("Nom de la formation", None),
            ("Nom du formateur", None),
            ("Signature", None),
            ("Horodateur", None),
            ("", None),
            (None, None),
        ):
            with self.subTest(label=label):
                self.assertEqual(field_of(label), expected)

    def test_values(self):
        for values, expected in (
            (["a@b.fr", "", "c@d.fr"], "email"),
            ([NUMBER, "1 85 05 56 121 034"], "nir"),
            (["2,90022E+14"], "nir"),
            ([SIRET, "62841200017"], "siret"),
            (["0612345678", "+33 6 12 34 56 78"], "phone"),
            (["Mme", "M."], "civility"),
            (["LE BIHAN", "Kervella"], "name"),
            (["1", "2"], None),
            ([], None),
        ):
            with self.subTest(values=values):
                self.assertEqual(guess(values), expected)


class TestListNames(TestCase):
    def test_order(self):
        for names, label, expected in (
            (["LE BIHAN Maëlle"], "", ["Maëlle LE BIHAN"]),
            (["Maëlle LE BIHAN"], "", ["Maëlle LE BIHAN"]),
            (["Jean de LA TOUR"], "", ["Jean de LA TOUR"]),
            (["N'DIAYE Awa"], "", ["Awa N'DIAYE"]),
            (["DURAND PAUL HENRI"], "", ["PAUL HENRI DURAND"]),
            (["Le Bihan Maëlle"], "", ["Maëlle Le Bihan"]),
            (["Maëlle Le Bihan"], "Nom et prénom", ["Maëlle Le Bihan"]),
            (["KERVELLA XYLO"], "NOM Prénom", ["XYLO KERVELLA"]),
            (["KERVELLA XYLO"], "Nom et prénom", ["KERVELLA XYLO"]),
            # The others of the column tell.
            (["DUPONT Jean", "Xylo Yzax"], "", ["Jean DUPONT", "Yzax Xylo"]),
            (["Jean DUPONT", "Xylo Yzax"], "NOM Prénom", ["Jean DUPONT", "Xylo Yzax"]),
            (["Madonna", ""], "", ["Madonna", ""]),
        ):
            with self.subTest(names=names, label=label):
                self.assertEqual(list_names.in_order(names, label), expected)


class TestListReader(TestCase):
    def people(self, content, **kwargs):
        content = content.encode() if isinstance(content, str) else content
        return read_people(content, **kwargs).people

    def test_titles_two_lines_of_labels_and_totals(self):
        content = workbook(
            ("Lisez-moi", [["Nom de la formation", "PRAP"]], "visible"),
            (
                "Stagiaires",
                [
                    ["CHANTIERS NAVALS", None, None],
                    ["Liste des participants", None, None],
                    [None],
                    ["Salarié", None, "N° Sécurité sociale", None, "Contact"],
                    ["Nom", "Prénom", "Numéro", "Clé", "E-mail"],
                    ["LE BIHAN", "Maëlle", BODY, int(NUMBER[13:]), "m@x.example"],
                    [],
                    ["Nom", "Prénom", "Numéro", "Clé", "E-mail"],
                    ["KERVELLA", "Jean", int(OTHER_BODY), OTHER[13:], None],
                    ["Total", 2, None, None, None],
                    ["Fait à Rennes, le 12/11/2026"],
                ],
                "visible",
            ),
            ("Vieux", [["Nom", "Prénom", "NIR", "E-mail"], ["X", "Y", NUMBER, "z"]], "hidden"),
        )
        found = read_people(content)
        self.assertEqual((found.sheet, found.header_line, found.left_out), ("Stagiaires", 5, 3))
        self.assertEqual(
            [(person.line, person.name, person.nir) for person in found.people],
            [(6, "Maëlle LE BIHAN", NUMBER), (9, "Jean KERVELLA", OTHER)],
        )

    def test_surnames_that_look_like_a_remark(self):
        people = self.people("Nom;Prénom\nLE GOFF;Anne\nPAGE;Éric\nLISTE;Paul\nTOTAL;2\n")
        self.assertEqual([p.name for p in people], ["Anne LE GOFF", "Éric PAGE", "Paul LISTE"])

    def test_pasted_cells_without_labels(self):
        people = self.people(f"LE BIHAN\tMaëlle\t{NUMBER}\nKERVELLA\tJean\t{OTHER}\n")
        self.assertEqual(
            [(p.name, p.nir) for p in people],
            [("Maëlle LE BIHAN", NUMBER), ("Jean KERVELLA", OTHER)],
        )
        self.assertEqual(
            [p.name for p in self.people("Maëlle Le Bihan\nJean Kervella\n")],
            ["Maëlle Le Bihan", "Jean Kervella"],
        )

    def test_values_are_cleaned(self):
        (person,) = self.people(
            "Civilité;Nom;Prénom;NIR;Tel;Mail;Entreprise / SIRET;Matricule\n"
            f"Mme;M. LE BIHAN;Maëlle;N° {BODY[:7]}.{BODY[7:]} / {NUMBER[13:]};612345678;"
            f"<m@x.example>;ACME n° SIRET : 000 628 412 00017;A12\n"
        )
        self.assertEqual((person.name, person.nir, person.sex), ("Maëlle LE BIHAN", NUMBER, "f"))
        self.assertEqual((person.phone, person.email), ("0612345678", "m@x.example"))
        self.assertEqual((person.employer, person.siret), ("ACME", SIRET))
        self.assertEqual((person.reference, person.birth_name), ("A12", ""))
        self.assertEqual(person.faults, [])

    def faults(self, content):
        return [[fault.code for fault in person.faults] for person in self.people(content)]

    def test_what_is_wrong(self):
        for row, expected in (
            (";;2,90022E+14;;", ["nir_shortened"]),
            (f";;{BODY}00;;", ["nir_bad_key"]),
            (f";;{BODY};;", ["nir_key_unchecked"]),
            (f"M;;{NUMBER};;", ["other_sex"]),
            (";12345;;;", ["birth_name_odd"]),
            (";LE BIHAN (ép. CORRE);;;", ["two_names"]),
            (";;;pas d'adresse;", ["email_odd"]),
            (";;;;123", ["siret_bad_length"]),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(
                    self.faults(f"Nom;Prénom;Civ;Nom de naissance;NIR;Mail;SIRET\nX;Anne;{row}\n"),
                    [expected],
                )

    def test_what_is_wrong_is_not_taken(self):
        (person,) = self.people(
            f"Nom;Prénom;Nom de naissance;NIR\nX;Anne;LE BIHAN / CORRE;{BODY}00\n"
        )
        self.assertEqual((person.birth_name, person.nir), ("", ""))

    def test_twice_and_one_number_for_two(self):
        people = self.people(
            "Nom;Prénom;Mail;NIR\n"
            f"LE BIHAN;Maëlle;;{NUMBER}\n"
            f"le bihan;maelle;m@x.example;{NUMBER}\n"
            "LE BIHAN;Maëlle;;\n"
            f"MARTIN;Anne;;{NUMBER}\n"
            "PETIT;Paul;a@x.example;\n"
            "PETIT;Paul;b@x.example;\n"
        )
        twice = [person.line for person in people if person.is_blocked]
        self.assertEqual(twice, [3, 4])
        self.assertEqual([fault.line for fault in people[1].faults], [2])
        self.assertIn(list_rows.SAME_NUMBER, [fault.code for fault in people[3].faults])
        self.assertEqual(people[0].nir + people[3].nir, "")
        # Two addresses are two people.
        self.assertFalse(people[4].faults or people[5].faults)

    def test_refusals(self):
        people = self.people(
            "Nom;Prénom;NIR;Refus\nA;Anne;refuse de le donner;\nB;Paul;;X\nC;Éric;;non\n"
        )
        self.assertEqual([person.refuses for person in people], [True, True, False])

    def test_chosen_columns(self):
        # Whoever knows better says so.
        (person,) = self.people(
            f"Nom;Qui;NIR\nx1;LE BIHAN Maëlle;{NUMBER}\n", columns={1: "name", 2: "nir"}
        )
        self.assertEqual(person.name, "Maëlle LE BIHAN")

    def test_nobody(self):
        for content in ("a;b\n1;2\n", "Nom;Prénom\n", "Nom;Prénom\nTOTAL;0\n"):
            with self.subTest(content=content), self.assertRaises(TableError) as caught:
                self.people(content)
            self.assertEqual(caught.exception.code, NO_PEOPLE)

    def test_no_representation_holds_a_number(self):
        found = read_people(f"Nom;Prénom;NIR\nLE BIHAN;Maëlle;{NUMBER}\n".encode())
        self.assertNotIn(BODY[:9], repr(found) + repr(found.people))
