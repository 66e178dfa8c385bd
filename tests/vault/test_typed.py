from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import PassportCase, nir_with_key
from .test_nir import NIR, SHOWN

PROVISIONAL = nir_with_key("7850475006084")
WOMAN = nir_with_key("2850475006084")
# Typed where a name belongs: with its spaces, in figures as wide as Chinese ones, Arabic ones.
DIGITS = (NIR, SHOWN, "DUPONT 2", "1", "\uff11\uff18\uff15", "\u0661\u0668", "MARTIN\u00b2")


class TypedCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.make_attendee("Zoé Lefèvre", nir=False)

    def typed(self, record, fname, value, **others):
        """Return what the screen tells when ``value`` is typed, ``""`` for nothing."""
        record = self.as_role(record, "declarant").with_context(lang="en_US")
        values = {fname: value, **others}
        answer = record.onchange(values, [fname], {name: {} for name in values})
        return (answer.get("warning") or {}).get("message", "")


@tagged("post_install", "-at_install", "passport")
class TestTypedNir(TypedCase):
    def test_in_the_ways_people_write_it(self):
        for typed in (
            "1.85.04.75.006.084.59",
            "N° 1-85-04-75-006-084 clé 59",
            f"'{NIR}",
            f"{NIR},0",
        ):
            with self.subTest(typed=typed):
                self.assertEqual(self.typed(self.zoe, "nir_entry", typed), "")
                self.zoe.nir_entry = typed
                self.assertEqual(self.nir_of(self.zoe), SHOWN)
                self.assertFalse(self.zoe.nir_warning)

    def test_as_a_number_over_rpc(self):
        for number in (int(NIR), float(NIR)):
            for fname in ("nir", "nir_entry"):
                self.zoe.nir = False
                self.as_role(self.zoe, "declarant").write({fname: number})
                self.assertEqual(self.nir_of(self.zoe), SHOWN)
        person = self.as_role(self.env["res.partner"], "declarant").create(
            {"name": "Neuf", "nir": int(NIR)}
        )
        self.assertEqual(self.nir_of(person), SHOWN)

    def test_warnings(self):
        for fname in ("nir", "nir_entry"):
            for typed, told in (
                ("1,85058E+14", "shortened"),
                (PROVISIONAL, "will probably not recognise it"),
                (nir_with_key("1852075006084"), "month of birth"),
                (NIR[:13], "13 characters"),
                (NIR[:14], "15 characters"),
            ):
                with self.subTest(field=fname, typed=typed):
                    message = self.typed(self.zoe, fname, typed)
                    self.assertIn(told, message)
                    self.assertNotIn(typed[:5], message)

    def test_civility_against_the_first_digit(self):
        for name, number, fits in (
            ("M. Jean Riou", NIR, True),
            ("Mme Jeanne Riou", NIR, False),
            ("Madame Jeanne Riou", WOMAN, True),
            ("M. Jean Riou", WOMAN, False),
            ("Jeanne Riou", NIR, True),
        ):
            with self.subTest(name=name, number=number):
                self.zoe.name = name
                message = self.typed(self.zoe, "nir_entry", number)
                self.assertEqual("civility" not in message, fits)

    def test_marks_alone_erase_nothing(self):
        self.zoe.nir = NIR
        self.zoe.nir_entry = "-"
        self.assertEqual(self.zoe.nir_state, "provided")
        self.assertIn("wrong", self.zoe.with_context(lang="en_US").nir_warning)


