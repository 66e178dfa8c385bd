"""Text as the portal's import file can hold it.

Source: the operator's import guides (version of 27/02/2026): fields are separated by ``|`` and
no quoting is known, so a value holds no separator, no quote and no control character.
"""

import difflib
import unicodedata

SEPARATOR = "|"
QUOTE = '"'

# Cc: control characters (tab, line breaks); Cf: invisible formatting characters, which nobody
# would find again when the portal answers "unknown name"; Zl and Zp: Unicode's own line breaks.
_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}

# The two spaces a keyboard or a word processor produces around a pasted value.
_OUTER_SPACES = " \u00a0"


def clean_text(text):
    """Return ``text`` in Unicode's composed form, without outer and doubled spaces.

    This is the only change ever made to what a user types. Tabs and line breaks are kept, so that
    :func:`forbidden_characters` reports them instead of hiding a bad paste.

    :param text: a string, or a false value, which is returned as it is
    """
    if not text:
        return text
    text = unicodedata.normalize("NFC", text).strip(_OUTER_SPACES)
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def fold(text):
    """Return ``text`` in lower case without accents, for comparisons that ignore both.

    >>> fold("Électrique  ")
    'electrique'
    """
    decomposed = unicodedata.normalize("NFKD", (text or "").replace("œ", "oe").replace("Œ", "OE"))
    kept = (char for char in decomposed if not unicodedata.combining(char))
    return "".join(kept).casefold().strip()


def name_key(name):
    """Return what two spellings of one person's name share, whatever their order and accents.

    >>> name_key("DUPONT-MARTIN Éric") == name_key("Eric Dupont Martin")
    True
    """
    folded = fold(name)
    words = "".join(char if char.isalnum() else " " for char in folded).split()
    return " ".join(sorted(words))


def is_close_name(one, other):
    """Tell whether two names differ by a typing error at most.

    >>> is_close_name("Jean Dupon", "Jean DUPONT"), is_close_name("Jean Dupont", "Marie Dupont")
    (True, False)
    """
    matcher = difflib.SequenceMatcher(a=name_key(one), b=name_key(other), autojunk=False)
    return matcher.ratio() >= 0.9


def forbidden_characters(text):
    """Return the characters of ``text`` that an import file cannot hold, in order, without repeats."""
    found = {}
    for char in text or "":
        if char in (SEPARATOR, QUOTE) or unicodedata.category(char) in _FORBIDDEN_CATEGORIES:
            found[char] = True
    return "".join(found)


def describe_character(char):
    """Return a printable name of ``char``: itself when it can be seen, else its code point."""
    if unicodedata.category(char) in _FORBIDDEN_CATEGORIES:
        return f"U+{ord(char):04X}"
    return char
