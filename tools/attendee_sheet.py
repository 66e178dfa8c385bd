"""The sheet an employer fills for many attendees: written and read without trusting it.

The first row is hidden and holds the technical name of each column, so that the sheet is read
whatever its language and the order of its columns; where somebody deleted that row, the labels tell.
Cells are text: nothing is ever evaluated.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter

from .table_file import EMPTY as NOTHING
from .table_file import (
    SMALL,
    TOO_LARGE,
    Flag,
    Formula,
    Moment,
    Number,
    TableError,
    read_sheets,
)
from .table_file import TOO_MANY_COLUMNS as TOO_WIDE
from .table_file import TOO_MANY_ROWS as TOO_LONG
from .text import fold

COLUMNS = ("ref", "session", "name", "email", "nir", "birth_name", "siret")
FILLED = ("name", "email", "nir", "birth_name", "siret")
WIDTHS = {
    "ref": 20,
    "session": 46,
    "name": 28,
    "email": 30,
    "nir": 26,
    "birth_name": 24,
    "siret": 20,
}

MAX_BYTES = SMALL.bytes
MAX_ROWS = 2000
# How far down the header may be: people write titles above.
_HEADER_LINES = 30
# Excel keeps fifteen digits of a number.
_LONGEST_NUMBER = 15

# What is wrong with a file: what the reader of tables says, in this module's words ...
TOO_BIG = "too_big"
NOT_XLSX = "not_xlsx"
NO_HEADER = "no_header"
TOO_MANY_ROWS = "too_many_rows"
NO_ROW = "no_row"
# ... and with a cell.
FORMULA = "formula"
NOT_TEXT = "not_text"


class SheetError(Exception):
    """The file cannot be used; ``code`` is one of this module's, the content is never told."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SheetRow:
    """A row as typed: its line in the sheet, ``{column: text}`` of what is filled, and
    ``{column: code}`` of the cells that hold something else than text."""

    line: int
    values: dict[str, str] = field(repr=False)
    bad: dict[str, str]


def write_sheet(
    title: str,
    headers: Mapping[str, str],
    rows: Iterable[Mapping[str, str]],
    help_title: str,
    help_lines: Iterable[str],
) -> bytes:
    """Return the bytes of a sheet to fill.

    :param title: name of the sheet
    :param headers: ``{column: label}``
    :param rows: list of ``{column: text}``
    :param help_title: name of the second sheet, which holds ``help_lines``
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format(
            {"bold": True, "bg_color": "#E2EFDA", "text_wrap": True, "border": 1}
        )
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(title)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.freeze_panes(2, 0)
        for number, column in enumerate(COLUMNS):
            sheet.set_column(number, number, WIDTHS[column], text)
            sheet.write_string(0, number, column, text)
            sheet.write_string(1, number, headers[column], bold)
        for line, row in enumerate(rows, start=2):
            for number, column in enumerate(COLUMNS):
                sheet.write_string(line, number, row.get(column) or "", text)
        page = book.add_worksheet(help_title)
        page.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
        for line, sentence in enumerate(help_lines):
            page.write_string(line, 0, sentence)
    return stream.getvalue()


def read_sheet(content: bytes, headers: Mapping[str, str] | None = None) -> list[SheetRow]:
    """Return the filled rows of an uploaded sheet, as :class:`SheetRow`.

    :param content: the bytes of the file: XLSX, or what another program saved it as
    :param headers: ``{column: label}`` as the sheet was written, to find the columns by their labels
        where the row of technical names is gone
    :raises SheetError: the file is too big, no spreadsheet, or not this sheet
    """
    try:
        sheets = read_sheets(content, SMALL, formulas=True)
    except TableError as error:
        raise SheetError(_FILE_CODES.get(error.code, NOT_XLSX)) from None
    for sheet in sheets:
        if found := _header_of(sheet.rows, headers or {}):
            line, columns = found
            return _rows_below(sheet.rows, line, columns)
    raise SheetError(NO_HEADER)


_FILE_CODES = {
    TOO_LARGE: TOO_BIG,
    TOO_LONG: TOO_MANY_ROWS,
    TOO_WIDE: NO_HEADER,
    NOTHING: NO_ROW,
}


def _header_of(
    rows: Sequence[Sequence[str]], headers: Mapping[str, str]
) -> tuple[int, dict[str, int]] | None:
    """Return the index of the last row of the header, and ``{column: position}``."""
    labels = {fold(label): column for column, label in headers.items()}
    technical = {column: column for column in COLUMNS}
    for line, row in enumerate(rows[:_HEADER_LINES]):
        columns = _columns_of(row, technical)
        if columns:
            below = rows[line + 1] if line + 1 < len(rows) else []
            is_label = not labels or _is_label_row(below, columns, labels)
            return (line + 1 if is_label else line), columns
        if columns := _columns_of([fold(cell) for cell in row], labels):
            return line, columns
    return None


def _is_label_row(
    row: Sequence[str], columns: Mapping[str, int], labels: Mapping[str, str]
) -> bool:
    """Tell whether a row below the technical names is that of the labels, in whatever language."""
    if _columns_of([fold(cell) for cell in row], labels):
        return True
    # A reference has no space in it.
    position = columns["ref"]
    return position < len(row) and " " in row[position]


def _columns_of(row: Sequence[str], names: Mapping[str, str]) -> dict[str, int]:
    """Return where the columns are, if this row names the reference and one column to fill."""
    found: dict[str, int] = {}
    for position, cell in enumerate(row):
        if column := names.get(cell):
            found.setdefault(column, position)
    return found if "ref" in found and found.keys() & set(FILLED) else {}


def _rows_below(
    rows: Sequence[Sequence[str]], header: int, columns: Mapping[str, int]
) -> list[SheetRow]:
    numbered = enumerate(rows[header + 1 :], start=header + 2)
    found = [row for line, cells in numbered if (row := _row_of(line, cells, columns))]
    if len(found) > MAX_ROWS:
        raise SheetError(TOO_MANY_ROWS)
    if not found:
        raise SheetError(NO_ROW)
    return found


def _row_of(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> SheetRow | None:
    values, bad = {}, {}
    for column, position in columns.items():
        cell = cells[position] if position < len(cells) else ""
        if column == "session" or not cell:
            continue
        if problem := _problem_of(cell):
            bad[column] = problem
        else:
            values[column] = str(cell)
    return SheetRow(line, values, bad) if values or bad else None


def _problem_of(cell: str) -> str | None:
    """Return what keeps a cell from being taken as text."""
    if isinstance(cell, Formula):
        return FORMULA
    if isinstance(cell, (Moment, Flag)):
        return NOT_TEXT
    if isinstance(cell, Number):
        return None if cell.isdigit() and len(cell) <= _LONGEST_NUMBER else NOT_TEXT
    return None
