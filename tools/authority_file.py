"""The authority's import file: the checks of its values and rows, its writer.

Its columns are data, see :mod:`.authority_columns`; values alone are judged by
:mod:`.authority_value`. A breach of a global condition rejects the whole file, so :func:`check_rows`
must find nothing before a file leaves.

A row is a dictionary ``{column name: value}`` with Python values: ``str``, ``date``, ``bool`` for
OUI/NON, a sequence of codes for several values; ``None``, ``""`` and ``()`` are empty. Rows are checked
and written one by one, in one pass: only the unique ids, and one training for each declaration, are
kept in memory.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from . import nir, siret
from .authority_columns import (
    ADF,
    DOCUMENTS,
    FILE_NAME_FORBIDDEN,
    JDR,
    JDR_IF_TRAINED,
    JDR_MODES,
    JDR_REQUIRED_IF_TRAINED,
    JDR_TYPES,
    LINE_ENDS,
    MAX_FILE_BYTES,
    MAX_FILE_NAME,
    MAX_ROWS_PER_DECLARATION,
    MAX_ROWS_WEB_FORM,
    MODALITIES,
    TRAINER_QUALIFICATIONS,
    TRAINING_COLUMNS,
    Column,
    column,
)
from .authority_value import (
    TextFault,
    format_value,
    is_day,
    is_empty,
    is_plain,
    kind_faults,
    text_faults,
    value_faults,
)
from .text import QUOTE, SEPARATOR, forbidden_characters

__all__ = (
    "ADF",
    "DOCUMENTS",
    "JDR",
    "JDR_MODES",
    "JDR_TYPES",
    "MAX_FILE_BYTES",
    "MAX_ROWS_PER_DECLARATION",
    "MAX_ROWS_WEB_FORM",
    "MODALITIES",
    "TRAINER_QUALIFICATIONS",
    "TRAINING_COLUMNS",
    "Column",
    "Fault",
    "FileCheck",
    "TextFault",
    "check_file",
    "check_row",
    "check_rows",
    "column",
    "file_name",
    "format_value",
    "render",
    "render_rows",
    "text_faults",
    "value_faults",
)

Row = Mapping[str, Any]

_SIRET = re.compile(r"[0-9]{14}")
_MOST_WRITTEN = 10_000


@dataclass(frozen=True)
class Fault:
    """One breach of a rule. ``row`` counts from 0; ``None`` concerns the whole file.

    ``code`` is one of: ``required``, ``too_long``, ``forbidden_character``, ``digit``, ``type``,
    ``choice``, ``count``, ``repeated_code``, ``not_empty``, ``nir``, ``siret``, ``future``,
    ``date_order``, ``link``, ``duplicate_id``, ``too_many_rows``, ``training_differs``, ``no_row``.
    Neither carries a value: a fault may be logged or shown.
    """

    code: str
    row: int | None = None
    column: str | None = None


# ------------------------------------------------------------
# Rows
# ------------------------------------------------------------

# (code, column) of what is wrong.
_Found = tuple[str, str]


class FileCheck:
    """Checks the rows of one file as they come.

    The training's columns, the same on many rows, are checked once for each declaration that follows
    another; what is kept in memory are the unique ids and one training for each declaration.

    :param document: ``adf`` or ``jdr``
    :param today: the authority's date of today; no training lies after it
    """

    def __init__(self, document: str, today: date):
        columns = DOCUMENTS[document]
        trained = {col.name for col in TRAINING_COLUMNS[document]}
        self._document = document
        self._today = today
        self._training = [col for col in columns if col.name in trained]
        self._training_names = [col.name for col in self._training]
        self._others = [col for col in columns if col.name not in trained]
        self._shared = ["REFERENCE_DECLARATION", *self._training_names]
        self._count = 0
        self._ids: set[str] = set()
        self._sizes: Counter[str] = Counter()
        self._first: dict[Any, tuple[Any, ...]] = {}
        self._last: tuple[Any, ...] = ()
        self._last_faults: list[_Found] = []

    def add(self, row: Row) -> list[Fault]:
        """Return what is wrong with the next row, alone and beside those before it."""
        number, self._count = self._count, self._count + 1
        found = self._row_faults(row)
        found += self._repeated(row)
        found += self._differing(row)
        return [Fault(code, number, name) for code, name in found]

    def finish(self) -> list[Fault]:
        """Return what is wrong with the file as a whole, once all its rows were added."""
        if not self._count:
            return [Fault("no_row")]
        is_too_large = any(size > MAX_ROWS_PER_DECLARATION for size in self._sizes.values())
        return [Fault("too_many_rows", None, "ID_DECLARATION")] if is_too_large else []

    def _row_faults(self, row: Row) -> list[_Found]:
        training = tuple(map(row.get, self._training_names))
        if not _is_same(training, self._last):
            self._last = training
            self._last_faults = [
                *_faults_of(self._training, row),
                *_training_faults(row, self._today, self._document),
            ]
        return [*self._last_faults, *_faults_of(self._others, row), *_attendee_faults(row)]

    def _repeated(self, row: Row) -> list[_Found]:
        unique_id = str(row.get("ID_UNIQUE_PARTENAIRE"))
        if unique_id in self._ids:
            return [("duplicate_id", "ID_UNIQUE_PARTENAIRE")]
        self._ids.add(unique_id)
        return []

    def _differing(self, row: Row) -> list[_Found]:
        """Check what holds within one declaration: one reference, one training."""
        declaration = str(row.get("ID_DECLARATION"))
        self._sizes[declaration] += 1
        now = tuple(map(row.get, self._shared))
        first = self._first.setdefault(declaration, now)
        if first is now or first == now:
            return []
        return [
            ("training_differs", name)
            for name, one, other in zip(self._shared, now, first, strict=True)
            if format_value(one) != format_value(other)
        ]


def check_rows(document: str, rows: Iterable[Row], today: date) -> Iterator[Fault]:
    """Yield each :class:`Fault` of a whole file, row by row; none at all means it can leave.

    :param document: ``adf`` or ``jdr``
    :param rows: row dictionaries, those of one declaration next to each other or not
    :param today: the authority's date of today; no training lies after it
    """
    check = FileCheck(document, today)
    for row in rows:
        yield from check.add(row)
    yield from check.finish()


def check_file(document: str, rows: Iterable[Row], today: date) -> list[Fault]:
    """Return the list of what :func:`check_rows` yields."""
    return list(check_rows(document, rows, today))


def check_row(document: str, row: Row, today: date, number: int = 0) -> list[Fault]:
    """Return the list of :class:`Fault` of one row alone, each numbered ``number``."""
    found = FileCheck(document, today).add(row)
    return [Fault(fault.code, number, fault.column) for fault in found]


def _is_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    # ``1`` equals ``True`` and is no yes; a moment equals no day, but may equal another moment.
    return one == other and list(map(type, one)) == list(map(type, other))


def _faults_of(columns: Sequence[Column], row: Row) -> Iterator[_Found]:
    for col in columns:
        value = row.get(col.name)
        if not is_plain(col, value):
            for code in kind_faults(col, value):
                yield code, col.name


def _day(row: Row, name: str) -> date | None:
    value = row.get(name)
    return value if is_day(value) else None


def _training_faults(row: Row, today: date, document: str) -> Iterator[_Found]:
    """Yield what is wrong with the training's columns that depend on each other."""
    if document == "jdr" and row.get("PRESENCE_FORMATION") is not True:
        yield from _presence_faults(row, dict.fromkeys(JDR_IF_TRAINED, False))
        return
    if document == "jdr":
        yield from _presence_faults(row, dict.fromkeys(JDR_REQUIRED_IF_TRAINED, True))
    start, end = _day(row, "DATE_DEBUT_FORMATION"), _day(row, "DATE_FIN_FORMATION")
    for name, day in (("DATE_DEBUT_FORMATION", start), ("DATE_FIN_FORMATION", end)):
        if day and day > today:
            yield "future", name
    if start and end and end < start:
        yield "date_order", "DATE_FIN_FORMATION"
    certifying = row.get("FORMATION_CERTIFIANTE")
    expected = {
        "CERTIFICATION_VISEE": certifying is True,
        "DOMAINE_FORMATION": certifying is False,
        "SPECIALITE_FORMATION": certifying is False,
    }
    yield from _presence_faults(row, expected)


