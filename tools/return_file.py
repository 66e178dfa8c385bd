"""The authority's answer to a deposit, as a table: what its columns mean and what each row says.

The format of the answer is not published, so any table with something that identifies an attendee is
taken, XML and JSON read as one: columns are recognised by their header, else by what they hold, and a
person confirms. Nothing here knows Odoo. Social security numbers are taken out of the table before
anything else.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from . import nir
from .nir_text import HIDDEN, hide_numbers
from .return_columns import (
    BIRTH_NAME,
    DATE_END,
    DATE_START,
    DECLARATION,
    FIRST_NAME,
    IDENTIFYING_ROLES,
    NAME,
    NIR,
    REASON,
    ROLES,
    STATUS,
    UNIQUE_ID,
    role_of_header,
)
from .return_status import (
    ACCEPTED,
    REJECTED,
    SILENT,
    UNCLEAR,
    answer_of,
    is_already_there,
    words_of,
)
from .table_file import LARGE, MAX_ROWS, TableError, is_workbook, iter_rows, read_sheets
from .table_limits import EMPTY
from .table_tree import is_tree, tree_rows

__all__ = (
    "ACCEPTED",
    "BIRTH_NAME",
    "DATE_END",
    "DATE_START",
    "DECLARATION",
    "FIRST_NAME",
    "HIDDEN",
    "IDENTIFYING_ROLES",
    "NAME",
    "NIR",
    "REASON",
    "REJECTED",
    "ROLES",
    "SILENT",
    "STATUS",
    "UNCLEAR",
    "UNIQUE_ID",
    "Entry",
    "Layout",
    "answer_of",
    "detect",
    "read_entries",
    "read_rows",
    "role_of_header",
    "take_numbers_out",
)

Row = Sequence[str]
# Who holds the NIR of a cell.
PartnerIds = Mapping[tuple[int, int], list[int]]
AnswerTo = Callable[[str, tuple[str, ...]], str]
# How many different answers of a file are kept while it is read.
SAID_AT_MOST = 1000

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# How far down the header may be, and how many rows tell what a column holds.
_HEADER_ROWS = 20
_SAMPLE_ROWS = 200
# A row's reason is taken for a status where it has no more words than this.
_FEW_WORDS = 3
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b|(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class Layout:
    """Where the table begins and what its columns are.

    ``header`` is the index of the header row, ``None`` without one; ``roles`` holds one of
    :data:`ROLES` or ``None`` for each column.
    """

    header: int | None
    roles: tuple[str | None, ...]

    @property
    def first_row(self) -> int:
        return 0 if self.header is None else self.header + 1


@dataclass(slots=True)
class Entry:
    """What one row says of one attendee. ``numbers`` are rows of the spreadsheet, from 1.

    ``partner_ids`` are the people behind the row's NIR: ``None`` where the row holds none.
    """

    numbers: list[int]
    unique_id: str = ""
    declaration: str = ""
    birth_name: str = ""
    name: str = ""
    first_name: str = ""
    answer: str = SILENT
    reason: str = ""
    partner_ids: list[int] | None = field(default=None)
    # First and last day of the training, those that the row tells.
    days: tuple[date, ...] = ()

    @property
    def label(self) -> str:
        """What the file itself says of who this is, for people to read."""
        return ", ".join(filter(None, (self.full_name, self.unique_id, self.declaration)))

    @property
    def full_name(self) -> str:
        """The name as the file has it."""
        return " ".join(filter(None, (self.birth_name or self.name, self.first_name)))


def read_rows(content: bytes | None) -> list[list[str]]:
    """Return the table that a file holds: of several sheets, the one whose header names most columns.

    :raises TableError: it is no table, see :mod:`.table_file` and :mod:`.table_tree`
    """
    if content and is_tree(content):
        return tree_rows(content, LARGE, lambda name: answer_of(name) in (ACCEPTED, REJECTED))
    if not content or not is_workbook(content):
        rows = list(iter_rows(content, max_rows=MAX_ROWS))
        if not rows:
            raise TableError(EMPTY)
        return rows
    sheets = read_sheets(content)
    shown = [sheet for sheet in sheets if not sheet.is_hidden] or sheets
    return max(shown, key=lambda sheet: _roles_in_header(sheet.rows)).rows


def _roles_in_header(rows: Sequence[Row]) -> int:
    return sum(1 for role in detect(rows).roles if role)


def take_numbers_out(rows: list[list[str]], layout: Layout) -> dict[tuple[int, int], str]:
    """Take every NIR out of ``rows``, in place.

    Whatever stands in a column of NIRs goes, and everywhere else what looks like one.

    :returns: ``{(row index, column index): NIR as given}``, of the cells that are a NIR
    """
    found = {}
    columns = {x for x, role in enumerate(layout.roles) if role == NIR}
    for y, row in enumerate(rows):
        is_data = y >= layout.first_row
        for x, cell in enumerate(row):
            if not cell:
                continue
            if (is_data and x in columns) or _is_nir(cell):
                found[y, x] = cell
                row[x] = HIDDEN
            else:
                row[x] = hide_numbers(cell)
    return found


def detect(rows: Sequence[Row]) -> Layout:
    """Return the :class:`Layout` of a table, by its header and by what its columns hold."""
    header = _header_of(rows)
    start = 0 if header is None else header + 1
    sample = [row for row in rows[start : start + _SAMPLE_ROWS] if row]
    named = rows[header] if header is not None else []
    roles: list[str | None] = []
    for x in range(max(map(len, [named, *sample]), default=0)):
        role = role_of_header(named[x]) if x < len(named) else None
        values = [row[x] for row in sample if x < len(row) and row[x]]
        roles.append(_role_of_values(values, role))
    return Layout(header, tuple(_without_repeats(roles)))


def read_entries(
    rows: Sequence[Row], layout: Layout, partner_ids: PartnerIds | None = None
) -> list[Entry]:
    """Return the :class:`Entry` of each row that says something.

    With a status column it decides; without one, a reason makes a rejection.

    :param rows: the table without NIRs, see :func:`take_numbers_out`
    :param partner_ids: ``{(row index, column index): [ids]}``, who holds the NIR of a cell
    """
    header = rows[layout.header] if layout.header is not None else None
    # A hundred thousand rows say a few things.
    answer = lru_cache(SAID_AT_MOST)(_answer)
    entries = []
    for y in range(layout.first_row, len(rows)):
        row = rows[y]
        if any(row) and row != header:
            entries.append(_entry_of(y, row, layout, partner_ids or {}, answer))
    return entries


def _entry_of(
    y: int, row: Row, layout: Layout, partner_ids: PartnerIds, answer_to: AnswerTo
) -> Entry:
    values: dict[str, str] = {}
    reasons: list[str] = []
    ids: list[int] | None = None
    for x, role in enumerate(layout.roles):
        cell = row[x] if x < len(row) else ""
        if role == REASON:
            reasons.append(cell)
        elif role == NIR and cell:
            ids = partner_ids.get((y, x), [])
        elif role and role != NIR:
            values[role] = cell
    status = values.pop(STATUS, "")
    first, last = values.pop(DATE_START, ""), values.pop(DATE_END, "")
    days = tuple(_days_of(first, last)) if first or last else ()
    reason = " – ".join(dict.fromkeys(filter(None, reasons)))
    answer = answer_to(status, tuple(text for text in reasons if text))
    if answer == REJECTED and " " in status:
        # More than the bare word: the reason, where nothing else tells it.
        reason = reason or status
    return Entry(
        numbers=[y + 1], answer=answer, reason=reason, partner_ids=ids, days=days, **values
    )


def _answer(status: str, reasons: tuple[str, ...]) -> str:
    """Return what a row says: its status decides; without one, a reason makes a rejection."""
    answer = answer_of(status)
    sentences = [text for text in (status, *reasons) if len(words_of(text)) > 1]
    if answer != ACCEPTED and sentences and all(map(is_already_there, sentences)):
        return ACCEPTED
    if answer == SILENT and reasons:
        said = {answer_of(text) for text in reasons if len(words_of(text)) <= _FEW_WORDS}
        return ACCEPTED if said == {ACCEPTED} and len(reasons) == 1 else REJECTED
    return answer


def _days_of(*texts: str) -> Iterator[date]:
    """Yield the days written in texts, ``dd/mm/yyyy`` or ``yyyy-mm-dd``; no others."""
    for text in texts:
        for found in _DAY.finditer(text):
            day, month, year, iso_year, iso_month, iso_day = found.groups()
            with suppress(ValueError):
                if iso_year:
                    yield date(int(iso_year), int(iso_month), int(iso_day))
                else:
                    yield date(int(f"20{year}"[-4:]), int(month), int(day))


def _is_nir(cell: str) -> bool:
    if len(cell) < 13 or _UUID.fullmatch(cell):
        return False
    return nir.parse(cell).is_valid


def _header_of(rows: Sequence[Row]) -> int | None:
    """Return the index of the row that names most columns, among the first ones.

    Where none is recognised: of the row right above the first identifier.
    """
    best, found = None, 0
    filled = None
    for y, row in enumerate(rows[:_HEADER_ROWS]):
        if any(_UUID.fullmatch(cell) or _is_nir(cell) for cell in row):
            return filled if best is None else best
        count = len({role for role in map(role_of_header, row) if role})
        # A sentence above the table may hold a word of a header; a header has several cells.
        if count > found and (len(row) > 1 or _is_narrow(rows)):
            best, found = y, count
        filled = y if row else filled
    return best


def _is_narrow(rows: Sequence[Row]) -> bool:
    return all(len(row) <= 1 for row in rows[: _HEADER_ROWS * 2])


def _role_of_values(values: Sequence[str], role: str | None) -> str | None:
    """Return the role of a column from what it holds, where its header says ``role``."""
    if not values:
        return role
    if _share(values, _UUID.fullmatch) >= 0.5:
        return UNIQUE_ID
    if role is None and _share(values, _is_nir) >= 0.5:
        return NIR
    if role is None and _share(values, lambda cell: answer_of(cell) in (ACCEPTED, REJECTED)) == 1:
        # Long texts that say “rejected” are reasons, a few repeated words a status.
        return STATUS if len(Counter(values)) <= 4 else REASON
    return role


def _share(values: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(1 for value in values if test(value)) / len(values)


def _without_repeats(roles: Iterable[str | None]) -> Iterator[str | None]:
    """Leave each role but the reason to the first column that has it."""
    seen: set[str | None] = set()
    for role in roles:
        yield None if role in seen else role
        if role != REASON:
            seen.add(role)
