"""The French social security number (NIR): parsing, control key, masking.

15 characters: sex (1), year (2), month (2), department (2, with 2A and 2B for Corsica), commune or
country (3), rank (3), control key (2). Source: décret n° 82-103 du 22 janvier 1982, article 4.

No function of this module puts a NIR into an exception, a representation or a log line.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from stdnum.fr import nir as stdnum_nir

from .text import fold

# Codes of what is wrong (blocking) ...
EMPTY = "empty"
SHORTENED = "shortened"  # by a spreadsheet: 1,85058E+14
FOREIGN_DIGITS = "foreign_digits"  # full width, or of another script
BAD_CHARACTER = "bad_character"
BAD_LENGTH = "bad_length"
BAD_SEX = "bad_sex"
BAD_MONTH = "bad_month"
BAD_KEY = "bad_key"
PROBLEMS = (
    *(EMPTY, SHORTENED, FOREIGN_DIGITS, BAD_CHARACTER, BAD_LENGTH),
    *(BAD_SEX, BAD_MONTH, BAD_KEY),
)
# ... and of what is unusual (a warning). These three are also the readiness codes.
PROVISIONAL = "nir_provisional"
MONTH_UNUSUAL = "nir_month_unusual"
KEY_UNCHECKED = "nir_key_unchecked"

# In words around a number, and between it and its key: "N° SS : 1 85 …, clé 59".
_WORDS = frozenset(
    ("cle", "de", "immatriculation", "insee", "key", "le", "n", "nir", "no", "nss", "num", "numero")
    + ("secu", "securite", "social", "sociale", "ss", "ssn")
)
_SEPARATORS = frozenset(".,:;/_()[]=°º·|'’‘`´\"")
# A number that a spreadsheet took for one: 1,85058E+14, or what comes of it as a whole number.
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-478][0-9]{4,6}0{8,10}")
_DECIMAL = re.compile(r"([0-9]{13}|[0-9]{15})[.,]0{1,2}")
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|.", re.DOTALL)

_SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]+", re.ASCII)
# Provisional numbers; whether the portal takes them is not established, so they only warn.
_PROVISIONAL_SEXES = "3478"
_BODY_LENGTH = 13
# Used when the month of birth is unknown.
_UNUSUAL_MONTHS = {20, *range(30, 43), *range(50, 100)}


@dataclass(frozen=True)
class Nir:
    """What :func:`parse` found. ``body`` is the 13 characters the portal takes (``""`` if unusable).

    ``problem`` is one of this module's blocking codes or ``None``; ``warnings`` is a tuple of
    readiness codes. The number itself never shows in ``repr``.
    """

    body: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    problem: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return self.problem is None


def compact(text: str | int | float | None) -> str:
    """Return a number without what people and programs put around and between its digits, in capitals.

    That is white space of any kind, also without width, dots, dashes, slashes, brackets, a leading
    apostrophe, a decimal ``,0``, and words such as "N°", "NIR" or "clé". What else there is stays, for
    :func:`parse` to tell.

    :param text: the number as typed; a number proper is taken too, as a spreadsheet or RPC gives it
    """
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    if isinstance(text, int) and not isinstance(text, bool):
        return str(text)
    if not isinstance(text, str):
        return ""
    typed = "".join(char for char in text if not _is_space(char))
    if _SCIENTIFIC.fullmatch(typed):
        return typed.upper()
    if found := _DECIMAL.fullmatch(typed):
        return found[1]
    kept = (part for part in _PARTS.findall(text) if not _is_around(part))
    return "".join(kept).upper()


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Zs", "Cf", "Cc")


def _is_around(part: str) -> bool:
    """Tell whether some characters stand around a number's digits."""
    if len(part) == 1 and not part.isalnum():
        return _is_space(part) or part in _SEPARATORS or unicodedata.category(part) == "Pd"
    return fold(part) in _WORDS


def control_key(body: str) -> str:
    """Return the two-digit control key of the 13 characters ``body``.

    97 minus the remainder of the number by 97, with 2A read as 19 and 2B as 18.
    """
    return stdnum_nir.calc_check_digits(body)


def parse(text: str | int | float | None) -> Nir:
    """Parse a NIR typed in any usual way, with its key (15 characters) or without (13).

    :param text: the number as typed
    :returns: a :class:`Nir`; a number without its key is valid but carries ``nir_key_unchecked``
    """
    number = compact(text)
    problem = _problem_of(number)
    if problem:
        return Nir(problem=problem)
    body, key = number[:13], number[13:]
    return Nir(body=body, key=key, warnings=_warnings_of(body, key))


def is_body(text: str) -> bool:
    """Tell whether ``text`` is just the 13 characters the authority takes, without their key."""
    return len(text) == _BODY_LENGTH and _problem_of(text) is None


def _problem_of(number: str) -> str | None:
    if not number:
        return EMPTY
    if _SCIENTIFIC.fullmatch(number) or (len(number) == 15 and _ROUNDED.fullmatch(number)):
        return SHORTENED
    if any(char.isdecimal() and not char.isascii() for char in number):
        return FOREIGN_DIGITS
    if len(number) not in (13, 15):
        # A letter in a number of another length is told as what it is, unless it is Corsica's.
        return BAD_LENGTH if re.fullmatch(r"[0-9AB]+", number, re.ASCII) else BAD_CHARACTER
    if not _SHAPE.fullmatch(number):
        return BAD_CHARACTER
    if number[0] not in "12" + _PROVISIONAL_SEXES:
        return BAD_SEX
    if not (1 <= int(number[3:5]) <= 12 or int(number[3:5]) in _UNUSUAL_MONTHS):
        return BAD_MONTH
    if len(number) == 15 and control_key(number[:13]) != number[13:]:
        return BAD_KEY
    return None


def _warnings_of(body: str, key: str) -> tuple[str, ...]:
    warnings = []
    if body[0] in _PROVISIONAL_SEXES:
        warnings.append(PROVISIONAL)
    if int(body[3:5]) > 12:
        warnings.append(MONTH_UNUSUAL)
    if not key:
        warnings.append(KEY_UNCHECKED)
    return tuple(warnings)


def sex_of(body: str) -> str | None:
    """Return ``m`` or ``f`` by the first digit of a number, ``None`` where it tells neither."""
    return {"1": "m", "3": "m", "7": "m", "2": "f", "4": "f", "8": "f"}.get(body[:1])


def display(text: str) -> str:
    """Return a NIR grouped the way French documents print it, or ``text`` itself if it has another shape."""
    number = compact(text)
    if len(number) not in (13, 15):
        return text
    groups = (number[:1], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13])
    return " ".join((*groups, number[13:])).strip()


def mask(text: str) -> str:
    """Return a NIR with only sex, year and month of birth left: ``1 85 04 ** *** *** **``.

    A number of another shape is masked whole, since nobody knows what its digits mean.
    """
    number = compact(text)
    if len(number) not in (13, 15):
        return "*" * len(number)
    tail = "** *** ***" + (" **" if len(number) == 15 else "")
    return f"{number[:1]} {number[1:3]} {number[3:5]} {tail}"
