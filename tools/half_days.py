"""The half-days of a session, for attendance sheets: pure dates and times."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

_Value = TypeVar("_Value")

# A day that begins before noon has a morning; one that ends after 13:00 has an afternoon. What
# runs until 13:00 at most, or from noon on, is one half-day.
NOON = time(12, 0)
AFTER_LUNCH = time(13, 0)
MORNING, AFTERNOON = "am", "pm"
SATURDAY, SUNDAY = 5, 6


def half_days(begin: datetime, end: datetime) -> list[tuple[date, str]]:
    """Return the half-days between two moments in the session's own timezone.

    Whole weekends strictly between the first and the last day are left out: a session that runs
    from Thursday to Tuesday is not held on them, one that ends on a Sunday is.

    :param begin: datetime, when the first day begins
    :param end: datetime, when the last day ends; not before ``begin``
    :returns: list of ``(date, "am" or "pm")`` in order, one at least
    """
    found: list[tuple[date, str]] = []
    for day in days(begin.date(), end.date()):
        morning = day > begin.date() or begin.time() < NOON
        afternoon = day < end.date() or end.time() > AFTER_LUNCH
        if not (morning or afternoon):
            afternoon = True
        found += [(day, MORNING)] * morning + [(day, AFTERNOON)] * afternoon
    return found


def days(first: date, last: date) -> list[date]:
    """Return the days from ``first`` to ``last``, without the whole weekends in between."""
    found = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    inside = set(found[1:-1])
    return [day for day in found if not _in_whole_weekend(day, inside)]


def _in_whole_weekend(day: date, inside: set[date]) -> bool:
    if day.weekday() == SATURDAY:
        return {day, day + timedelta(days=1)} <= inside
    if day.weekday() == SUNDAY:
        return {day, day - timedelta(days=1)} <= inside
    return False


def chunks(values: Iterable[_Value], size: int) -> list[list[_Value]]:
    """Return ``values`` cut into lists of ``size``, the last one shorter; one empty list if none."""
    kept = list(values)
    return [kept[start : start + size] for start in range(0, len(kept), size)] or [[]]
