"""The rows of a list that go back to the client, as a workbook with a column that says what is wrong."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

_WIDTH, _WIDE = 22, 70


def write_rest(
    title: str, labels: Sequence[str], rows: Iterable[tuple[Sequence[str], str]], last: str
) -> bytes:
    """Return a workbook; its cells are text, so that no number is shortened again.

    :param labels: of the list's own columns
    :param rows: ``(cells, what is wrong)``
    :param last: the label of the last column
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "bg_color": "#FCE4D6", "text_wrap": True})
        sheet = book.add_worksheet(title[:31])
        sheet.set_column(0, max(len(labels) - 1, 0), _WIDTH, text)
        sheet.set_column(len(labels), len(labels), _WIDE, text)
        sheet.freeze_panes(1, 0)
        for position, label in enumerate((*labels, last)):
            sheet.write_string(0, position, label, bold)
        for line, (cells, wrong) in enumerate(rows, start=1):
            for position in range(len(labels)):
                cell = cells[position] if position < len(cells) else ""
                sheet.write_string(line, position, cell, text)
            sheet.write_string(line, len(labels), wrong, text)
    return stream.getvalue()
