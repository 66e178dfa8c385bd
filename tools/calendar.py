"""Calendar arithmetic of the Passeport de prévention: quarters and validity periods.

Everything here works on dates; what day a moment is belongs to :func:`local_date`.
"""

import calendar
from datetime import date, timedelta, timezone

# "Today" for the portal is today in Paris, wherever a session was held.
PORTAL_TIMEZONE = "Europe/Paris"

# Training bodies declare the trainings that ended from this day on (categories 1 and 2 first);
# earlier ones may be declared voluntarily. Source: the operator's calendar for training bodies.
FIRST_DECLARED_DAY = date(2025, 9, 1)


def local_date(moment, tz):
    """Return the date of ``moment`` (a naive UTC datetime) in the timezone ``tz`` (a ``tzinfo``).

    A session that ends at 23:30 in Paris has ended the next day in UTC: the file must say Paris.
    """
    return moment.replace(tzinfo=timezone.utc).astimezone(tz).date()


def quarter_of(day):
    """Return ``(year, quarter)`` of ``day``, with quarter from 1 to 4."""
    return day.year, (day.month - 1) // 3 + 1


def quarter_bounds(year, quarter):
    """Return the first and the last day of a quarter."""
    first = date(year, 3 * quarter - 2, 1)
    return first, month_end(first.year, first.month + 2)


def month_end(year, month):
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def validity_end(start, months):
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
