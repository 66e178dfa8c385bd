"""Text as the portal's import file can hold it.

Source: the operator's import guides (version of 27/02/2026): fields are separated by ``|`` and
no quoting is known, so a value holds no separator, no quote and no control character.
"""

import unicodedata
from typing import overload

SEPARATOR = "|"
QUOTE = '"'

# Cc: control characters (tab, line breaks); Cf: invisible formatting characters, which nobody
# would find again when the portal answers "unknown name"; Zl and Zp: Unicode's own line breaks.
_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}

# What separates nothing at the ends of a value: spaces of any width, tabs, line breaks, and the
# characters without width that come along with a paste.
_OUTER_CATEGORIES = {"Zs", "Zl", "Zp", "Cf"}


@overload
def clean_text(text: str) -> str: ...
@overload
def clean_text(text: None) -> None: ...
@overload
def clean_text(text: bool) -> bool: ...
def clean_text(text: str | bool | None) -> str | bool | None:
    """Return ``text`` in Unicode's composed form, without outer white space of any kind and doubled spaces.

    This is the only change ever made to what a user types. Tabs and line breaks within it are kept, so
    that :func:`forbidden_characters` reports them instead of hiding a bad paste.

    :param text: a string, or a false value, which is returned as it is
    """
    if not isinstance(text, str) or not text:
        return text
    text = _stripped(unicodedata.normalize("NFC", text))
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _is_outer(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in _OUTER_CATEGORIES


def _stripped(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_outer(text[start]):
        start += 1
    while end > start and _is_outer(text[end - 1]):
        end -= 1
    return text[start:end]


def outer_spaces(text: str | None) -> str:
    """Return the characters that :func:`clean_text` would take away at the ends of ``text``."""
    if not text or not (_is_outer(text[0]) or _is_outer(text[-1])):
        return ""
    kept = _stripped(text)
    start = text.index(kept)
    return "".join(dict.fromkeys(text[:start] + text[start + len(kept) :]))


# Letters that two official spellings of one name write apart, and that have no accent to take away.
_LETTERS = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i", "ħ": "h", "Ħ": "H"}
)
# What is written without accents where somebody asks for it: these letters, then what is left of the
# others once their marks are away. The database does the same: see ``passport.frozen``.
PLAIN_LETTERS = {chr(code): text for code, text in _LETTERS.items()} | {"ß": "ss", "ẞ": "SS"}
_PLAIN = str.maketrans(PLAIN_LETTERS)
FIRST_MARK, LAST_MARK = "\u0300", "\u036f"


def fold(text: str | None) -> str:
    """Return ``text`` in lower case without accents and ligatures, for comparisons that ignore both.

    >>> fold("Électrique  ")
    'electrique'
    """
    decomposed = unicodedata.normalize("NFKD", (text or "").translate(_LETTERS))
    kept = (char for char in decomposed if not unicodedata.combining(char))
    return "".join(kept).casefold().strip()


def without_accents(text: str) -> str:
    """Return ``text`` with plain letters in place of those with accents and of ligatures.

    >>> without_accents("LEFÈVRE-ŒUVRARD"), without_accents("Đặng Thị Ngọc")
    ('LEFEVRE-OEUVRARD', 'Dang Thi Ngoc')
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    kept = "".join(char for char in decomposed if not FIRST_MARK <= char <= LAST_MARK)
    return unicodedata.normalize("NFC", kept)


def forbidden_characters(text: str | None) -> str:
    """Return the characters of ``text`` that an import file cannot hold, in order, without repeats."""
    # Most texts are plain: the slow look is for the others.
    if not text or (text.isprintable() and SEPARATOR not in text and QUOTE not in text):
        return ""
    found = {}
    for char in text:
        if char in (SEPARATOR, QUOTE) or unicodedata.category(char) in _FORBIDDEN_CATEGORIES:
            found[char] = True
    return "".join(found)


def is_storable(text: str) -> bool:
    """Tell whether a database can hold ``text``: no null character, no half of a surrogate pair."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def numerals(text: str | None) -> str:
    """Return the digits of ``text``, of any script, and what stands for a number; without repeats."""
    return "".join(dict.fromkeys(char for char in text or "" if char.isnumeric()))


def describe_character(char: str) -> str:
    """Return a printable name of ``char``: itself when it can be seen, else its code point."""
    if unicodedata.category(char) in _FORBIDDEN_CATEGORIES | _OUTER_CATEGORIES:
        return f"U+{ord(char):04X}"
    return char
