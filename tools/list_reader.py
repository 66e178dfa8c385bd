"""Lists of people as clients send them: the sheet, the header and the columns are found, rows cleaned.

Titles above, merged cells, labels on two lines, totals, empty rows, several sheets: what is no person
is left out; see ``list_rows`` for the people.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from . import list_names
from .list_columns import NAME_FIELDS, fields_of, guess, words_of
from .list_rows import Person, cell_of, compare, people_of
from .table_file import SMALL, Limits, Sheet, TableError, read_sheets

# The whole list.
NO_PEOPLE = "no_people"

LIMITS = Limits(
    bytes=5 * SMALL.bytes,
    unpacked=5 * SMALL.unpacked,
    members=SMALL.members,
    elements=4 * SMALL.elements,
    others=SMALL.others,
    rows=SMALL.rows,
    columns=SMALL.columns,
)
MAX_PEOPLE = 2000
_HEADER_LINES = 60


@dataclass(frozen=True)
class Column:
    """A column of the list: where, under which label, what it holds (``None``: of no use)."""

    position: int
    label: str
    field: str | None


@dataclass
class PeopleList:
    """What a list comes to."""

    sheet: str
    header_line: int
    columns: list[Column]
    people: list[Person] = field(repr=False)
    left_out: int = 0
    # What each person's row held, as it was read.
    cells: dict[int, list[str]] = field(default_factory=dict, repr=False)

    def cell(self, line: int, name: str) -> str:
        """Return what a row held in the column of a field, as it was read."""
        found = [column.position for column in self.columns if column.field == name]
        return cell_of(self.cells.get(line, ()), found[0]) if found else ""


def read_people(
    content: bytes, columns: Mapping[int, str] | None = None, limits: Limits = LIMITS
) -> PeopleList:
    """Return the people of a list.

    :param content: a file (XLSX, XLS, ODS, CSV of any kind), or cells as they were pasted
    :param columns: ``{position: field}`` where somebody said what the columns hold
    :raises TableError: the file cannot be read, or (``no_people``) holds nobody
    """
    sheets = read_sheets(content, limits)
    shown = [sheet for sheet in sheets if not sheet.is_hidden] or sheets
    best: tuple[int, Sheet, int, dict[int, str], list[str]] | None = None
    for sheet in shown:
        line, found, labels = _header(sheet.rows)
        score = _weight(found) * 1000 + min(len(sheet.rows), 999)
        if found and (best is None or score > best[0]):
            best = score, sheet, line, found, labels
    if best is None:
        raise TableError(NO_PEOPLE)
    _score, sheet, line, found, labels = best
    chosen = dict(columns) if columns is not None else found
    listed = _columns(labels, chosen, sheet.rows[line:])
    people, left_out = people_of(sheet.rows, line, chosen, labels)
    if not people or not set(chosen.values()) & set(NAME_FIELDS):
        raise TableError(NO_PEOPLE)
    if len(people) > MAX_PEOPLE:
        raise TableError("too_many_rows", max=MAX_PEOPLE)
    compare(people)
    cells = {person.line: list(sheet.rows[person.line - 1]) for person in people}
    return PeopleList(sheet.name, line, listed, people, left_out, cells)


def signature_of(columns: Sequence[Column]) -> str:
    """Return what tells lists of one layout from others: their labels, less accents and capitals."""
    return "|".join(" ".join(words_of(column.label)) for column in columns)


# ------------------------------------------------------------
# The header
# ------------------------------------------------------------


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, str], list[str]]:
    """Return how many rows stand above the people, ``{position: field}`` and the labels."""
    best: tuple[int, int, dict[int, str], list[str]] = (0, 0, {}, [])
    for index, row in enumerate(rows[:_HEADER_LINES]):
        for labels in _label_rows(rows, index):
            found = fields_of(labels)
            # A sentence that names a participant is a title, and one cell is none of a table.
            alone = sum(bool(cell) for cell in labels) == 1 and any(
                len(cell.split()) > 3 for cell in row
            )
            weight = 0 if alone or not _names_somebody(found) else _weight(found)
            if weight > best[0]:
                best = weight, index + 1, found, list(labels)
    if not best[0]:
        return 0, _without_header(rows), []
    _weight_of, line, found, labels = best
    for position, name in _unlabelled(rows[line:], labels, found):
        found[position] = name
    return line, found, labels


def _label_rows(rows: Sequence[Sequence[str]], index: int) -> Iterator[Sequence[str]]:
    """Yield the labels of a row, alone and under the merged cells of the row above it."""
    row = rows[index]
    yield row
    above = rows[index - 1] if index else []
    if sum(bool(cell) for cell in above) < 2:
        return
    spread, last = [], ""
    for position in range(max(len(row), len(above))):
        last = (above[position] if position < len(above) else "") or last
        own = row[position] if position < len(row) else ""
        spread.append(
            f"{last} {own}".strip() if own else (above[position] if position < len(above) else "")
        )
    yield spread


def _names_somebody(found: Mapping[int, str]) -> bool:
    return not set(found.values()).isdisjoint(("name", "last_name", "birth_name"))


def _weight(found: Mapping[int, str]) -> int:
    weights = {"name": 3, "last_name": 3, "first_name": 3, "birth_name": 3, "nir": 3}
    return sum(weights.get(name, 2) for name in found.values())


def _unlabelled(
    rows: Sequence[Sequence[str]], labels: Sequence[str], found: Mapping[int, str]
) -> Iterator[tuple[int, str]]:
    """Yield what the columns without a label hold, by their values; never another name."""
    width = max((len(row) for row in rows), default=0)
    known = set(found.values())
    for position in range(width):
        if position < len(labels) and labels[position]:
            continue
        name = guess(cell_of(row, position) for row in rows)
        if name and name not in known and name not in NAME_FIELDS:
            known.add(name)
            yield position, name


def _without_header(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return what columns hold where no row names them: cells that were pasted, for instance."""
    width = max((len(row) for row in rows), default=0)
    found: dict[int, str] = {}
    names = []
    for position in range(width):
        name = guess(cell_of(row, position) for row in rows)
        if name == "name":
            names.append(position)
        elif name and name not in found.values():
            found[position] = name
    if len(names) >= 2 and names[1] == names[0] + 1:
        one, other = ([cell_of(row, position) for row in rows] for position in names[:2])
        if all(len(cell.split()) <= 3 for cell in (*one, *other)):
            first = list_names.first_comes_first(one, other)
            found[names[0]], found[names[1]] = (
                ("first_name", "last_name") if first else ("last_name", "first_name")
            )
            return found
    if names:
        found[names[0]] = "name"
    # A column of words alone may be anything.
    return found if len(found) > 1 or width == 1 else {}


def _columns(
    labels: Sequence[str], chosen: Mapping[int, str], rows: Sequence[Sequence[str]]
) -> list[Column]:
    width = max(
        [len(labels), *(len(row) for row in rows[:100]), *(p + 1 for p in chosen)], default=0
    )
    return [
        Column(position, labels[position] if position < len(labels) else "", chosen.get(position))
        for position in range(width)
    ]
