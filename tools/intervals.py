"""Intervals as people type them: ``7/14`` is after 7 days, then after 14 days."""

import itertools
import re

MAX_DAYS = 365
MAX_STEPS = 6
_NUMBER = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


def parse_days(text: str | None) -> tuple[int, ...]:
    """Return the days of ``text`` as a tuple of integers; nothing typed gives ``()``.

    :raises ValueError: anything but whole numbers from 1 to 365, rising, separated by ``/``, six at
        most; spaces around a number do not matter

    >>> parse_days("7/14"), parse_days(" 7 / 14 "), parse_days("")
    ((7, 14), (7, 14), ())
    """
    text = (text or "").strip()
    if not text:
        return ()
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > MAX_STEPS or not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError(text)
    days = tuple(int(part) for part in parts)
    if any(later <= sooner for sooner, later in itertools.pairwise(days)):
        raise ValueError(text)
    if days[-1] > MAX_DAYS:
        raise ValueError(text)
    return days
