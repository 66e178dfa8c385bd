"""Periods that statements are made for: months, quarters, years, the last complete one."""

from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def last_complete(rhythm: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of the last complete period before ``today``.

    :param rhythm: ``month``, ``quarter`` or ``year``
    :raises KeyError: this is no rhythm
    """
    months = MONTHS[rhythm]
    begin_of_current = date(today.year, (today.month - 1) // months * months + 1, 1)
    last = begin_of_current - timedelta(days=1)
    return date(last.year, (last.month - 1) // months * months + 1, 1), last
