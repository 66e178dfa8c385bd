"""Calendar arithmetic of the Passeport de prévention: quarters, deadlines and validity periods.

Everything here works on dates; what day a moment is belongs to :func:`local_date`.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise

# "Today" for the portal is today in Paris, wherever a session was held.
PORTAL_TIMEZONE = "Europe/Paris"


def local_date(moment: datetime, tz: tzinfo) -> date:
    """Return the date of ``moment`` (a naive UTC datetime) in the timezone ``tz`` (a ``tzinfo``).

    A session that ends at 23:30 in Paris has ended the next day in UTC: the file must say Paris.
    """
    return moment.replace(tzinfo=timezone.utc).astimezone(tz).date()


def quarter_of(day: date) -> tuple[int, int]:
    """Return ``(year, quarter)`` of ``day``, with quarter from 1 to 4."""
    return day.year, (day.month - 1) // 3 + 1


def quarter_bounds(year: int, quarter: int) -> tuple[date, date]:
    """Return the first and the last day of a quarter."""
    first = date(year, 3 * quarter - 2, 1)
    return first, month_end(first.year, first.month + 2)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def validity_end(start: date, months: int | None) -> date | None:
    """Return the last day of a validity of ``months`` months that begins on ``start``.

    It is the day before the anniversary: 25/07/2025 + 24 months gives 24/07/2027, the example of
    the operator's import guide. Where the month of the anniversary lacks that day, the validity
    ends with the month: 29/02/2024 + 24 months gives 28/02/2026, 31/08/2025 + 6 gives 28/02/2026.

    :returns: a date, or ``None`` without months (no end)
    """
    if not months or months < 0:
        return None
    total = start.year * 12 + start.month - 1 + months
    year, month = divmod(total, 12)
    if start.day == 1:
        return date(year, month + 1, 1) - timedelta(days=1)
    last = month_end(year, month + 1)
    return last.replace(day=min(start.day - 1, last.day))


@dataclass(frozen=True)
class DeadlineRule:
    """What a regime of the law says about the trainings whose reference date it covers.

    ``date_from`` and ``date_to`` are included; without ``date_to`` the rule runs on. The deadline is
    ``fixed_date``, or the last day of the month ``months_after_quarter`` months after the quarter of
    the reference date. ``mandatory_from`` holds, for each category, the first reference date from
    which declaring is an obligation; a category it lacks is voluntary.
    """

    date_from: date
    date_to: date | None = None
    months_after_quarter: int = 0
    fixed_date: date | None = None
    mandatory_from: tuple[tuple[str, date], ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` is in the period of this rule."""
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)

    def deadline(self, reference: date) -> date:
        """Return the last day, included, on which ``reference`` can be declared in time."""
        if self.fixed_date:
            return self.fixed_date
        _first, last = quarter_bounds(*quarter_of(reference))
        return months_later(last, self.months_after_quarter)

    def is_mandatory(self, reference: date, category: str | None) -> bool:
        """Tell whether declaring is an obligation.

        While the category is not known, the strictest one counts: better early than fined.
        """
        starts = [day for name, day in self.mandatory_from if not category or name == category]
        return any(day <= reference for day in starts)


def months_later(last_day: date, months: int) -> date:
    """Return the last day of the month ``months`` months after the month of ``last_day``."""
    year, month = divmod(last_day.year * 12 + last_day.month - 1 + months, 12)
    return month_end(year, month + 1)


def rule_of(reference: date, rules: Iterable[DeadlineRule]) -> DeadlineRule | None:
    """Return the rule of ``rules`` that covers ``reference``, ``None`` if there is none."""
    return next((rule for rule in rules if rule.covers(reference)), None)


def deadline_of(reference: date, rules: Iterable[DeadlineRule]) -> date | None:
    """Return the last day on which a training can be declared in time.

    :param reference: the reference date: end of the training (ADF) or start of validity (JDR)
    :param rules: :class:`DeadlineRule` that do not overlap, in any order
    :returns: a date, included; ``None`` where no rule covers the reference date
    """
    rule = rule_of(reference, rules)
    return rule.deadline(reference) if rule else None


def is_mandatory(reference: date, category: str | None, rules: Iterable[DeadlineRule]) -> bool:
    """Tell whether declaring is an obligation; it is voluntary where no rule covers ``reference``."""
    rule = rule_of(reference, rules)
    return rule is not None and rule.is_mandatory(reference, category)


def mandatory_since(category: str, rules: Iterable[DeadlineRule]) -> date | None:
    """Return the first reference date from which a category has to be declared, ``None`` if never."""
    days = [
        max(day, rule.date_from)
        for rule in rules
        for name, day in rule.mandatory_from
        if name == category and (rule.date_to is None or day <= rule.date_to)
    ]
    return min(days, default=None)


def rule_gaps(rules: Iterable[DeadlineRule]) -> list[tuple[date, date | None]]:
    """Return the periods ``[(first day, last day)]`` between ``rules`` that none of them covers.

    :param rules: rules that do not overlap; the last one may leave the future open: ``None`` is the
        last day of a gap without end
    """
    ordered = sorted(rules, key=lambda rule: rule.date_from)
    gaps: list[tuple[date, date | None]] = [
        (before.date_to + timedelta(days=1), after.date_from - timedelta(days=1))
        for before, after in pairwise(ordered)
        if before.date_to and before.date_to + timedelta(days=1) < after.date_from
    ]
    if ordered and ordered[-1].date_to:
        gaps.append((ordered[-1].date_to + timedelta(days=1), None))
    return gaps


def overlapping_rules(
    rules: Iterable[DeadlineRule],
) -> list[tuple[DeadlineRule, DeadlineRule]]:
    """Return the pairs of neighbouring ``rules`` whose periods share a day, oldest first."""
    ordered = sorted(rules, key=lambda rule: rule.date_from)
    return [
        (before, after)
        for before, after in pairwise(ordered)
        if not before.date_to or before.date_to >= after.date_from
    ]


def days_left(deadline: date, today: date) -> int:
    """Return how many days are left until ``deadline``, 0 on its day and negative after it."""
    return (deadline - today).days
