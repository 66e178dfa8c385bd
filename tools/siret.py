"""SIRET numbers: 14 digits with Luhn's check, or La Poste's own rule (both known to stdnum)."""

import re
import unicodedata

from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

# What is wrong, and cannot be told better ...
BAD_CHARACTER = "bad_character"
BAD_LENGTH = "bad_length"
BAD_CHECKSUM = "bad_checksum"
# ... what another number was typed instead ...
ZEROS = "zeros"
SIREN = "siren"
VAT_NUMBER = "vat_number"
RCS = "rcs"
SHORTENED = "shortened"  # by a spreadsheet: 8,12346E+13
# ... and what is right but for the way it is written: see :func:`proposal_of`.
LOST_ZEROS = "lost_zeros"
DASHES = "dashes"
INVISIBLE = "invisible"
PROBLEMS = (
    *(BAD_CHARACTER, BAD_LENGTH, BAD_CHECKSUM, ZEROS, SIREN, VAT_NUMBER, RCS, SHORTENED),
    *(LOST_ZEROS, DASHES, INVISIBLE),
)

_LENGTH = 14
_SIREN_LENGTH = 9
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_DECIMAL = re.compile(r"([0-9]{9,14})[.,]0{1,2}")
_VAT = re.compile(r"(?:TVA)?FR[0-9A-Z]{2}[0-9]{9}")
_RCS = re.compile(r"\bR\.?C\.?S\b", re.IGNORECASE)


def compact(text: str | int | None) -> str:
    """Return the SIRET in ``text`` without the spaces, dots and dashes people type between its groups.

    Spaces are those of any width, also without; a number proper is taken as a spreadsheet gives it.
    """
    number = "".join(char for char in str(text or "") if not _separates(char))
    if found := _DECIMAL.fullmatch("".join(str(text or "").split())):
        return found[1]
    return number


def problem_of(text: str | int | None) -> str | None:
    """Return what is wrong with the SIRET in ``text`` (one of this module's codes), or ``None``."""
    typed, number = str(text or ""), compact(text)
    if problem := _problem_of_digits(number):
        return _other_number(typed, number) or problem
    categories = {unicodedata.category(char) for char in typed if not char.isspace()}
    if "Pd" in categories:
        return DASHES
    return INVISIBLE if categories & {"Cf", "Cc"} else None


def proposal_of(text: str | int | None) -> str | None:
    """Return the 14 digits that were surely meant: a SIRET whose leading zeros a spreadsheet took away,
    or with characters between its digits; ``None`` where nothing is sure."""
    number = compact(text)
    if problem_of(number) == LOST_ZEROS:
        return number.zfill(_LENGTH)
    return None if problem_of(number) else number


def _separates(char: str) -> bool:
    return char.isspace() or char == "." or unicodedata.category(char) in ("Zs", "Cf", "Cc", "Pd")


def _problem_of_digits(number: str) -> str | None:
    if number and not number.strip("0"):
        return ZEROS
    try:
        stdnum_siret.validate(number)
    except InvalidLength:  # first: stdnum derives it from InvalidFormat
        return BAD_LENGTH
    except InvalidFormat:
        return BAD_CHARACTER
    except (InvalidChecksum, ValidationError):
        return BAD_CHECKSUM
    return None if number.isascii() else BAD_CHARACTER


def _other_number(typed: str, number: str) -> str | None:
    """Return which other number this is, if it is one."""
    if _RCS.search(typed):
        return RCS
    if _SCIENTIFIC.fullmatch("".join(typed.split())):
        return SHORTENED
    if _VAT.fullmatch(number.upper()):
        return VAT_NUMBER
    if not number.isascii() or not number.isdigit() or not number.strip("0"):
        return None
    if len(number) == _SIREN_LENGTH and stdnum_siren.is_valid(number):
        return SIREN
    is_short = _SIREN_LENGTH <= len(number) < _LENGTH
    return LOST_ZEROS if is_short and stdnum_siret.is_valid(number.zfill(_LENGTH)) else None
