from datetime import date, datetime, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools.half_days import chunks, half_days

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))


class TestHalfDays(TestCase):
    def check(self, begin, end, expected):
        found = half_days(datetime.fromisoformat(begin), datetime.fromisoformat(end))
        self.assertEqual([f"{day.day}{half}" for day, half in found], expected.split())

    def test_one_day(self):
        self.check("2026-11-09 09:00", "2026-11-09 17:00", "9am 9pm")
        self.check("2026-11-09 08:30", "2026-11-09 12:30", "9am")
        self.check("2026-11-09 09:00", "2026-11-09 13:00", "9am")
        self.check("2026-11-09 13:30", "2026-11-09 17:00", "9pm")
        self.check("2026-11-09 12:00", "2026-11-09 13:00", "9pm")

    def test_several_days(self):
        self.check("2026-11-09 09:00", "2026-11-10 17:00", "9am 9pm 10am 10pm")
        self.check("2026-11-09 13:30", "2026-11-11 12:00", "9pm 10am 10pm 11am")
        self.check("2026-11-09 20:00", "2026-11-10 06:00", "9pm 10am")

    def test_weekends(self):
        """2026-11-14 and 15 are a weekend: left out in between, kept at an end."""
        self.check("2026-11-13 09:00", "2026-11-16 12:00", "13am 13pm 16am")
        self.check("2026-11-13 09:00", "2026-11-15 12:00", "13am 13pm 14am 14pm 15am")
        self.check("2026-11-14 09:00", "2026-11-15 17:00", "14am 14pm 15am 15pm")

    @settings(derandomize=True, deadline=None, max_examples=100, database=None)
    @given(moments, st.integers(0, 60 * 24 * 20))
    def test_always_in_order_and_inside(self, begin, minutes):
        end = begin + timedelta(minutes=minutes)
        found = half_days(begin, end)
        self.assertTrue(found)
        self.assertEqual(found, sorted(set(found)))
        self.assertEqual((found[0][0], found[-1][0]), (begin.date(), end.date()))

    def test_chunks(self):
        self.assertEqual(chunks(range(5), 2), [[0, 1], [2, 3], [4]])
        self.assertEqual(chunks([], 2), [[]])
        self.assertEqual(chunks([date(2026, 1, 1)], 1), [[date(2026, 1, 1)]])
