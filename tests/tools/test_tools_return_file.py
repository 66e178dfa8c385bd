import json
import time
from datetime import date
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import nir, return_file, table_file
from ...tools.return_file import (
    ACCEPTED,
    REJECTED,
    SILENT,
    UNCLEAR,
    Layout,
)
from .test_tools_table_file import workbook

ID_1, ID_2 = "6e3c1f0a-9d3b-4c55-8a59-1d8f7a0c2b11", "0b8dd5c2-51f1-4f0e-9d0a-2f6c4e7a9b22"
NUMBER = "1850475006084" + nir.control_key("1850475006084")
OTHER = "2690299341123" + nir.control_key("2690299341123")


class TestColumns(TestCase):
    def test_headers(self):
        for header, role in [
            ("ID_UNIQUE_PARTENAIRE", "unique_id"),
            ("Identifiant unique", "unique_id"),
            ("NIR", "nir"),
            ("N° de sécurité sociale", "nir"),
            ("Numéro de Sécurité Sociale du titulaire", "nir"),
            ("ID_DECLARATION", "declaration"),
            ("N° déclaration", "declaration"),
            ("Référence de la déclaration", "declaration"),
            ("NOM_TITULAIRE", "birth_name"),
            ("Nom de naissance", "birth_name"),
            ("Nom", "name"),
            ("Nom et prénom", "name"),
            ("Stagiaire", "name"),
            ("Nom du stagiaire", "name"),
            ("Prénom", "first_name"),
            ("Prénom du stagiaire", "first_name"),
            ("Statut", "status"),
            ("Statut de la déclaration", "status"),
            ("STATUT / MOTIF", "status"),
            ("Décision", "status"),
            ("Motif de rejet", "reason"),
            ("Code erreur", "reason"),
            ("Libellé de l'anomalie", "reason"),
            ("Message", "reason"),
            ("Rejet", "reason"),
            # Other columns of the import file, and what looks alike.
            ("NOM_FORMATION", None),
            ("NOM_JDR", None),
            ("DATE_DEBUT_FORMATION", "date_start"),
            ("Date de début", "date_start"),
            ("Date de la session", "date_start"),
            ("DATE_FIN_FORMATION", "date_end"),
            ("Date de fin de formation", "date_end"),
            ("DATE_DEBUT_VALIDITE", None),
            ("DATE_FIN_VALIDITE", None),
            ("Date de fin d'enregistrement", None),
            ("idTechnique", "unique_id"),
            ("messageErreur", "reason"),
            ("NomTitulaire", "birth_name"),
            ("RESULTAT_OBTENU", None),
            ("MENTION_OBTENUE", None),
            ("IDENTIFIANT_PREUVE", None),
            ("REFERENCE_EMPLOYEUR", None),
            ("SIRET_EMPLOYEUR", None),
            ("Date de traitement", None),
            ("Date de naissance", None),
            ("État civil", None),
            ("Nombre d'erreurs", None),
            ("", None),
        ]:
            with self.subTest(header=header):
                self.assertEqual(return_file.role_of_header(header), role)

    def detected(self, *rows):
        return return_file.detect([list(row) for row in rows])

    def test_the_import_file_with_an_answer_added(self):
        layout = self.detected(
            ["ID_DECLARATION", "REFERENCE_DECLARATION", "ID_UNIQUE_PARTENAIRE", "NIR"]
            + ["NOM_TITULAIRE", "SIRET_EMPLOYEUR", "STATUT", "CODE_REJET", "LIBELLE_REJET"],
            [
                "D-1",
                "D-1 - SST",
                ID_1,
                NUMBER[:13],
                "LEFEVRE",
                "78945612600018",
                "KO",
                "E12",
                "NIR",
            ],
        )
        self.assertEqual(layout.header, 0)
        self.assertEqual(
            layout.roles,
            ("declaration", None, "unique_id", "nir", "birth_name", None)
            + ("status", "reason", "reason"),
        )

    def test_title_and_blank_rows_above_the_header(self):
        layout = self.detected(
            ["Rapport d'anomalies du dépôt du 15/10/2026"],
            [],
            ["Nom", "Prénom", "Motif"],
            ["LEFEVRE", "Zoé", "NIR inconnu"],
        )
        self.assertEqual((layout.header, layout.first_row), (2, 3))
        self.assertEqual(layout.roles, ("name", "first_name", "reason"))

    def test_without_header(self):
        layout = self.detected(
            [ID_1, "LEFEVRE", NUMBER, "rejeté"], [ID_2, "MARTIN", OTHER, "accepté"]
        )
        self.assertEqual((layout.header, layout.first_row), (None, 0))
        self.assertEqual(layout.roles, ("unique_id", None, "nir", "status"))

    def test_content_tells_where_the_header_does_not(self):
        layout = self.detected(
            ["Identifiant", "Constat", "Avis"],
            [ID_1, "absent de la base", "KO"],
            [ID_2, "", "OK"],
        )
        self.assertEqual(layout.roles, ("unique_id", None, "status"))

    def test_one_column(self):
        self.assertEqual(self.detected(["Identifiant unique"], [ID_1]).roles, ("unique_id",))
        self.assertEqual(self.detected([ID_1], [ID_2]), Layout(None, ("unique_id",)))

    def test_each_role_but_the_reason_once(self):
        layout = self.detected(["NIR", "NIR", "Motif", "Erreur"], [NUMBER, OTHER, "a", "b"])
        self.assertEqual(layout.roles, ("nir", None, "reason", "reason"))

    def test_nothing_recognised(self):
        self.assertEqual(self.detected(["a", "b"], ["c"]), Layout(None, (None, None)))
        self.assertEqual(self.detected(), Layout(None, ()))


