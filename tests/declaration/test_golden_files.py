from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open

from ...tools.text import without_accents
from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestGoldenFiles(PassportCase):
    """Whole files, from the wizard to the bytes, compared with files written by hand."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        code = cls.env["training.code"]
        cls.training.write(
            {
                fname: [
                    Command.set(
                        code.search([("nomenclature", "=", kind), ("code", "in", wanted)]).ids
                    )
                ]
                for fname, kind, wanted in [
                    ("rome_code_ids", "rome", ["103885", "102382", "115650"]),
                    ("formacode_ids", "formacode", ["42817", "42866"]),
                    ("nsf_code_ids", "nsf", ["344r"]),
                ]
            }
        )
        cls.zoe, cls.theo, cls.solo = cls.env["res.partner"].create(
            [
                {
                    "name": "Zoé Lefèvre",
                    "parent_id": cls.client.id,
                    "birth_name": "LEFÈVRE",
                    "nir": "2 69 02 99 341 123 15",
                },
                {
                    "name": "Théo Colonna",
                    "parent_id": cls.client.id,
                    "birth_name": "COLONNA D'ISTRIA",
                    "nir": "185072A00412388",
                },
                {"name": "Solène Ollivier", "birth_name": "OLLIVIER", "nir": "291122B03304529"},
            ]
        )

    def assertFile(self, deposit, name):
        content = self.file_of(deposit)
        with file_open(f"passeport_prevention/tests/files/{name}", "rb") as stream:
            expected = stream.read()
        self.assertEqual(content.decode().split("\r\n"), expected.decode().split("\r\n"))
        self.assertEqual(content, expected)

    def deposit_of(self, registrations):
        with self.numbered_unique_ids():
            return self.make_deposit(registrations, role="declarant")

    def test_non_certifying(self):
        """Employer and none, employer's reference, modality and qualification, Corsica, abroad."""
        session = self.make_session(
            training_modality="PRESENTIEL",
            trainer_qualification="FORMATEUR_D_ADULTES_FORMATION_SPECIALISEE",
        )
        registrations = (
            self.make_registration(session, self.zoe, employer_reference="Matricule 0042")
            | self.make_registration(session, self.theo)
            | self.make_registration(
                session, self.solo, partner_id=self.solo.id, without_employer=True
            )
        )
        deposit = self.deposit_of(registrations)
        self.assertFile(deposit, "adf_non_certifying.csv")
        self.assertEqual(deposit.file_name, "812345676_ADF_20261015_DEP-2026-00001-MARKED.csv")

    def test_certifying(self):
        training = self.make_certifying_training(
            rs_code_id=self.env.ref("passeport_prevention.training_code_rs_6869").id,
            rome_code_ids=self.training.rome_code_ids,
            validity_months=60,
        )
        session = self.make_session(training, name="CACES", training_modality="MIXTE")
        deposit = self.deposit_of(self.make_registration(session, self.zoe))
        self.assertFile(deposit, "adf_certifying.csv")

    def test_slots_are_declared_apart(self):
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-09-07 05:00:00", date_end="2026-09-18 20:00:00"
        )
        slots = [self.make_slot(session, day) for day in ("2026-09-16", "2026-09-08")]
        registrations = self.make_registration(session, self.zoe, event_slot_id=slots[0].id)
        registrations |= self.make_registration(session, self.theo, event_slot_id=slots[1].id)
        self.assertFile(self.deposit_of(registrations), "adf_slots.csv")

    def test_dates_are_those_of_the_session_s_timezone(self):
        """Ends at 23:30 in Paris, and at 01:00 in Réunion when it is still the day before in UTC."""
        self.training.validity_months = 0
        sessions = self.make_session(
            name="Paris", date_begin="2026-09-09 22:30:00", date_end="2026-09-10 21:30:00"
        ) | self.make_session(
            name="Réunion",
            date_begin="2026-09-10 20:30:00",
            date_end="2026-09-11 21:00:00",
            date_tz="Indian/Reunion",
        )
        registrations = self.make_registration(sessions[0], self.zoe)
        registrations |= self.make_registration(sessions[1], self.zoe)
        self.assertFile(self.deposit_of(registrations), "adf_timezones.csv")

    def test_names_without_accents_where_somebody_asks_for_it(self):
        """As the rule has it, letter by letter; contacts keep what was typed, and the setting takes it back."""
        names = (
            *("LEFÈVRE", "Lefe\u0300vre", "ŒUVRARD-d'Æðelstan", "Großmann", "ĐẶNG THỊ NGỌC"),
            *("Łukasz Żółć", "İpek Işık", "한", "D’ARC-½", "LE  GOFF", "PLAIN"),
        )
        people = self.make_attendees([f"Personne {chr(65 + place)}" for place in range(len(names))])
        for person, name in zip(people, names, strict=True):
            self.env.cr.execute(
                "UPDATE res_partner SET birth_name = %s WHERE id = %s", (name, person.id)
            )
        self.env.invalidate_all()
        registrations = self.make_registrations(None, people)
        registrations._mark_passport_state()
        refused = registrations.filtered(lambda one: one.passport_state != "ready")
        self.assertEqual(refused.mapped("birth_name"), ["D’ARC-½"])  # half is a number
        deposit = self.make_deposit(registrations)
        lines = deposit.line_ids
        self.assertEqual(set(lines.mapped("birth_name")), {*names} - {"D’ARC-½"})
        self.company.passport_without_accents = True
        with self.assertRaisesRegex(UserError, "Update Values"):
            self.file_of(deposit)
        deposit.action_update_values()
        written = {line.partner_id.birth_name: line.birth_name for line in lines}
        self.assertEqual(written, {name: without_accents(name) for name in written})
        rows = self.file_of(deposit).decode().splitlines()[1:]
        self.assertIn("OEUVRARD-d'AEdelstan", {row.split("|")[14] for row in rows})
        self.company.passport_without_accents = False
        deposit.action_reset_to_draft()
        deposit.action_update_values()
        self.assertEqual(set(lines.mapped("birth_name")), {*names} - {"D’ARC-½"})

    def test_a_ligature_may_be_one_letter_too_long_without_accents(self):
        registration = self.make_registration(attendee=self.zoe)
        for name, state in (("Œ" + "É" * 28, "ready"), ("Œ" + "É" * 29, "blocked")):
            self.zoe.birth_name = name
            self.company.passport_without_accents = False
            self.assertEqual(registration.passport_state, "ready")
            self.company.passport_without_accents = True
            self.env.flush_all()
            with self.subTest(name=name):
                self.assertEqual(registration.passport_state, state)

    def test_line_end_and_byte_order_mark_follow_the_settings(self):
        registration = self.make_registration(attendee=self.zoe)
        crlf = self.file_of(self.deposit_of(registration))
        for line_end, bom, expected in [
            ("lf", False, crlf.replace(b"\r\n", b"\n")),
            ("crlf", True, b"\xef\xbb\xbf" + crlf),
        ]:
            with self.subTest(line_end=line_end, bom=bom):
                self.company.write({"passport_line_end": line_end, "passport_bom": bom})
                deposit = registration.passport_line_ids.deposit_id
                deposit.action_reset_to_draft()
                self.assertEqual(self.file_of(deposit), expected)
