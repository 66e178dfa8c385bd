import io
from time import process_time
from unittest import TestCase

import openpyxl

from ...tools.nir_file import holds_numbers

NUMBER = "1 85 04 75 006 084 59"


def workbook(*cells):
    book = openpyxl.Workbook()
    book.create_sheet("b").append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class TestNirFile(TestCase):
    def test_numbers_of_any_kind_of_file(self):
        plain = NUMBER.replace(" ", "")
        for content in (
            f"nom;x\nMorel;{NUMBER}\n".encode(),
            f"nom;x\nMorel;{plain}\n".encode("cp1252"),
            f"nom;é\nMorel;{plain}\n".encode("utf-16"),
            f"nom\tx\nMorel\t{NUMBER.replace(' ', chr(0xA0))}\n".encode(),
            workbook("Morel", int(plain)),
            workbook("Morel", NUMBER),
            # Nobody can tell.
            b"PK\x03\x04broken",
        ):
            with self.subTest(content=content[:30]):
                self.assertTrue(holds_numbers(content))

    def test_files_without(self):
        for content in (
            b"",
            None,
            b"nom;siret;tel\nACME;62841200000017;0612345678\n",
            workbook("ACME", 62841200017, "06 12 34 56 78", "2026-09-09"),
        ):
            with self.subTest(content=content and content[:30]):
                self.assertFalse(holds_numbers(content))

    def test_long_files_take_no_long_time(self):
        for line in ("ACME;62841200000017;0612345678;2026-09-09 10:00\n", "1 2 3 4 5 6 7 8 9 "):
            with self.subTest(line=line):
                content = (line * (3_000_000 // len(line))).encode()
                start = process_time()
                holds_numbers(content)
                self.assertLess(process_time() - start, 10)
