from datetime import date, datetime, timedelta
from unittest import TestCase

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import calendar

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def deterministic(test):
    return settings(derandomize=True, deadline=None, max_examples=100, database=None)(test)


class TestCalendar(TestCase):
    def test_validity_end(self):
        for start, months, end in [
            (date(2025, 7, 25), 24, date(2027, 7, 24)),  # the example of the import guide
            (date(2025, 7, 25), 1, date(2025, 8, 24)),
            (date(2025, 1, 1), 24, date(2026, 12, 31)),
            (date(2025, 3, 1), 12, date(2026, 2, 28)),
            (date(2023, 3, 1), 12, date(2024, 2, 29)),
            (date(2025, 12, 15), 1, date(2026, 1, 14)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 2, 29), 24, date(2026, 2, 28)),
            (date(2024, 2, 29), 48, date(2028, 2, 28)),
            (date(2025, 2, 28), 12, date(2026, 2, 27)),
            (date(2023, 2, 28), 12, date(2024, 2, 27)),
            (date(2025, 1, 31), 1, date(2025, 2, 28)),
            (date(2024, 1, 30), 1, date(2024, 2, 29)),
            (date(2025, 8, 31), 6, date(2026, 2, 28)),
            (date(2025, 5, 31), 1, date(2025, 6, 30)),
            (date(2025, 7, 31), 1, date(2025, 8, 30)),
        ]:
            with self.subTest(start=start, months=months):
                self.assertEqual(calendar.validity_end(start, months), end)

    def test_no_months_mean_no_end(self):
        for months in (0, None, False, -1):
            with self.subTest(months=months):
                self.assertIsNone(calendar.validity_end(date(2025, 7, 25), months))

    def test_quarters(self):
        for day, quarter, first, last in [
            (date(2026, 1, 1), (2026, 1), date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 3, 31), (2026, 1), date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 4, 1), (2026, 2), date(2026, 4, 1), date(2026, 6, 30)),
            (date(2026, 9, 30), (2026, 3), date(2026, 7, 1), date(2026, 9, 30)),
            (date(2026, 12, 31), (2026, 4), date(2026, 10, 1), date(2026, 12, 31)),
        ]:
            with self.subTest(day=day):
                self.assertEqual(calendar.quarter_of(day), quarter)
                self.assertEqual(calendar.quarter_bounds(*quarter), (first, last))

    def test_month_end(self):
        for year, month, last in [(2024, 2, 29), (2025, 2, 28), (2100, 2, 28), (2026, 12, 31)]:
            with self.subTest(year=year, month=month):
                self.assertEqual(calendar.month_end(year, month), date(year, month, last))

    def test_local_date(self):
        for moment, zone, day in [
            (datetime(2026, 9, 10, 21, 30), "Europe/Paris", date(2026, 9, 10)),
            (datetime(2026, 9, 10, 22, 0), "Europe/Paris", date(2026, 9, 11)),
            (datetime(2026, 12, 10, 22, 59), "Europe/Paris", date(2026, 12, 10)),
            (datetime(2026, 12, 10, 23, 0), "Europe/Paris", date(2026, 12, 11)),
            (datetime(2026, 9, 10, 19, 59), "Indian/Reunion", date(2026, 9, 10)),
            (datetime(2026, 9, 10, 20, 0), "Indian/Reunion", date(2026, 9, 11)),
            (datetime(2026, 9, 10, 3, 59), "America/Guadeloupe", date(2026, 9, 9)),
            (datetime(2026, 9, 10, 23, 59), "UTC", date(2026, 9, 10)),
        ]:
            with self.subTest(moment=moment, zone=zone):
                self.assertEqual(calendar.local_date(moment, pytz.timezone(zone)), day)

    @deterministic
    @given(days, st.integers(1, 240))
    def test_validity_is_the_day_before_the_anniversary(self, start, months):
        end = calendar.validity_end(start, months)
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        if start.day == 1:
            self.assertEqual(end + timedelta(days=1), date(year, month + 1, 1))
        else:
            self.assertEqual((end.year, end.month), (year, month + 1))
            self.assertEqual(end.day, min(start.day - 1, calendar.month_end(year, month + 1).day))

    @deterministic
    @given(days, st.integers(1, 120))
    def test_validity_grows_with_the_start_and_the_months(self, start, months):
        end = calendar.validity_end(start, months)
        self.assertGreater(end, start)
        self.assertGreaterEqual(calendar.validity_end(start + timedelta(days=1), months), end)
        self.assertGreater(calendar.validity_end(start, months + 1), end)

    @deterministic
    @given(days)
    def test_each_day_is_in_its_quarter_and_quarters_follow_each_other(self, day):
        first, last = calendar.quarter_bounds(*calendar.quarter_of(day))
        self.assertTrue(first <= day <= last)
        following = calendar.quarter_of(last + timedelta(days=1))
        self.assertEqual(calendar.quarter_bounds(*following)[0], last + timedelta(days=1))
