import io

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..common import SIRET_CLIENT, PassportCase

OPTIONS = {
    "quoting": '"',
    "separator": ";",
    "has_headers": True,
    "encoding": "utf-8",
    "float_thousand_separator": " ",
    "float_decimal_separator": ",",
}


@tagged("post_install", "-at_install", "passport")
class TestRegistrationImport(PassportCase):
    """Odoo's own import of registrations, names and numbers in one go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        # Who imports registrations with numbers: a declarant who may register.
        cls.users["declarant"].group_ids |= cls.env.ref("event.group_event_user")
        cls.users["declarant"].group_ids |= cls.env.ref("base.group_partner_manager")

    def wizard(self, content, model="event.registration", **values):
        content = content if isinstance(content, bytes) else content.encode()
        wizard = self.as_role(self.env["base_import.import"], "declarant")
        return wizard.with_context(
            default_event_id=self.session.id, default_partner_id=self.client.id
        ).create(
            {
                "res_model": model,
                "file": content,
                "file_name": "stagiaires.csv",
                "file_type": "text/csv",
                **values,
            }
        )

    def run_import(self, text, columns, dryrun=False):
        return self.wizard(text).execute_import(columns, columns, dict(OPTIONS), dryrun=dryrun)

    def imported(self, text, columns):
        result = self.run_import(text, columns)
        self.assertFalse(result["messages"])
        return self.env["event.registration"].browse(result["ids"])

    def told(self, result):
        """Return ``{row: message}``; rows are counted from the first one below the labels."""
        self.assertFalse(result["ids"])
        return {message["rows"]["from"]: message["message"] for message in result["messages"]}

    def matches(self, header, model="event.registration", row="Zoé", lang="fr_FR"):
        """Return ``{label: field}`` as the import's page shows them for a file just chosen."""
        wizard = self.wizard(f"{header}\n" + ";".join([row] * len(header.split(";"))), model)
        preview = wizard.with_context(lang=lang).parse_preview(dict(OPTIONS))
        labels = header.split(";")
        return {labels[int(n)]: path[0] for n, path in (preview["matches"] or {}).items()}

    # ------------------------------------------------------------
    # In one go
    # ------------------------------------------------------------

    def test_name_number_and_birth_name_in_one_go(self):
        first, second = self.next_nir(), self.next_nir()
        text = f"n;b;s\nJeanne Un;UN;{first}\nPaul Deux;DEUX;{second[:13]}-{second[13:]}"
        columns = ["name", "birth_name", "nir_entry"]
        self.assertFalse(self.run_import(text, columns, dryrun=True)["messages"])
        self.assertFalse(self.session.registration_ids)
        registrations = self.imported(text, columns)
        people = registrations.attendee_partner_id
        self.assertEqual(people.mapped("name"), ["Jeanne Un", "Paul Deux"])
        self.assertEqual(people.mapped("birth_name"), ["UN", "DEUX"])
        self.assertEqual(people.mapped("nir_state"), ["provided", "provided"])
        self.assertEqual(people.mapped("parent_id"), self.client)

    def test_wrong_rows_are_told_and_nothing_is_stored(self):
        right = self.next_nir()
        wrong = right[:-2] + f"{(int(right[-2:]) + 1) % 97:02d}"
        text = f"n;b;s\nBon Ne;BON;{right}\nFaux Le;FAUX;{wrong}\nChiffres Les;{right};"
        before = self.env["res.partner"].search_count([])
        for dryrun in (True, False):
            with self.subTest(dryrun=dryrun):
                result = self.run_import(text, ["name", "birth_name", "nir_entry"], dryrun=dryrun)
                self.assertEqual(set(self.told(result)), {1, 2})
                self.assertNotIn(wrong, str(result["messages"]))
                self.assertNotIn(right, str(result["messages"]))
        self.assertFalse(self.session.registration_ids)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_number_of_a_registration_that_is_there(self):
        registration = self.make_registration(self.session, self.make_attendee(nir=False))
        number = self.next_nir()
        wrong = number[:-2] + f"{(int(number[-2:]) + 1) % 97:02d}"
        columns = [".id", "nir_entry"]
        self.assertEqual(
            set(self.told(self.run_import(f"ID;NIR\n{registration.id};{wrong}", columns))), {0}
        )
        self.assertEqual(registration.nir_state, "missing")
        hyphen = f"{number[:13]}-{number[13:]}"
        self.imported(f"ID;NIR\n{registration.id};{hyphen}", columns)
        self.env.invalidate_all()
        self.assertEqual(registration.nir_state, "provided")
        self.assertNotIn("nir_invalid", self.issue_codes(registration))

    def test_number_says_who_it_is(self):
        number = self.next_nir()
        known = self.make_attendee("Zoé Lefèvre", parent_id=False, nir=number)
        registration = self.imported(f"n;s\nLEFEVRE Zoe;{number}", ["name", "nir_entry"])
        self.assertEqual(registration.attendee_partner_id, known)

    def test_number_of_somebody_else_is_told(self):
        number = self.next_nir()
        self.make_attendee("Zoé Lefèvre", nir=number)
        for text in (
            f"n;s\nThéo Riou;{number}",
            f"n;s\nZoé Lefèvre;{number}\nThéo Riou;{number}",
        ):
            with self.subTest(text=text):
                told = self.told(self.run_import(text, ["name", "nir_entry"]))
                self.assertEqual(set(told), {text.count("\n") - 1})

    def test_what_is_known_is_not_replaced(self):
        known = self.make_attendee("Zoé Lefèvre", email="zoe@brehat.example")
        birth_name = known.birth_name
        for column, value in (("birth_name", "AUTRE"), ("nir_entry", self.next_nir())):
            with self.subTest(column=column):
                text = f"n;e;v\nZoé Lefèvre;zoe@brehat.example;{value}"
                told = self.told(self.run_import(text, ["name", "email", column]))
                self.assertIn("Zoé Lefèvre", told[0])
        self.assertEqual(known.birth_name, birth_name)
        self.assertFalse(self.session.registration_ids)

    def test_nobody_is_lost_without_a_name(self):
        values = {"event_id": self.session.id, "partner_id": self.client.id}
        with self.assertRaisesRegex(UserError, "name the attendee"):
            self.env["event.registration"].create({**values, "birth_name": "PERDU"})
        with self.assertRaisesRegex(UserError, "name the attendee"):
            self.as_role(self.env["event.registration"], "declarant").create(
                {**values, "nir_entry": self.next_nir()}
            )

    def test_new_name_and_its_birth_name_are_one_person_s(self):
        before = self.make_attendee("Zoé Lefèvre")
        registration = self.make_registration(self.session, before)
        registration.write({"name": "Théo Riou", "birth_name": "RIOU"})
        self.assertEqual(before.birth_name, "LEFÈVRE")
        self.assertEqual(registration.attendee_partner_id.birth_name, "RIOU")

    def test_no_number_by_who_may_not(self):
        text = f"n;s\nJeanne Un;{self.next_nir()}"
        self.users["declarant"].group_ids = [(6, 0, [self.env.ref("event.group_event_manager").id])]
        result = self.run_import(text, ["name", "nir_entry"])
        self.assertFalse(result["ids"])
        self.assertFalse(self.session.registration_ids)

    # ------------------------------------------------------------
    # Labels
    # ------------------------------------------------------------

    def test_labels_people_use_are_known(self):
        for label, fname in {
            "Nom du participant": "name",
            "Stagiaire": "name",
            "Nom Prénom": "name",
            "Email": "email",
            "Adresse e-mail": "email",
            "Courriel": "email",
            "Tél.": "phone",
            "Nom de naissance": "birth_name",
            "Nom de jeune fille": "birth_name",
            "N° Sécu": "nir_entry",
            "NIR": "nir_entry",
            "N° de sécurité sociale": "nir_entry",
            "Entreprise": "employer_id",
            "Société": "employer_id",
            "SIRET": "employer_id",
            "Matricule": "employer_reference",
            "Session": "event_id",
        }.items():
            with self.subTest(label=label):
                self.assertEqual(self.matches(label), {label: fname})

    def test_what_is_of_no_use_is_left_out(self):
        for label in ("Civilité", "Clé", "Refus NIR"):
            with self.subTest(label=label):
                self.assertEqual(self.matches(label), {})

    def test_labels_of_contacts(self):
        self.assertEqual(
            self.matches("Nom;Prénom;N° Sécu;Nom de naissance;Courriel", "res.partner"),
            {
                "Nom": "name",
                "Prénom": "name",
                "N° Sécu": "nir",
                "Nom de naissance": "birth_name",
                "Courriel": "email",
            },
        )

    def test_both_halves_of_a_name(self):
        self.assertEqual(self.matches("Nom;Prénom"), {"Nom": "name", "Prénom": "name"})
        person = self.imported("Nom;Prénom\nLE GOFF;Anne", ["name", "name"]).attendee_partner_id
        self.assertEqual(person.name, "LE GOFF Anne")

    def test_column_given_by_hand_before_stays(self):
        self.env["base_import.mapping"].create(
            {
                "res_model": "event.registration",
                "column_name": "nir",
                "field_name": "employer_reference",
            }
        )
        self.assertEqual(self.matches("NIR"), {"NIR": "employer_reference"})

    def test_employer_by_siret(self):
        registration = self.imported(f"n;s\nJeanne Un;{SIRET_CLIENT}", ["name", "employer_id"])
        self.assertEqual(registration.employer_id, self.client)

    def test_templates_are_read_as_they_are(self):
        for model in ("event.registration", "res.partner"):
            template = self.env[model].get_import_templates()[-1]["template"].lstrip("/")
            with file_open(template, "rb") as stream:
                sheet = openpyxl.load_workbook(io.BytesIO(stream.read())).active
            labels = [cell.value for cell in sheet[1]]
            with self.subTest(model=model):
                self.assertEqual(set(self.matches(";".join(labels), model)), set(labels))
                # Excel would shorten a number that is not text.
                column = labels.index("NIR") + 1
                self.assertEqual(sheet.cell(2, column).number_format, "@")
