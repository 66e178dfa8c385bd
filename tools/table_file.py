"""The one reader of tables that people upload: text of any usual encoding and separator (CSV), workbooks
of Excel (.xlsx, .xls) and of OpenDocument (.ods).

What a file is follows from its content, never from its name. Cells come out as strings, without outer
spaces and characters nobody sees; nothing is guessed about what they mean. Time and memory are bounded,
see :mod:`.table_limits`. Nothing of the content ever shows in an error or a log line, since it may hold
NIRs.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .table_archive import names_in
from .table_limits import (
    BROKEN,
    EMPTY,
    LARGE,
    MEGABYTE,
    OLD_EXCEL,
    PROTECTED,
    SMALL,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNKNOWN_FORMAT,
    Flag,
    Formula,
    Limits,
    Moment,
    Number,
    TableError,
)
from .table_ods import CONTENT, ods_pages
from .table_text import INVISIBLE, SEPARATORS, sniff_encoding, sniff_separator, text_rows
from .table_xlsx import WORKBOOK, xls_pages, xlsx_pages

__all__ = (
    "BROKEN",
    "EMPTY",
    "LARGE",
    "OLD_EXCEL",
    "PROTECTED",
    "SEPARATORS",
    "SMALL",
    "TOO_LARGE",
    "TOO_MANY_COLUMNS",
    "TOO_MANY_ROWS",
    "UNKNOWN_FORMAT",
    "Flag",
    "Formula",
    "Limits",
    "Moment",
    "Number",
    "Sheet",
    "TableError",
    "is_workbook",
    "iter_rows",
    "read_sheets",
    "read_table",
    "sniff_encoding",
    "sniff_separator",
)

MAX_ROWS = LARGE.rows
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_KEPT_CONTROLS = "\t\n"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: its name (empty for text), whether it is hidden, its rows."""

    name: str
    is_hidden: bool
    rows: list[list[str]] = field(repr=False)


def is_workbook(content: bytes) -> bool:
    """Tell whether ``content`` begins like a workbook (or another packed file)."""
    return content.startswith((_ZIP, _OLE))


def read_table(content: bytes | None, max_rows: int = MAX_ROWS) -> list[list[str]]:
    """Return all rows of a file, see :func:`iter_rows`.

    :raises TableError: as :func:`iter_rows`, and ``empty`` where there is no row at all
    """
    rows = list(iter_rows(content, max_rows=max_rows))
    if not rows:
        raise TableError(EMPTY)
    return rows


def iter_rows(
    content: bytes | None, max_rows: int = MAX_ROWS, sheet: int = 0, limits: Limits = LARGE
) -> Iterator[list[str]]:
    """Yield the rows of a file one by one, as lists of strings.

    Row ``n`` (from 1) is row ``n`` of the spreadsheet: blank rows come out as ``[]``, those at the
    end not at all. Cells are without outer spaces, rows without empty cells at their end. Of a
    workbook one sheet is read; numbers come out as they are seen (``850475006084`` and not
    ``8.5E+11``), dates as ``yyyy-mm-dd``.

    :param content: the file, as bytes
    :param max_rows: refuse more rows than this
    :param sheet: which one of the sheets that hold something, from 0; there are no rows where the
        file has fewer
    :raises TableError: ``empty``, ``too_large``, ``too_many_rows``, ``too_many_columns``,
        ``unknown_format``, ``protected`` by a password, ``old_excel`` (the format before 2007, where
        it cannot be read) or ``broken``; the last ones may come in the middle of the rows
    """
    left = sheet
    for _name, _is_hidden, rows in _pages(content, limits):
        cleaned = _cleaned(rows, min(max_rows, limits.rows), limits)
        first = next(cleaned, None)
        if first is None:
            continue
        if not left:
            yield first
            yield from cleaned
            return
        left -= 1


def read_sheets(
    content: bytes | None, limits: Limits = LARGE, formulas: bool = False
) -> list[Sheet]:
    """Return every sheet of a file that holds something, in order, hidden ones too.

    :param formulas: of a workbook since 2007, or of OpenDocument: give formulas as :class:`Formula`
    :raises TableError: as :func:`iter_rows`; ``empty`` where no sheet holds anything
    """
    sheets = [
        Sheet(name, is_hidden, kept)
        for name, is_hidden, rows in _pages(content, limits, formulas)
        if (kept := list(_cleaned(rows, limits.rows, limits)))
    ]
    if not sheets:
        raise TableError(EMPTY)
    return sheets


def _pages(
    content: bytes | None, limits: Limits, formulas: bool = False
) -> Iterator[tuple[str, bool, Iterator[list[str]]]]:
    if not content or not content.strip():
        raise TableError(EMPTY)
    if len(content) > limits.bytes:
        raise TableError(TOO_LARGE, max=limits.bytes // MEGABYTE)
    if content.startswith(_OLE):
        return xls_pages(content, limits)
    if not content.startswith(_ZIP):
        return iter([("", False, text_rows(content, limits))])
    names = names_in(content)
    if CONTENT in names and WORKBOOK not in names:
        return ods_pages(content, limits, formulas)
    return xlsx_pages(content, limits, formulas)


def _cleaned(rows: Iterable[list[str]], max_rows: int, limits: Limits) -> Iterator[list[str]]:
    """Yield rows without what nobody sees, blank ones between others as ``[]``."""
    blank = count = 0
    for row in rows:
        cleaned = _clean_row(row, limits)
        if not cleaned:
            blank += 1
            continue
        count += blank + 1
        if count > max_rows:
            raise TableError(TOO_MANY_ROWS, max=max_rows)
        yield from ([] for _number in range(blank))
        blank = 0
        yield cleaned


def _clean_row(cells: list[str], limits: Limits) -> list[str]:
    # What is no text was written by the reader itself.
    row = [_clean(cell) if type(cell) is str else cell for cell in cells]
    while row and not row[-1]:
        row.pop()
    if len(row) > limits.columns:
        raise TableError(TOO_MANY_COLUMNS, max=limits.columns)
    return row


def _clean(cell: str) -> str:
    cell = cell.strip()
    if cell.isprintable():
        return cell
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    # Half a surrogate is no character, and no database holds a null.
    kept = [
        char
        for char in cell
        if char in _KEPT_CONTROLS or unicodedata.category(char) not in ("Cc", "Cs", "Cn")
    ]
    return "".join(kept).strip().strip(INVISIBLE).strip()
