"""Sheets of OpenDocument (.ods), as rows of strings.

Read from the stream of its elements: the one library there is builds the whole document in memory,
with its million empty rows.
"""

import zipfile
from collections.abc import Iterator

from .table_archive import archive_of, parse_part
from .table_limits import (
    BROKEN,
    MEGABYTE,
    SHEET_ROWS,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Flag,
    Formula,
    Limits,
    Moment,
    Number,
    TableError,
)
from .table_xlsx import Page, text_of

CONTENT = "content.xml"
# What is no part of a cell's own text: comments, drawings, notes.
_ASIDE = {"annotation", "shapes", "frame", "note"}
# No cell holds more; a run of spaces is written as its length.
_LONGEST = 32_767


def ods_pages(content: bytes, limits: Limits, formulas: bool = False) -> Iterator[Page]:
    """Yield the sheets of an OpenDocument spreadsheet in order.

    :param formulas: give formulas, as :class:`Formula`, instead of what they came to
    :raises TableError: see :func:`table_archive.archive_of`; ``too_many_rows``, ``too_many_columns``
    """
    with archive_of(content, limits, CONTENT) as archive:
        reader = _Reader(archive, limits, formulas)
    for name, is_hidden, rows in reader.pages:
        yield name, is_hidden, iter(rows)


class _Reader:
    """Collects the sheets of a document as its elements go by."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits, formulas: bool):
        self.pages: list[tuple[str, bool, list[list[str]]]] = []
        self._limits = limits
        self._formulas = formulas
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._rows: list[list[str]] = []
        self._blank = 0
        self._cells = 0
        self._row: list[str] = []
        self._gap = 0
        self._repeated = 1
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._aside = 0
        parse_part(archive, CONTENT, self._start, self._end, self._characters)

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        if self._aside or name in _ASIDE:
            self._aside += 1
        elif name in ("style", "table-properties"):
            self._read_style(name, attrs)
        elif name == "table":
            self._rows, self._blank = [], 0
            is_hidden = attrs.get("table:style-name") in self._hidden_styles
            self.pages.append((attrs.get("table:name", ""), is_hidden, self._rows))
        elif name == "table-row":
            self._row, self._gap = [], 0
            self._repeated = _count(attrs.get("table:number-rows-repeated"))
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._text = attrs, []
        elif self._cell is not None:
            self._read_text(name, attrs)

    def _read_style(self, name: str, attrs: dict[str, str]) -> None:
        if name == "style":
            self._style = attrs.get("style:name", "")
        elif attrs.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _read_text(self, name: str, attrs: dict[str, str]) -> None:
        if name == "p" and self._text:
            self._text.append("\n")
        elif name == "s":
            self._text.append(" " * min(_count(attrs.get("text:c")), _LONGEST))
        elif name == "tab":
            self._text.append("\t")
        elif name == "line-break":
            self._text.append("\n")

    def _characters(self, text: str) -> None:
        if self._cell is not None and not self._aside:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._add_cell(self._cell, "".join(self._text))
            self._cell = None
        elif name == "table-row":
            self._add_row()

    def _add_cell(self, attrs: dict[str, str], text: str) -> None:
        count = _count(attrs.get("table:number-columns-repeated"))
        value = self._value(attrs, text)
        if not value.strip():
            self._gap += count
            return
        if len(self._row) + self._gap + count > self._limits.columns:
            raise TableError(TOO_MANY_COLUMNS, max=self._limits.columns)
        self._row += [""] * self._gap + [value] * count
        self._gap = 0

    def _add_row(self) -> None:
        if not self._row:
            self._blank += self._repeated
            return
        if len(self._rows) + self._blank + self._repeated > min(SHEET_ROWS, self._limits.rows):
            raise TableError(TOO_MANY_ROWS, max=self._limits.rows)
        self._cells += len(self._row) * self._repeated
        if self._cells > self._limits.elements:
            raise TableError(TOO_LARGE, max=self._limits.unpacked // MEGABYTE)
        self._rows += [[] for _number in range(self._blank)]
        self._rows += [list(self._row) for _number in range(self._repeated)]
        self._blank = 0

    def _value(self, attrs: dict[str, str], text: str) -> str:
        kind = attrs.get("office:value-type")
        if self._formulas and "table:formula" in attrs:
            return Formula(attrs["table:formula"] or "=")
        if kind in ("float", "currency", "percentage"):
            return _number(attrs.get("office:value", ""), text)
        if kind == "date":
            return Moment(
                attrs.get("office:date-value", "").removesuffix("T00:00:00").replace("T", " ")
            )
        if kind == "boolean":
            return Flag("1" if attrs.get("office:boolean-value") == "true" else "0")
        return text or attrs.get("office:string-value", "")


def _count(text: str | None) -> int:
    """Return how often something is repeated.

    :raises TableError: ``broken``: it is no number
    """
    if text is None:
        return 1
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise TableError(BROKEN)
    return int(text)


def _number(value: str, shown: str) -> str:
    """Return a number in full; as it is shown where that only adds zeros in front of it."""
    try:
        found = text_of(float(value))
        is_padded = shown.isascii() and shown.isdigit() and float(shown) == float(value)
    except ValueError:
        raise TableError(BROKEN) from None
    return Number(shown) if is_padded else found
