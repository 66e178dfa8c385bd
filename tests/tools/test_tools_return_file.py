from unittest import TestCase

from ...tools import nir, return_file
from ...tools.return_file import (
    ACCEPTED,
    REJECTED,
    SILENT,
    UNCLEAR,
    Layout,
)

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
            ("DATE_DEBUT_FORMATION", None),
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


class TestAnswers(TestCase):
    def test_status(self):
        for text, answer in [
            *((text, ACCEPTED) for text in ("Accepté", "ACCEPTEE", "OK", "Validé", "intégrée")),
            *((text, ACCEPTED) for text in ("Conforme", "Sans erreur", "aucune anomalie")),
            *((text, REJECTED) for text in ("Rejeté", "REJET", "KO", "Refusée", "en erreur")),
            *((text, REJECTED) for text in ("Non intégré", "non conforme", "Pas encore accepté")),
            *((text, REJECTED) for text in ("invalide", "Incorrect", "Rejeté : pas de NIR")),
            *((text, UNCLEAR) for text in ("En attente", "en cours", "Accepté avec erreurs")),
            *((text, UNCLEAR) for text in ("Déjà intégré", "Partiellement accepté", "oui", "12")),
            *((text, UNCLEAR) for text in ("Non : rejeté", "Accepté ? Refusé ?")),
            *((text, SILENT) for text in ("", None, " - ")),
        ]:
            with self.subTest(text=text):
                self.assertEqual(return_file.answer_of(text), answer)

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
        self.assertTrue(entry.is_identified)
        (entry,) = self.entries([["NIR inconnu"]], "reason")
        self.assertFalse(entry.is_identified)


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
