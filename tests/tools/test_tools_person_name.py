from unittest import TestCase

from ...tools import person_name


class TestPersonName(TestCase):
    def test_look_alikes_are_proposed_as_plain(self):
        for typed, proposed, found in [
            ("D\u2019ARC", "D'ARC", "\u2019"),
            ("LE\u00a0GOFF", "LE GOFF", "\u00a0"),
            ("LE\u202fGOFF", "LE GOFF", "\u202f"),
            ("DUPONT\u2011MARTIN", "DUPONT-MARTIN", "\u2011"),
            ("DUPONT\u2013MARTIN", "DUPONT-MARTIN", "\u2013"),
            (
                "\uff24\uff35\uff30\uff2f\uff2e\uff34",
                "DUPONT",
                "\uff24\uff35\uff30\uff2f\uff2e\uff34",
            ),
            ("\u0412ENOIT", "BENOIT", "\u0412"),  # a Cyrillic Ve
            ("\u039fLIVIER", "OLIVIER", "\u039f"),  # a Greek Omicron
            ("GRI\ufb00ON", "GRIffON", "\ufb00"),
            ("D'Œuvre-LÉON du Gañ", "D'Œuvre-LÉON du Gañ", ""),
            ("", "", ""),
        ]:
            with self.subTest(typed=typed):
                self.assertEqual(person_name.plain(typed), proposed)
                self.assertEqual(person_name.look_alikes(typed), found)
                self.assertEqual(person_name.look_alikes(proposed), "")
        self.assertEqual(person_name.look_alikes(None), "")

    def test_two_names(self):
        for name in (
            *("LE BIHAN (ép. CORRE)", "LE BIHAN épouse CORRE", "LE BIHAN EPOUSE CORRE"),
            *("LE BIHAN ép CORRE", "CORRE née LE BIHAN", "CORRE NEE LE BIHAN", "LE BIHAN / CORRE"),
            *("LE BIHAN/CORRE", "CORRE [LE BIHAN]", "LE BIHAN vve CORRE", "LE BIHAN, CORRE"),
            *("LE BIHAN & CORRE", "LE BIHAN e\u0301pouse CORRE"),
        ):
            with self.subTest(name=name):
                self.assertTrue(person_name.second_name_mark(name))

    def test_one_name(self):
        for name in (
            *("LE BIHAN", "LEFÈVRE dit MARTIN", "DUPONT-MARTIN", "N'DIAYE", "VEUVILLE", "NÉEL"),
            *("EPOUSEAU", "D'ÉPINAY", "DE LA RUE", "STEPHAN", "", None),
        ):
            with self.subTest(name=name):
                self.assertIsNone(person_name.second_name_mark(name))

    def test_civility(self):
        for name, expected in [
            ("M. GUÉGUEN Solène", ("m", "GUÉGUEN Solène")),
            ("Mr Jean Dupont", ("m", "Jean Dupont")),
            ("monsieur Jean Dupont", ("m", "Jean Dupont")),
            ("M Jean Dupont", ("m", "Jean Dupont")),
            ("Mme Zoé Martin", ("f", "Zoé Martin")),
            ("MADAME Zoé Martin", ("f", "Zoé Martin")),
            ("Mlle. Zoé Martin", ("f", "Zoé Martin")),
            ("Mmeï Zoé", (None, "Mmeï Zoé")),
            ("Monsieurat Luc", (None, "Monsieurat Luc")),
            ("Marc Dupont", (None, "Marc Dupont")),
            ("", (None, "")),
            (None, (None, "")),
        ]:
            with self.subTest(name=name):
                self.assertEqual(person_name.split_civility(name), expected)

    def test_column_of_civilities(self):
        for text, sex in [("M.", "m"), ("MME", "f"), ("Homme", "m"), ("Féminin", "f"), ("", None)]:
            with self.subTest(text=text):
                self.assertEqual(person_name.sex_of_civility(text), sex)
