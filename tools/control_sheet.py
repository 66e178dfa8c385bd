"""A table as an XLSX file whose cells are inert: no formula, no link, whatever they hold.

Rows are written as they come and not kept: there may be a hundred thousand.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

MAX_SHEET_NAME = 31
_WIDEST = 50

Value = str | int | date | datetime | bool | None


def write(
    sheet_name: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    created: datetime,
    frozen_columns: int = 0,
) -> bytes:
    """Return the bytes of a workbook with one sheet: a frozen header with a filter, then the rows.

    :param headers: list of texts
    :param rows: each a list of ``str``, ``int``, ``date``, ``datetime`` (without time zone), or empty values
    :param frozen_columns: how many columns stay in sight
    :param created: ``datetime`` written as the workbook's own date
    :raises ValueError: a text is longer than a cell can be; nothing is cut
    """
    return write_sheets(
        [(sheet_name, headers, rows)], created=created, frozen_columns=frozen_columns
    )


def write_sheets(
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]],
    *,
    created: datetime,
    frozen_columns: int = 0,
) -> bytes:
    """Return the bytes of a workbook with several sheets, each as :func:`write` makes one.

    :param sheets: list of ``(name, headers, rows)``
    :raises ValueError: a text is longer than a cell can be; nothing is cut
    """
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, {**options, "strings_to_numbers": False}) as workbook:
        workbook.set_properties({"created": created})
        formats = {
            "moment": workbook.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
            "day": workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            "text": workbook.add_format({"num_format": "@", "valign": "top"}),
            "number": workbook.add_format({"valign": "top"}),
        }
        for name, headers, rows in sheets:
            sheet = workbook.add_worksheet(name[:MAX_SHEET_NAME])
            _write_sheet(workbook, sheet, headers, rows, formats)
            sheet.freeze_panes(1, frozen_columns)
    return buffer.getvalue()


def _write_sheet(
    workbook: Any,
    sheet: Any,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    formats: dict[str, Any],
) -> None:
    _write_header(workbook, sheet, headers)
    longest = [0] * len(headers)
    row_number = 0
    for row_number, row in enumerate(rows, start=1):
        for column_number, value in enumerate(row):
            _write_cell(sheet, row_number, column_number, value, formats)
            longest[column_number] = max(longest[column_number], _length(value))
    sheet.autofilter(0, 0, row_number, max(len(headers) - 1, 0))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for number, header in enumerate(headers):
        sheet.set_column(number, number, _width(header, longest[number]))


def _write_header(workbook: Any, sheet: Any, headers: Sequence[str]) -> None:
    style = workbook.add_format(
        {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    for number, header in enumerate(headers):
        sheet.write_string(0, number, header, style)


def _write_cell(
    sheet: Any, row: int, column: int, value: Value, formats: Mapping[str, Any]
) -> None:
    """Write one value by its type; never through ``write``, which guesses."""
    if value is None or value is False or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats["number"])
    elif sheet.write_string(row, column, value, formats["text"]) != 0:
        raise ValueError("a text is too long for a cell")


def _width(header: str, longest: int) -> int:
    """Return the width of a column: that of its longest line, within reason."""
    # A header may wrap between its words, and needs room for the button of the filter.
    word = max((len(word) for word in header.split()), default=0) + 3
    return min(max(longest, word, 8) + 1, _WIDEST)


def _length(value: Value) -> int:
    """Return the length of the longest line of a value, as it is shown."""
    if isinstance(value, str) and "\n" not in value:
        return len(value)
    if isinstance(value, datetime):
        return len("00/00/0000 00:00")
    if isinstance(value, date):
        return len("00/00/0000")
    return max(map(len, str(value or "").split("\n")))
