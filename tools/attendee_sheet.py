"""The XLSX sheet an employer fills for many attendees: written and read without trusting it.

The first row is hidden and holds the technical name of each column, so that the sheet is read
whatever its language and the order of its columns. Cells are text: nothing is ever evaluated.
"""

import io
import zipfile
from dataclasses import dataclass, field

import openpyxl
import xlsxwriter

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

MAX_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 8 * 1024 * 1024
MAX_MEMBERS = 100
MAX_ROWS = 500
_MAX_LINES = 5000
_MAX_COLUMNS = 30
_HEADER_LINES = 5

# What is wrong with a file ...
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

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SheetRow:
    """A row as typed: its line in the sheet, ``{column: text}`` of what is filled, and
    ``{column: code}`` of the cells that hold something else than text."""

    line: int
    values: dict = field(repr=False)
    bad: dict


def write_sheet(title, headers, rows, help_title, help_lines):
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


def read_sheet(content):
    """Return the filled rows of an uploaded sheet, as :class:`SheetRow`.

    :param content: the bytes of the file
    :raises SheetError: the file is too big, no XLSX file, or not this sheet
    """
    _check_archive(content)
    rows = []
    columns = None
    for line, cells in _lines(content):
        if columns is None:
            columns = _columns_of(cells)
            if columns is None and line >= _HEADER_LINES:
                break
            header = line + 1
        elif line > header and (row := _row_of(line, cells, columns)):
            rows.append(row)
        if len(rows) > MAX_ROWS or line > _MAX_LINES:
            raise SheetError(TOO_MANY_ROWS)
    if columns is None:
        raise SheetError(NO_HEADER)
    if not rows:
        raise SheetError(NO_ROW)
    return rows


def _check_archive(content):
    """Refuse what would be dangerous to unpack or parse."""
    if len(content) > MAX_BYTES:
        raise SheetError(TOO_BIG)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            # The sizes may lie: zipfile reads no more than what is told here.
            if len(members) > MAX_MEMBERS or (
                sum(member.file_size for member in members) > MAX_UNPACKED_BYTES
            ):
                raise SheetError(TOO_BIG)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_xml(archive.read(member))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise SheetError(NOT_XLSX) from None


def _check_xml(data):
    # Entities multiply; in UTF-16 they would go unseen here, and no spreadsheet writes it.
    if b"\x00" in data[:8] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SheetError(NOT_XLSX)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SheetError(NOT_XLSX)


def _lines(content):
    """Yield ``(line, cells)`` of the first worksheet."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        yield from enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS), start=1)
    except Exception:  # openpyxl raises anything at all on a malformed file
        raise SheetError(NOT_XLSX) from None


def _columns_of(cells):
    """Return ``{column: position}`` if these are the cells of the technical row."""
    found = {cell.value: position for position, cell in enumerate(cells) if cell.value in COLUMNS}
    return found if set(found) == set(COLUMNS) else None


def _row_of(line, cells, columns):
    values, bad = {}, {}
    for column in ("ref", *FILLED):
        cell = cells[columns[column]] if columns[column] < len(cells) else None
        text, problem = _text_of(cell)
        if problem:
            bad[column] = problem
        elif text:
            values[column] = text
    return SheetRow(line, values, bad) if values or bad else None


def _text_of(cell):
    """Return ``(text, problem)`` of a cell. Numbers lose no digit: Excel keeps fifteen."""
    value = cell.value if cell is not None else None
    if value is None:
        return "", None
    if cell.data_type == "f":
        return "", FORMULA
    if isinstance(value, str):
        return value.strip(), None
    if isinstance(value, bool):
        return "", NOT_TEXT
    if isinstance(value, int):
        return str(value), None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value)), None
    return "", NOT_TEXT
