"""Workbooks of Excel since 2007 (.xlsx), and those of before (.xls), as rows of strings."""

import io
import os
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from .table_archive import archive_of
from .table_limits import (
    BROKEN,
    OLD_EXCEL,
    PROTECTED,
    TOO_MANY_COLUMNS,
    Flag,
    Formula,
    Limits,
    Moment,
    Number,
    TableError,
)

WORKBOOK = "xl/workbook.xml"
# A format of zeros only shows the leading ones, as in a SIRET: 000 000 000 00000.
_ZEROS = re.compile(r'[0 \\"\-_\u00a0\u202f]*0[0 \\"\-_\u00a0\u202f]*')
# Names of the streams in a file that a password protects.
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))

# Name, whether it is hidden, rows.
Page = tuple[str, bool, Iterator[list[str]]]


def xlsx_pages(content: bytes, limits: Limits, formulas: bool = False) -> Iterator[Page]:
    """Yield the sheets of a workbook in order.

    :param formulas: give formulas, as :class:`Formula`, instead of what they came to
    :raises TableError: see :func:`table_archive.archive_of`; ``broken`` in the middle of the rows too
    """
    # Here, since Odoo itself imports it only where needed: it is large.
    import openpyxl

    with archive_of(content, limits, WORKBOOK):
        pass
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=not formulas, keep_links=False
        )
        for sheet in book.worksheets:
            # Some programs write a wrong extent; what is there counts.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=limits.columns)
            yield sheet.title, sheet.sheet_state != "visible", _rows_of(rows)
    except TableError:
        raise
    except Exception:
        # A damaged workbook fails in any of a dozen ways inside the library.
        raise TableError(BROKEN) from None


def _rows_of(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    try:
        for row in rows:
            yield [_cell_text(cell) for cell in row]
    except Exception:  # as above
        raise TableError(BROKEN) from None


def _cell_text(cell: Any) -> str:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        return Formula(getattr(cell.value, "text", cell.value) or "=")
    return text_of(cell.value, cell.number_format or "")


def text_of(value: Any, shape: str = "") -> str:
    """Return a cell's value as a string: numbers in full, days as ``yyyy-mm-dd``.

    :param shape: the number format of the cell
    """
    if isinstance(value, bool):
        return Flag("1" if value else "0")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        zeros = shape.count("0") if _ZEROS.fullmatch(shape) else 0
        return Number(str(value).zfill(zeros))
    if isinstance(value, float):
        return Number(value)
    if isinstance(value, datetime):
        return Moment(value.date() if value.time() == time() else value.replace(microsecond=0))
    if isinstance(value, (date, time, timedelta)):
        return Moment(value)
    return str(value)


# ------------------------------------------------------------
# Before 2007
# ------------------------------------------------------------


def xls_pages(content: bytes, limits: Limits) -> Iterator[Page]:
    """Yield the sheets of a workbook of the format before 2007, in order.

    :raises TableError: ``protected`` by a password, ``old_excel`` where nothing can read it here,
        ``broken``, ``too_many_columns``
    """
    if any(name in content for name in _ENCRYPTED):
        raise TableError(PROTECTED)
    try:
        import xlrd
    except ImportError:
        raise TableError(OLD_EXCEL) from None
    try:
        # The library says what it likes of a file, to nobody.
        with open(os.devnull, "w") as nowhere:
            book = xlrd.open_workbook(
                file_contents=content, logfile=nowhere, formatting_info=True, ragged_rows=True
            )
    except Exception as error:
        # xlrd tells it only by the words of its error; it fails in many other ways on a damaged file.
        code = PROTECTED if "encrypted" in str(error).lower() else BROKEN
        raise TableError(code) from None
    for sheet in book.sheets():
        yield sheet.name, bool(sheet.visibility), _xls_rows(book, sheet, limits)


def _xls_rows(book: Any, sheet: Any, limits: Limits) -> Iterator[list[str]]:
    try:
        for number in range(sheet.nrows):
            cells = sheet.row(number)
            while cells and cells[-1].value in ("", None):
                cells.pop()
            if len(cells) > limits.columns:
                raise TableError(TOO_MANY_COLUMNS, max=limits.columns)
            yield [_xls_text(book, cell) for cell in cells]
    except TableError:
        raise
    except Exception:  # as above
        raise TableError(BROKEN) from None


def _xls_text(book: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return text_of(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return text_of(xlrd.xldate_as_datetime(cell.value, book.datemode))
    shape = ""
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        shape = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    return text_of(cell.value, shape)
