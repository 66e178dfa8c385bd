"""No number is kept in clear where people type: walked over every text field, on creation and change."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import PassportCase
from .test_nir import NIR, SHOWN

# What belongs to people's life in the training body: what its staff types into.
MODELS = (
    "event.event",
    "event.registration",
    "mail.activity",
    "res.partner",
    "sale.order",
    "sale.order.line",
)
# Made by programs: codes, tokens, what Odoo keeps of a typed value.
MADE = {"access_token", "typed_fields", "virtual_id", "linked_virtual_id"}


@tagged("post_install", "-at_install", "passport")
class TestIntake(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        cls.registration = cls.make_registration(cls.session)
        order = cls.env["sale.order"].create({"partner_id": cls.client.id})
        line = {"order_id": order.id, "name": "Remarque", "display_type": "line_note"}
        cls.records = {
            "event.event": cls.session,
            "event.registration": cls.registration,
            "mail.activity": cls.registration.activity_schedule(summary="Appeler"),
            "res.partner": cls.registration.attendee_partner_id,
            "sale.order": order,
            "sale.order.line": cls.env["sale.order.line"].create(line),
        }

    def typed_fields_of(self, model):
        """Return the names of the fields of a model that people can type a text into."""
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.type in ("char", "text", "html") and field.store and name not in MADE
            if not field.related
        ]

    def is_kept(self, record, fname):
        """Tell whether the number stands in the column, whatever separates its parts."""
        self.env.cr.execute(
            f"SELECT regexp_replace(\"{fname}\"::text, '<[^>]*>|[^0-9]', '', 'g')"
            f" FROM {record._table} WHERE id = %s",
            [record.id],
        )
        return NIR[:13] in (self.env.cr.fetchone()[0] or "")

    def try_writing(self, record, fname, text):
        """Tell whether a text is refused; it must not be kept in any case."""
        try:
            with self.env.cr.savepoint() as savepoint:
                record.write({fname: text})
                self.env.flush_all()
                kept = self.is_kept(record, fname)
                savepoint.rollback()
                self.env.invalidate_all()
        except UserError as error:
            self.assertNotIn(NIR[5:13], str(error).replace(" ", ""))
            return True
        self.assertFalse(kept, f"{record._name}.{fname} keeps a number")
        return False

    def test_walk(self):
        refused = 0
        for model in MODELS:
            for fname in self.typed_fields_of(model):
                with self.subTest(model=model, field=fname):
                    refused += self.try_writing(self.records[model], fname, NIR)
        self.assertGreater(refused, 50)

    def test_however_it_is_written(self):
        person = self.records["res.partner"]
        for text in (
            SHOWN,
            f"N° SS {SHOWN.replace(' ', '-')}",
            f"marie{NIR}@client.example",
            NIR[:13],
        ):
            for fname in ("name", "email", "comment", "function", "ref", "street"):
                with self.subTest(text=text, field=fname):
                    self.assertTrue(self.try_writing(person, fname, text))

    def test_properties(self):
        """Fields that users add themselves to registrations and contacts, and their default values."""
        text = {"name": "0a1b2c3d4e5f6071", "type": "char", "string": "N° sécu"}
        self.session.registration_properties_definition = [text]
        for value in ({text["name"]: SHOWN}, [{**text, "value": NIR}]):
            with self.subTest(value=value), self.assertRaises(ValidationError) as caught:
                self.registration.registration_properties = value
            self.assertNotIn(NIR[5:13], str(caught.exception).replace(" ", ""))
        self.registration.registration_properties = {text["name"]: "Rien, n° 12"}
        with self.assertRaises(ValidationError):
            self.session.registration_properties_definition = [{**text, "default": NIR}]
        with self.assertRaises(ValidationError):
            self.session.registration_properties_definition = [{**text, "string": SHOWN}]

    def test_dialog_of_activities(self):
        """It is kept in the database for a while, whatever becomes of the activity."""
        with self.assertRaises(ValidationError):
            self.env["mail.activity.schedule"].create(
                {
                    "res_model": "res.partner",
                    "res_ids": str(self.client.ids),
                    "note": f"<p>{SHOWN}</p>",
                }
            )

    def test_default_values(self):
        """What somebody stores as the default of a field is kept in clear, and given to everybody."""
        defaults = self.as_role(self.env["ir.default"], "declarant")
        for model, fname, value in (
            ("res.partner", "nir_entry", SHOWN),
            ("res.partner", "nir", NIR),
            ("res.partner", "birth_name", f"N {NIR}"),
            ("event.registration", "nir_entry", NIR),
        ):
            with self.subTest(field=fname), self.assertRaises(UserError):
                defaults.set(model, fname, value, user_id=True)
        defaults.set("res.partner", "city", "Brest", user_id=True)
        made = self.env["ir.default"].search([("user_id", "=", self.users["declarant"].id)])
        self.assertEqual(len(made), 1)
        with self.assertRaises(ValidationError):
            made.json_value = "{no JSON"

    def test_created(self):
        cases = (
            ("res.partner", {"name": f"Marie {SHOWN}"}),
            ("res.partner", {"name": "Marie", "email": f"{NIR}@client.example"}),
            ("event.registration", {"event_id": self.session.id, "name": f"Marie {SHOWN}"}),
            ("mail.activity", {"res_model_id": 1, "res_id": 1, "note": f"<p>{SHOWN}</p>"}),
            ("sale.order", {"partner_id": self.client.id, "note": f"<p>NIR {SHOWN}</p>"}),
        )
        for model, values in cases:
            with (
                self.subTest(model=model),
                self.assertRaisesRegex(ValidationError, "Enter the NIR"),
            ):
                self.env[model].create(values)

    def test_message_names_the_record_and_the_field_never_the_number(self):
        with self.assertRaises(ValidationError) as caught:
            self.registration.employer_reference = f"Réf. {SHOWN}"
        text = str(caught.exception)
        self.assertIn(self.registration.display_name, text)
        label = self.registration.fields_get(["employer_reference"])["employer_reference"]["string"]
        self.assertIn(label, text)
        self.assertNotIn(SHOWN, text)

    def test_what_was_typed_before_stays_changeable(self):
        """A contact that has held a number for years can be corrected, and all else on it changed."""
        person = self.records["res.partner"]
        self.env.cr.execute(
            "UPDATE res_partner SET comment = %s WHERE id = %s", [f"<p>{SHOWN}</p>", person.id]
        )
        person.invalidate_recordset()
        person.city = "Brest"
        person.comment = "<p>Rien</p>"
        self.assertEqual(person.city, "Brest")

    def test_other_numbers_are_left_alone(self):
        person = self.records["res.partner"]
        values = {
            "phone": "+33 6 12 34 56 78",
            "ref": "CLI-2026-000184",
            "comment": "<p>SIRET 628 412 000 00017, rendez-vous le 09/09/2026 à 14:30</p>",
            "barcode": "3017620422003",
        }
        person.write(values)
        self.assertEqual(person.barcode, values["barcode"])
        self.client.write({"company_registry": "62841200900019"})
        self.assertEqual(self.client.company_registry, "62841200900019")

    def test_on_the_form(self):
        with self.assertRaises(ValidationError), Form(self.registration) as form:
            form.employer_reference = NIR

    def test_answers_are_kept_without_it_and_the_declarant_is_told(self):
        question = self.env["event.question"].create(
            {"title": "Besoins", "question_type": "text_box"}
        )
        answer = self.env["event.registration.answer"].create(
            {
                "registration_id": self.registration.id,
                "question_id": question.id,
                "value_text_box": f"Fauteuil roulant. Mon numéro : {SHOWN}",
            }
        )
        self.assertEqual(answer.value_text_box, "Fauteuil roulant. Mon numéro : •••")
        told = self.registration.activity_ids - self.records["mail.activity"]
        self.assertEqual(len(told), 1)
        answer.value_text_box = NIR
        self.assertEqual(answer.value_text_box, "•••")
        self.env.flush_all()
        self.assertFalse(self.is_kept(answer, "value_text_box"))
