from datetime import date
from unittest import TestCase

from ...tools import authority_file

TODAY = date(2026, 10, 15)
TRAINING = {
    "NOM_FORMATION": "Sauveteur secouriste du travail",
    "DATE_DEBUT_FORMATION": date(2026, 9, 9),
    "DATE_FIN_FORMATION": date(2026, 9, 10),
    "MODALITE_DISPENSE": "PRESENTIEL",
    "QUALIFICATION_FORMATEUR": "PREVENTEUR",
    "FORMATION_CERTIFIANTE": False,
    "CERTIFICATION_VISEE": (),
    "DOMAINE_FORMATION": ("42817",),
    "SPECIALITE_FORMATION": ("344r",),
}
ROW = {
    "ID_DECLARATION": "PP-2026-00001",
    "REFERENCE_DECLARATION": "SST de septembre",
    "ID_UNIQUE_PARTENAIRE": "u-1",
    "TYPE_JDR": "CERTIFICAT",
    "NOM_JDR": "Certificat SST",
    "COMPETENCE_TRANSFERABLE": ("115650", "115651", "115652"),
    "PRESENCE_FORMATION": True,
    **TRAINING,
    "NIR": "1850475006084",
    "NOM_TITULAIRE": "LEFÈVRE",
    "PRESENCE_EMPLOYEUR": True,
    "SIRET_EMPLOYEUR": "81234567600017",
    "DATE_DEBUT_VALIDITE": date(2026, 9, 10),
}
UNTRAINED = {
    "PRESENCE_FORMATION": False,
    **dict.fromkeys(TRAINING, ""),
}


class TestJdrRow(TestCase):
    def faults(self, values):
        found = authority_file.check_row("jdr", {**ROW, **values}, TODAY)
        return {(fault.code, fault.column) for fault in found}

    def test_columns_are_those_of_the_guide(self):
        names = [col.name for col in authority_file.JDR]
        self.assertEqual(len(names), 29)
        self.assertEqual(
            names[3:9],
            [
                "TYPE_JDR",
                "NOM_JDR",
                "NOM_OPTION_SPECIALITE",
                "MODE_OBTENTION",
                "COMPETENCE_TRANSFERABLE",
                "PRESENCE_FORMATION",
            ],
        )
        self.assertEqual(names[18], "NIR")
        self.assertEqual(
            names[25:], ["RESULTAT_OBTENU", "MENTION_OBTENUE", "LIEN_PREUVE", "IDENTIFIANT_PREUVE"]
        )

    def test_valid_rows(self):
        for values in (
            {},
            UNTRAINED,
            {**UNTRAINED, "PRESENCE_FORMATION": None},
            {"MODALITE_DISPENSE": "", "QUALIFICATION_FORMATEUR": ""},
            {
                "NOM_JDR": "N" * 255,
                "NOM_OPTION_SPECIALITE": "O" * 400,
                "MODE_OBTENTION": "PAR_SCORING",
            },
            {
                "RESULTAT_OBTENU": "R" * 1000,
                "MENTION_OBTENUE": "M" * 255,
                "IDENTIFIANT_PREUVE": "I" * 255,
            },
            {"LIEN_PREUVE": "https://preuves.example/42"},
            {"LIEN_PREUVE": "http://preuves.example"},
            {
                "FORMATION_CERTIFIANTE": True,
                "CERTIFICATION_VISEE": ("RS6869",),
                "DOMAINE_FORMATION": (),
                "SPECIALITE_FORMATION": (),
            },
        ):
            with self.subTest(values=values):
                self.assertEqual(self.faults(values), set())

    def test_each_rule_alone(self):
        for values, code, name in [
            ({"TYPE_JDR": ""}, "required", "TYPE_JDR"),
            ({"TYPE_JDR": "BREVET"}, "choice", "TYPE_JDR"),
            ({"NOM_JDR": ""}, "required", "NOM_JDR"),
            ({"NOM_JDR": "N" * 256}, "too_long", "NOM_JDR"),
            ({"MODE_OBTENTION": "PAR_CHANCE"}, "choice", "MODE_OBTENTION"),
            ({"NOM_FORMATION": ""}, "required", "NOM_FORMATION"),
            ({"DATE_DEBUT_FORMATION": None}, "required", "DATE_DEBUT_FORMATION"),
            ({"DATE_FIN_FORMATION": None}, "required", "DATE_FIN_FORMATION"),
            (
                {
                    "FORMATION_CERTIFIANTE": None,
                    "DOMAINE_FORMATION": (),
                    "SPECIALITE_FORMATION": (),
                },
                "required",
                "FORMATION_CERTIFIANTE",
            ),
            ({"DOMAINE_FORMATION": ()}, "required", "DOMAINE_FORMATION"),
            ({"CERTIFICATION_VISEE": ("RS6869",)}, "not_empty", "CERTIFICATION_VISEE"),
            ({"COMPETENCE_TRANSFERABLE": ("115650", "115651")}, "count", "COMPETENCE_TRANSFERABLE"),
            ({"DATE_DEBUT_VALIDITE": None}, "required", "DATE_DEBUT_VALIDITE"),
            ({"DATE_DEBUT_VALIDITE": date(2026, 9, 9)}, "date_order", "DATE_DEBUT_VALIDITE"),
            ({"DATE_FIN_VALIDITE": date(2026, 9, 9)}, "date_order", "DATE_FIN_VALIDITE"),
            ({"RESULTAT_OBTENU": "R" * 1001}, "too_long", "RESULTAT_OBTENU"),
            ({"MENTION_OBTENUE": "M" * 256}, "too_long", "MENTION_OBTENUE"),
            ({"IDENTIFIANT_PREUVE": "I" * 256}, "too_long", "IDENTIFIANT_PREUVE"),
            ({"LIEN_PREUVE": "preuves.example/42"}, "link", "LIEN_PREUVE"),
            ({"LIEN_PREUVE": "ftp://preuves.example"}, "link", "LIEN_PREUVE"),
            ({"LIEN_PREUVE": "https://"}, "link", "LIEN_PREUVE"),
            (
                {
                    "DATE_FIN_FORMATION": date(2026, 10, 16),
                    "DATE_DEBUT_VALIDITE": date(2026, 10, 16),
                },
                "future",
                "DATE_FIN_FORMATION",
            ),
        ]:
            with self.subTest(values=values):
                self.assertEqual(self.faults(values), {(code, name)})

    def test_without_a_training_nothing_is_said_of_one(self):
        for name, value in TRAINING.items():
            if value in ((), None):
                value = ("RS6869",)
            with self.subTest(name=name):
                self.assertEqual(self.faults({**UNTRAINED, name: value}), {("not_empty", name)})
