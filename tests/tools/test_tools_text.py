from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import text


def deterministic(test):
    return settings(derandomize=True, deadline=None, max_examples=60, database=None)(test)


class TestText(TestCase):
    def test_clean_text(self):
        for typed, stored in [
            ("  Lefèvre  ", "Lefèvre"),
            ("\u00a0Lefèvre\u202f\n", "Lefèvre"),
            ("\ufeff\u200b\tLefèvre \u2003\u2060\r\n", "Lefèvre"),
            ("\u200b \u00a0", ""),
            ("Le   Goff", "Le Goff"),
            ("Lefe\u0300vre", "Lefèvre"),  # composed
            ("DUPONT-d'Œuvre", "DUPONT-d'Œuvre"),
            ("a\tb\nc", "a\tb\nc"),  # a bad paste stays visible
            ("", ""),
            (None, None),
            (False, False),
        ]:
            with self.subTest(typed=typed):
                self.assertEqual(text.clean_text(typed), stored)

    def test_forbidden_characters(self):
        for value, found in [
            ("Lefèvre - d'Œuvre (n° 3), à 50 % & + €", ""),
            ("a|b", "|"),
            ('a"b"c', '"'),
            ("a\tb\nc\rd\te", "\t\n\r"),
            ("a\u200bb\u00adc\ufeff", "\u200b\u00ad\ufeff"),
            ("a\u2028b\u2029", "\u2028\u2029"),
            ("\ud800", "\ud800"),
            (None, ""),
            (False, ""),
        ]:
            with self.subTest(value=value):
                self.assertEqual(text.forbidden_characters(value), found)

    def test_characters_are_described_so_that_they_can_be_seen(self):
        for char, shown in [("|", "|"), ('"', '"'), ("\t", "U+0009"), ("\u200b", "U+200B")]:
            with self.subTest(shown=shown):
                self.assertEqual(text.describe_character(char), shown)

    def test_without_accents(self):
        for typed, written in (
            ("LEFÈVRE", "LEFEVRE"),
            ("Lefe\u0300vre", "Lefevre"),
            ("ŒUVRARD-d'Æðelstan", "OEUVRARD-d'AEdelstan"),
            ("Großmann", "Grossmann"),
            ("ĐẶNG THỊ NGỌC", "DANG THI NGOC"),
            ("Łukasz Żółć", "Lukasz Zolc"),
            ("İpek Işık", "Ipek Isik"),
            ("Ångström", "Angstrom"),
            ("한", "한"),
            ("LE GOFF-½’", "LE GOFF-½’"),
            ("", ""),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(text.without_accents(typed), written)

    def test_fold(self):
        for value, folded in [
            ("Électrique  ", "electrique"),
            ("CŒUR", "coeur"),
            ("Lætitia Łukasz Søren Đặng", "laetitia lukasz soren dang"),
            ("Straße", "strasse"),
            ("ﬁn", "fin"),
            (None, ""),
        ]:
            with self.subTest(value=value):
                self.assertEqual(text.fold(value), folded)

    @deterministic
    @given(st.text())
    def test_cleaning_twice_changes_nothing_more(self, value):
        once = text.clean_text(value)
        self.assertEqual(text.clean_text(once), once)

    @deterministic
    @given(st.text())
    def test_cleaning_hides_no_forbidden_character(self, value):
        after = text.forbidden_characters(text.clean_text(value))
        outer = set(text.outer_spaces(value))
        self.assertEqual(set(text.forbidden_characters(value)) - outer, set(after) - outer)
        self.assertEqual(text.outer_spaces(text.clean_text(value)), "")