def _attendee_faults(row: Row) -> Iterator[_Found]:
    """Yield what is wrong with the attendee's columns, their dates among them."""
    body = row.get("NIR")
    if body and isinstance(body, str) and not nir.is_body(body):
        yield "nir", "NIR"
    employed = row.get("PRESENCE_EMPLOYEUR") is True
    yield from _presence_faults(row, {"SIRET_EMPLOYEUR": employed})
    if not employed and not is_empty(row.get("REFERENCE_EMPLOYEUR")):
        yield "not_empty", "REFERENCE_EMPLOYEUR"
    number = row.get("SIRET_EMPLOYEUR")
    if number and isinstance(number, str) and not _is_siret(number):
        yield "siret", "SIRET_EMPLOYEUR"
    end = _day(row, "DATE_FIN_FORMATION")
    valid_from, valid_to = _day(row, "DATE_DEBUT_VALIDITE"), _day(row, "DATE_FIN_VALIDITE")
    if end and valid_from and valid_from < end:
        yield "date_order", "DATE_DEBUT_VALIDITE"
    if valid_from and valid_to and valid_to < valid_from:
        yield "date_order", "DATE_FIN_VALIDITE"


@lru_cache(maxsize=4096)  # many attendees have one employer
def _is_siret(number: str) -> bool:
    return bool(_SIRET.fullmatch(number)) and siret.problem_of(number) is None