class TestEntries(TestCase):
    def entries(self, rows, *roles, header=None):
        return return_file.read_entries(rows, Layout(header, roles))

    def test_status_decides_else_the_reason(self):
        rows = [
            [ID_1, "OK", ""],
            [ID_1, "OK", "à surveiller"],
            [ID_1, "KO", "NIR inconnu"],
            [ID_1, "", "NIR inconnu"],
            [ID_1, "peut-être", "x"],
            [ID_1],
            [ID_1, "Rejeté : NIR inconnu"],
        ]
        found = [
            (entry.answer, entry.reason)
            for entry in self.entries(rows, "unique_id", "status", "reason")
        ]
        self.assertEqual(
            found,
            [
                (ACCEPTED, ""),
                (ACCEPTED, "à surveiller"),
                (REJECTED, "NIR inconnu"),
                (REJECTED, "NIR inconnu"),
                (UNCLEAR, "x"),
                (SILENT, ""),
                (REJECTED, "Rejeté : NIR inconnu"),
            ],
        )

    def test_what_is_there_already_is_a_success(self):
        for cells, answer in [
            (["KO", "Le passage existe déjà en base"], ACCEPTED),
            (["", "La déclaration existe déjà"], ACCEPTED),
            (["Existe déjà en base", ""], ACCEPTED),
            (["KO", "Identifiant déjà utilisé"], REJECTED),
            (["KO", "L'identifiant unique existe déjà"], REJECTED),
            (["KO", "Doublon"], REJECTED),
        ]:
            with self.subTest(cells=cells):
                (entry,) = self.entries([[ID_1, *cells]], "unique_id", "status", "reason")
                self.assertEqual(entry.answer, answer)
        (entry,) = self.entries(
            [[ID_1, "KO", "existe déjà en base", "NIR inconnu"]],
            *("unique_id", "status", "reason", "reason"),
        )
        self.assertEqual(entry.answer, REJECTED)

    def test_a_short_reason_may_be_a_status(self):
        for text, answer in [
            ("Aucune erreur", ACCEPTED),
            ("Déclaration acceptée", ACCEPTED),
            ("Le nom est correct, le NIR manque", REJECTED),
            ("à surveiller", REJECTED),
        ]:
            with self.subTest(text=text):
                (entry,) = self.entries([[ID_1, text]], "unique_id", "reason")
                self.assertEqual(entry.answer, answer)

    def test_days_of_the_training(self):
        for texts, days in [
            (("15/10/2026", "2026-10-16"), (date(2026, 10, 15), date(2026, 10, 16))),
            (("15.10.26", ""), (date(2026, 10, 15),)),
            (("du 5/1/1999 au 06/01/1999", ""), (date(1999, 1, 5), date(1999, 1, 6))),
            (("31/02/2026", "bientôt"), ()),
        ]:
            with self.subTest(texts=texts):
                (entry,) = self.entries([["X", *texts]], "name", "date_start", "date_end")
                self.assertEqual(entry.days, days)

    def test_reasons_of_several_columns_are_joined(self):
        (entry,) = self.entries([[ID_1, "E12", "E12", "NIR"]], "unique_id", *["reason"] * 3)
        self.assertEqual(entry.reason, "E12 – NIR")

    def test_rows_are_numbered_as_in_the_file(self):
        rows = [["titre"], ["id"], [], [ID_1], ["id"], ["", ""], [ID_2]]
        entries = self.entries(rows, "unique_id", header=1)
        self.assertEqual([entry.numbers for entry in entries], [[4], [7]])

    def test_label_and_identity(self):
        (entry,) = self.entries(
            [["LEFEVRE", "Zoé", ID_1, "D-1"]],
            "birth_name",
            "first_name",
            "unique_id",
            "declaration",
        )
        self.assertEqual(entry.label, f"LEFEVRE Zoé, {ID_1}, D-1")