@tagged("post_install", "-at_install", "passport")
class TestTypedBirthName(TypedCase):
    def test_digits_are_refused_whatever_way_they_come(self):
        registration = self.make_registration(attendee=self.zoe)
        people = self.env["res.partner"]
        for text in DIGITS:
            for name, call in (
                ("create", lambda text: people.create({"name": "Neuf", "birth_name": text})),
                ("write", lambda text: self.zoe.write({"birth_name": text})),
                ("superuser", lambda text: setattr(self.zoe.sudo(), "birth_name", text)),
                ("registration", lambda text: registration.write({"birth_name": text})),
                (
                    "with a company",
                    lambda text: people.create(
                        {"name": "Usine", "child_ids": [(0, 0, {"name": "X", "birth_name": text})]}
                    ),
                ),
                ("many", lambda text: self.env["passport.birth.names"]._set({self.zoe: text})),
            ):
                with (
                    self.subTest(text=text, way=name),
                    self.assertRaises(ValidationError) as caught,
                ):
                    call(text)
                self.assertNotIn(text, str(caught.exception))
        self.assertEqual(self.zoe.birth_name, "LEFÈVRE")

    def test_refusal_names_the_person(self):
        with self.assertRaises(ValidationError) as caught:
            self.zoe.birth_name = NIR
        self.assertIn("Zoé Lefèvre", str(caught.exception))

    def test_outer_white_space_of_any_kind_goes(self):
        for space in (" ", "\u00a0", "\u202f", "\t", "\n", "\u2009", "\u200b", "\ufeff"):
            self.zoe.birth_name = f"{space}LE BIHAN{space}"
            self.assertEqual(self.zoe.birth_name, "LE BIHAN")

    def test_look_alikes_are_proposed_and_never_changed(self):
        for typed, plain in (
            ("L\u2019HÉRITIER", "L'HÉRITIER"),
            ("LE\u00a0BIHAN", "LE BIHAN"),
            ("DUPONT\u2011MARTIN", "DUPONT-MARTIN"),
            ("ＬＥ BIHAN", "LE BIHAN"),
        ):
            with self.subTest(typed=typed):
                self.assertIn(plain, self.typed(self.zoe, "birth_name", typed))
                self.zoe.birth_name = typed
                self.assertEqual(self.zoe.birth_name, typed)
                self.assertEqual(self.zoe.birth_name_proposal, plain)
                self.zoe.action_take_birth_name_proposal()
                self.assertEqual(self.zoe.birth_name, plain)
                self.assertFalse(self.zoe.birth_name_proposal)

    def test_two_names_are_warned_of(self):
        for typed in ("MARTIN épouse DUPONT", "MARTIN / DUPONT", "LE BIHAN (ép. CORRE)"):
            with self.subTest(typed=typed):
                self.assertIn("two names", self.typed(self.zoe, "birth_name", typed))
        self.assertEqual(self.typed(self.zoe, "birth_name", "LE BIHAN"), "")

    def test_form_saves_what_is_doubtful(self):
        with Form(self.as_role(self.zoe, "declarant")) as form:
            form.birth_name = "MARTIN épouse RIOU"
        self.assertEqual(self.zoe.birth_name, "MARTIN épouse RIOU")


@tagged("post_install", "-at_install", "passport")
class TestTypedSiret(TypedCase):
    def test_each_mistake_has_its_own_sentence(self):
        sentences = set()
        for typed, told, proposal in (
            ("00000000000000", "zeros", ""),
            ("812345676", "SIREN", ""),
            ("FR61812345676", "VAT", ""),
            ("RCS Rennes 812 345 676", "RCS", ""),
            ("812-345-676-00017", "dashes", "81234567600017"),
            ("81234567600017\u200b", "nobody sees", "81234567600017"),
            ("5520008300008", "lost the zeros", "05520008300008"),
            ("81234567600018", "does not exist", ""),
            ("8123", "14 digits", ""),
            ("8123456760001O", "digits only", ""),
        ):
            with self.subTest(typed=typed):
                message = self.typed(self.client, "company_registry", typed)
                self.assertIn(told, message)
                self.assertEqual("Probably meant" in message, bool(proposal))
                self.assertIn(proposal, message)
                sentences.add(message)
        self.assertEqual(len(sentences), 10)

    def test_zeros_block(self):
        registration = self.make_registration(attendee=self.make_attendee())
        self.client.company_registry = "00000000000000"
        self.assertEqual(self.issue_codes(registration), ["siret_invalid"])
