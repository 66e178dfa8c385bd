"""Lists, answers and code lists as they came, and what a good reading finds in each."""

import io
from unittest import TestCase

import openpyxl

from ...tools import list_rows, return_file
from ...tools.code_list import find_columns, read_codes
from ...tools.list_reader import read_people
from ...tools.nir import control_key
from ...tools.return_file import REJECTED
from ...tools.text import fold
from .test_tools_table_file import xls

MAELLE, JEAN_NOEL, SOLENE, AWA = (
    body + control_key(body)
    for body in ("2900229019012", "1850556121034", "2881235238077", "2930699341055")
)
NUMBERS = (MAELLE, JEAN_NOEL, SOLENE, AWA)
NAMES = ("Maëlle LE BIHAN", "Jean-Noël KERVELLA", "Solène GUÉGUEN", "Awa N'DIAYE")
LAST_NAMES = ("LE BIHAN", "KERVELLA", "GUÉGUEN", "N'DIAYE")
SIRET = "00062841200017"
ID_1, ID_2 = "924a7799-37f1-4f37-85dc-69146e2380fe", "fcdf2eef-f2b4-4f63-bd66-b1aa0f159986"


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class TestLists(TestCase):
    """Lists of participants as clients send them."""

    def assertPeople(self, content, **columns):
        people = [
            person
            for person in read_people(content).people
            if list_rows.TWICE not in {fault.code for fault in person.faults}
        ]
        expected = {
            "name": NAMES,
            "birth_name": ("",) * 4,
            "nir": NUMBERS,
            "email": ("",) * 4,
            "siret": ("",) * 4,
            **columns,
        }
        for fname, values in expected.items():
            found = [getattr(person, fname) for person in people]
            same = fold if fname == "name" else str
            self.assertEqual([same(text) for text in found], [same(text) for text in values], fname)
        return people

    def test_each_in_its_column(self):
        emails = [f"x{n}@roscadec.example" for n in range(4)]
        rows = zip(NAMES, emails, ["0612345678"] * 4, NUMBERS, LAST_NAMES, strict=True)
        content = workbook([("Nom", "Email", "Téléphone", "NIR", "Nom de naissance"), *rows])
        people = self.assertPeople(content, email=emails, birth_name=LAST_NAMES)
        self.assertEqual({person.phone for person in people}, {"0612345678"})

    def test_titles_above_name_in_one_key_apart_total_below(self):
        people = self.assertPeople(
            workbook(
                [
                    ("CHANTIERS NAVALS ROSCADEC",),
                    ("Liste des participants – PRAP IBC",),
                    (
                        "Du 28/12/2026 au 29/12/2026 – Rennes",
                        *[None] * 4,
                        "à retourner avant le 18/12",
                    ),
                    (),
                    ("N°", "NOM Prénom", "N° Sécurité Sociale", "Clé", "Poste", "Signature"),
                    (1, "LE BIHAN Maëlle", "2 90 02 29 019 012", 74, "Opérateur"),
                    (2, "KERVELLA Jean-Noël", "1 85 05 56 121 034", 1, "Opérateur"),
                    (),
                    (3, "GUÉGUEN Solène", "2 88 12 35 238 077", 34, "Opérateur"),
                    (4, "N'DIAYE Awa", "2 93 06 99 341 055", 38, "Opérateur"),
                    ("=COUNTA(B6:B10)", "TOTAL : 4 participants"),
                ]
            )
        )
        for never in ("TOTAL", "CHANTIERS", "Liste des participants"):
            self.assertFalse([person for person in people if never in person.name])

    def test_numbers_that_excel_shortened(self):
        text = (
            "Nom;Prénom;Adresse mail;Téléphone;N° de sécu\r\n"
            "LE BIHAN;Maëlle;maelle@roscadec.example;612345678;2,90022E+14\r\n"
            "KERVELLA;Jean-Noël;jean-noel@roscadec.example;612345678;1,85056E+14\r\n"
            "GUÉGUEN;Solène;solene@roscadec.example;612345678;2,88124E+14\r\n"
            "N'DIAYE;Awa;awa@roscadec.example;612345678;2,93070E+14\r\n"
        )
        emails = [f"{name}@roscadec.example" for name in ("maelle", "jean-noel", "solene", "awa")]
        people = self.assertPeople(text.encode("cp1252"), nir=("",) * 4, email=emails)
        self.assertEqual({person.phone for person in people}, {"0612345678"})
        for person in people:
            self.assertEqual([fault.code for fault in person.faults], ["nir_shortened"])

    def test_an_export_of_the_payroll_before_2007(self):
        header = ("Matricule", "Civilité", "Nom d'usage", "Nom de naissance", "Prénom", "NIR")
        titles, usual = ("Mme", "M.", "Mme", "Mme"), ("CORRE", *LAST_NAMES[1:])
        firsts = ("Maëlle", "Jean-Noël", "Solène", "Awa")
        rows = [
            (1001 + n, title, name, birth, first, int(number[:13]), int(number[13:]), int(SIRET))
            for n, (title, name, birth, first, number) in enumerate(
                zip(titles, usual, LAST_NAMES, firsts, NUMBERS, strict=True)
            )
        ]
        people = self.assertPeople(
            xls([(*header, "Clé NIR", "SIRET établissement"), *rows]),
            name=("Maëlle CORRE", *NAMES[1:]),
            birth_name=LAST_NAMES,
            siret=(SIRET,) * 4,
        )
        self.assertEqual([person.reference for person in people], ["1001", "1002", "1003", "1004"])

    def test_an_answer_given_twice(self):
        rows = [
            ("Maëlle Le Bihan", "s0", "2900229019012-74"),
            ("Jean-Noël Kervella", "s1", "1850556121034-01"),
            ("Solène Guéguen", "s2", "2.88.12.35.238.077.34"),
            ("Awa N'Diaye", "s3", "2930699341055-38"),
            ("Maëlle Le Bihan", "s0", "2900229019012-74"),
        ]
        lines = [
            "Horodateur,Adresse e-mail,Nom et prénom du stagiaire,Nom de naissance (si différent),"
            "Numéro de sécurité sociale (15 chiffres),Entreprise / SIRET"
        ]
        lines += [
            f"2026/11/2{n} 9:12:0{n} AM UTC+1,{mail}@roscadec.example,{name},,{number},"
            "Chantiers navals Roscadec 000 628 412 00017"
            for n, (name, mail, number) in enumerate(rows)
        ]
        content = "\n".join(lines).encode()
        emails = [f"s{n}@roscadec.example" for n in range(4)]
        self.assertPeople(content, email=emails, siret=(SIRET,) * 4)
        *others, again = read_people(content).people
        self.assertFalse([person for person in others if person.faults])
        self.assertEqual(again.faults, [list_rows.Fault(list_rows.TWICE, 2)])


