"""Names of people as they are typed: what looks like something else, two names in one, a civility.

Nothing here changes a name: it proposes, or tells what to look at.
"""

import re
import unicodedata

from .text import fold

# A comparison takes them for other characters than the plain ones, and nobody sees the difference.
_PLAIN = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u00b4\u0060\u2032", "'"),
    # Letters of other scripts.
    **dict(zip("АВЕЗКМНОРСТУХІЈЅ", "ABE3KMHOPCTYXIJS", strict=True)),
    **dict(zip("аеорсухіјѕ", "aeopcyxijs", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
}
_WIDE = re.compile("[\uff01-\uff5e\ufb00-\ufb06]")

# Between a birth name and another one; "dit" is part of many a birth name.
_BETWEEN = re.compile(
    r"(?<!\w)(épouses?|epouses?|[ée]p\.|ép|vve|veuve|née?|nee|divorcée?|divorcee?|usage)(?!\w)|[/()\[\]&+;,]",
    re.IGNORECASE,
)
_CIVILITY = re.compile(
    r"\s*(?:(?P<m>m\.|mr\.?|monsieur|messieurs)|(?P<f>mme\.?|madame|mlle\.?|mademoiselle|melle))(?:\s+|$)"
    r"|\s*(?P<letter>M)\s+(?=\S)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return ``text`` with the plain characters in place of those that only look like them.

    >>> plain("D\u2019ARC\u2011LE\u00a0GOFF")
    "D'ARC-LE GOFF"
    """
    return "".join(map(_plain, text))


def look_alikes(text: str | None) -> str:
    """Return the characters of ``text`` that :func:`plain` would replace, in order, without repeats."""
    return "".join(dict.fromkeys(char for char in text or "" if _plain(char) != char))


def second_name_mark(text: str | None) -> str | None:
    """Return what in ``text`` tells that it holds two names, or a word that belongs to none.

    >>> second_name_mark("LE BIHAN (ép. CORRE)"), second_name_mark("LE BIHAN épouse CORRE")
    ('(', 'épouse')
    """
    found = _BETWEEN.search(unicodedata.normalize("NFC", text or ""))
    return found.group() if found else None


def split_civility(name: str | None) -> tuple[str | None, str]:
    """Return the sex that a civility before ``name`` tells (``m``, ``f`` or ``None``), and the name.

    >>> split_civility("Mme Solène GUÉGUEN"), split_civility("Solène GUÉGUEN")
    (('f', 'Solène GUÉGUEN'), (None, 'Solène GUÉGUEN'))
    """
    name = name or ""
    found = _CIVILITY.match(name)
    # "M" alone is a civility, "m" an initial.
    if not found or (found["letter"] and found["letter"] != "M"):
        return None, name
    return ("f" if found["f"] else "m"), name[found.end() :].strip()


def sex_of_civility(civility: str | None) -> str | None:
    """Return ``m`` or ``f`` for what a column of civilities or sexes holds, ``None`` if it tells neither.

    >>> sex_of_civility("Mme"), sex_of_civility("H"), sex_of_civility("x")
    ('f', 'm', None)
    """
    word = fold(civility).rstrip(".")
    if word in ("m", "mr", "monsieur", "h", "homme", "masculin", "male", "1"):
        return "m"
    if word in (
        "mme",
        "mlle",
        "melle",
        "madame",
        "mademoiselle",
        "f",
        "femme",
        "feminin",
        "female",
        "2",
    ):
        return "f"
    return None


def _plain(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if char != " " and unicodedata.category(char) == "Zs":
        return " "
    return unicodedata.normalize("NFKC", char) if _WIDE.match(char) else char
