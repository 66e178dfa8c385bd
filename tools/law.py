"""What the law says on a day: dated rules, found by a code.

The rules themselves are data of the addon; this module only reads them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LawRule:
    """One rule, in force from ``date_from`` to ``date_to`` (both included, ``None``: no end)."""

    code: str
    date_from: date
    date_to: date | None = None
    text: str = ""
    source: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the rule is in force on ``day``."""
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)


class Law:
    """The rules in force on one day."""

    def __init__(self, rules: Iterable[LawRule], day: date):
        self.day = day
        self._rules = {rule.code: rule for rule in rules if rule.covers(day)}

    def holds(self, code: str) -> bool:
        """Tell whether a rule of this code is in force."""
        return code in self._rules

    def text(self, code: str) -> str:
        """Return what the rule of this code says to users, empty where none is in force."""
        return self._rules[code].text if code in self._rules else ""

    def source(self, code: str) -> str:
        """Return the text of law behind the rule of this code, empty where none is in force."""
        return self._rules[code].source if code in self._rules else ""


def periods(code: str, rules: Iterable[LawRule]) -> list[tuple[date, date | None]]:
    """Return the ``(first day, last day or None)`` of the rules of a code, the earliest first."""
    return sorted((rule.date_from, rule.date_to) for rule in rules if rule.code == code)
