"""The days before a deadline on which people are told: the setting "60/30/7" and what it means."""

import re
from collections.abc import Iterable

MAX_DAYS = 365
DEFAULT = "60/30/7"


def parse(text: str | None) -> tuple[int, ...]:
    """Read a list of days such as ``60/30/7``.

    :param text: numbers separated by ``/``, in any order; empty: nobody is ever told
    :returns: a tuple of whole numbers of days, the largest first
    :raises ValueError: anything else, a day twice, or more than a year
    """
    text = (text or "").strip()
    if not text:
        return ()
    parts = [part.strip() for part in text.split("/")]
    if not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        raise ValueError(text)
    days = sorted(map(int, parts), reverse=True)
    if len(set(days)) != len(days) or days[0] > MAX_DAYS:
        raise ValueError(text)
    return tuple(days)


def threshold(left: int, days: Iterable[int]) -> int | None:
    """Return the last of ``days`` that has come, ``None`` if it is too early for all.

    :param left: days left until the deadline, negative after it
    :param days: what :func:`parse` returned
    """
    return min((day for day in days if left <= day), default=None)
