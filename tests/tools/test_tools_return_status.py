from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools.return_status import (
    ACCEPTED,
    REJECTED,
    SILENT,
    UNCLEAR,
    answer_of,
    is_already_there,
    words_of,
)

YES = (
    *("Accepté", "ACCEPTEE", "OK", "Validé", "intégrée", "Conforme", "Déclaré", "Traité", "Créé"),
    *("Terminé", "Enregistrée", "Import réussi", "PassagesOK", "Succès"),
)
NO = (
    *("Rejeté", "REJET", "KO", "Refusée", "en erreur", "invalide", "Incorrect", "Doublon"),
    *("À corriger", "A corriger", "Correction demandée", "PassagesKO", "Échec", "Inconnu"),
)


class TestStatus(TestCase):
    def check(self, answer, *texts):
        for text in texts:
            with self.subTest(text=text):
                self.assertEqual(answer_of(text), answer)

    def test_words(self):
        self.check(ACCEPTED, *YES)
        self.check(REJECTED, *NO)
        self.check(SILENT, "", None, " - ")

    def test_turned_round(self):
        self.check(
            ACCEPTED,
            *("Sans erreur", "aucune anomalie", "0 erreur", "Erreur : aucune", "Erreurs : 0"),
            *("Pas d'erreur", "Rejet : non", "Anomalie : néant", "Accepté sans erreur"),
            *("Intégré, aucune erreur", "1 accepté, 0 rejeté", "Accepté : oui", "Zéro anomalie"),
        )
        self.check(
            REJECTED,
            *("Non intégré", "non conforme", "Pas encore accepté", "Jamais accepté"),
            *("Accepté : non", "Valide : non", "n'est pas accepté", "0 accepté, 1 rejeté"),
            *("Non accepté car erreur", "Accepté : aucun"),
        )

    def test_what_follows_a_refusal_does_not_turn_it(self):
        self.check(
            REJECTED,
            *("Rejeté : pas de NIR", "Erreur : aucun titulaire ne correspond", "Erreur 12"),
            *("Échec : aucun titulaire", "Refusé (1 erreur)", "10 erreurs"),
        )

    def test_neither(self):
        self.check(
            UNCLEAR,
            *("En attente", "en cours", "Accepté avec erreurs", "Traité avec erreurs", "oui", "12"),
            *("Déjà intégré", "Partiellement accepté", "partiellement rejeté", "passage"),
            *("Non : rejeté", "Non rejeté", "Accepté ? Refusé ?", "Transmis"),
            # No person, or no NIR, and so refused; or none refused.
            *("Sans NIR, rejeté", "Aucun titulaire : rejeté"),
        )

    def test_what_asks_for_something_is_no_yes(self):
        self.check(
            UNCLEAR,
            *(
                "À valider",
                "A intégrer",
                "A traiter",
                "À accepter",
                "Reste à valider",
                "à déclarer",
            ),
            *("Doit être validé", "En cours de traitement", "Validation en attente"),
            *("Acceptation demandée", "Accepté provisoirement"),
        )

    def test_already_there(self):
        for text, expected in [
            ("Le passage existe déjà en base", True),
            ("existe déjà", True),
            ("Déclaration déjà enregistrée en base", True),
            ("already exists", True),
            ("Déjà déclaré", False),
            ("Identifiant unique déjà utilisé", False),
            ("L'identifiant existe déjà", False),
            ("", False),
        ]:
            with self.subTest(text=text):
                self.assertEqual(is_already_there(text), expected)

    def test_words_of_names(self):
        self.assertEqual(words_of("PassagesOK"), ["passages", "ok"])
        self.assertEqual(
            words_of("ID_TECHNIQUE, dÉcLaré"),
            ["id", "technique", "d", "ec", "lare"][:2] + words_of("dÉcLaré"),
        )

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        st.sampled_from(YES),
        st.sampled_from(
            ("non {}", "pas {}", "Jamais {}", "{} : non", "pas encore {}", "non, pas {}")
        ),
    )
    def test_a_no_is_never_a_yes(self, word, shape):
        self.assertNotEqual(answer_of(shape.format(word)), ACCEPTED)

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        st.sampled_from(("erreur", "anomalie", "rejet", "refus", "échec")),
        st.sampled_from(
            ("0 {}", "aucun {}", "sans {}", "{} : aucun", "{} : 0", "pas de {}", "{} : non")
        ),
    )
    def test_no_fault_is_never_a_no(self, word, shape):
        self.assertEqual(answer_of(shape.format(word)), ACCEPTED)

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(st.sampled_from(NO), st.text("abc,.:!- éé", max_size=10), st.booleans())
    def test_a_refusal_among_other_words_is_never_a_yes(self, word, other, before):
        text = f"{other} {word}" if before else f"{word} {other}"
        self.assertNotEqual(answer_of(text), ACCEPTED)
