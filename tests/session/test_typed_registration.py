from odoo.tests import tagged

from ..common import PassportCase, nir_with_key

MAN = nir_with_key("1850475006084")
WOMAN = nir_with_key("2850475006084")
PROVISIONAL = nir_with_key("7850475006084")


@tagged("post_install", "-at_install", "passport")
class TestTypedOnRegistrations(PassportCase):
    """What is typed on a registration, in the form or in a line of the grid, warns as on a contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        cls.registration = cls.make_registration(cls.session, cls.make_attendee(nir=False))

    def typed(self, fname, value, record=None, **others):
        """Return what the screen tells when ``value`` is typed, ``""`` for nothing."""
        record = self.registration if record is None else record
        record = self.as_role(record, "declarant").with_context(lang="en_US")
        values = {fname: value, **others}
        answer = record.onchange(values, [fname], {name: {} for name in values})
        return (answer.get("warning") or {}).get("message", "")

    def test_civility_against_the_first_digit(self):
        empty = self.env["event.registration"]
        for name, number, told in (
            ("M. Jean Riou", MAN, False),
            ("M. Jean Riou", WOMAN, True),
            ("Mme Jeanne Riou", MAN, True),
            ("Madame Jeanne Riou", WOMAN, False),
            ("Jeanne Riou", MAN, False),
        ):
            for record in (empty, self.registration):
                with self.subTest(name=name, number=number, new=not record):
                    message = self.typed("nir_entry", number, record, name=name)
                    self.assertEqual("civility" in message, told)
                    self.assertNotIn(number[:5], message)

    def test_numbers(self):
        for typed, told in (
            (PROVISIONAL, "will probably not recognise it"),
            ("1,85058E+14", "Excel shortened this number"),
            (MAN[:14], "15 characters"),
        ):
            with self.subTest(told=told):
                self.assertIn(told, self.typed("nir_entry", typed))
        self.assertEqual(self.typed("nir_entry", MAN), "")

    def test_birth_names(self):
        for typed, told in (
            (MAN, "digit"),
            ("DUPONT 2", "digit"),
            ("LE BIHAN (ép. CORRE)", "two names"),
            ("L\u2019HÉRITIER", "L'HÉRITIER"),
        ):
            with self.subTest(typed=typed):
                message = self.typed("birth_name", typed)
                self.assertIn(told, message)
                self.assertNotIn(MAN, message)
        self.assertEqual(self.typed("birth_name", "LE BIHAN"), "")

    def test_validity(self):
        first, last = self.session.date_begin.date(), self.session.date_end.date()
        self.assertLess(first, last)
        self.assertIn(
            "before the end of the session", self.typed("validity_start_date", str(first))
        )
        self.assertEqual(self.typed("validity_start_date", str(last)), "")

    def test_an_unsaved_one_has_no_number_of_its_own(self):
        unsaved = self.env["event.registration"].new({"event_id": self.session.id})
        self.assertFalse(unsaved.display_name)
        unsaved.name = "Zoé Keryado"
        self.assertEqual(unsaved.display_name, "Zoé Keryado")
        self.registration.name = False
        self.assertEqual(self.registration.display_name, f"#{self.registration.id}")
