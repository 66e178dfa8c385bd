"""Titles of trainings that name categories or levels: CACES and electrical habilitations.

A letter or a digit says something only beside what it is a category of: "bureautique 3", "anglais
niveau B1" and "permis B" are no CACES.
"""

import re
from collections.abc import Iterable

from .training_topics import Topic, words

# Recommendation: its categories, as titles write them.
CATEGORIES = {
    "r482": ("a", "b1", "b2", "b3", "c1", "c2", "c3", "d", "e", "f", "g"),
    "r483": ("a", "b"),
    "r484": ("1", "2"),
    "r485": ("1", "2"),
    "r486": ("a", "b", "c"),
    "r487": ("1", "2", "3"),
    "r489": ("1a", "1b", "2a", "2b", "3", "4", "5", "6", "7"),
    "r490": (),
}
# Those of before 2020, which people still write.
FORMER = {
    "r389": "r489",
    "r386": "r486",
    "r372": "r482",
    "r377": "r487",
    "r383": "r483",
    "r390": "r490",
}
# What is driven under a recommendation, where a title names no number; longer wordings first.
VEHICLES = (
    ("r482", words("engins? de chantiers?", "mini ?pelles?", "pelleteuses?", "tombereaux?", "niveleuses?",
                   "compacteurs?", "chariots? telescopiques?", "chariots? (?:de manutention )?tout terrain",
                   "manitou", "pelles? (?:hydrauliques?|a pneus|a chenilles)")),
    ("r490", words("grues? de chargement", "grues? auxiliaires?")),
    ("r487", words("grues? (?:a )?tours?")),
    ("r483", words("grues? mobiles?")),
    ("r484", words("ponts? roulants?", "portiques?")),
    ("r485", words("gerbeurs? (?:automoteurs? )?(?:a )?(?:conducteurs? )?accompagnants?", "gerbeurs?")),
    ("r486", words("nacelles?", "pemp", "plate ?formes? elevatrices?")),
    ("r489", words("chariots?", "caristes?", "transpalettes?")),
)  # fmt: skip
# What says a category without its letter.
CATEGORY_WORDS = {
    "r482": (("a", words("compacts?", "mini ?pelles?")), ("d", words("compactage", "compacteurs?")),
             ("e", words("tombereaux?", "dumpers?")), ("c3", words("niveleuses?", "nivellement")),
             ("f", words("tout terrain", "telescopiques?", "manitou")), ("g", words("hors production")),
             ("b1", words("pelleteuses?", "pelles? hydrauliques?"))),
    "r483": (("a", words("treillis")), ("b", words("telescopiques?"))),
    "r484": (("1", words("au sol", "du sol")), ("2", words("(?:en )?cabine"))),
    "r486": (("a", words("verticales?", "[13]a")), ("b", words("multi ?directionnelles?", "[13]b")),
             ("c", words("hors production"))),
    "r489": (("1a", words("transpalettes?")), ("5", words("(?:mat )?retractables?")),
             ("3", words("frontaux", "frontal")), ("7", words("hors production"))),
}  # fmt: skip
_CACES = words("caces")
_LICENCE = words("autorisations? de conduite")
_LICENSED = ("r484", "r485", "r486", "r489", "r490")
_RECOMMENDATION = re.compile(r"\br(\d{3})(a?)\b")
# Numbers that are no category: durations, people, parts of a programme.
_NUMBERS = re.compile(
    r"\b\d+ ?(?:h|heures?|j|jours?|mois|ans?|personnes?|stagiaires?|pers|tonnes?|t|m|kg|v|volts?)\b"
    r"|\b(?:niveau|module|session|groupe|jour|semaine|partie|phase|lot|tarif|duree|salle) ?\d+\b"
    r"|\be learning\b"
)
_CATEGORY = words("cat", "cats", "categories?")


def driving(text: str) -> Topic | None:
    """Return what a plain title says of driving: a CACES, or the employer's authorisation."""
    caces, licence = _CACES.search(text), _LICENCE.search(text)
    numbers = _recommendations(text)
    vehicles = [(found.start(), name) for name, word in VEHICLES if (found := word.search(text))]
    named = numbers or vehicles[:1]
    if not (caces or licence or named):
        return None
    position = min(
        [found.start() for found in (caces, licence) if found] + [place for place, _name in named]
    )
    names = list(dict.fromkeys(name for _place, name in named))
    if licence and not caces:
        return _licence(names, position)
    families = _caces_families(text, names)
    is_former = any(former in text for former in FORMER)
    told = bool(numbers or (caces and names)) and not is_former and not licence
    return Topic(families, told and len(families) == 1 and len(names) == 1, position)


def _recommendations(text: str) -> list[tuple[int, str]]:
    found = []
    for match in _RECOMMENDATION.finditer(text):
        name = f"r{match[1]}"
        name = FORMER.get(name, name)
        if name in CATEGORIES:
            found.append((match.start(), name))
    return found


