"""SIRET numbers: 14 digits with Luhn's check, or La Poste's own rule (both known to stdnum)."""

from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError
from stdnum.fr import siret as stdnum_siret

BAD_CHARACTER = "bad_character"
BAD_LENGTH = "bad_length"
BAD_CHECKSUM = "bad_checksum"


def compact(text: str | None) -> str:
    """Return the SIRET in ``text`` without the spaces and dots people type between its groups."""
    return "".join(stdnum_siret.compact(text or "").split())


def problem_of(text: str | None) -> str | None:
    """Return what is wrong with the SIRET in ``text`` (one of this module's codes), or ``None``."""
    number = compact(text)
    try:
        stdnum_siret.validate(number)
    except InvalidLength:  # first: stdnum derives it from InvalidFormat
        return BAD_LENGTH
    except InvalidFormat:
        return BAD_CHARACTER
    except (InvalidChecksum, ValidationError):
        return BAD_CHECKSUM
    return None
