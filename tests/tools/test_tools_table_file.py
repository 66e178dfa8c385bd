import io
import tracemalloc
import zipfile
from datetime import date, datetime
from unittest import TestCase
from unittest.mock import patch

import xlsxwriter

from ...tools import table_file
from ...tools.table_file import TableError, read_table

ROWS = [["Identifiant", "Nom", "Motif"], ["a-1", "LEFÈVRE", "NIR inconnu, à vérifier"]]
TEXT = "Identifiant;Nom;Motif\r\na-1;LEFÈVRE;NIR inconnu, à vérifier\r\n"


def workbook(*sheets, formats=None):
    """Return an XLSX file; each of ``sheets`` is a list of rows, cells of any type."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                shape = (formats or {}).get((y, x))
                sheet.write(y, x, value, *([book.add_format({"num_format": shape})] * bool(shape)))
    book.close()
    return stream.getvalue()


def repacked(content, change):
    """Return the zip file ``content`` with ``change(name, data)`` done to each part."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return stream.getvalue()


class TestCsv(TestCase):
    def test_encodings(self):
        for encoding in (
            "utf-8",
            "utf-8-sig",
            "cp1252",
            "latin-1",
            "cp850",
            "mac_roman",
            "utf-16",
            "utf-16-le",
            "utf-16-be",
        ):
            with self.subTest(encoding=encoding):
                self.assertEqual(read_table(TEXT.encode(encoding)), ROWS)

    def test_separators_and_line_ends(self):
        for separator in table_file.SEPARATORS:
            for line_end in ("\r\n", "\n", "\r"):
                with self.subTest(separator=separator, line_end=line_end):
                    rows = [["Identifiant", "Nom"], ["a-1", "LEFÈVRE"], ["b-2", "MARTIN"]]
                    text = line_end.join(separator.join(row) for row in rows)
                    self.assertEqual(read_table(text.encode()), rows)

    def test_separator_is_the_regular_one(self):
        for text, width in [
            ("id;motif\n1;a, b, c\n2;d\n", 2),
            ("id,motif\n1,a; b\n2,c\n", 2),
            ("Rapport du 15/10/2026, provisoire\n\nid|nom|motif\n1|X|a\n2|Y|b, c\n", 3),
            ('id;motif\n1;"a;b;c;d"\n2;"e;f;g;h"\n', 2),
        ]:
            with self.subTest(text=text):
                self.assertEqual(len(read_table(text.encode())[-1]), width)

    def test_one_column(self):
        self.assertEqual(
            read_table(b"identifiant\na-1\nb-2\n"), [["identifiant"], ["a-1"], ["b-2"]]
        )

    def test_hint_of_excel(self):
        self.assertEqual(
            read_table(b"sep=,\nid,motif\n1,a;b;c\n"), [[], ["id", "motif"], ["1", "a;b;c"]]
        )

    def test_quotes(self):
        for text, rows in [
            ('id;motif\n1;"deux\nlignes"\n', [["id", "motif"], ["1", "deux\nlignes"]]),
            ('id;motif\n1;"dit ""non"""\n', [["id", "motif"], ["1", 'dit "non"']]),
            (
                'id|motif\n1|"NIR inconnu\n2|b\n',
                [["id", "motif"], ["1", '"NIR inconnu'], ["2", "b"]],
            ),
            ('"id";"motif"\n"1";"un 5" raté"\n', [["id", "motif"], ["1", 'un 5" raté']]),
        ]:
            with self.subTest(text=text):
                self.assertEqual(read_table(text.encode()), rows)

    def test_rows_keep_their_number(self):
        rows = read_table("\ufeff\nid ;\u00a0nom ; \n;;\n\n1;X\n\n;\n".encode())
        self.assertEqual(rows, [[], ["id", "nom"], [], [], ["1", "X"]])

    def test_refused(self):
        for content, code in [
            (b"", "empty"),
            (None, "empty"),
            (b" \r\n ", "empty"),
            (b";;\n;;\n", "empty"),
            ("\ufeff".encode(), "empty"),
            (b"%PDF-1.4\n\0\0\1\2", "unknown_format"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
            ("a;é".encode("utf-16") + b"\x00", "broken"),
        ]:
            with self.subTest(content=content and content[:20]):
                with self.assertRaises(TableError) as refused:
                    read_table(content)
                self.assertEqual(refused.exception.code, code)

    def test_limits(self):
        for name, limit, content, code in [
            ("MAX_BYTES", 1024 * 1024, b"a;b\n" * 300_000, "too_large"),
            ("MAX_COLUMNS", 3, b"a;b;c;d\n1;2;3;4\n", "too_many_columns"),
        ]:
            with self.subTest(name=name), patch.object(table_file, name, limit):
                with self.assertRaises(TableError) as refused:
                    read_table(content)
                self.assertEqual(refused.exception.code, code)
                self.assertIn("max", refused.exception.params)
        self.assertEqual(len(read_table(b"a;b\n1;2\n;\n", max_rows=2)), 2)
        with self.assertRaises(TableError) as refused:
            read_table(b"a;b\n1;2\n3;4\n", max_rows=2)
        self.assertEqual(
            (refused.exception.code, refused.exception.params), ("too_many_rows", {"max": 2})
        )

    def test_error_says_nothing_of_the_content(self):
        with self.assertRaises(TableError) as refused:
            read_table("185047500608".encode("utf-16") + b"\x00")
        self.assertIsNone(refused.exception.__cause__)
        self.assertTrue(refused.exception.__suppress_context__)
        self.assertNotIn("1850", repr(refused.exception))


class TestXlsx(TestCase):
    def test_cells_as_they_are_seen(self):
        content = workbook(
            [
                ["texte", 1850475006084, 85, 12.5, True, date(2026, 10, 15)],
                [" \u00a0été ", 123, datetime(2026, 10, 15, 9, 30), "=1+1", "", None],
            ],
            formats={
                (0, 5): "dd/mm/yyyy",
                (1, 1): "00000",
                (1, 2): "dd/mm/yyyy hh:mm",
            },
        )
        self.assertEqual(
            read_table(content),
            [
                ["texte", "1850475006084", "85", "12.5", "1", "2026-10-15"],
                ["été", "00123", "2026-10-15 09:30:00", "0"],
            ],
        )

    def test_content_decides(self):
        self.assertEqual(read_table(workbook(ROWS)), ROWS)

    def test_first_sheet_that_holds_something(self):
        self.assertEqual(read_table(workbook([], [["", " "]], [[], *ROWS])), [[], *ROWS])

    def test_wrong_extent(self):
        """Some programs tell that a sheet is one cell large."""

        def shrink(name, data):
            return data.replace(b'<dimension ref="A1:C2"/>', b'<dimension ref="A1"/>')

        self.assertEqual(read_table(repacked(workbook(ROWS), shrink)), ROWS)

    def test_refused(self):
        good = workbook(ROWS)
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'

        def without_workbook(name, data):
            return None if name == "xl/workbook.xml" else data

        def with_doctype(name, data):
            return data.replace(b"?>", b"?>" + bomb, 1) if "sheet1" in name else data

        def with_torn_sheet(name, data):
            return data[: len(data) // 2] if name.endswith("sheet1.xml") else data

        for label, content, code in [
            ("nothing", workbook([]), "empty"),
            ("cut", good[: len(good) // 2], "broken"),
            ("other zip", repacked(good, without_workbook), "unknown_format"),
            ("entities", repacked(good, with_doctype), "broken"),
            ("torn", repacked(good, with_torn_sheet), "broken"),
            ("zip header only", b"PK\x03\x04", "broken"),
        ]:
            with self.subTest(label=label):
                with self.assertRaises(TableError) as refused:
                    read_table(content)
                self.assertEqual(refused.exception.code, code)

    def test_unpacks_into_too_much(self):
        with (
            patch.object(table_file, "MAX_UNPACKED_BYTES", 1000),
            self.assertRaises(TableError) as refused,
        ):
            read_table(workbook(ROWS))
        self.assertEqual(refused.exception.code, "too_large")

    def test_far_cell_is_too_many_rows_or_columns(self):
        for far, code in [((150_000, 0), "too_many_rows"), ((0, 300), "too_many_columns")]:
            with self.subTest(far=far):
                stream = io.BytesIO()
                book = xlsxwriter.Workbook(stream, {"in_memory": True})
                sheet = book.add_worksheet()
                sheet.write(0, 0, "a")
                sheet.write(*far, "b")
                book.close()
                with self.assertRaises(TableError) as refused:
                    read_table(stream.getvalue())
                self.assertEqual(refused.exception.code, code)


class TestMemory(TestCase):
    def test_rows_come_one_by_one(self):
        content = b"".join(b"a-%d;LEFEVRE;NIR inconnu\n" % number for number in range(50_000))
        tracemalloc.start()
        try:
            count = sum(1 for _row in table_file.iter_rows(content))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertEqual(count, 50_000)
        self.assertLess(peak, len(content) * 1.5)
