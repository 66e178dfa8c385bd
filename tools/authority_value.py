"""One value of the authority's import file: what is wrong with it, and how it is written."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from .authority_columns import Column, column
from .text import QUOTE, SEPARATOR, forbidden_characters, numerals, outer_spaces

_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "link": str,
    "choice": str,
    "date": date,
    "yesno": bool,
    "codes": (list, tuple),
}
_LINK = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
# As every nomenclature writes its codes; a full-width digit only looks like one.
_CODE = re.compile(r"[0-9A-Za-z]+")


class TextFault(NamedTuple):
    """What is wrong with a text: a code of ``authority_file.Fault``, and what a message needs to say it.

    ``characters`` are those that the column cannot hold (``forbidden_character``, ``digit``); an outer
    space is one of them. ``limit`` goes with ``too_long``.
    """

    code: str
    characters: str = ""
    limit: int | None = None


def text_faults(document: str, name: str, text: str | None) -> list[TextFault]:
    """Return what is wrong with a text that goes into a column: the one check of a text's fitness.

    Read by whatever takes such a text in, by readiness, and by the check of the file itself.

    :param document: ``adf`` or ``jdr``
    :param name: the column, of kind ``text`` or ``link``
    :param text: as it would be written; no text at all is a fault where the column is required
    :raises KeyError: the document has no such column
    """
    return list(_text_faults(column(document, name), text or ""))


def value_faults(document: str, name: str, value: Any) -> list[str]:
    """Return the codes of what is wrong with one value of a column, taken alone.

    :raises KeyError: the document has no such column
    """
    return list(kind_faults(column(document, name), value))


def format_value(value: Any) -> str:
    """Return a row's value as the file writes it."""
    if is_empty(value):
        return ""
    if value is True or value is False:
        return "OUI" if value else "NON"
    if isinstance(value, date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if isinstance(value, (list, tuple)):
        return "/".join(map(str, value))
    return str(value)


def is_empty(value: Any) -> bool:
    """Tell whether a row's value is written as nothing."""
    return value is None or value == "" or value == () or value == []


def is_plain(col: Column, value: Any) -> bool:
    """Tell at a glance that nothing is wrong with a text, as for most; ``False`` tells nothing."""
    return (
        col.kind == "text"
        and col.has_digits
        and type(value) is str
        and 0 < len(value) <= (col.max_length or len(value))
        and value.isprintable()
        and SEPARATOR not in value
        and QUOTE not in value
        and value[0] != " " != value[-1]
    )


def is_day(value: Any) -> bool:
    """Tell whether a value is a day; a moment is none."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_of_kind(value: Any, kind: str) -> bool:
    if not isinstance(value, _TYPES[kind]) or isinstance(value, datetime):
        return False
    codes: Any = value
    return kind != "codes" or all(isinstance(code, str) for code in codes)


def _text_faults(col: Column, text: str) -> Iterator[TextFault]:
    if not text:
        if col.required:
            yield TextFault("required")
        return
    if col.max_length and len(text) > col.max_length:
        yield TextFault("too_long", limit=col.max_length)
    if found := forbidden_characters(text) + outer_spaces(text):
        yield TextFault("forbidden_character", "".join(dict.fromkeys(found)))
    if not col.has_digits and (found := numerals(text)):
        yield TextFault("digit", found)
    if col.kind == "link" and not _LINK.fullmatch(text):
        yield TextFault("link")


def kind_faults(col: Column, value: Any) -> Iterator[str]:
    """Yield the codes of what is wrong with one value, whatever the rest of its row."""
    if is_empty(value):
        if col.required:
            yield "required"
    elif not _is_of_kind(value, col.kind):
        yield "type"
    elif col.kind in ("text", "link"):
        for fault in _text_faults(col, value):
            yield fault.code
    elif col.kind == "choice" and value not in col.choices:
        yield "choice"
    elif col.kind == "codes":
        yield from _codes_faults(col, value)


def _codes_faults(col: Column, codes: Sequence[str]) -> Iterator[str]:
    fewest, most = col.count or (0, len(codes))
    if not fewest <= len(codes) <= most:
        yield "count"
    if col.max_length and len("/".join(codes)) > col.max_length:
        yield "too_long"
    if len(set(codes)) != len(codes):
        yield "repeated_code"
    if not all(map(_CODE.fullmatch, codes)):
        yield "forbidden_character"
