"""Names of people: which spellings are one name, and which are only close to each other.

Two spellings are one name when they differ by case, accents, order, punctuation, a civility in front,
or by a letter that official documents write in two ways. Nothing else makes them one: Jean and Jeanne,
Michel and Michèle, René and Renée are two people. Close names are for proposals that a person confirms.
"""

import difflib
import re
import unicodedata

from .text import fold

# How travel documents and registers write a letter that has no accent to leave out (ICAO Doc 9303,
# part 3, table "Transliteration of multinational Latin-based characters"), besides the plain letter.
_DOUBLE_LETTERS = str.maketrans(
    {"å": "aa", "ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "ĳ": "ij", "þ": "th"}
)
# A civility in front of a name. The letter alone only with its point or a space: "M'Barek" is a name.
_CIVILITY = re.compile(
    r"^\s*(?:(?:monsieur|madame|mademoiselle|docteur|mme|mlle|melle|mr|mrs|ms|dr)\b\.?|m\.|m(?=\s))\s*",
    re.IGNORECASE,
)
# Below this likeness two names are no typing error of each other.
_CLOSE = 0.9


def without_civility(name: str | None) -> str:
    """Return ``name`` without a civility in front of it; a civility alone stays as it is.

    >>> without_civility("Mme Zoé Lefèvre"), without_civility("M'Barek Ali"), without_civility("M. ")
    ('Zoé Lefèvre', "M'Barek Ali", 'M.')
    """
    name = _seen(name).strip()
    rest = _CIVILITY.sub("", name)
    return rest if any(char.isalnum() for char in rest) else name


def name_key(name: str | None) -> str:
    """Return what the spellings of one person's name share, whatever their order and accents.

    >>> name_key("DUPONT-MARTIN Éric") == name_key("M. Eric Dupont Martin")
    True
    """
    return _key(fold(without_civility(name)))


def name_keys(name: str | None) -> frozenset[str]:
    """Return the keys of all official spellings of a name; empty for a name without a letter.

    >>> sorted(name_keys("Søren Müller"))
    ['muller soren', 'mueller soeren']
    """
    plain = without_civility(name)
    composed = unicodedata.normalize("NFC", plain).casefold()
    keys = {_key(fold(plain)), _key(fold(composed.translate(_DOUBLE_LETTERS)))}
    return frozenset(keys - {""})


def is_same_name(one: str | None, other: str | None) -> bool:
    """Tell whether two spellings are one name.

    >>> is_same_name("Lætitia Ngô", "NGO Laetitia"), is_same_name("René Petit", "Renée Petit")
    (True, False)
    """
    keys = name_keys(one)
    return bool(keys) if one == other else not keys.isdisjoint(name_keys(other))


def is_close_name(one: str | None, other: str | None) -> bool:
    """Tell whether two names differ by a typing error at most: worth a question, never an answer.

    >>> is_close_name("Jean Dupon", "Jean DUPONT"), is_close_name("Jean Dupont", "Marie Dupont")
    (True, False)
    """
    # One way round: the likeness depends on which comes first.
    first, second = sorted((name_key(one), name_key(other)))
    matcher = difflib.SequenceMatcher(a=first, b=second, autojunk=False)
    return matcher.ratio() >= _CLOSE


def _seen(name: str | None) -> str:
    # Without what nobody sees: a soft hyphen, a joiner, a mark of direction.
    return "".join(char for char in name or "" if unicodedata.category(char) != "Cf")


def _key(folded: str) -> str:
    words = "".join(char if _is_letter(char) else " " for char in folded).split()
    return " ".join(sorted(words))


def _is_letter(char: str) -> bool:
    # Lm: apostrophes that look like letters (Kʼerlo), as many keyboards type them.
    return char.isalnum() and unicodedata.category(char) != "Lm"
