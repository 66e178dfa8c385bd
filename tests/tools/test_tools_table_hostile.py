"""What people upload to harm, or by accident: the reader's own error, in bounded time and memory."""

import contextlib
import time
import tracemalloc
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools.table_file import LARGE, SMALL, TableError, read_sheets, read_table
from .test_tools_table_file import ROWS, ods, repacked, workbook, xls

STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'


def in_sheet(change):
    """Return a workbook whose sheet's XML was changed."""
    return repacked(
        workbook(ROWS), lambda name, data: change(data) if name.endswith("sheet1.xml") else data
    )


def with_part(part, data):
    return repacked(workbook(ROWS), lambda name, old: data if name == part else old)


def after_rows(text):
    return in_sheet(lambda data: data.replace(b"</sheetData>", text + b"</sheetData>"))


class TestHostile(TestCase):
    def refused(self, content, *codes, limits=LARGE, seconds=10):
        started = time.process_time()
        tracemalloc.start()
        try:
            with self.assertRaises(TableError) as caught:
                read_sheets(content, limits)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertIn(caught.exception.code, codes)
        self.assertLess(time.process_time() - started, seconds)
        self.assertLess(peak, 64 * 1024 * 1024)

    def test_row_numbers_without_end(self):
        for number in (b"2000000000", b"1048577", b"9" * 5000):
            content = in_sheet(
                lambda data, number=number: data.replace(b'<row r="2"', b'<row r="%s"' % number)
            )
            with self.subTest(length=len(number)):
                self.assertLess(len(content), 10_000)
                self.refused(content, "too_many_rows")
        for number in (b"-1", b"1_000", "٣".encode(), b"x"):
            content = in_sheet(
                lambda data, number=number: data.replace(b'<row r="2"', b'<row r="%s"' % number)
            )
            with self.subTest(number=number):
                self.refused(content, "broken")

    def test_far_columns(self):
        for reference, code in [
            (b"ZZZ1", "too_many_columns"),
            (b"AAAAAAA1", "broken"),
            (b"1", "broken"),
        ]:
            content = in_sheet(lambda data, ref=reference: data.replace(b'r="A1"', b'r="%s"' % ref))
            with self.subTest(reference=reference):
                self.refused(content, code)

    def test_elements_without_end(self):
        for name, content in {
            "strings": with_part("xl/sharedStrings.xml", STRINGS % (b"<si><t/></si>" * 200_000)),
            "runs": with_part(
                "xl/sharedStrings.xml", STRINGS % (b"<si>" + b"<r><rPr/></r>" * 30_000 + b"</si>")
            ),
            "cells": after_rows((b"<row>" + b"<c/>" * 100 + b"</row>") * 4_000),
            "merged": in_sheet(
                lambda data: data.replace(
                    b"</sheetData>",
                    b"</sheetData><mergeCells>"
                    + b'<mergeCell ref="A1:B2"/>' * 30_000
                    + b"</mergeCells>",
                )
            ),
            "nested": after_rows(b"<x>" * 30_000),
            "under another name": repacked(
                workbook(ROWS),
                lambda name, data: (
                    data if "docProps" not in name else b"<a>" + b"<b/>" * 30_000 + b"</a>"
                ),
            ),
        }.items():
            with self.subTest(name=name):
                self.assertLess(len(content), 60_000)
                self.refused(content, "too_large", limits=SMALL, seconds=4)
        texts = STRINGS % (b"<si/>" * (LARGE.elements + 1))
        with self.assertRaises(TableError):
            read_sheets(with_part("xl/sharedStrings.xml", texts))

    def test_limits_of_outsiders_are_small(self):
        content = after_rows(
            b"".join(b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>" for _n in range(1000))
        )
        self.assertTrue(read_sheets(content))
        self.refused(content, "too_large", limits=SMALL, seconds=2)

    def test_entities(self):
        doctype = b'<!DOCTYPE x [<!ENTITY a "%s">]>' % (b"a" * 100)
        late = b"<!--" + b" " * 100_000 + b"-->" + doctype
        for name, piece in {"early": doctype, "late": late}.items():
            for part in (
                "xl/worksheets/sheet1.xml",
                "xl/styles.xml",
                "xl/workbook.xml",
                "[Content_Types].xml",
            ):
                content = repacked(
                    workbook(ROWS),
                    lambda got, data, part=part, piece=piece: (
                        data.replace(b"?>", b"?>" + piece, 1) if got == part else data
                    ),
                )
                with self.subTest(name=name, part=part):
                    self.refused(content, "broken")
        wide = ("<?xml version='1.0' encoding='utf-16'?>" + doctype.decode() + "<a>&a;</a>").encode(
            "utf-16"
        )
        self.refused(with_part("xl/sharedStrings.xml", wide), "broken")

    def test_wrong_bytes(self):
        """Any byte of a workbook may be wrong: the reader's own error, or a table."""
        for content in (workbook(ROWS * 20), ods(ROWS * 20), xls(ROWS * 20)):
            for place in range(0, len(content), max(len(content) // 150, 1)):
                wrong = content[:place] + bytes([content[place] ^ 0x5A]) + content[place + 1 :]
                with contextlib.suppress(TableError):
                    read_sheets(wrong)

    def test_cut(self):
        for content in (workbook(ROWS), ods(ROWS), xls(ROWS)):
            for share in (0.02, 0.3, 0.6, 0.95):
                with self.subTest(share=share):
                    self.refused(
                        content[: int(len(content) * share)], "broken", "unknown_format", "empty"
                    )

    def test_sizes_that_lie(self):
        content = bytearray(workbook(ROWS))
        directory = content.index(b"PK\x01\x02")
        content[directory + 24 : directory + 28] = (5).to_bytes(4, "little")
        self.refused(bytes(content), "broken")

    def test_open_document(self):
        row = '<table:table-row table:number-rows-repeated="{}"><table:table-cell {}/></table:table-row>'
        cell = (
            'office:value-type="string" office:string-value="x" table:number-columns-repeated="{}"'
        )
        for text, code in [
            (row.format(100_000, cell.format(200)), "too_large"),
            (row.format(10_000_000, cell.format(1)), "too_many_rows"),
            (row.format(2, cell.format(500_000_000)), "too_many_columns"),
            (row.format("-1", ""), "broken"),
            (row.format(9 * "9" + "9", ""), "broken"),
        ]:
            with self.subTest(text=text):
                self.refused(ods(text), code)
        spaces = (
            '<table:table-cell><text:p>a<text:s text:c="999999999"/>b</text:p></table:table-cell>'
        )
        rows = read_table(ods(f"<table:table-row>{spaces}</table:table-row>"))
        self.assertLess(len(rows[0][0]), 40_000)

    def test_text(self):
        for content, codes in [
            (b";" * 5_000_000, ("too_many_columns",)),
            (b'"\n";' * 500_000, ("too_many_columns", "broken")),
            (b'a;"' + b"x\n" * 500_000, ("broken", "too_many_rows", "too_many_columns")),
            (b"a" * 2_000_000, ("broken", "too_many_columns")),
            (b"a\n" * 200_000, ("too_many_rows",)),
            (b"\xff\xfe" + b"a\0\n\0" + b"\x00\xd8", ("broken",)),
        ]:
            with self.subTest(content=content[:10]):
                self.refused(content, *codes)

    def test_control_characters_and_half_surrogates_never_leave(self):
        for encoding in ("utf-8", "utf-16", "cp1252"):
            null = "\x00" if encoding == "utf-16" else ""
            content = f"nom;prénom\nLE{null}FÈ\x0bVRE\x1f;Zoé\x7f\n".encode(encoding)
            with self.subTest(encoding=encoding):
                self.assertEqual(read_table(content)[1], ["LEFÈVRE", "Zoé"])
        escaped = workbook([["a_xD800_b_x0000_c"]])
        (row,) = read_table(escaped)
        row[0].encode()
        self.assertNotIn("\0", row[0])

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(
        st.binary(max_size=400)
        | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
    def test_any_bytes(self, content):
        try:
            rows = read_table(content)
        except TableError:
            return
        for row in rows:
            for cell in row:
                self.assertEqual(cell, cell.strip())
                self.assertFalse(
                    any(ord(char) < 9 or 0xD800 <= ord(char) < 0xE000 for char in cell)
                )

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(
        st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4),
        st.booleans(),
    )
    def test_changed_parts(self, changes, in_strings):
        def change(name, data):
            if ("sharedStrings" in name) != in_strings or not name.startswith("xl/"):
                return data
            mutable = bytearray(data)
            for place, value in changes:
                mutable[place % len(mutable)] = value
            return bytes(mutable)

        with contextlib.suppress(TableError):
            read_sheets(repacked(workbook(ROWS), change))