class TestAnswers(TestCase):
    """Answers of the portal."""

    def found_in(self, content):
        rows = return_file.read_rows(content)
        entries = return_file.read_entries(rows, return_file.detect(rows))
        return [(entry.unique_id, entry.answer) for entry in entries]

    def test_what_each_answer_comes_to(self):
        reason = "Titulaire inconnu, vérifier le NIR, le nom, la date"
        for content, expected in (
            (
                f"ID_UNIQUE_PARTENAIRE;STATUT\r\n{ID_1};KO;{reason}\r\n{ID_2};KO;{reason}\r\n",
                [(ID_1, REJECTED), (ID_2, REJECTED)],
            ),
            (
                "<?xml version='1.0' encoding='UTF-8'?><accuse><passage>"
                f"<idTechnique>{ID_1}</idTechnique><messageErreur>titulaire inconnu</messageErreur>"
                "</passage></accuse>",
                [(ID_1, REJECTED)],
            ),
        ):
            with self.subTest(content=content[:20]):
                self.assertEqual(self.found_in(content.encode()), expected)


class TestCodeLists(TestCase):
    def test_a_title_above_the_names(self):
        rows = [
            ["Liste des codes NSF au 06/08/2025"],
            [],
            ["Code NSF", "Groupe", "Champs", "Libellé de la spécialité"],
            ["230r", "23", "x", "Génie civil"],
        ]
        listed = read_codes(rows, find_columns(rows), "nsf")
        self.assertEqual((listed.codes, listed.faults), ({"230r": ("Génie civil", None)}, []))