def _presence_faults(row: Row, expected: Mapping[str, bool]) -> Iterator[_Found]:
    """Yield a fault for each column that is empty though expected, or filled though not."""
    for name, wanted in expected.items():
        empty = is_empty(row.get(name))
        if wanted and empty:
            yield "required", name
        elif not wanted and not empty:
            yield "not_empty", name


# ------------------------------------------------------------
# The file
# ------------------------------------------------------------


def render_rows(
    document: str, rows: Iterable[Row], line_end: str = "crlf", bom: bool = False
) -> Iterator[bytes]:
    """Yield the file piece by piece: its header, then one line a row; UTF-8, separator ``|``, no quoting.

    The rows must have passed :func:`check_rows`: nothing is escaped, cut or replaced here.

    :param line_end: a key of :data:`LINE_ENDS`
    :raises ValueError: a value holds a character that would break the file's structure
    """
    names = [col.name for col in DOCUMENTS[document]]
    end = LINE_ENDS[line_end]
    written = _Written()
    yield (SEPARATOR.join(names) + end).encode("utf-8-sig" if bom else "utf-8")
    for row in rows:
        given = map(row.get, names)
        values = [value if type(value) is str else written.text_of(value) for value in given]
        line = SEPARATOR.join(values)
        is_plain_line = line.isprintable() and QUOTE not in line
        if not is_plain_line or line.count(SEPARATOR) != len(names) - 1:
            if any(map(forbidden_characters, values)):
                raise ValueError("a value holds a character that the file cannot hold")
        yield (line + end).encode()


class _Written(dict[Any, str]):
    """How the file writes days, codes, OUI and NON: the same few on many rows."""

    def text_of(self, value: Any) -> str:
        """Return ``format_value(value)``, from memory if it is there."""
        key = tuple(value) if type(value) is list else value
        if key not in self:
            if len(self) > _MOST_WRITTEN:
                self.clear()
            self[key] = format_value(value)
        return self[key]


def render(document: str, rows: Iterable[Row], line_end: str = "crlf", bom: bool = False) -> bytes:
    """Return the whole file, see :func:`render_rows`.

    :raises ValueError: a value holds a character that would break the file's structure
    """
    return b"".join(render_rows(document, rows, line_end, bom))


def file_name(siren: str, document: str, day: date, sequence: str) -> str:
    """Return the name of an import file: the OF's SIREN, the document, the date, a sequence.

    :raises ValueError: the name breaks the authority's rule for file names
    """
    name = f"{siren}_{document.upper()}_{day:%Y%m%d}_{sequence}.csv"
    if len(name) > MAX_FILE_NAME or set(name) & set(FILE_NAME_FORBIDDEN):
        raise ValueError("the file name is too long or holds a forbidden character")
    return name
