import csv
import unittest
from pathlib import Path

from ...tools.training_guess import guess
from ...tools.training_topics import plain

FILES = Path(__file__).parent.parent / "files"


def titles():
    """Return the titles as training bodies write them, each with what is right."""
    with open(FILES / "training_titles.csv", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class TestTitles(unittest.TestCase):
    """Titles as training bodies write them, and those of other things they sell."""

    def test_each_title_means_what_it_means(self):
        rows = titles()
        self.assertGreater(len(rows), 200)
        for row in rows:
            with self.subTest(title=row["title"]):
                found = guess(row["title"])
                self.assertEqual(
                    (found.families[:1], found.is_sure),
                    ((row["family"],) if row["family"] else (), row["sure"] == "yes"),
                )

    def test_most_trainings_are_sure(self):
        trainings = [row for row in titles() if row["family"]]
        sure = [row for row in trainings if guess(row["title"]).is_sure]
        self.assertGreater(len(sure), 0.6 * len(trainings))

    def test_false_friends_are_never_proposed(self):
        for title in (
            "Formateur SST", "Devenir formateur SST", "CSE", "Formation SSCT - membres du CSE",
            "Anglais professionnel niveau B1", "Permis de conduire catégorie B", "bureautique 3",
            "Niveau B2", "Catégorie 3", "B1", "Word 2A", "Permis B", "", None, "à", "99",
        ):  # fmt: skip
            with self.subTest(title=title):
                self.assertEqual(guess(title).families, ())

    def test_family_names_mean_themselves(self):
        with open(FILES / "reference" / "training_families.csv", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        wrong = [
            (row["label"], guess(row["label"]))
            for row in rows
            if guess(row["label"]).families[:1] != (row["family"],)
        ]
        self.assertEqual(wrong, [])

    def test_spelling_says_nothing(self):
        for one, other in (
            ("Recyclage S.S.T.", "RECYCLAGE SST"),
            ("CACES® R.489 – cat. 3", "caces r489 CAT 3"),
            ("Habilitation électrique H0-B0", "habilitation electrique HOBO"),
            ("Amiante sous-section 4", "amiante SS4"),
        ):
            with self.subTest(one=one):
                self.assertEqual(guess(one), guess(other))
        self.assertEqual(plain("L’engin d'accès à 3 m"), "engin acces 3 m")


class TestMoreThanTheTitle(unittest.TestCase):
    def test_code_says_what_the_title_leaves_open(self):
        for title, code, family, is_sure in (
            ("CACES chariots", "R489-3", "caces_r489_3", True),
            ("Habilitation électrique", "HAB-B1V", "hab_elec_b1v", True),
            ("Formation", "SST", "sst", False),
            ("Formateur", "SST", None, False),
            ("Comptabilité", "SST", None, False),
            ("Gestes et postures", "SST", "gestes_postures", True),
        ):
            with self.subTest(title=title, code=code):
                found = guess(title, code)
                self.assertEqual(found.families[:1], (family,) if family else ())
                self.assertEqual(found.is_sure, is_sure)

    def test_description_is_never_sure(self):
        found = guess("Formation à la carte", None, "Sauveteur secouriste du travail")
        self.assertEqual((found.families[:1], found.is_sure), (("sst",), False))
        # A trainer named in a description rules nothing out.
        found = guess("SST", None, "Animée par un formateur certifié INRS")
        self.assertTrue(found.is_sure)
        self.assertEqual(guess("Comptabilité", None, "avec un module SST").families, ())

    def test_time_does_not_grow_with_what_somebody_types(self):
        for title in ("a" * 100_000, "travail " * 20_000, "en hauteur " * 10_000, "r489 " * 20_000):
            with self.subTest(title=title[:10]):
                guess(title)
