import unittest
from datetime import date

from odoo.addons.passeport_prevention.tools import portal_file, portal_form


def names(columns):
    return [col.name for col in columns]


class TestPortalForm(unittest.TestCase):
    def test_adf_blocks_in_the_order_of_the_portal(self):
        self.assertEqual(
            names(portal_form.training_columns("adf")),
            [
                "ID_DECLARATION",
                "REFERENCE_DECLARATION",
                "NOM_FORMATION",
                "DATE_DEBUT_FORMATION",
                "DATE_FIN_FORMATION",
                "MODALITE_DISPENSE",
                "COMPETENCE_TRANSFERABLE",
                "QUALIFICATION_FORMATEUR",
                "FORMATION_CERTIFIANTE",
                "CERTIFICATION_VISEE",
                "DOMAINE_FORMATION",
                "SPECIALITE_FORMATION",
            ],
        )
        self.assertEqual(
            names(portal_form.attendee_columns("adf")),
            [
                "ID_UNIQUE_PARTENAIRE",
                "NIR",
                "NOM_TITULAIRE",
                "PRESENCE_EMPLOYEUR",
                "SIRET_EMPLOYEUR",
                "REFERENCE_EMPLOYEUR",
                "DATE_DEBUT_VALIDITE",
                "DATE_FIN_VALIDITE",
            ],
        )

    def test_every_column_is_in_one_block(self):
        for document, columns in portal_file.DOCUMENTS.items():
            with self.subTest(document=document):
                blocks = (
                    *portal_form.training_columns(document),
                    *portal_form.attendee_columns(document),
                )
                self.assertEqual(sorted(names(blocks)), sorted(names(columns)))

    def test_texts_to_type(self):
        for name, value, texts in [
            ("DATE_FIN_FORMATION", date(2026, 9, 1), ["01/09/2026"]),
            ("COMPETENCE_TRANSFERABLE", ("102382", "103885"), ["102382", "103885"]),
            ("CERTIFICATION_VISEE", (), []),
            ("FORMATION_CERTIFIANTE", False, ["NON"]),
            ("PRESENCE_EMPLOYEUR", True, ["OUI"]),
            ("MODALITE_DISPENSE", "", []),
            ("DATE_FIN_VALIDITE", None, []),
            ("NOM_TITULAIRE", "LEFÈVRE", ["LEFÈVRE"]),
        ]:
            with self.subTest(name=name, value=value):
                found = portal_form.texts_to_type(portal_file.column("adf", name), value)
                self.assertEqual(found, texts)

    def test_version_changes_with_every_value_but_the_nir(self):
        row = {col.name: col.name for col in portal_file.ADF}
        version = portal_form.version("adf", row)
        self.assertEqual(portal_form.version("adf", dict(row)), version)
        for col in portal_file.ADF:
            with self.subTest(column=col.name):
                changed = portal_form.version("adf", {**row, col.name: "x"})
                self.assertEqual(changed == version, col.name == "NIR")
