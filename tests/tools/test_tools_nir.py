from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import nir

PARIS = "1850475006084"
NUMBERS = [
    # body, key: computed by hand as 97 - body % 97, 2A read as 19 and 2B as 18
    (PARIS, "59"),
    ("2690299341123", "15"),  # born abroad
    ("185072A004123", "88"),
    ("291122B033045", "29"),
]
INVISIBLES = " \t\n\u00a0\u202f\u2009\u3000\u200b\ufeff\u00ad"

bodies = st.builds(
    "{}{:02d}{:02d}{}{:03d}{:03d}".format,
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.sampled_from(["01", "2A", "2B", "75", "97", "99"]),
    st.integers(1, 990),
    st.integers(1, 999),
)


def deterministic(test):
    return settings(derandomize=True, deadline=None, max_examples=60, database=None)(test)


class TestNir(TestCase):
    def assertProblem(self, text, problem):
        parsed = nir.parse(text)
        self.assertEqual((parsed.problem, parsed.body, parsed.key), (problem, "", ""))
        self.assertFalse(parsed.is_valid)

    def test_key(self):
        for body, key in NUMBERS:
            with self.subTest(body=body):
                self.assertEqual(nir.control_key(body), key)

    def test_number_with_its_key(self):
        for body, key in NUMBERS:
            with self.subTest(body=body):
                parsed = nir.parse(body + key)
                self.assertTrue(parsed.is_valid)
                self.assertEqual((parsed.body, parsed.key, parsed.warnings), (body, key, ()))

    def test_number_without_its_key_warns(self):
        parsed = nir.parse(PARIS)
        self.assertTrue(parsed.is_valid)
        self.assertEqual((parsed.body, parsed.key), (PARIS, ""))
        self.assertEqual(parsed.warnings, (nir.KEY_UNCHECKED,))

    def test_spaces_of_any_kind_and_lower_case_do_not_matter(self):
        typed = "".join(
            char + space for char, space in zip("185072a00412388", INVISIBLES * 2, strict=False)
        )
        self.assertEqual(nir.parse(typed).body, "185072A004123")

    def test_problems(self):
        for text, problem in [
            ("", nir.EMPTY),
            (None, nir.EMPTY),
            (False, nir.EMPTY),
            (" \u00a0\t", nir.EMPTY),
            (PARIS + "58", nir.BAD_KEY),
            (PARIS + "00", nir.BAD_KEY),
            (PARIS[:-1], nir.BAD_LENGTH),
            (PARIS + "5", nir.BAD_LENGTH),
            (PARIS + "590", nir.BAD_LENGTH),
            ("18504A5006084", nir.BAD_CHARACTER),
            ("1850475O06084", nir.BAD_CHARACTER),
            ("1850475-06084", nir.BAD_LENGTH),
            ("1,85058E+14", nir.SHORTENED),
            ("1.85058e+14", nir.SHORTENED),
            ("2E14", nir.SHORTENED),
            (185058000000000, nir.SHORTENED),  # the same, as a whole number again
            ("１８５０４７５００６０８４", nir.FOREIGN_DIGITS),
            ("NIR inconnu", nir.BAD_CHARACTER),
            ("\ud8001850475006084", nir.BAD_CHARACTER),
            (True, nir.EMPTY),
            (1.5, nir.EMPTY),
            (float("nan"), nir.EMPTY),
            ("185042C006084", nir.BAD_CHARACTER),
            ("18504A2006084", nir.BAD_CHARACTER),
            ("hello", nir.BAD_CHARACTER),
            ("\u0661850475006084", nir.FOREIGN_DIGITS),  # an Arabic digit one
            ("1²50475006084", nir.BAD_CHARACTER),
            ("0850475006084", nir.BAD_SEX),
            ("5850475006084", nir.BAD_SEX),
            ("9850475006084", nir.BAD_SEX),
            ("1850075110042", nir.BAD_MONTH),
            ("1851375110042", nir.BAD_MONTH),
            ("1851975110042", nir.BAD_MONTH),
            ("1852175110042", nir.BAD_MONTH),
            ("1854375110042", nir.BAD_MONTH),
            ("1854975110042", nir.BAD_MONTH),
        ]:
            with self.subTest(text=text):
                self.assertProblem(text, problem)

    def test_what_people_write_around_it_does_not_matter(self):
        full, corsican = PARIS + "59", "185072A00412388"
        for text, number in [
            ("1.85.04.75.006.084.59", full),
            ("1 85 04 75 006 084 - 59", full),
            ("1/85/04/75/006/084/59", full),
            ("1_85_04_75_006_084_59", full),
            ("1\u201185\u201304\u221275006084 59".replace("\u2212", "-"), full),
            ("N° 1 85 04 75 006 084 clé 59", full),
            ("NIR : 1850475006084 (59)", full),
            ("n° de sécurité sociale 1850475006084, clé : 59", full),
            ("N° SS 1850475006084CLE59", full),
            ("'185047500608459", full),
            ("185047500608459,0", full),
            ("185047500608459.00", full),
            ("1850475006084,0", PARIS),
            ("1 85 07 2a 004 123 clé 88", corsican),
            ("NIR185072A00412388", corsican),
            (185047500608459, full),
            (185047500608459.0, full),
            (1850475006084, PARIS),
        ]:
            with self.subTest(text=text):
                parsed = nir.parse(text)
                self.assertEqual(parsed.body + parsed.key, number)
                self.assertEqual(nir.compact(text), number)

    def test_sex(self):
        for body, sex in [(PARIS, "m"), ("2" + PARIS[1:], "f"), ("7850475006084", "m"), ("", None)]:
            with self.subTest(body=body):
                self.assertEqual(nir.sex_of(body), sex)

    def test_provisional_numbers_warn(self):
        for sex in "3478":
            with self.subTest(sex=sex):
                body = sex + PARIS[1:]
                parsed = nir.parse(body + nir.control_key(body))
                self.assertTrue(parsed.is_valid)
                self.assertEqual(parsed.warnings, (nir.PROVISIONAL,))

    def test_unusual_months_warn(self):
        for month in (20, 30, 42, 50, 99):
            with self.subTest(month=month):
                body = f"185{month}75006084"
                parsed = nir.parse(body + nir.control_key(body))
                self.assertTrue(parsed.is_valid)
                self.assertEqual(parsed.warnings, (nir.MONTH_UNUSUAL,))

    def test_warnings_add_up(self):
        self.assertEqual(
            nir.parse("7852075006084").warnings,
            (nir.PROVISIONAL, nir.MONTH_UNUSUAL, nir.KEY_UNCHECKED),
        )

    def test_display_groups_the_digits(self):
        for text, shown in [
            (PARIS + "59", "1 85 04 75 006 084 59"),
            (PARIS, "1 85 04 75 006 084"),
            ("1 85 04 2a 006 084", "1 85 04 2A 006 084"),
            ("12345", "12345"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(nir.display(text), shown)

    def test_mask_leaves_sex_year_and_month(self):
        for text, shown in [
            (PARIS + "59", "1 85 04 ** *** *** **"),
            (PARIS, "1 85 04 ** *** ***"),
            ("12345", "*****"),
            ("", ""),
            (None, ""),
        ]:
            with self.subTest(text=text):
                self.assertEqual(nir.mask(text), shown)

    def test_number_never_shows_in_repr(self):
        for text in (PARIS, PARIS + "59"):
            self.assertNotRegex(repr(nir.parse(text)), r"\d{3}")

    @deterministic
    @given(bodies)
    def test_any_number_with_its_key_is_valid(self, body):
        parsed = nir.parse(body + nir.control_key(body))
        self.assertEqual((parsed.body, parsed.problem, parsed.warnings), (body, None, ()))
        self.assertEqual(nir.compact(nir.display(body)), body)

    @deterministic
    @given(bodies, st.integers(7, 12), st.integers(1, 9))
    def test_key_betrays_any_wrong_digit(self, body, position, shift):
        typed = body[:position] + str((int(body[position]) + shift) % 10) + body[position + 1 :]
        self.assertEqual(nir.parse(typed + nir.control_key(body)).problem, nir.BAD_KEY)

    @deterministic
    @given(st.text())
    def test_any_text_has_a_body_or_a_problem(self, text):
        parsed = nir.parse(text)
        self.assertNotEqual(bool(parsed.body), bool(parsed.problem))
        self.assertIn(len(parsed.body), (0, 13))
