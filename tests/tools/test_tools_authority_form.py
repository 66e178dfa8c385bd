import unittest
from datetime import date

from ...tools import authority_file, authority_form


def names(columns):
    return [col.name for col in columns]


class TestAuthorityForm(unittest.TestCase):
    def test_adf_blocks_in_the_order_of_the_portal(self):
        self.assertEqual(
            names(authority_form.training_columns("adf")),
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
            names(authority_form.attendee_columns("adf")),
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
        for document, columns in authority_file.DOCUMENTS.items():
            with self.subTest(document=document):
                blocks = (
                    *authority_form.training_columns(document),
                    *authority_form.attendee_columns(document),
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
                found = authority_form.texts_to_type(authority_file.column("adf", name), value)
                self.assertEqual(found, texts)

    def test_version_changes_with_every_value_but_the_nir(self):
        row = {col.name: col.name for col in authority_file.ADF}
        version = authority_form.version("adf", row)
        self.assertEqual(authority_form.version("adf", dict(row)), version)
        for col in authority_file.ADF:
            with self.subTest(column=col.name):
                changed = authority_form.version("adf", {**row, col.name: "x"})
                self.assertEqual(changed == version, col.name == "NIR")
