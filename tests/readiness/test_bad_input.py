from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SIRET_CLIENT, SIRET_LA_POSTE, PassportCase, nir_with_key


@tagged("post_install", "-at_install", "passport")
class TestBadInput(PassportCase):
    """Each kind of bad input: told where it is typed, blocks, is kept as typed, reaches no file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attendee = cls.make_attendee()
        cls.registration = cls.make_registration(attendee=cls.attendee)

    def warning(self, record, **values):
        """Return the warning that the form shows when ``values`` are typed."""
        names = list(values)
        result = record.onchange(values, names, {name: {} for name in names})
        return result.get("warning", {}).get("message", "")

    def assertBlocked(self, code):
        self.assertIn(code, self.issue_codes(self.registration))
        self.assertEqual(self.registration.passport_state, "blocked")
        self.assertFalse(self.declare(self.registration))

    def assertStopsADeposit(self, record, values):
        """Typed after the declaration was prepared, it must not reach the file either."""
        with self.env.cr.savepoint() as savepoint:
            deposit = self.make_deposit(self.registration)
            record.write(values)
            with self.assertRaises(UserError) as caught:
                self.file_of(deposit)
            self.assertEqual(deposit.state, "draft")
            self.assertIn("•", str(caught.exception))
            savepoint.rollback()
            self.env.invalidate_all()

    def test_nir(self):
        for typed, told in [
            ("185047500608400", "key"),
            ("18504750060845A", "character"),
            ("1850475OO608459", "character"),
            ("18504750060845", "15 characters"),
            ("0850475006084", "first digit"),
            ("1851375006084", "month"),
        ]:
            with self.subTest(typed=typed):
                self.assertStopsADeposit(self.attendee, {"nir": typed})
                for fname in ("nir", "nir_entry"):
                    warning = self.warning(self.attendee, **{fname: typed})
                    self.assertIn(told, warning.lower())
                    self.assertNotIn(typed, warning)
                self.attendee.nir = typed
                self.assertBlocked("nir_invalid")
                self.env.invalidate_all()
                self.assertEqual(self.nir_of(self.attendee).replace(" ", ""), typed)
                self.assertIn("wrong", self.attendee.nir_warning)
                self.attendee.nir = nir_with_key("1850475006084")
                self.assertEqual(self.registration.passport_state, "ready")

    def test_nir_of_13_characters_warns_that_its_key_was_not_checked(self):
        self.assertIn("13 characters", self.warning(self.attendee, nir="1850475006084"))
        self.attendee.nir = "1850475006084"
        self.assertEqual(self.issue_codes(self.registration), ["nir_key_unchecked"])
        self.assertTrue(self.declare(self.registration))

    def test_right_nir_gives_no_warning(self):
        for typed in (nir_with_key("1850475006084"), "1 85 04 75 006 084 59", "", False):
            with self.subTest(typed=typed):
                self.assertEqual(self.warning(self.attendee, nir=typed), "")

    def test_birth_name(self):
        for typed, code, told in [
            ("É" * 31, "birth_name_too_long", "31 characters"),
            ("LE|FEVRE", "forbidden_character", "|"),
            ('LE"FEVRE', "forbidden_character", '"'),
            ("LE\tFEVRE", "forbidden_character", "U+0009"),
            ("LE\nFEVRE", "forbidden_character", "U+000A"),
            ("LE\r\nFEVRE", "forbidden_character", "U+000D"),
        ]:
            with self.subTest(typed=typed):
                self.assertStopsADeposit(self.attendee, {"birth_name": typed})
                self.assertIn(told, self.warning(self.attendee, birth_name=typed))
                self.attendee.birth_name = typed
                self.env.invalidate_all()
                self.assertEqual(self.attendee.birth_name, typed)
                self.assertBlocked(code)
                self.assertIn(told, self.issue(self.registration, code)[0])
                self.attendee.birth_name = "LEFEVRE"

    def test_birth_name_is_only_composed_and_trimmed(self):
        for typed, stored in [
            ("  LE\u0301ON  ", "LÉON"),
            ("LE   GOFF", "LE GOFF"),
            ("\tLE GOFF\u202f\n", "LE GOFF"),
            ("Œ" * 30, "Œ" * 30),
            ("d'Ô-ñ", "d'Ô-ñ"),
        ]:
            with self.subTest(typed=typed):
                self.assertEqual(self.warning(self.attendee, birth_name=typed), "")
                self.attendee.birth_name = typed
                self.env.invalidate_all()
                self.assertEqual(self.attendee.birth_name, stored)
                created = self.env["res.partner"].create({"name": "X", "birth_name": typed})
                self.assertEqual(created.birth_name, stored)
                self.assertEqual(self.issue_codes(self.registration), [])

    def test_siret(self):
        for typed, told in [
            ("7894561260001", "14 digits"),
            ("78945612600019", "does not exist"),
            ("7894561260001O", "digits only"),
        ]:
            with self.subTest(typed=typed):
                self.assertStopsADeposit(self.client, {"company_registry": typed})
                self.assertIn(told, self.warning(self.client, company_registry=typed))
                self.client.company_registry = typed
                self.env.invalidate_all()
                self.assertEqual(self.client.company_registry, typed)
                self.assertBlocked("siret_invalid")
                self.assertIn(told, self.issue(self.registration, "siret_invalid")[0])
                self.client.company_registry = SIRET_CLIENT

    def test_siret_of_la_poste_and_with_spaces_is_right(self):
        for typed in (SIRET_LA_POSTE, "789 456 126 00018", "789\u00a0456\u00a0126\u00a000018"):
            with self.subTest(typed=typed):
                self.assertEqual(self.warning(self.client, company_registry=typed), "")
                self.client.company_registry = typed
                self.assertEqual(self.issue_codes(self.registration), [])
                line = self.declare(self.registration).line_ids
                self.assertRegex(line.siret, r"^\d{14}$")
                line.declaration_id.action_cancel()

    def test_numbers_of_codes(self):
        for fname, nomenclature, wrong, code in [
            ("rome_code_ids", "rome", 2, "rome_count"),
            ("rome_code_ids", "rome", 11, "rome_count"),
            ("formacode_ids", "formacode", 0, "formacode_count"),
            ("formacode_ids", "formacode", 6, "formacode_count"),
            ("nsf_code_ids", "nsf", 0, "nsf_count"),
            ("nsf_code_ids", "nsf", 4, "nsf_count"),
        ]:
            with self.subTest(code=code, wrong=wrong):
                before = self.training[fname]
                codes = self.codes(nomenclature, wrong) if wrong else self.env["training.code"]
                self.assertStopsADeposit(self.training, {fname: [Command.set(codes.ids)]})
                self.training[fname] = codes
                self.assertEqual(self.training[fname], codes)
                self.assertIn(str(wrong), self.training.passport_training_issues)
                self.assertBlocked(code)
                self.training[fname] = before
                self.assertFalse(self.training.passport_training_issues)

    def test_limits_of_codes_are_allowed(self):
        for fname, nomenclature, counts in [
            ("rome_code_ids", "rome", (3, 10)),
            ("formacode_ids", "formacode", (1, 5)),
            ("nsf_code_ids", "nsf", (1, 3)),
        ]:
            for count in counts:
                with self.subTest(fname=fname, count=count):
                    self.training[fname] = self.codes(nomenclature, count)
                    self.assertEqual(self.issue_codes(self.registration), [])

    def test_form_of_the_training_tells_its_faults_while_they_are_typed(self):
        # The declared name is the French one, so it is checked where French is spoken.
        training = self.training.with_context(lang="fr_FR")
        with Form(training, view="passeport_prevention.product_template_view_form") as form:
            form.name = "S" * 251
            self.assertIn("251", form.passport_training_issues)
            form.name = "SST"
            self.assertFalse(form.passport_training_issues)

    def test_validity(self):
        for values, code, told in [
            ({"validity_end_date": "2026-09-09"}, "dates_invalid", "before it begins"),
            (
                {"validity_start_date": "2026-09-09"},
                "validity_before_end",
                "before the end of the session",
            ),
        ]:
            with self.subTest(values=values):
                self.assertStopsADeposit(self.registration, values)
                before = {name: self.registration[name] for name in values}
                with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logs:
                    form = Form(self.registration)
                    for name, value in values.items():
                        form[name] = value
                    form.save()
                self.assertIn(told, "".join(logs.output))
                self.assertBlocked(code)
                self.registration.write(before)

    def test_session_without_a_training(self):
        session = self.registration.event_id
        self.assertStopsADeposit(session, {"training_id": False})
        session.training_id = False
        self.assertBlocked("training_missing")
        arch = self.env["event.event"].get_view(view_type="form")["arch"]
        self.assertIn("Choose the training", arch)

    def test_session_cannot_end_before_it_starts(self):
        with self.assertRaises(ValidationError):
            self.registration.event_id.date_end = "2026-09-01 10:00:00"

    def test_names_and_references(self):
        for record, fname, typed, code in [
            (self.training, "name", "S" * 251, "training_name_too_long"),
            (self.training, "name", "a|b", "forbidden_character"),
            (self.training, "name", "a\tb", "forbidden_character"),
            (self.registration, "employer_reference", "a|b", "forbidden_character"),
            (self.registration, "employer_reference", "a\nb", "forbidden_character"),
            (self.registration, "employer_reference", "x" * 256, None),
        ]:
            with self.subTest(fname=fname, typed=typed):
                self.assertStopsADeposit(record, {fname: typed})
                before = record[fname]
                record[fname] = typed
                self.env.invalidate_all()
                self.assertEqual(record[fname], typed)
                if code:
                    self.assertBlocked(code)
                record[fname] = before

    def test_longest_names_are_allowed(self):
        self.training.name = "É" * 250
        self.attendee.birth_name = "É" * 30
        self.registration.employer_reference = "É" * 255
        content = self.file_of(self.make_deposit(self.registration)).decode()
        self.assertIn(f"|{'É' * 250}|", content)
        self.assertIn(f"|{'É' * 30}|", content)
        self.assertIn(f"|{'É' * 255}|", content)

    def test_codes_of_another_shape_do_not_exist(self):
        for nomenclature, code in [
            ("formacode", "4281"),
            ("formacode", "42817 "),
            ("nsf", "344R"),
            ("rome", "12/34"),
            ("rs", "6869"),
        ]:
            with self.subTest(code=code), self.assertRaises(ValidationError):
                self.env["training.code"].create(
                    {"nomenclature": nomenclature, "code": code, "name": "X"}
                )