def _licence(names: list[str], position: int) -> Topic:
    known = tuple(f"autorisation_conduite_{name}" for name in names if name in _LICENSED)
    return Topic((*known, "autorisation_conduite_autres"), len(names) == len(known) == 1, position)


def _caces_families(text: str, names: list[str]) -> tuple[str, ...]:
    """Return the families of the categories a title names; all of them where it names none."""
    families: list[str] = []
    for name in names or _likely_names(text):
        label = f"caces_{name}a" if name == "r486" else f"caces_{name}"
        if not CATEGORIES[name]:
            families.append(label)
            continue
        chosen = _categories(text, name) or CATEGORIES[name]
        families += [f"{label}_{category}" for category in chosen]
    return tuple(families)


def _likely_names(text: str) -> Iterable[str]:
    """Return the recommendations that a title may mean which says "CACES" and a category alone."""
    return [name for name in ("r489", "r482") if _categories(text, name)]


def _categories(text: str, name: str) -> list[str]:
    known = CATEGORIES[name]
    rest = _NUMBERS.sub(" ", _RECOMMENDATION.sub(" ", text))
    marker = _CATEGORY.search(rest)
    tokens = rest[marker.end() :].split() if marker else rest.split()
    # "1a3" is nothing; "1 a" is 1A.
    joined = re.sub(r"\b([12]) ([ab])\b", r"\1\2", " ".join(tokens)).split()
    found = [token for token in dict.fromkeys(joined) if token in known]
    if found:
        return found
    return [category for category, word in CATEGORY_WORDS.get(name, ()) if word.search(text)]


# ------------------------------------------------------------
# Electrical habilitations
# ------------------------------------------------------------

# Symbol of a habilitation: its family; None for those that no family describes.
LEVELS: dict[str, str | None] = {
    **dict.fromkeys(("b0", "h0", "h0v", "b0v", "bf", "hf"), "h0_b0"),
    **dict.fromkeys(("bs", "be manoeuvres?"), "bs_be_manoeuvre"),
    **{level: level for level in ("b1", "b1v", "b2", "b2v", "h1", "h2")},
    **dict.fromkeys(("br pv", "brpv", "photovoltaiques?"), "br_pv"),
    **dict.fromkeys(("b1xl", "bxl", "b2xl", "brxl", "operations? batteries?"), "b1xl_bxl"),
    **dict.fromkeys(
        ("br", "bc", "hc", "bp", "be", "h1v", "h2v", "b0l", "b1l", "b2l", "b2vl", "b1vl", "bcl",
         "brl", "bel", "be (?:mesurages?|verifications?|essais?)", "essais?"),
        None,
    ),
}  # fmt: skip
_LEVELS = re.compile(r"\b(" + "|".join(sorted(LEVELS, key=len, reverse=True)) + r")\b")
_HABILITATION = words(
    "habilitations? (?:en )?(?:electri(?:cite|ques?)|elec)", "hab elec", "(?:nf )?c ?18 ?510"
)
_ELECTRIC = words(
    "habilitations?", "electri(?:ques?|cite|ciens?|ciennes?)", "elec", "basse tension",
    "haute tension", "bt", "ht", "htb", "hta",
)  # fmt: skip
_NOT_ELECTRICIANS = words("non electriciens?", "non electriques?")
_RISK = words("risques? electriques?")
# Symbols that nobody writes of anything else, even alone.
_TELLING = words("h0v?", "b1v", "b2v", "brpv", "b1xl", "bs be")


def electricity(text: str) -> Topic | None:
    """Return what a plain title says of electrical habilitations."""
    said = _HABILITATION.search(text)
    symbols = list(_LEVELS.finditer(text))
    if not said and not (symbols and (_ELECTRIC.search(text) or _TELLING.search(text))):
        if found := _RISK.search(text):
            return Topic(("hab_elec_h0_b0",), False, found.start())
        return None
    position = min(match.start() for match in [*symbols, said] if match)
    levels = [_level(match[1]) for match in symbols]
    if not levels and _NOT_ELECTRICIANS.search(text):
        return Topic(("hab_elec_h0_b0",), True, position)
    families = list(dict.fromkeys(f"hab_elec_{level}" for level in levels if level))
    # Who works near live parts may work away from them.
    families = [family for family in families if f"{family}v" not in families]
    if not families:
        return Topic(
            ("hab_elec_h0_b0", "hab_elec_bs_be_manoeuvre", "hab_elec_b2v"), False, position
        )
    return Topic(tuple(families), len(set(levels)) == 1, position)


def _level(symbol: str) -> str | None:
    if symbol in LEVELS:
        return LEVELS[symbol]
    return next(level for key, level in LEVELS.items() if re.fullmatch(key, symbol))
