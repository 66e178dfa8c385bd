"""The words by which people call trainings: titles, official families and what they search for.

One training has many names: "SST", "secourisme" and "sauveteur secouriste du travail" are one, as
are "cariste", "chariot élévateur" and "CACES R489". :func:`search_words` makes each findable by
the others; :func:`title_words` and :func:`likeness` tell which family a title means.
"""

import math
import re
from collections.abc import Iterable
from typing import TypeVar

from .text import fold

# What tells one family from another to who asks.
_Id = TypeVar("_Id")

# What is one thing: the word it is reduced to, then how else people write it. Written folded and
# without a plural's s, as `_words` gives them; longer wordings first.
SYNONYMS = (
    (
        "sst",
        "sauveteur secouriste du travail",
        "sauveteur secouriste au travail",
        "sauveteur secouriste",
        "secouriste du travail",
        "secourisme du travail",
        "secourisme au travail",
        "secouriste",
        "secourisme",
    ),
    (
        "mac",
        "maintien et actualisation des competence",
        "maintien actualisation competence",
        "maintien et actualisation",
        "maintien des competence",
        "recyclage",
    ),
    ("r489", "chariot elevateur", "chariot automoteur", "chariot", "cariste"),
    (
        "r486",
        "plateforme elevatrice mobile de personne",
        "plateforme elevatrice",
        "r486a",
        "nacelle",
        "pemp",
    ),
    ("r485", "gerbeur conducteur accompagnant", "gerbeur automoteur", "gerbeur"),
    ("r484", "pont roulant et portique", "pont roulant", "portique"),
    ("r487", "grue tour", "grue a tour"),
    ("r483", "grue mobile"),
    ("r490", "grue de chargement", "grue auxiliaire"),
    ("r482", "engin de chantier"),
    ("habilitation electrique", "habilitation elec", "hab elec", "electricien", "electricite"),
    ("ss3", "sous section 3"),
    ("ss4", "sous section 4"),
    ("tms", "trouble musculo squelettique"),
    ("rps", "risque psychosociaux", "risque psycho sociaux", "risque psychosocial"),
    ("atex", "atmosphere explosive", "atmosphere explosible"),
    ("epi", "equipement de protection individuelle"),
    ("gestes et posture", "geste et posture", "manutention manuelle"),
    ("extincteur", "premiere intervention", "incendie"),
    ("hauteur", "harnai"),
    ("aipr", "intervention proximite des reseau"),
    ("catec", "espace confine", "r472"),
    ("premier secour", "secourisme"),
)
# Said in titles, and telling nothing of what the training is about.
STOP_WORDS = frozenset(
    [
        "au",
        "aux",
        "avec",
        "cat",
        "categorie",
        "de",
        "des",
        "du",
        "en",
        "et",
        "formation",
        "initiale",
        "initial",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
        "session",
        "stage",
        "sur",
        "travail",
        "un",
        "une",
    ]
)
_TOKEN = re.compile(r"[a-z0-9]+")
# "R.489", "R 489" and "R489" are one; so are "SS 3" and "SS3".
_RECOMMENDATION = re.compile(r"\br[. ]?\s?(\d{3})(?=[a-z]?\b)")
_SUBSECTION = re.compile(r"\bss\s?([34])\b")
# What would pass for category A or D: "à" while it still has its accent, "d'" and "l'".
_LITTLE = re.compile(r"(?<!\w)(?:[àÀ](?!\w)|[dlDL]['’])")


def _words(text: str | None) -> list[str]:
    """Return the folded words of ``text``, without a plural's s or x."""
    folded = fold(_LITTLE.sub(" ", text or ""))
    folded = _SUBSECTION.sub(r"ss\1", _RECOMMENDATION.sub(r"r\1", folded))
    return [
        word[:-1] if len(word) > 4 and word[-1] in "sx" else word for word in _TOKEN.findall(folded)
    ]


def _contains(words: Iterable[str], phrase: str) -> bool:
    return f" {phrase} " in f" {' '.join(words)} "


def search_words(text: str | None) -> str:
    """Return the folded wordings that are not in ``text`` and mean what it says, as one string.

    >>> "secourisme" in search_words("Formation SST")
    True
    """
    words = _words(text)
    found = [group for group in SYNONYMS if any(_contains(words, phrase) for phrase in group)]
    return " ".join(dict.fromkeys(phrase for group in found for phrase in group))


def title_words(text: str | None) -> frozenset[str]:
    """Return the set of words ``text`` is reduced to: one word for one thing, no filler.

    >>> sorted(title_words("Recyclage secourisme du travail"))
    ['mac', 'sst']
    """
    line = f" {' '.join(_words(text))} "
    for reduced, *others in SYNONYMS[:-1]:
        for phrase in others:
            line = line.replace(f" {phrase} ", f" {reduced} ")
    return frozenset(line.split()) - STOP_WORDS


def likeness(
    title: str | None, families: Iterable[tuple[_Id, str, Iterable[str]]]
) -> list[tuple[_Id, float]]:
    """Tell which families a training's title may mean, best first.

    A keyword counts when all its words are in the title, the longest one most; words shared with
    the family's name tell apart those that are left, the rarer a word the more.

    :param title: a text, for instance "Recyclage SST – Nantes"
    :param families: ``[(identifier, name, [keyword, …]), …]``
    :returns: ``[(identifier, score), …]`` of those that may be meant
    """
    wanted = title_words(title)
    known = [
        (identifier, title_words(name), [title_words(keyword) for keyword in keywords])
        for identifier, name, keywords in families
    ]
    seen: dict[str, int] = {}
    for _identifier, name, keywords in known:
        for word in name.union(*keywords):
            seen[word] = seen.get(word, 0) + 1
    found: list[tuple[float, int, _Id]] = []
    for position, (identifier, name, keywords) in enumerate(known):
        hit = max(
            (len(keyword) for keyword in keywords if keyword and keyword <= wanted), default=0
        )
        shared = wanted & name.union(*keywords)
        rarity = sum(math.log1p(len(known) / seen[word]) for word in shared)
        # A word nearly every family has, as "travail", names none of them.
        if hit or rarity >= math.log1p(len(known) / 15):
            surplus = len(name - wanted) / 100
            found.append((-10 * hit - rarity + surplus, position, identifier))
    return [(identifier, -score) for score, _position, identifier in sorted(found)]
