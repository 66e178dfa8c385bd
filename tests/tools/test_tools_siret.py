from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import siret


class TestSiret(TestCase):
    def test_valid(self):
        for text in (
            "81234567600017",
            "812 345 676 00017",
            "812.345.676.00017",
            "812\u00a0345\u202f676\t00017",
            "35600000000048",  # La Poste, where Luhn's rule happens to hold
            "35600000049837",  # La Poste, by its own rule only: the sum of the digits divides by 5
        ):
            with self.subTest(text=text):
                self.assertIsNone(siret.problem_of(text))

    def test_compact(self):
        for text, number in [
            (" 812 345.676\u202f00017\n", "81234567600017"),
            (None, ""),
            (False, ""),
        ]:
            with self.subTest(text=text):
                self.assertEqual(siret.compact(text), number)

    def test_problems(self):
        for text, problem in [
            ("8123456760001", siret.BAD_LENGTH),
            ("812345676000170", siret.BAD_LENGTH),
            ("812345676", siret.SIREN),
            ("812 345 676", siret.SIREN),
            ("812345677", siret.BAD_LENGTH),
            ("00000000000000", siret.ZEROS),
            ("0", siret.ZEROS),
            ("FR12812345676", siret.VAT_NUMBER),
            ("TVA : FR 12 812345676".replace(" :", ""), siret.VAT_NUMBER),
            ("812 345 676 RCS Rennes", siret.RCS),
            ("R.C.S. Rennes B 812 345 676", siret.RCS),
            ("8,12346E+13", siret.SHORTENED),
            ("62841200017", siret.LOST_ZEROS),
            (62841200017, siret.LOST_ZEROS),
            ("62841200018", siret.BAD_LENGTH),
            ("812-345-676-00017", siret.DASHES),
            ("812\u2011345\u2011676\u201100017", siret.DASHES),
            ("812345676\u200b00017", siret.INVISIBLE),
            ("\ufeff81234567600017", siret.INVISIBLE),
            ("812-345-676-00018", siret.BAD_CHECKSUM),
            ("81234567600018", siret.BAD_CHECKSUM),
            ("35600000049838", siret.BAD_CHECKSUM),
            ("8123456760001O", siret.BAD_CHARACTER),
            ("FR81234567600017", siret.BAD_CHARACTER),
            ("812/345/676/00017", siret.BAD_CHARACTER),
            ("８１２３４５６７６０００１７", siret.BAD_CHARACTER),
            ("\u0668" + "1234567600017", siret.BAD_CHARACTER),
        ]:
            with self.subTest(text=text):
                self.assertEqual(siret.problem_of(text), problem)

    def test_nothing_is_no_siret(self):
        for text in ("", " ", None, False):
            with self.subTest(text=text):
                self.assertIsNotNone(siret.problem_of(text))

    def test_proposals(self):
        for text, number in [
            ("62841200017", "00062841200017"),
            (62841200017, "00062841200017"),
            ("62841200017,0", "00062841200017"),
            ("812-345-676-00017", "81234567600017"),
            ("812345676\u200b00017", "81234567600017"),
            ("81234567600017", "81234567600017"),
            ("812345676", None),
            ("62841200018", None),
            ("00000000000000", None),
            ("", None),
            (None, None),
        ]:
            with self.subTest(text=text):
                self.assertEqual(siret.proposal_of(text), number)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(st.text())
    def test_any_text_is_judged(self, text):
        self.assertIn(siret.problem_of(text), (None, *siret.PROBLEMS))
