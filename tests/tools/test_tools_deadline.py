from datetime import date, datetime, timedelta
from unittest import TestCase

import pytz
from hypothesis import given
from hypothesis import strategies as st

from ...tools import calendar
from ...tools.calendar import DeadlineRule
from .test_tools_calendar import deterministic

SINCE = (
    ("1", date(2025, 9, 1)),
    ("2", date(2025, 9, 1)),
    ("3", date(2026, 7, 1)),
    ("4", date(2026, 7, 1)),
)
RULES = (
    DeadlineRule(
        date(2025, 9, 1), date(2025, 12, 31), fixed_date=date(2026, 9, 30), mandatory_from=SINCE
    ),
    DeadlineRule(
        date(2026, 1, 1), date(2026, 12, 31), months_after_quarter=6, mandatory_from=SINCE
    ),
    DeadlineRule(date(2027, 1, 1), months_after_quarter=3, mandatory_from=SINCE),
)
# Reference date, deadline, categories that are mandatory. Source: the operator's calendar.
DEADLINES = [
    ("2024-06-12", None, ""),
    ("2025-06-30", None, ""),
    ("2025-07-01", None, ""),
    ("2025-08-31", None, ""),
    ("2025-09-01", "2026-09-30", "12"),
    ("2025-09-30", "2026-09-30", "12"),
    ("2025-10-01", "2026-09-30", "12"),
    ("2025-12-31", "2026-09-30", "12"),
    ("2026-01-01", "2026-09-30", "12"),
    ("2026-02-28", "2026-09-30", "12"),
    ("2026-03-31", "2026-09-30", "12"),
    ("2026-04-01", "2026-12-31", "12"),
    ("2026-06-29", "2026-12-31", "12"),
    ("2026-06-30", "2026-12-31", "12"),
    ("2026-07-01", "2027-03-31", "1234"),
    ("2026-07-02", "2027-03-31", "1234"),
    ("2026-08-31", "2027-03-31", "1234"),
    ("2026-09-30", "2027-03-31", "1234"),
    ("2026-10-01", "2027-06-30", "1234"),
    ("2026-11-16", "2027-06-30", "1234"),
    ("2026-12-30", "2027-06-30", "1234"),
    ("2026-12-31", "2027-06-30", "1234"),
    ("2027-01-01", "2027-06-30", "1234"),
    ("2027-01-02", "2027-06-30", "1234"),
    ("2027-03-31", "2027-06-30", "1234"),
    ("2027-04-01", "2027-09-30", "1234"),
    ("2027-06-30", "2027-09-30", "1234"),
    ("2027-07-01", "2027-12-31", "1234"),
    ("2027-09-30", "2027-12-31", "1234"),
    ("2027-10-01", "2028-03-31", "1234"),
    ("2027-12-31", "2028-03-31", "1234"),
    ("2028-01-01", "2028-06-30", "1234"),
    ("2028-02-29", "2028-06-30", "1234"),
    ("2028-03-31", "2028-06-30", "1234"),
    ("2028-12-31", "2029-03-31", "1234"),
]

days = st.dates(date(2024, 1, 1), date(2060, 12, 31))
covered_days = st.dates(date(2025, 9, 1), date(2060, 12, 31))
categories = st.sampled_from("1234")
zones = st.sampled_from(
    ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "Pacific/Noumea", "Pacific/Tahiti"]
).map(pytz.timezone)


def rule(first, last=None, **values):
    return DeadlineRule(first, last, **{"months_after_quarter": 3, **values})


def contiguous(starts):
    """Return rules that follow each other, the last one without end."""
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return [rule(first, last) for first, last in zip(starts, [*ends, None], strict=True)]


starts = st.lists(days, min_size=3, max_size=6, unique=True).map(sorted)


