import io
import unittest
import zipfile
from datetime import date, datetime

import openpyxl

from ...tools import control_sheet

CREATED = datetime(2026, 10, 15, 10, 0)
# What a spreadsheet would run, call or open if it were let.
LIVE_TEXTS = [
    '=cmd|"/c calc"!A1',
    "=1+1",
    "{=1+1}",
    "+33612345678",
    "-2+3",
    "@SUM(1)",
    "https://example.com/x",
    "mailto:x@example.com",
    "internal:Sheet1!A1",
    "\t=1+1",
    "00123",
]


class TestControlSheetFile(unittest.TestCase):
    def written(self, headers, rows, name="Stagiaires", **options):
        content = control_sheet.write(name, headers, rows, created=CREATED, **options)
        return content, openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    def test_texts_are_inert(self):
        content, sheet = self.written(["=A1", "x"], [[text, "y"] for text in LIVE_TEXTS])
        self.assertEqual([cell.value for cell in sheet["A"]], ["=A1", *LIVE_TEXTS])
        # openpyxl itself takes a text that begins with "=" for a formula: look into the file.
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            xml = archive.read("xl/worksheets/sheet1.xml").decode()
        self.assertNotIn("<f", xml)
        self.assertNotIn("hyperlink", xml)
        self.assertEqual(xml.count('t="inlineStr"'), 2 + 2 * len(LIVE_TEXTS))

    def test_dates_are_dates_and_codes_are_texts(self):
        row = [date(2026, 9, 10), datetime(2026, 9, 10, 14, 30), 12, "81234567600017", None, False]
        sheet = self.written(list("abcdef"), [row])[1]
        day, moment, count, siret, *empty = sheet[2]
        self.assertEqual((day.value, day.number_format), (datetime(2026, 9, 10), "dd/mm/yyyy"))
        self.assertEqual(moment.value, datetime(2026, 9, 10, 14, 30))
        self.assertEqual((count.value, siret.value), (12, "81234567600017"))
        self.assertEqual([cell.value for cell in empty], [None, None])

    def test_header_is_frozen_and_filtered(self):
        sheet = self.written(["a", "b"], [["1", "2"], ["3", "4"]])[1]
        self.assertEqual(sheet.freeze_panes, "A2")
        sheet = self.written(["a", "b"], [["1", "2"], ["3", "4"]], frozen_columns=1)[1]
        self.assertEqual(sheet.freeze_panes, "B2")
        self.assertEqual(sheet.auto_filter.ref, "A1:B3")

    def test_no_row_at_all(self):
        sheet = self.written(["a", "b"], [])[1]
        self.assertEqual([cell.value for cell in sheet[1]], ["a", "b"])

    def test_nothing_is_cut(self):
        with self.assertRaises(ValueError):
            self.written(["a"], [["x" * 40000]])

    def test_same_content_gives_the_same_file(self):
        first, second = (self.written(["a"], [["x"]])[0] for _ in range(2))
        self.assertEqual(first, second)