class TestRows(TestCase):
    def found_in(self, content):
        rows = return_file.read_rows(content)
        layout = return_file.detect(rows)
        entries = return_file.read_entries(rows, layout)
        return [(entry.unique_id or entry.name, entry.answer, entry.reason) for entry in entries]

    def test_header_shorter_than_its_rows(self):
        text = (
            "ID_UNIQUE_PARTENAIRE;STATUT\n"
            f"{ID_1};KO;Titulaire inconnu, vérifier le NIR, le nom, la date\n"
            f"{ID_2};OK\n"
        )
        found = self.found_in(text.encode("cp1252"))
        self.assertEqual([row[:2] for row in found], [(ID_1, REJECTED), (ID_2, ACCEPTED)])

    def test_xml(self):
        text = (
            "<?xml version='1.0' encoding='UTF-8'?><accuse><date>2026-11-26</date><passage>"
            f"<idTechnique>{ID_1}</idTechnique><messageErreur>titulaire inconnu</messageErreur>"
            f"</passage><PassagesOK><idTechnique>{ID_2}</idTechnique></PassagesOK></accuse>"
        )
        expected = [(ID_1, REJECTED, "titulaire inconnu"), (ID_2, ACCEPTED, "")]
        for content in (
            text.encode(),
            b"\xef\xbb\xbf  " + text.partition("?>")[2].encode(),
            text.replace("UTF-8", "UTF-16").encode("utf-16"),
        ):
            with self.subTest(content=content[:20]):
                self.assertEqual(self.found_in(content), expected)

    def test_json(self):
        for found in (
            {
                "resultats": [{"idTechnique": ID_1, "erreurs": [{"messageErreur": "NIR inconnu"}]}]
                + [{"idTechnique": ID_2, "statut": "OK", "erreurs": []}]
            },
            [
                {"id_technique": ID_1, "messageErreur": "NIR inconnu"},
                {"id_technique": ID_2, "statut": "OK"},
            ],
            {
                "PassagesOK": [ID_2],
                "PassagesKO": [{"idTechnique": ID_1, "messageErreur": "NIR inconnu"}],
            },
        ):
            with self.subTest(found=found):
                self.assertCountEqual(
                    self.found_in(json.dumps(found).encode()),
                    [(ID_1, REJECTED, "NIR inconnu"), (ID_2, ACCEPTED, "")],
                )

    def test_trees_with_a_fault_a_row_and_attributes(self):
        text = (
            f'<r xmlns:p="x"><p:ligne uuid="{ID_1}" statut="KO"><erreurs><erreur><code>E1</code>'
            "<message>a</message></erreur><erreur><code>E2</code><message>b</message></erreur></erreurs>"
            f'</p:ligne><p:ligne uuid="{ID_2}" statut="OK"/></r>'
        )
        found = self.found_in(text.encode())
        self.assertEqual([row[:2] for row in found], [(ID_1, REJECTED)] * 2 + [(ID_2, ACCEPTED)])
        self.assertEqual([row[2] for row in found], ["a", "b", ""])

    def test_hostile_trees(self):
        for name, content in {
            "entities": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "outer entity": b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
            "deep": b"<a>" * 100_000,
            "many": b"<a>" + b"<b/>" * 300_000 + b"</a>",
            "columns": b"<a>" + b"".join(b"<b%d>x</b%d>" % (n, n) for n in range(300)) + b"</a>",
            "cut": b"<a><b>",
            "deep json": b"[" * 200_000,
            "many json": b"[" + b"1," * 300_000 + b"1]",
            "cut json": b'{"a": [1',
            "no unicode": b'{"a": "\xff"}',
            "big number": b'{"a": ' + b"9" * 100_000 + b"}",
            "empty": b"[]",
        }.items():
            with self.subTest(name=name):
                started = time.process_time()
                try:
                    return_file.read_rows(content)
                    self.assertEqual(name, "big number")
                except table_file.TableError as error:
                    self.assertIsNone(error.__cause__)
                self.assertLess(time.process_time() - started, 5)
        values = "".join(f"<b>{number}</b>" for number in range(50_000))
        started = time.process_time()
        self.assertTrue(return_file.read_rows(f"<r><a>{values}<c>x</c></a></r>".encode()))
        self.assertLess(time.process_time() - started, 5)

    def test_the_sheet_that_holds_the_answer(self):
        rows = [["ID_UNIQUE_PARTENAIRE", "STATUT"], [ID_1, "KO"]]
        content = workbook(
            [["Compte rendu"], ["Le statut est expliqué dans l'autre feuille"]], rows
        )
        self.assertEqual(return_file.read_rows(content), rows)

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(st.text("<>{}[]/\"':,abc\n &;1", max_size=80))
    def test_any_text(self, text):
        try:
            rows = return_file.read_rows(text.encode())
        except table_file.TableError:
            return
        layout = return_file.detect(rows)
        return_file.take_numbers_out(rows, layout)
        return_file.read_entries(rows, layout)


class TestNumbers(TestCase):
    def test_taken_out_of_the_table(self):
        layout = Layout(1, ("unique_id", "nir", None, "reason"))
        rows = [
            [f"Rapport {NUMBER}"],
            ["ID", "NIR", "Autre", "Motif"],
            [ID_1, "faux", OTHER[:13], f"NIR {OTHER} inconnu"],
            [ID_2, NUMBER],
            [],
        ]
        found = return_file.take_numbers_out(rows, layout)
        self.assertEqual(found, {(2, 1): "faux", (2, 2): OTHER[:13], (3, 1): NUMBER})
        self.assertEqual(
            rows,
            [
                ["Rapport •••"],
                ["ID", "NIR", "Autre", "Motif"],
                [ID_1, "•••", "•••", "NIR ••• inconnu"],
                [ID_2, "•••"],
                [],
            ],
        )
        entries = return_file.read_entries(rows, layout, {(3, 1): [7]})
        self.assertEqual([entry.partner_ids for entry in entries], [[], [7]])
