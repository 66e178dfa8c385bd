"""When to remind people: lists of days such as ``90/30/7``, as settings hold them."""

import re

# Two years: no training is renewed earlier.
MOST_DAYS = 730
MOST_REMINDERS = 6


def parse_days(text):
    """Return the days of a setting such as ``"90/30/7"``, the largest first.

    :param text: whole numbers from 1 to ``MOST_DAYS``, separated by ``/``; spaces do not matter
    :returns: a tuple, empty for an empty text
    :raises ValueError: anything else, a day named twice, or more than ``MOST_REMINDERS`` of them
    """
    if not (text or "").strip():
        return ()
    parts = [part.strip() for part in text.split("/")]
    if not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        raise ValueError("not a list of days")
    days = sorted(map(int, parts), reverse=True)
    if days[-1] < 1 or days[0] > MOST_DAYS:
        raise ValueError("days out of range")
    if len(set(days)) != len(days) or len(days) > MOST_REMINDERS:
        raise ValueError("a day twice, or too many")
    return tuple(days)


def due_threshold(days, left, sent=None):
    """Return the reminder that is due, or ``None``.

    Of several thresholds passed at once only the last one is sent, and none again.

    :param days: the thresholds, as :func:`parse_days` returns them
    :param left: days left until the day in question; nothing is due after it
    :param sent: the smallest threshold sent so far, if any
    """
    passed = [day for day in days if left <= day]
    if left < 0 or not passed:
        return None
    threshold = min(passed)
    return threshold if sent is None or threshold < sent else None
