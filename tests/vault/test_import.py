from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import LETTERS, PassportCase

COLUMNS = ["name", "birth_name", "nir"]
OPTIONS = {"quoting": '"', "separator": ";", "has_headers": True, "encoding": "utf-8"}


@tagged("post_install", "-at_install", "passport")
class TestImport(PassportCase):
    """Odoo's own import of contacts with NIR and birth name."""

    def wizard(self, text, role="declarant", **values):
        return self.as_role(self.env["base_import.import"], role).create(
            {
                "res_model": "res.partner",
                "file": text.encode(),
                "file_name": "stagiaires.csv",
                "file_type": "text/csv",
                **values,
            }
        )

    def run_import(self, text, columns=None, dryrun=False, **kwargs):
        columns = columns or COLUMNS
        wizard = self.wizard(text, **kwargs)
        return wizard.execute_import(columns, columns, dict(OPTIONS), dryrun=dryrun)

    def text(self, count, **wrong):
        lines = [
            f"Personne {n:04d};" + f"NOM{n:04d}".translate(LETTERS) + f";{self.next_nir()}"
            for n in range(count)
        ]
        for line, value in wrong.items():
            lines[int(line[1:])] = value
        return "\n".join(["nom;naissance;numéro", *lines])

    def test_people_are_imported_with_their_numbers(self):
        result = self.run_import(self.text(3))
        self.assertFalse(result["messages"])
        people = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(people.mapped("nir_state"), ["provided"] * 3)
        self.assertEqual(people[1].birth_name, "NOMAAAB")
        log = self.env["passport.nir.access"].search([("partner_id", "in", people.ids)])
        self.assertEqual(set(log.mapped("action")), {"write"})
        self.assertEqual(len(log), 3)

    def test_rows_with_wrong_numbers_are_told(self):
        number = self.next_nir()
        wrong_key = number[:-2] + f"{(int(number[-2:]) + 1) % 97:02d}"
        text = self.text(
            5,
            _1=f"Clé Fausse;FAUSSE;{wrong_key}",
            _2="Trop Court;COURT;1850475",
            _4="Sexe Neuf;NEUF;985047500004123",
        )
        for dryrun in (True, False):
            before = self.env["res.partner"].search_count([])
            result = self.run_import(text, dryrun=dryrun)
            told = {
                message["rows"]["from"]: (message["type"], message["field"], message["message"])
                for message in result["messages"]
            }
            with self.subTest(dryrun=dryrun):
                self.assertEqual(set(told), {1, 2, 4})
                self.assertEqual({kind for kind, _field, _text in told.values()}, {"error"})
                self.assertIn("key", told[1][2])
                self.assertIn("15 characters", told[2][2])
                self.assertIn("first digit", told[4][2])
                self.assertFalse(result["ids"])
                self.assertEqual(self.env["res.partner"].search_count([]), before)
                self.assertNotIn(wrong_key, str(result["messages"]))

    def test_numbers_without_their_key_are_taken(self):
        result = self.run_import(self.text(2, _0=f"Sans Clé;SANS;{self.next_nir()[:13]}"))
        self.assertEqual(len(result["ids"]), 2)

    def test_birth_names_the_portal_refuses_are_told(self):
        text = self.text(
            3, _0=f"Nom Long;{'X' * 31};{self.next_nir()}", _2=f"Barre;A|B;{self.next_nir()}"
        )
        result = self.run_import(text)
        self.assertFalse(result["ids"])
        told = {m["rows"]["from"]: (m["field"], m["message"]) for m in result["messages"]}
        self.assertEqual(set(told), {0, 2})
        self.assertEqual({field for field, _text in told.values()}, {"birth_name"})
        self.assertIn("31 characters", told[0][1])

    def test_a_number_in_the_birth_name_is_an_error_of_its_row(self):
        """Columns taken for one another: the number must not be kept in clear."""
        number = self.next_nir()
        for typed in (number, "DUPONT 2", "\u0661\u0662"):
            result = self.run_import(self.text(2, _1=f"Décalé;{typed};"))
            self.assertFalse(result["ids"])
            self.assertEqual([m["rows"]["from"] for m in result["messages"]], [1])
            self.assertEqual([m["field"] for m in result["messages"]], ["birth_name"])
            self.assertNotIn(number, str(result["messages"]))

    def test_the_same_number_twice_is_told(self):
        number = self.next_nir()
        text = self.text(3, _0=f"Zoé Martin;MARTIN;{number[:13]}", _2=f"Zoé Martin;MARTIN;{number}")
        result = self.run_import(text)
        self.assertFalse(result["ids"])
        self.assertEqual([m["rows"]["from"] for m in result["messages"]], [2])
        self.assertIn("twice", result["messages"][0]["message"])

    def test_a_number_of_another_contact_is_told_with_its_name(self):
        holder = self.make_attendee("Éric Petit")
        number = self.nir_of(holder)
        result = self.run_import(self.text(2, _1=f"Eric Petit;PETIT;{number}"))
        self.assertFalse(result["ids"])
        (message,) = result["messages"]
        self.assertEqual((message["rows"]["from"], message["field"]), (1, "nir"))
        self.assertIn("Éric Petit", message["message"])
        self.assertNotIn(number.replace(" ", ""), str(message))
        # The same contact again, found by its id, is no other one.
        columns = [".id", "nir"]
        text = f"id;numéro\n{holder.id};{number}"
        self.assertFalse(self.run_import(text, columns=columns)["messages"])

    def test_lines_of_a_company_are_checked_too(self):
        text = f"nom;contact;numéro\nUsine;Zoé Martin;{self.next_nir()}\n;Éric Petit;185"
        columns = ["name", "child_ids/name", "child_ids/nir"]
        result = self.run_import(text, columns=columns)
        self.assertEqual([m["type"] for m in result["messages"]], ["error"])
        self.assertFalse(result["ids"])
        result = self.run_import(text.removesuffix(";185") + ";", columns=columns)
        self.assertEqual(
            self.env["res.partner"]
            .browse(result["ids"])
            .child_ids.sorted("name")
            .mapped("nir_state"),
            ["provided", "missing"],
        )

    def test_those_without_the_right_import_no_number(self):
        for role in ("user", "sales", "internal"):
            with self.subTest(role=role):
                try:
                    result = self.run_import(self.text(1), role=role)
                except UserError:
                    continue
                self.assertFalse(result["ids"])
                self.assertTrue(result["messages"])

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------

    def stored(self, wizard):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT file, sealed_file FROM base_import_import WHERE id = %s", (wizard.id,)
        )
        return self.env.cr.fetchone()

    def test_file_is_never_at_rest_in_clear(self):
        number = self.next_nir()
        wizard = self.wizard(f"nom;naissance;numéro\nZoé Martin;MARTIN;{number}")
        uploaded = self.stored(wizard)
        self.assertIsNone(uploaded[0])
        self.assertNotIn(number, uploaded[1])
        preview = wizard.parse_preview(dict(OPTIONS))
        self.assertIn(number, str(preview))  # what the declarant sees
        wizard.execute_import(COLUMNS, COLUMNS, dict(OPTIONS), dryrun=True)
        self.assertEqual(self.stored(wizard), uploaded)
        wizard.write({"file": f"nom;naissance;numéro\nÉric Petit;PETIT;{number}".encode()})
        again = self.stored(wizard)
        self.assertIsNone(again[0])
        self.assertNotEqual(again[1], uploaded[1])
        wizard.execute_import(COLUMNS, COLUMNS, dict(OPTIONS))
        self.assertEqual(self.stored(wizard), (None, None))

    def test_file_uploaded_before_its_model_is_known(self):
        wizard = self.wizard("nom\nÉric", res_model="res.country")
        self.assertEqual(bytes(self.stored(wizard)[0]), "nom\nÉric".encode())
        wizard.res_model = "res.partner"
        self.assertIsNone(self.stored(wizard)[0])
        self.assertEqual(wizard._plain_file(), "nom\nÉric".encode())

    def test_file_of_any_model_is_sealed_by_what_it_holds(self):
        number = self.next_nir()
        text = f"nom;commentaire\nPays;{number[:1]} {number[1:3]} {number[3:13]} {number[13:]}"
        wizard = self.wizard(text, res_model="res.country")
        self.assertIsNone(self.stored(wizard)[0])
        self.assertEqual(wizard._plain_file(), text.encode())
        self.assertIn("Pays", str(wizard.parse_preview(dict(OPTIONS))))
        wizard.write({"file": b"nom\nPays"})
        self.assertEqual(bytes(self.stored(wizard)[0]), b"nom\nPays")
        self.assertIsNone(self.stored(wizard)[1])

    def test_models_whose_files_are_sealed(self):
        sealed = self.env["base_import.import"]._models_with_nir()
        self.assertLessEqual({"res.partner", "event.registration", "event.event"}, sealed)
        self.assertNotIn("res.country", sealed)

    # ------------------------------------------------------------
    # Many
    # ------------------------------------------------------------

    def test_queries_do_not_depend_on_the_number_of_rows(self):
        people = self.as_role(self.env["res.partner"], "declarant")

        def load(count, columns=tuple(COLUMNS)):
            lines = self.text(count).split("\n")[1:]
            rows = [line.split(";")[: len(columns)] for line in lines]
            return self.queries_of(lambda: self.assertTrue(people.load(list(columns), rows)["ids"]))

        # Some make contacts one by one, as OCA's partner_firstname does.
        self.only_beside_odoo()
        load(2)
        few, many = load(50) - load(50, COLUMNS[:1]), load(100) - load(100, COLUMNS[:1])
        self.assertLessEqual(many, few + 2)
