import re
from pathlib import Path
from unittest import TestCase

import polib

from ...tooling.paths import REPOSITORY
from ...tooling.screens.catalogue import PAGES, SCREENS, SHOP_WINDOW

FRENCH = REPOSITORY / "docs" / "fr"
TEXTS = (
    *sorted(FRENCH.glob("*.md")),
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
)
WINDOW = REPOSITORY / SHOP_WINDOW
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)|(?:src|href)=\"([^\"#]+)\"")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
MEGABYTES = 3
# Words of Odoo's own screens, and of the sentence that says what bold words are.
OTHERS_WORDS = {
    "Commandes",
    "Confirmer",
    "Créer/Mettre à jour les inscriptions",
    "Devis",
    "Envoyer",
    "Imprimer",
    "Nouveau",
    "Ventes",
    "Événements",
    "⋮",
    "en gras",
}


def plain(text):
    """Return a text as it is compared: apostrophes and spaces alike, no trailing dots."""
    return " ".join(text.replace("’", "'").split()).rstrip("…")


def linked(path):
    """Return the files that a text leads to, those of the web left out."""
    found = [one or other for one, other in LINK.findall(path.read_text(encoding="utf-8"))]
    return [
        (path.parent / target).resolve()
        for target in found
        if not target.startswith(("http:", "https:", "mailto:"))
    ]


# A number before a noun in the plural, where the number can be 1: those of limits never are.
COUNTED = re.compile(
    r"(?P<number>%(?:\((?!max|most|limit|min)\w+\))?[sd]|\}\})[ \xa0]"
    r"(?:(?:more|new|past|other|autres|nouveaux|nouvelles) )?(?P<noun>[^\W\d_]+[sx]|people)\b"
)
# What ends like a plural and is none.
NO_PLURALS = {
    *(
        "as",
        "asks",
        "belongs",
        "breaks",
        "declares",
        "does",
        "ends",
        "gives",
        "had",
        "has",
        "holds",
    ),
    *("is", "its", "months", "needs", "takes", "this", "uses", "was"),
    *("auprès", "dans", "depuis", "des", "dès", "fois", "inclus", "les", "mois", "pas", "plus"),
    *("puis", "sans", "ses", "sous", "vous"),
}
# The number of these is more than one, always: more than a limit, a limit, or one of two sentences.
ALWAYS_SEVERAL = {
    "%s days late",
    "%s days left",
    "%s The codes stay as they were.",
    "%s hours",
    "%s months after the quarter",
    "%(company)s: “%(days)s” is no list of days.",
    "%(company)s: “%(text)s” is no list of days.",
    "%(declaration)s has %(count)s attendees; the authority's web form takes %(max)s.",
    "%(declaration)s: %(typed)s of its %(total)s attendees are ticked off",
    "A control sheet holds %s records at most.",
    "A declaration through this channel holds 1 to %s attendees.",
    "SIRET of %(count)s employers: missing or wrong",
    "The data set has %(total)s records and the portal gives %(max)s",
    "This is too long: %s characters at most.",
    "This sheet has more than %s rows",
    "You searched for %s social security numbers within an hour.",
}
TOO_LONG = re.compile(r"%\(count\)s characters(;|, and)")
# How attendance is marked: one word, “pointer”.
OTHER_WORDS_OF_ATTENDANCE = re.compile(
    r"(?i)présences?( et résultats)? (à|se|sont|non) (not|enregistr|saisi|marqu)"
    r"|(not|enregistr|marqu)\w+ (qui était présent|comme (présent|absent|réussi)|les présen|la présence)"
)


class TestFrench(TestCase):
    def entries(self):
        return polib.pofile(str(REPOSITORY / "i18n" / "fr.po"))

    def test_numbers_agree_with_their_nouns(self):
        """Whoever counts has two sentences, or writes the number behind the word."""
        for entry in self.entries():
            several = TOO_LONG.search(entry.msgid) or entry.msgid.startswith(tuple(ALWAYS_SEVERAL))
            for text in (entry.msgid, entry.msgstr):
                for found in [] if several else COUNTED.finditer(text):
                    with self.subTest(text=text[:80]):
                        self.assertIn(found["noun"], NO_PLURALS)

    def test_one_word_for_attendance(self):
        for entry in self.entries():
            with self.subTest(text=entry.msgid[:60]):
                self.assertNotRegex(entry.msgstr, OTHER_WORDS_OF_ATTENDANCE)

    def test_no_plural_in_brackets(self):
        """Whoever counts writes both sentences, or says the number behind the word."""
        for entry in self.entries():
            with self.subTest(text=entry.msgid[:60]):
                self.assertNotRegex(entry.msgstr, r"\w\((s|x|es|nes)\)")


class TestDocumentation(TestCase):
    """The pages lead to what exists, and show every picture that is taken."""

    def test_links(self):
        for path in (*TEXTS, WINDOW / "index.html"):
            for target in linked(path):
                with self.subTest(page=path.name, target=str(target)):
                    self.assertTrue(target.exists())

    def test_every_picture_is_taken_and_shown(self):
        shown = {target for path in (*TEXTS, WINDOW / "index.html") for target in linked(path)}
        taken = {(REPOSITORY / screen.file).resolve() for screen in SCREENS}
        self.assertEqual(len(taken), len(SCREENS), "two screens of one name")
        self.assertEqual({path.name for path in taken if not path.exists()}, set())
        self.assertEqual({path.name for path in taken - shown}, set())
        kept = set((REPOSITORY / PAGES).glob("*.png")) | set(WINDOW.glob("*.png"))
        made = {WINDOW / name for name in ("banner.png", "icon.png")}
        self.assertEqual({path.name for path in kept - taken - made}, set())

    def test_pictures_are_light(self):
        size = sum((REPOSITORY / screen.file).stat().st_size for screen in SCREENS)
        self.assertLess(size, MEGABYTES * 1_000_000)

    def test_words_of_the_screens(self):
        """What is in bold is written so on a screen."""
        known = {plain(word) for word in OTHERS_WORDS}
        for entry in polib.pofile(str(REPOSITORY / "i18n" / "fr.po")):
            known.add(plain(entry.msgstr))
        for path in sorted(FRENCH.glob("*.md")):
            unknown = [
                word
                for bold in BOLD.findall(path.read_text(encoding="utf-8"))
                for word in bold.split(" › ")
                if plain(word) not in known
            ]
            with self.subTest(page=path.name):
                self.assertEqual(unknown, [])

    def test_the_shop_window_needs_nothing_from_elsewhere(self):
        """App stores strip scripts and style sheets, and serve the folder alone."""
        text = (WINDOW / "index.html").read_text(encoding="utf-8")
        self.assertNotRegex(text, r"<(script|style|link|iframe)\b")
        for target in linked(WINDOW / "index.html"):
            self.assertEqual(target.parent, WINDOW.resolve())
        self.assertTrue(Path(WINDOW / "banner.png").exists())
