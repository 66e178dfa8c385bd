import base64
import io
import logging
import time
from unittest import TestCase

from ...tools.log_filter import NIR_FILTER, protect, scrub

NUMBER = "185047500608459"


class TestScrub(TestCase):
    def test_numbers_go(self):
        for number in (
            NUMBER,
            NUMBER[:13],
            "1 85 04 75 006 084 59",
            "1-85-04-75-006-084/59",
            "1\u00a085\u202f04 2A 006 084 59",
            "1850475 088 007 83",
            r"1\xa085\u202f04\t75 006 084 59",
        ):
            with self.subTest(number=number):
                self.assertEqual(scrub(f"load([['{number}']])"), "load([['***']])")

    def test_what_is_given_to_the_field_goes_however_wrong(self):
        for text in (
            "{'nir': '12'}",
            '{"nir_entry": "1 85 oops"}',
            "{'nir_entry': \"it's\"}",
            r'{"nir": "it \"85"}',
        ):
            with self.subTest(text=text):
                self.assertRegex(scrub(text), r"nir(_entry)?['\"]: '\*\*\*'")
                self.assertNotRegex(scrub(text), "12|85|it")

    def test_personal_links_go(self):
        for text in (
            '"GET /passeport/f/aB-_9 HTTP/1.1" 200',
            "https://of.example/passeport/f/aB-_9?x=1",
            "https://of.example/passeport/renouveler/aB-_9",
        ):
            with self.subTest(text=text):
                self.assertEqual(scrub(text), text.replace("aB-_9", "***"))

    def test_uploaded_files_go(self):
        table = f"Nom;NIR\nLEFEVRE;{NUMBER}\n".encode()
        for content in (table, table.decode().encode("utf-16"), table * 50, b"PK\x03\x04" * 200):
            packed = base64.b64encode(content).decode()
            for text in (packed, base64.urlsafe_b64encode(content).decode()):
                with self.subTest(text=text[:20], length=len(text)):
                    self.assertEqual(scrub(f"{{'upload': '{text}'}}"), "{'upload': '***'}")
        lines = base64.encodebytes(table * 50).decode()
        for text in (lines, lines.replace("\n", "\\n")):
            self.assertNotIn(base64.b64encode(table).decode()[:30], scrub(text))

    def test_the_rest_stays(self):
        for text in (
            "res.partner(1234567,)",
            "{'name': '2026-10-15'}",
            "12345678901234567890",
            "/opt/odoo/addons/passeport_prevention/models/vault/passport_nir.py",
            "event_registration_passport_prevention_view_form",
            "6f1ed002ab5595859014ebf0951522d9aa1b2c3d4e5f60718293a4b5c6d7e8f9",
        ):
            with self.subTest(text=text):
                self.assertEqual(scrub(text), text)

    def test_time_grows_with_the_length_only(self):
        for piece in ("'nir': '", '"nir": "\\', "/passeport/f/", "A" * 76 + "\n", "ab1", "\\n"):
            with self.subTest(piece=piece):
                started = time.process_time()
                scrub((piece * 40_000)[:40_000])
                self.assertLess(time.process_time() - started, 1)


class TestFilter(TestCase):
    def setUp(self):
        super().setUp()
        self.stream = io.StringIO()
        self.logger = logging.getLogger("passeport_prevention.tests.log_filter")
        self.logger.propagate = False
        self.logger.setLevel(logging.DEBUG)
        handler = logging.StreamHandler(self.stream)
        self.logger.addHandler(handler)
        self.addCleanup(self.logger.removeHandler, handler)
        self.logger.addFilter(NIR_FILTER)
        self.addCleanup(self.logger.removeFilter, NIR_FILTER)

    def test_message_and_its_parameters(self):
        self.logger.debug("call %s(%s)", "write", {"x": NUMBER})
        self.assertEqual(self.stream.getvalue(), "call write({'x': '***'})\n")

    def test_traceback(self):
        try:
            raise ValueError(f"could not convert {NUMBER}")
        except ValueError:
            self.logger.exception("failed")
        told = self.stream.getvalue()
        self.assertIn("ValueError: could not convert ***", told)
        self.assertIn("Traceback", told)
        self.assertNotIn("18504", told)

    def test_stack(self):
        number_of_the_frame = "185047500608459"  # the line of source shows in the stack
        self.logger.info("here %s", len(number_of_the_frame), stack_info=True)
        self.logger.handle(
            logging.LogRecord("x", 10, "f", 1, "m", (), None, sinfo=f"Stack: {NUMBER}")
        )
        self.assertIn("Stack: ***", self.stream.getvalue())
        self.assertNotIn("18504", self.stream.getvalue())

    def test_arguments_that_do_not_fit_are_told_without_numbers(self):
        record = logging.LogRecord("x", logging.INFO, "f", 1, "a %s %s", (NUMBER,), None)
        self.assertTrue(NIR_FILTER.filter(record))
        self.assertEqual(record.getMessage(), "a %s %s ('***',)")

    def test_what_loggers_below_tell_is_scrubbed_where_it_is_written(self):
        root = logging.getLogger()
        handler = logging.StreamHandler(self.stream)
        root.addHandler(handler)
        self.addCleanup(root.removeHandler, handler)
        names = [(one, list(one.filters)) for one in root.handlers]
        self.addCleanup(lambda: [setattr(one, "filters", kept) for one, kept in names])
        protect(())
        logging.getLogger("passeport_prevention.tests.below").error("n %s", NUMBER)
        self.assertIn("n ***", self.stream.getvalue())
