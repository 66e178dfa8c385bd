import logging
from unittest import TestCase

from odoo.addons.passeport_prevention.tools.log_filter import NIR_FILTER, scrub


class TestLogFilter(TestCase):
    def test_numbers_go(self):
        for number in (
            "185047500608459",
            "1850475006084",
            "1 85 04 75 006 084 59",
            "1\u00a085\u202f04 2A 006 084 59",
            "1850475 088 007 83",
            r"1\xa085\u202f04\t75 006 084 59",
        ):
            with self.subTest(number=number):
                self.assertEqual(scrub(f"load([['{number}']])"), "load([['***']])")

    def test_what_is_given_to_the_field_goes_however_wrong(self):
        for text in ("{'nir': '12'}", '{"nir_entry": "1 85 oops"}', "{'nir_entry': \"it's\"}"):
            with self.subTest(text=text):
                self.assertRegex(scrub(text), r"nir(_entry)?['\"]: '\*\*\*'")
                self.assertNotRegex(scrub(text), "12|85|it")

    def test_personal_links_go(self):
        for text in (
            '"GET /passeport/f/aB-_9 HTTP/1.1" 200',
            "https://of.example/passeport/f/aB-_9?x=1",
        ):
            with self.subTest(text=text):
                self.assertEqual(scrub(text), text.replace("aB-_9", "***"))

    def test_the_rest_stays(self):
        for text in ("res.partner(1234567,)", "{'name': '2026-10-15'}", "12345678901234567890"):
            with self.subTest(text=text):
                self.assertEqual(scrub(text), text)

    def test_record_is_scrubbed_with_its_parameters(self):
        record = logging.LogRecord(
            "x", logging.DEBUG, "f", 1, "call %s(%s)", ("write", "1850475006084"), None
        )
        self.assertTrue(NIR_FILTER.filter(record))
        self.assertEqual(record.getMessage(), "call write(***)")
