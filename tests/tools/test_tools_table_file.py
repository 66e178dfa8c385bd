import csv
import io
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date, datetime
from unittest import TestCase
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import table_file
from ...tools.table_file import LARGE, TableError, iter_rows, read_sheets, read_table

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


def xls(rows, formats=None, name="Feuille"):
    """Return a workbook of the format before 2007."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            shape = (formats or {}).get((y, x))
            style = [xlwt.easyxf(num_format_str=shape)] if shape else []
            sheet.write(y, x, value, *style)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(*sheets, before=""):
    """Return an OpenDocument spreadsheet; a sheet is a list of rows of strings, or XML."""
    tables = "".join(
        f'<table:table table:name="S{number}">{sheet if isinstance(sheet, str) else _ods_rows(sheet)}'
        "</table:table>"
        for number, sheet in enumerate(sheets)
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f"<?xml version='1.0'?><office:document-content{names}>{before}<office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def _ods_rows(rows):
    return "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )


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
            # A header cell is missing; commas within texts, and in numbers.
            ("ID;STATUT\n1;KO;Inconnu, vérifier le NIR, le nom\n2;KO;x, y, z\n", 3),
            ("a;b;c\n1,50;2,50;3,50\n1,50;2,50;3,50\n", 3),
            ("a\tb\n1,5\t2;5\n", 2),
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
            ('id;motif\n1;"abc\n2;"def\n', [["id", "motif"], ["1", '"abc'], ["2", '"def']]),
            (
                'id;taille\n1;5" de long\n2;10"\n',
                [["id", "taille"], ["1", '5" de long'], ["2", '10"']],
            ),
            ('id;motif\r\n1;"a\r\nb\rc"\r\n', [["id", "motif"], ["1", "a\nb\nc"]]),
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
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken"),
            (
                b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
                "protected",
            ),
            ("a;é".encode("utf-16") + b"\x00", "broken"),
        ]:
            with self.subTest(content=content and content[:20]):
                with self.assertRaises(TableError) as refused:
                    read_table(content)
                self.assertEqual(refused.exception.code, code)

    def test_limits(self):
        for name, limit, content, code in [
            ("bytes", 1024 * 1024, b"a;b\n" * 300_000, "too_large"),
            ("columns", 3, b"a;b;c;d\n1;2;3;4\n", "too_many_columns"),
            ("rows", 1, b"a;b\n1;2\n", "too_many_rows"),
        ]:
            with self.subTest(name=name), self.assertRaises(TableError) as refused:
                list(iter_rows(content, limits=replace(LARGE, **{name: limit})))
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
        for name in ("unpacked", "elements", "others", "members"):
            with self.subTest(name=name), self.assertRaises(TableError) as refused:
                list(iter_rows(workbook(ROWS), limits=replace(LARGE, **{name: 10 - 4})))
            self.assertEqual(refused.exception.code, "too_large")

    def test_far_cell_is_too_many_rows_or_columns(self):
        limits = replace(LARGE, rows=1000)
        for far, code in [((1500, 0), "too_many_rows"), ((0, 300), "too_many_columns")]:
            with self.subTest(far=far):
                stream = io.BytesIO()
                book = xlsxwriter.Workbook(stream, {"in_memory": True})
                sheet = book.add_worksheet()
                sheet.write(0, 0, "a")
                sheet.write(*far, "b")
                book.close()
                with self.assertRaises(TableError) as refused:
                    list(iter_rows(stream.getvalue(), limits=limits))
                self.assertEqual(refused.exception.code, code)


class TestXls(TestCase):
    def test_cells_as_they_are_seen(self):
        content = xls(
            [
                ["texte", 185047500608459, 85, 12.5, True, date(2026, 10, 15)],
                [" \u00a0été ", 62841200017, datetime(2026, 10, 15, 9, 30), "", None, ""],
            ],
            formats={
                (0, 5): "dd/mm/yyyy",
                (1, 1): "00000000000000",
                (1, 2): "dd/mm/yyyy hh:mm",
            },
        )
        self.assertEqual(
            read_table(content),
            [
                ["texte", "185047500608459", "85", "12.5", "1", "2026-10-15"],
                ["été", "00062841200017", "2026-10-15 09:30:00"],
            ],
        )

    def test_limits(self):
        for rows, limits, code in [
            ([["a"] * 5], {"columns": 4}, "too_many_columns"),
            ([["a"]] * 5, {"rows": 4}, "too_many_rows"),
        ]:
            with self.subTest(code=code), self.assertRaises(TableError) as refused:
                list(iter_rows(xls(rows), limits=replace(LARGE, **limits)))
            self.assertEqual(refused.exception.code, code)


class TestOds(TestCase):
    def test_texts(self):
        self.assertEqual(read_table(ods([[""]], ROWS)), ROWS)
        texts = (
            "<table:table-row><table:table-cell><text:p>a<text:s text:c='2'/>b<text:tab/>c</text:p>"
            "<text:p>d<text:line-break/><text:span>e</text:span></text:p>"
            "<office:annotation><text:p>une note</text:p></office:annotation></table:table-cell>"
            "</table:table-row>"
        )
        self.assertEqual(read_table(ods(texts)), [["a  b\tc\nd\ne"]])

    def test_values(self):
        def cell(kind, value="", shown="", more=""):
            name = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
            return (
                f'<table:table-cell office:value-type="{kind}" office:{name}="{value}" {more}>'
                f"<text:p>{shown}</text:p></table:table-cell>"
            )

        row = (
            cell("float", "185047500608459", "1,85E+14")
            + cell("float", "62841200017", "00062841200017")
            + cell("float", "12.5", "12,50")
            + cell("date", "2026-10-15", "15/10/26")
            + cell("date", "2026-10-15T09:30:00", "15/10/26")
            + cell("boolean", "true", "VRAI")
            + cell("float", "2", "2", 'table:formula="of:=1+1"')
        )
        content = ods(f"<table:table-row>{row}</table:table-row>")
        self.assertEqual(
            read_table(content),
            [
                ["185047500608459", "00062841200017", "12.5", "2026-10-15"]
                + ["2026-10-15 09:30:00", "1", "2"]
            ],
        )
        (sheet,) = read_sheets(content, formulas=True)
        self.assertIsInstance(sheet.rows[0][6], table_file.Formula)

    def test_repeated_and_empty(self):
        def row(cells, count=1):
            return (
                f'<table:table-row table:number-rows-repeated="{count}">{cells}</table:table-row>'
            )

        def cell(text, count=1):
            return (
                f'<table:table-cell table:number-columns-repeated="{count}">'
                f"<text:p>{text}</text:p></table:table-cell>"
            )

        content = ods(
            row(cell("a", 2) + cell("", 3) + cell("b") + cell("", 16_000))
            + row(cell("", 16_384), 2)
            + row(cell("c"), 2)
            + row(cell("", 16_384), 1_048_570)
        )
        self.assertEqual(read_table(content), [["a", "a", "", "", "", "b"], [], [], ["c"], ["c"]])

    def test_hidden(self):
        style = (
            '<office:automatic-styles><style:style style:name="ta1"><style:table-properties '
            'table:display="false"/></style:style></office:automatic-styles>'
        )
        content = ods(ROWS, before=style)
        hidden = repacked(
            content, lambda name, data: data.replace(b'table:name="S0"', b'table:style-name="ta1"')
        )
        self.assertEqual([sheet.is_hidden for sheet in read_sheets(content)], [False])
        self.assertEqual([sheet.is_hidden for sheet in read_sheets(hidden)], [True])


class TestSheets(TestCase):
    def test_all_that_hold_something_with_their_names(self):
        sheets = read_sheets(workbook(ROWS, [], [["x"]]))
        self.assertEqual([sheet.name for sheet in sheets], ["Sheet1", "Sheet3"])
        self.assertEqual([sheet.rows for sheet in sheets], [ROWS, [["x"]]])
        self.assertEqual([sheet.name for sheet in read_sheets(TEXT.encode())], [""])
        self.assertEqual(read_sheets(xls(ROWS, name="Export"))[0].name, "Export")
        with self.assertRaises(TableError):
            read_sheets(workbook([]))

    def test_formulas_are_told_to_who_asks(self):
        content = workbook([["=1+1", "a"]])
        (sheet,) = read_sheets(content, formulas=True)
        self.assertIsInstance(sheet.rows[0][0], table_file.Formula)
        self.assertEqual(read_table(content), [["0", "a"]])

    def test_the_content_does_not_show(self):
        self.assertNotIn("LEF", repr(read_sheets(workbook(ROWS))))


# French letters, as exports hold them.
letters = st.sampled_from("abcdeéèêàçôîûùABCDE É-'0123456789")
words = st.text(letters, min_size=1, max_size=12).map(str.strip).filter(bool)
lines = st.text(letters | st.sampled_from('\n;,|"\t'), max_size=12).map(str.strip)


class TestRoundTrip(TestCase):
    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(
        st.lists(st.lists(words, min_size=2, max_size=2), min_size=2, max_size=6),
        st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")),
        st.sampled_from(table_file.SEPARATORS),
    )
    def test_without_quoting(self, rows, encoding, separator):
        text = "\r\n".join(separator.join(row) for row in rows)
        self.assertEqual(read_table(text.encode(encoding)), rows)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(
        st.lists(st.tuples(words, lines, words), min_size=3, max_size=6),
        st.sampled_from(("utf-8", "utf-16", "cp1252")),
        st.sampled_from(table_file.SEPARATORS),
    )
    def test_quoted(self, rows, encoding, separator):
        stream = io.StringIO()
        csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
        found = read_table(stream.getvalue().encode(encoding))
        self.assertEqual(found, [list(row) for row in rows])

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(st.lists(st.tuples(words, lines, words), min_size=1, max_size=4))
    def test_workbooks(self, rows):
        expected = [list(row) for row in rows]
        self.assertEqual(read_table(workbook(rows)), expected)
        self.assertEqual(read_table(xls(rows)), expected)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(st.lists(st.text("aeiounrstlLPéèàçê", min_size=4), min_size=3, max_size=8))
    def test_old_encodings(self, names):
        text = "Nom;Prénom;Société\n" + "".join(f"{name};Zoé;Fûts\n" for name in names)
        for encoding in ("cp1252", "cp850", "mac_roman"):
            self.assertEqual(table_file.sniff_encoding(text.encode(encoding)), encoding)


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
