from unittest import TestCase

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
            ("812345676", siret.BAD_LENGTH),  # a SIREN
            ("81234567600018", siret.BAD_CHECKSUM),
            ("35600000049838", siret.BAD_CHECKSUM),
            ("8123456760001O", siret.BAD_CHARACTER),
            ("FR81234567600017", siret.BAD_CHARACTER),
            ("812/345/676/00017", siret.BAD_CHARACTER),
            ("\u0668" + "1234567600017", siret.BAD_CHARACTER),
        ]:
            with self.subTest(text=text):
                self.assertEqual(siret.problem_of(text), problem)

    def test_nothing_is_no_siret(self):
        for text in ("", " ", None, False):
            with self.subTest(text=text):
                self.assertIsNotNone(siret.problem_of(text))
