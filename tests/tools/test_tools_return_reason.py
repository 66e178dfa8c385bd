from unittest import TestCase

from ...tools.return_reason import matches, wordings_of
from ...tools.return_status import words_of


class TestReason(TestCase):
    def found(self, keywords, text):
        words = words_of(text)
        return any(matches(wording, words) for wording in wordings_of(keywords))

    def test_words_in_any_order_and_form(self):
        for keywords, text in [
            ("titulaire inconnu", "TITULAIRE INCONNU"),
            ("titulaire inconnu", "Inconnue, la titulaire"),
            ("employeur radie", "Employeurs radiés"),
            ("deja utilise", "Identifiant déjà utilisée"),
            ("certification active", "La certification RS1 n'est pas active"),
            ("fichier\nformat", "Fichier mal formé"),
            ("champ obligatoire", "NOM_FORMATION : champ obligatoire"),
            ("expir*", "Code expiré"),
            ("nir", "NIR absent"),
            ("deja exist", "Existe déjà"),
        ]:
            with self.subTest(text=text):
                self.assertTrue(self.found(keywords, text))

    def test_not_the_beginning_of_another_word(self):
        for keywords, text in [
            ("format", "Formation non éligible"),
            ("format", "NOM_FORMATION : champ obligatoire"),
            ("code", "Codeur"),
            ("rome", "Romeo"),
            ("nir", "Nirvana"),
            ("titulaire inconnu", "Titulaire"),
            ("", "rien"),
        ]:
            with self.subTest(text=text):
                self.assertFalse(self.found(keywords, text))
