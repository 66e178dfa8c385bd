from datetime import date
from unittest import TestCase

from ...tools import periods


class TestPeriods(TestCase):
    def test_last_complete(self):
        for rhythm, today, first, last in (
            ("month", date(2026, 11, 26), date(2026, 10, 1), date(2026, 10, 31)),
            ("month", date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31)),
            ("month", date(2024, 3, 31), date(2024, 2, 1), date(2024, 2, 29)),
            ("quarter", date(2026, 11, 26), date(2026, 7, 1), date(2026, 9, 30)),
            ("quarter", date(2026, 10, 1), date(2026, 7, 1), date(2026, 9, 30)),
            ("quarter", date(2026, 2, 15), date(2025, 10, 1), date(2025, 12, 31)),
            ("year", date(2026, 11, 26), date(2025, 1, 1), date(2025, 12, 31)),
        ):
            with self.subTest(rhythm=rhythm, today=today):
                self.assertEqual(periods.last_complete(rhythm, today), (first, last))

    def test_unknown(self):
        with self.assertRaises(KeyError):
            periods.last_complete("week", date(2026, 1, 1))
