import io
import zipfile
from unittest import TestCase

import openpyxl

from ...tools import attendee_sheet as sheet
from ...tools.table_file import SMALL

HEADERS = {column: column.upper() for column in sheet.COLUMNS}
FORMULA_NAME = '=HYPERLINK("http://x.example")'


def written(rows):
    return sheet.write_sheet("Stagiaires", HEADERS, rows, "Aide", ["=1+1", "Bonjour"])


def changed(content, change):
    """Return the sheet ``content`` after ``change(worksheet)``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content, replace):
    """Return the archive ``content`` with the members of ``replace`` instead of its own."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *replace}:
            new.writestr(name, replace[name] if name in replace else old.read(name))
    return stream.getvalue()


class TestAttendeeSheet(TestCase):
    def setUp(self):
        super().setUp()
        self.content = written([{"ref": "AAAA", "name": FORMULA_NAME}, {"ref": "BBBB"}])

    def refused(self, content, code):
        with self.assertRaises(sheet.SheetError) as caught:
            sheet.read_sheet(content)
        self.assertEqual(caught.exception.code, code)

    def test_what_is_written_is_read(self):
        rows = sheet.read_sheet(self.content)
        self.assertEqual([row.line for row in rows], [3, 4])
        self.assertEqual(rows[0].values, {"ref": "AAAA", "name": FORMULA_NAME})
        self.assertEqual(rows[1].bad, {})

    def test_nothing_written_is_a_formula(self):
        book = openpyxl.load_workbook(io.BytesIO(self.content))
        types = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
        self.assertLessEqual(types, {"s", "n"})  # openpyxl's type of an empty cell is n

    def test_cells_to_fill_are_text(self):
        book = openpyxl.load_workbook(io.BytesIO(self.content))
        names = [cell.value for cell in book.worksheets[0][1]]
        for column in sheet.FILLED:
            with self.subTest(column=column):
                cell = book.worksheets[0].cell(3, names.index(column) + 1)
                self.assertEqual(cell.number_format, "@")
        self.assertTrue(book.worksheets[0].row_dimensions[1].hidden)

    def test_columns_may_move_and_be_added(self):
        def move(page):
            page.insert_cols(1)
            page.cell(3, 1, "une note")
            page.cell(3, 6, "185047500000141")

        rows = sheet.read_sheet(changed(self.content, move))
        self.assertEqual(rows[0].values["nir"], "185047500000141")
        self.assertEqual(rows[0].values["ref"], "AAAA")

    def test_numbers_keep_their_digits(self):
        for typed, text in [
            (185047500000141, "185047500000141"),
            (185047500000141.0, "185047500000141"),
            (" 1 85 04 ", "1 85 04"),
            ("\u00a01 85", "1 85"),
        ]:
            with self.subTest(typed=typed):
                content = changed(self.content, lambda page: page.cell(3, 5, typed))
                self.assertEqual(sheet.read_sheet(content)[0].values["nir"], text)

    def test_formulas_and_other_values_are_told(self):
        from datetime import date

        for typed, code in [
            ("=1+1", sheet.FORMULA),
            (FORMULA_NAME, sheet.FORMULA),
            (1.5, sheet.NOT_TEXT),
            (True, sheet.NOT_TEXT),
            (date(2026, 1, 1), sheet.NOT_TEXT),
        ]:
            with self.subTest(typed=typed):
                content = changed(self.content, lambda page: page.cell(3, 5, typed))
                row = sheet.read_sheet(content)[0]
                self.assertEqual(row.bad, {"nir": code})
                self.assertNotIn("nir", row.values)

    def test_numbers_do_not_show_in_what_is_logged(self):
        content = changed(self.content, lambda page: page.cell(3, 5, "185047500000141"))
        self.assertNotIn("185047500000141", repr(sheet.read_sheet(content)))

    def test_other_files_are_refused(self):
        self.refused(b"", sheet.NO_ROW)
        self.refused(b"nom;nir\n", sheet.NO_HEADER)
        for name, content in [
            ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
            ("zip", repacked(self.content, {})[:400]),
            ("broken", repacked(self.content, {"xl/workbook.xml": b"<workbook"})),
            ("no workbook", repacked(self.content, {"[Content_Types].xml": b"<Types/>"})),
        ]:
            with self.subTest(name=name):
                self.refused(content, sheet.NOT_XLSX)

    def test_other_sheets_are_refused(self):
        content = changed(self.content, lambda page: page.delete_rows(1))
        self.refused(content, sheet.NO_HEADER)
        self.refused(written([]), sheet.NO_ROW)

    def test_labels_tell_where_the_hidden_row_is_gone(self):
        def without_names(page):
            page.delete_rows(1)
            page.insert_rows(1, 3)
            page.cell(1, 1, "Stagiaires de l’usine")

        content = changed(self.content, without_names)
        rows = sheet.read_sheet(content, HEADERS)
        self.assertEqual([row.line for row in rows], [5, 6])
        self.assertEqual(rows[1].values, {"ref": "BBBB"})
        self.assertEqual(sheet.read_sheet(self.content, HEADERS)[0].line, 3)

    def test_without_its_labels_no_person_is_lost(self):
        content = changed(self.content, lambda page: page.delete_rows(2))
        self.assertEqual([row.line for row in sheet.read_sheet(content, HEADERS)], [2, 3])

    def test_the_other_sheet_may_come_first(self):
        book = openpyxl.load_workbook(io.BytesIO(self.content))
        book.move_sheet(book.worksheets[1], -1)
        stream = io.BytesIO()
        book.save(stream)
        self.assertEqual(len(sheet.read_sheet(stream.getvalue())), 2)

    def test_saved_as_text(self):
        content = "ref;name;siret\nRéférence;Nom;SIRET\nAAAA;Zoé;78945612600018\n".encode("cp1252")
        (row,) = sheet.read_sheet(content)
        self.assertEqual((row.line, row.values["siret"]), (3, "78945612600018"))

    def test_sizes(self):
        self.refused(b"x" * (sheet.MAX_BYTES + 1), sheet.TOO_BIG)
        rows = [{"ref": f"R{number}"} for number in range(sheet.MAX_ROWS + 1)]
        self.refused(written(rows), sheet.TOO_MANY_ROWS)
        self.assertEqual(len(sheet.read_sheet(written(rows[1:]))), sheet.MAX_ROWS)
        far = changed(self.content, lambda page: page.cell(9000, 1, "X"))
        self.refused(far, sheet.TOO_MANY_ROWS)

    def test_bombs(self):
        bomb = repacked(self.content, {"xl/media/x.bin": b"\0" * (SMALL.unpacked + 1)})
        self.assertLess(len(bomb), sheet.MAX_BYTES)
        self.refused(bomb, sheet.TOO_BIG)
        many = repacked(self.content, {f"x{n}.txt": b"" for n in range(SMALL.members)})
        self.refused(many, sheet.TOO_BIG)
        entity = b'<!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>'
        for data in (entity, entity.decode().encode("utf-16")):
            self.refused(repacked(self.content, {"xl/sharedStrings.xml": data}), sheet.NOT_XLSX)

    def test_a_lying_dimension_costs_nothing(self):
        name = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            page = archive.read(name)
        self.assertIn(b'<dimension ref="A1:G4"/>', page)
        lie = page.replace(b"A1:G4", b"A1:XFD1048576")
        self.assertEqual(len(sheet.read_sheet(repacked(self.content, {name: lie}))), 2)