class TestDeadlines(TestCase):
    def test_table(self):
        for reference, deadline, mandatory in DEADLINES:
            day = date.fromisoformat(reference)
            with self.subTest(reference=reference):
                self.assertEqual(
                    calendar.deadline_of(day, RULES), deadline and date.fromisoformat(deadline)
                )
                found = [name for name in "1234" if calendar.is_mandatory(day, name, RULES)]
                self.assertEqual("".join(found), mandatory)
        self.assertGreaterEqual(len(DEADLINES), 30)

    def test_order_of_the_rules_does_not_matter(self):
        for reference, _deadline, _mandatory in DEADLINES:
            day = date.fromisoformat(reference)
            self.assertEqual(
                calendar.deadline_of(day, RULES), calendar.deadline_of(day, RULES[::-1])
            )

    def test_no_rules_no_deadline(self):
        self.assertIsNone(calendar.deadline_of(date(2026, 7, 1), ()))
        self.assertFalse(calendar.is_mandatory(date(2026, 7, 1), "1", ()))
        self.assertIsNone(calendar.mandatory_since("1", ()))
        self.assertEqual(calendar.rule_gaps([]), [])

    def test_unknown_category_counts_as_the_strictest(self):
        self.assertTrue(calendar.is_mandatory(date(2026, 1, 1), False, RULES))
        self.assertFalse(calendar.is_mandatory(date(2025, 8, 31), False, RULES))

    def test_mandatory_since(self):
        for category, day in SINCE:
            self.assertEqual(calendar.mandatory_since(category, RULES), day)
        self.assertIsNone(calendar.mandatory_since("5", RULES))
        # A date after the period of its rule makes nothing mandatory.
        late = rule(date(2026, 1, 1), date(2026, 6, 30), mandatory_from=(("1", date(2026, 7, 1)),))
        self.assertIsNone(calendar.mandatory_since("1", [late]))
        # A date before the period counts from its first day.
        early = rule(date(2026, 1, 1), mandatory_from=(("1", date(2020, 7, 1)),))
        self.assertEqual(calendar.mandatory_since("1", [early]), date(2026, 1, 1))

    def test_days_left(self):
        for deadline, today, left in [
            (date(2026, 12, 31), date(2026, 12, 31), 0),
            (date(2026, 12, 31), date(2027, 1, 1), -1),
            (date(2026, 12, 31), date(2026, 12, 1), 30),
            (date(2028, 3, 1), date(2028, 2, 28), 2),
        ]:
            with self.subTest(deadline=deadline, today=today):
                self.assertEqual(calendar.days_left(deadline, today), left)

    def test_gaps_and_overlaps(self):
        first, second = date(2026, 1, 1), date(2027, 1, 1)
        for rules, gaps, overlaps in [
            ([rule(first)], [], 0),
            ([rule(first, date(2026, 12, 31)), rule(second)], [], 0),
            (
                [rule(first, date(2026, 12, 30)), rule(second)],
                [(date(2026, 12, 31), date(2026, 12, 31))],
                0,
            ),
            ([rule(first, date(2027, 1, 1)), rule(second)], [], 1),
            ([rule(first), rule(second)], [], 1),
            ([rule(first), rule(first)], [], 1),
            ([rule(first, date(2026, 12, 31))], [(second, None)], 0),
        ]:
            with self.subTest(rules=rules):
                self.assertEqual(calendar.rule_gaps(rules), gaps)
                self.assertEqual(len(calendar.overlapping_rules(rules)), overlaps)


class TestDeadlineProperties(TestCase):
    @deterministic
    @given(covered_days)
    def test_deadline_is_a_month_end_three_to_thirteen_months_later(self, day):
        deadline = calendar.deadline_of(day, RULES)
        self.assertEqual(deadline, calendar.month_end(deadline.year, deadline.month))
        self.assertTrue(timedelta(days=90) <= deadline - day <= timedelta(days=395))

    @deterministic
    @given(covered_days, st.integers(1, 400))
    def test_later_trainings_are_never_due_earlier(self, day, later):
        following = day + timedelta(days=later)
        self.assertLessEqual(
            calendar.deadline_of(day, RULES), calendar.deadline_of(following, RULES)
        )

    @deterministic
    @given(days, st.integers(1, 24))
    def test_a_quarter_has_one_deadline(self, day, months):
        rules = [rule(date(2024, 1, 1), months_after_quarter=months)]
        first, last = calendar.quarter_bounds(*calendar.quarter_of(day))
        found = {calendar.deadline_of(any_day, rules) for any_day in (first, day, last)}
        self.assertEqual(len(found), 1)
        (deadline,) = found
        self.assertEqual((deadline + timedelta(days=1)).day, 1)
        since = (deadline.year - last.year) * 12 + deadline.month - last.month
        self.assertEqual(since, months)

    @deterministic
    @given(days, categories)
    def test_an_obligation_does_not_end(self, day, category):
        self.assertEqual(
            calendar.is_mandatory(day, category, RULES),
            day >= calendar.mandatory_since(category, RULES),
        )

    @deterministic
    @given(starts, days)
    def test_rules_that_follow_each_other_cover_each_day_once(self, starts, day):
        rules = contiguous(starts)
        self.assertEqual(calendar.rule_gaps(rules), [])
        self.assertEqual(calendar.overlapping_rules(rules), [])
        covering = [known for known in rules if known.covers(day)]
        self.assertEqual(len(covering), day >= starts[0])
        self.assertEqual(calendar.rule_of(day, rules), covering[0] if covering else None)

    @deterministic
    @given(starts, st.data())
    def test_what_is_taken_away_is_the_gap(self, starts, data):
        rules = contiguous(starts)
        number = data.draw(st.integers(1, len(rules) - 2))
        missing = rules.pop(number)
        self.assertEqual(calendar.rule_gaps(rules), [(missing.date_from, missing.date_to)])
        self.assertIsNone(calendar.deadline_of(missing.date_from, rules))
        self.assertIsNone(calendar.deadline_of(missing.date_to, rules))

    @deterministic
    @given(starts, st.integers(1, 30))
    def test_a_rule_that_runs_too_long_is_found(self, starts, too_long):
        rules = contiguous(starts)
        longer = rule(rules[0].date_from, rules[0].date_to + timedelta(days=too_long))
        self.assertTrue(calendar.overlapping_rules([longer, *rules[1:]]))

    @deterministic
    @given(days, st.times(), zones)
    def test_the_day_is_that_of_the_place(self, day, hour, zone):
        local = datetime.combine(day, hour)
        if zone.normalize(zone.localize(local)).replace(tzinfo=None) != local:
            return  # an hour that a clock change skips does not exist
        moment = zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
        self.assertEqual(calendar.local_date(moment, zone), day)
        self.assertLessEqual(abs(moment.date() - day), timedelta(days=1))
        self.assertEqual(
            calendar.deadline_of(calendar.local_date(moment, zone), RULES),
            calendar.deadline_of(day, RULES),
        )
