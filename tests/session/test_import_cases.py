"""Files that people imported, cell by cell, and what is right for each."""

from odoo.fields import Command
from odoo.tests import tagged

from ..common import PassportCase

OPTIONS = {
    "quoting": '"',
    "has_headers": True,
    "float_thousand_separator": " ",
    "float_decimal_separator": ",",
}
PEOPLE = (
    ("Maëlle LE BIHAN", "x0@roscadec.example", "290022901901274", "LE BIHAN"),
    ("Jean-Noël KERVELLA", "x1@roscadec.example", "185055612103401", "KERVELLA"),
    ("Solène GUÉGUEN", "x2@roscadec.example", "288123523807734", "GUÉGUEN"),
    ("Awa N'DIAYE", "x3@roscadec.example", "293069934105538", "N'DIAYE"),
)


@tagged("post_install", "-at_install", "passport")
class TestImportCases(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        for group in ("event.group_event_user", "base.group_partner_manager"):
            cls.users["declarant"].group_ids |= cls.env.ref(group)

    def run_import(self, model, rows, columns, dryrun=False, separator=";", encoding="utf-8"):
        text = "\r\n".join(separator.join(row) for row in rows)
        wizard = self.as_role(self.env["base_import.import"], "declarant")
        wizard = wizard.with_context(
            default_event_id=self.session.id, default_partner_id=self.client.id
        ).create(
            {
                "res_model": model,
                "file": text.encode(encoding),
                "file_name": "liste.csv",
                "file_type": "text/csv",
            }
        )
        options = {**OPTIONS, "separator": separator, "encoding": encoding}
        return wizard.execute_import(columns, columns, options, dryrun=dryrun)

    def errors(self, result):
        """Return ``{row: (type, field)}``; rows are counted from the first one below the labels."""
        self.assertFalse(result["ids"])
        return {
            found["rows"]["from"]: (found["type"], found["field"]) for found in result["messages"]
        }

    def test_names_into_a_session_with_odoo_s_own_communications(self):
        """The mail "after each registration" commits in Odoo: a try stores nothing here."""
        self.session.event_mail_ids = [
            Command.create(
                {
                    "interval_type": "after_sub",
                    "interval_unit": "now",
                    "template_ref": "mail.template,"
                    + str(self.env.ref("event.event_subscription").id),
                }
            )
        ]
        self.assertIn("after_sub", self.session.event_mail_ids.mapped("interval_type"))
        rows = [
            ("Nom du participant", "Email"),
            ("Jane Un", "j1@x.example"),
            ("John Deux", "j2@x.example"),
        ]
        for dryrun in (True, False):
            result = self.run_import(
                "event.registration", rows, ["name", "email"], dryrun=dryrun, separator=","
            )
            self.assertEqual(result["messages"], [])
            self.assertEqual(len(self.session.registration_ids), 0 if dryrun else 2)
        people = self.session.registration_ids.attendee_partner_id
        self.assertEqual(sorted(people.mapped("name")), ["Jane Un", "John Deux"])

    def test_name_number_and_birth_name_are_all_stored(self):
        header = ("Nom", "Email", "Téléphone", "NIR", "Nom de naissance")
        rows = [
            header,
            *((name, mail, "0612345678", nir, birth) for name, mail, nir, birth in PEOPLE),
        ]
        columns = ["name", "email", "phone", "nir_entry", "birth_name"]
        result = self.run_import("event.registration", rows, columns)
        self.assertEqual(result["messages"], [])
        registrations = self.env["event.registration"].browse(result["ids"])
        for registration, (name, mail, number, birth_name) in zip(
            registrations, PEOPLE, strict=True
        ):
            person = registration.attendee_partner_id
            self.assertEqual((person.name, person.email), (name, mail))
            self.assertEqual(person.birth_name, birth_name)
            self.assertEqual(self.nir_of(person).replace(" ", ""), number)

    def test_a_wrong_number_for_who_is_there_is_an_error_of_its_row(self):
        wrong, right = self.make_registrations(
            self.session, self.make_attendees(["Awa Un", "Jean Deux"], nir=False)
        )
        rows = [
            ("ID", "NIR"),
            (str(wrong.id), "185055612103499"),
            (str(right.id), "1850556121034-01"),
        ]
        result = self.run_import("event.registration", rows, [".id", "nir_entry"])
        self.assertEqual(self.errors(result), {0: ("error", "nir_entry")})
        self.assertNotIn("185055612103499", str(result["messages"]))
        self.assertEqual((wrong | right).mapped("nir_state"), ["missing"] * 2)
        result = self.run_import("event.registration", [rows[0], rows[2]], [".id", "nir_entry"])
        self.assertEqual(result["messages"], [])
        self.env.invalidate_all()
        self.assertEqual((wrong | right).mapped("nir_state"), ["missing", "provided"])

    def test_a_number_in_the_column_of_the_birth_name(self):
        rows = [("Nom", "Nom de naissance", "NIR"), ("Essai Décalé", "1 85 05 78 006 084 91", "")]
        for dryrun in (True, False):
            result = self.run_import(
                "res.partner", rows, ["name", "birth_name", "nir"], dryrun=dryrun, encoding="cp1252"
            )
            self.assertEqual(self.errors(result), {0: ("error", "birth_name")})
            self.assertNotIn("006 084", str(result["messages"]))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Essai Décalé")]))

    def test_one_number_for_two_contacts(self):
        number = "269044410900376"
        rows = [
            ("Nom", "NIR", "Nom de naissance"),
            ("Jumeau Un", number, "MARTIN"),
            ("Jumeau Deux", number, "MARTIN"),
        ]
        columns = ["name", "nir", "birth_name"]
        self.assertEqual(
            self.errors(self.run_import("res.partner", rows, columns)), {1: ("error", "nir")}
        )
        first = self.run_import("res.partner", rows[:2], columns)
        self.assertEqual(first["messages"], [])
        second = self.run_import("res.partner", [rows[0], rows[2]], columns)
        self.assertEqual(self.errors(second), {0: ("error", "nir")})
        self.assertIn("Jumeau Un", second["messages"][0]["message"])
        self.assertNotIn(number, str(second["messages"]))
