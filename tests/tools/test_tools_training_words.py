import unittest

from ...tools.training_words import likeness, search_words, title_words

FAMILIES = [
    ("sst", "Sauveteur secouriste du travail (SST)", ["sst", "sauveteur secouriste"]),
    ("mac", "Maintien et actualisation des compétences SST", ["mac sst", "recyclage sst"]),
    ("b1", "Habilitation électrique B1", ["habilitation electrique b1", "b1"]),
    ("b1v", "Habilitation électrique B1V", ["habilitation electrique b1v", "b1v"]),
    ("r489_1a", "CACES R489 catégorie 1A - transpalettes", ["r489 1a", "r489 cat 1a"]),
    ("r489_3", "CACES R489 catégorie 3 - chariots élévateurs", ["r489 3", "r489 cat 3"]),
    ("r482_a", "CACES R482 catégorie A - engins compacts", ["r482 a"]),
    ("r482_d", "CACES R482 catégorie D - compactage", ["r482 d"]),
    ("hauteur", "Travail en hauteur", ["travail en hauteur", "harnais"]),
    ("gestes", "Gestes et postures au travail", ["gestes et postures"]),
    *[(f"other_{number}", f"Autre sujet {number} au travail", []) for number in range(20)],
]


class TestTrainingWords(unittest.TestCase):
    def best(self, title):
        found = likeness(title, FAMILIES)
        return found[0][0] if found else None

    def test_title_means_its_family(self):
        for title, family in {
            "SST": "sst",
            "Formation initiale S.S.T": None,
            "Sauveteurs secouristes du travail – Nantes": "sst",
            "Secourisme au travail, recyclage": "mac",
            "Recyclage SST": "mac",
            "Habilitation electrique B1 V2026": "b1",
            "HABILITATION ÉLECTRIQUE B1V": "b1v",
            "CACES R.489 cat. 3": "r489_3",
            "CACES R 489 1A": "r489_1a",
            "Cariste catégorie 3": "r489_3",
            "CACES R482 A": "r482_a",
            "CACES R482 catégorie D à Brest": "r482_d",
            "Le travail en hauteur": "hauteur",
            "Port du harnais": "hauteur",
        }.items():
            with self.subTest(title=title):
                self.assertEqual(self.best(title), family)

    def test_other_titles_mean_none(self):
        for title in ("", None, "Anglais débutant", "Excel", "Le travail en équipe", "à", "99"):
            with self.subTest(title=title):
                self.assertEqual(likeness(title, FAMILIES), [])

    def test_best_first_and_scores_fall(self):
        found = likeness("CACES R489 catégorie 3", FAMILIES)
        self.assertEqual(found[0][0], "r489_3")
        self.assertIn("r489_1a", [identifier for identifier, _score in found])
        scores = [score for _identifier, score in found]
        self.assertEqual(scores, sorted(scores, reverse=True))

    def test_preposition_is_no_category(self):
        self.assertNotIn("a", title_words("CACES R482 à Nantes"))
        self.assertIn("a", title_words("CACES R482 A"))
        self.assertNotIn("d", title_words("Engins d'extraction"))

    def test_words_that_mean_the_same_are_added_to_the_search(self):
        for text, word in {
            "Formation SST": "secourisme",
            "CACES R489 catégorie 1A - transpalettes": "chariot",
            "PEMP": "nacelle",
            "Initiation aux premiers secours": "secourisme",
        }.items():
            with self.subTest(text=text):
                self.assertIn(word, search_words(text))
        self.assertEqual(search_words("Anglais"), "")
