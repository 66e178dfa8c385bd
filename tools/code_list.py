"""Lists of official codes, as their publishers give them: what a row says, what a new list changes.

Known by the names of their columns: the tree of ROME 4.0 competences (France Travail), the daily
export of the RNCP and RS certifications (France compétences), lists of Formacodes (Centre Inffo)
and NSF specialities. Any other table is read by what its columns hold.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from .text import QUOTE, SEPARATOR, clean_text, fold, forbidden_characters

# What a code of each nomenclature looks like in the portal's import file.
CODE_SHAPES = {
    "formacode": re.compile(r"[0-9]{5}", re.ASCII),
    "nsf": re.compile(r"[0-9]{3}[a-z]?", re.ASCII),
    "rome": re.compile(r"[0-9]{4,6}", re.ASCII),
    "rs": re.compile(r"RS[0-9]{1,7}", re.ASCII),
    "rncp": re.compile(r"RNCP[0-9]{1,5}", re.ASCII),
}
# The two registers of France compétences: the same list, the same column of the import file.
CERTIFICATIONS = ("rs", "rncp")
# Name of a column, folded, without anything but letters and digits: the nomenclatures it tells,
# the first one unless somebody says which.
CODE_HEADERS: dict[str, tuple[str, ...]] = {
    "codeogrcompetence": ("rome",),
    "numerofiche": CERTIFICATIONS,
    "codeformacode": ("formacode",),
    "formacode": ("formacode",),
    "codensf": ("nsf",),
    "nsf": ("nsf",),
    "coders": ("rs",),
    "coderncp": ("rncp",),
    "codeogr": ("rome",),
    "coderome": ("rome",),
    "codecompetence": ("rome",),
    "code": (),
}
LABEL_HEADERS = (
    "libellecompetence",
    "intitule",
    "libelleformacode",
    "intituleformacode",
    "libellensf",
    "intitulensf",
    "libelle",
    "label",
    "nom",
    "name",
    "description",
)
# How other names of a label begin: "Libellé de la spécialité".
LABEL_BEGINNINGS = ("libelle", "intitule")
END_HEADERS = ("datefinenregistrement", "datefin", "validuntil", "expires")
ACTIVE_HEADERS = ("actif", "active")
# Lists that hold a whole nomenclature: what is in none of their rows has disappeared.
COMPLETE_LISTS = ("codeogrcompetence", "numerofiche")
INACTIVE = ("inactive", "inactif", "inactives", "non", "no", "0", "false", "faux")
# How far down the header may be, below titles and dates, and how many rows tell what columns hold.
HEADER_DEPTH = 30
_SAMPLE = 200
_BREAKS = re.compile(r"[\r\n\t]+")

Row = Sequence[str]
# What a list says of a code: its label and its end.
Entry = tuple[str, date | None]
# What is known of a code: its label, end, whether it is proposed, whether a list archived it.
Known = tuple[str, date | None, bool, bool]

# What can be wrong with a row.
CODE_MISSING = "code_missing"
CODE_WRONG = "code_wrong"
LABEL_MISSING = "label_missing"
LABEL_CONTROL = "label_control"
LABELS_DIFFER = "labels_differ"
DATE_WRONG = "date_wrong"


class Columns(NamedTuple):
    """Where the values are: positions from 0, ``None`` for a column the list does not have.

    ``header`` is the position of the row of names, ``None`` without one; ``start`` that of the first
    row of the list: what is above it is titles.
    """

    code: int
    label: int
    end: int | None = None
    active: int | None = None
    header: int | None = 0
    start: int = 1
    nomenclature: str | None = None
    is_complete: bool = False


class Fault(NamedTuple):
    row: int
    code: str
    value: str


class CodeList:
    """What a list says: its codes, those it says have ended, and the rows it gets wrong.

    ``codes`` and ``ended`` are ``{code: (label, end date or None)}``; ``kept`` are the codes of
    faulty rows, of which nothing can be said but that they are still there.
    """

    def __init__(self) -> None:
        self.codes: dict[str, Entry] = {}
        self.ended: dict[str, Entry] = {}
        self.kept: set[str] = set()
        self.faults: list[Fault] = []
        self.ignored = 0


class Plan(NamedTuple):
    """What applying a list does: ``{code: …}`` for each kind of change."""

    new: dict[str, Entry]
    changed: dict[str, tuple[str, date | None, str, date | None]]
    back: dict[str, Entry]
    gone: dict[str, Entry]
    unchanged: int


def header_key(name: str) -> str:
    """Return the name of a column reduced to what spellings of it share."""
    return re.sub(r"[^a-z0-9]", "", fold(name))


def clean_code(code: object, nomenclature: str | None) -> str:
    """Return a code as the portal writes it: no spaces, RS in capitals, the NSF letter small.

    A whole number that a spreadsheet made a decimal one is the whole number.

    >>> clean_code("344 R", "nsf"), clean_code("6869", "rs"), clean_code("42817.0", "formacode")
    ('344r', 'RS6869', '42817')
    """
    text = re.sub(r"\.0$", "", "".join(str(code if code is not None else "").split()))
    if nomenclature == "nsf":
        return text.lower()
    if nomenclature in CERTIFICATIONS:
        return f"{nomenclature.upper()}{text}" if text.isdigit() else text.upper()
    return text


def find_columns(rows: Sequence[Row], nomenclature: str | None = None) -> Columns | None:
    """Return the :class:`Columns` of a table from its first rows, ``None`` if there are none.

    The row of names may stand below titles and blank rows.

    :param rows: the first rows, the header among them if there is one
    :param nomenclature: what the user says the list is, if they said
    """
    for position, row in enumerate(rows[:HEADER_DEPTH]):
        keys = [header_key(cell) for cell in row]
        code, label = _first(keys, CODE_HEADERS), _label(keys)
        if code is not None and label is not None:
            told = CODE_HEADERS[keys[code]]
            return Columns(
                code,
                label,
                _first(keys, END_HEADERS),
                _first(keys, ACTIVE_HEADERS),
                position,
                position + 1,
                _nomenclature(told, nomenclature, _guess(rows[position + 1 :], code)),
                keys[code] in COMPLETE_LISTS,
            )
    return _columns_by_content(rows[:_SAMPLE], nomenclature)


def _first(keys: Sequence[str], names: Iterable[str]) -> int | None:
    return next((keys.index(name) for name in names if name in keys), None)


def _label(keys: Sequence[str]) -> int | None:
    found = _first(keys, LABEL_HEADERS)
    beginnings = (at for at, key in enumerate(keys) if key.startswith(LABEL_BEGINNINGS))
    return next(beginnings, None) if found is None else found


def _nomenclature(told: tuple[str, ...], chosen: str | None, guessed: str | None) -> str | None:
    """Return what a list is of: what its column tells, then what the user or its codes say."""
    if not told:
        return chosen or guessed
    return next((one for one in (chosen, guessed) if one in told), told[0])


def _guess(rows: Sequence[Row], position: int) -> str | None:
    """Return the only nomenclature that all codes of a column can be of, else ``None``."""
    cells = [row[position] for row in rows[:_SAMPLE] if len(row) > position]
    found = [
        nomenclature
        for nomenclature, shape in CODE_SHAPES.items()
        if cells and all(shape.fullmatch(cell.replace(" ", "")) for cell in cells)
    ]
    return found[0] if len(found) == 1 else None


def _columns_by_content(rows: Sequence[Row], nomenclature: str | None) -> Columns | None:
    """Return the columns of a table whose header tells nothing, or that has none."""
    shapes = [CODE_SHAPES[nomenclature]] if nomenclature else list(CODE_SHAPES.values())
    width = max(map(len, rows), default=0)

    def is_code(cell: str) -> bool:
        return any(shape.fullmatch(clean_code(cell, nomenclature)) for shape in shapes)

    def codes_at(position: int) -> list[int]:
        return [at for at, row in enumerate(rows) if len(row) > position and is_code(row[position])]

    code = max(range(width), key=lambda position: len(codes_at(position)), default=0)
    found = codes_at(code)
    # Titles above do not count, rows between the codes do.
    listed = [row for row in rows[found[0] :] if row] if found else []
    others = [position for position in range(width) if position != code]
    if not listed or len(found) < 0.5 * len(listed) or not others:
        return None

    def length(position: int) -> int:
        return sum(min(len(row[position]), 60) for row in listed if len(row) > position)

    label = max(others, key=length)
    header = _header_above(rows[: found[0]])
    start = found[0] if header is None else header + 1
    kind = nomenclature or _guess([rows[at] for at in found], code)
    return Columns(code, label, header=header, start=start, nomenclature=kind)


def _header_above(rows: Sequence[Row]) -> int | None:
    """Return the position of the names among what stands above the codes: the fullest row."""
    filled = [sum(map(bool, row)) for row in rows]
    most = max(filled, default=0)
    return filled.index(most) if most > 1 else None


def read_date(text: object) -> date | None:
    """Return the date written ``dd/mm/yyyy`` or ``yyyy-mm-dd``, ``None`` where there is none.

    :raises ValueError: it is no such date
    """
    written = str(text or "").strip()
    if not written:
        return None
    if "/" in written:
        return datetime.strptime(written[:10], "%d/%m/%Y").date()
    return date.fromisoformat(written[:10])


def read_codes(rows: Iterable[Row], columns: Columns, nomenclature: str) -> CodeList:
    """Return the :class:`CodeList` that a table holds.

    Certifications of the other register (RS, RNCP) are left out, and counted as ignored.

    :param rows: iterable of lists of strings, the header among them if there is one; row ``n``
        is row ``n`` of the file
    :param columns: :class:`Columns`
    :param nomenclature: key of :data:`CODE_SHAPES`
    """
    result = CodeList()
    for number, row in enumerate(rows, 1):
        if row and number > columns.start:
            _read_row(result, number, row, columns, nomenclature)
    return result


def _register(code: str) -> str | None:
    """Return the register that a certification is of, by how its code begins."""
    return next((kind for kind in CERTIFICATIONS if code.startswith(kind.upper())), None)


class _Faulty(Exception):
    """What is wrong with a row."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


def _cell(row: Row, position: int | None) -> str:
    return row[position] if position is not None and position < len(row) else ""


def _read_row(result: CodeList, number: int, row: Row, columns: Columns, nomenclature: str) -> None:
    code = clean_code(_cell(row, columns.code), nomenclature)
    if nomenclature in CERTIFICATIONS and _register(code) not in (None, nomenclature):
        result.ignored += 1
        return
    is_code = bool(CODE_SHAPES[nomenclature].fullmatch(code))
    try:
        entry = _entry(code, is_code, row, columns)
        known = result.codes.get(code) or result.ended.get(code)
        if known and known[0] != entry[0]:
            raise _Faulty(LABELS_DIFFER, code)
    except _Faulty as faulty:
        result.faults.append(Fault(number, faulty.kind, faulty.value[:80]))
        if is_code:
            result.kept.add(code)
        return
    is_ended = fold(_cell(row, columns.active)) in INACTIVE
    (result.ended if is_ended else result.codes)[code] = entry


def _entry(code: str, is_code: bool, row: Row, columns: Columns) -> Entry:
    """Return what a row says of its code.

    :raises _Faulty: it cannot be used
    """
    label = clean_text(str(_cell(row, columns.label)))
    if not code:
        raise _Faulty(CODE_MISSING, label)
    if not is_code:
        raise _Faulty(CODE_WRONG, code)
    if not label:
        raise _Faulty(LABEL_MISSING, code)
    # A line break is how a long label was laid out, not a part of it.
    label = clean_text(_BREAKS.sub(" ", label))
    # Most labels are plain: the slow look is for the others.
    plain = label.replace("\u00a0", " ").isprintable()
    if not plain and set(forbidden_characters(label)) - {SEPARATOR, QUOTE}:
        raise _Faulty(LABEL_CONTROL, code)
    try:
        return label, read_date(_cell(row, columns.end))
    except ValueError:
        raise _Faulty(DATE_WRONG, f"{code}: {_cell(row, columns.end)}") from None


def compare(known: Mapping[str, Known], listed: CodeList, is_complete: bool = True) -> Plan:
    """Return the :class:`Plan` that makes what is known be what the list says.

    :param known: ``{code: (label, end date or None, is active, is archived by a list)}``
    :param listed: :class:`CodeList`
    :param is_complete: what the list does not hold has disappeared
    """
    plan = Plan({}, {}, {}, {}, 0)
    unchanged = 0
    for code, (label, end) in listed.codes.items():
        if code not in known:
            plan.new[code] = (label, end)
            continue
        old_label, old_end, is_active, by_list = known[code]
        if old_label != label or (end and end != old_end):
            plan.changed[code] = (label, end or old_end, old_label, old_end)
        else:
            unchanged += 1
        if not is_active and by_list:
            plan.back[code] = (label, end)
    for code, (label, end, is_active, _by_list) in known.items():
        ended = listed.ended.get(code)
        missing = is_complete and code not in listed.codes and code not in listed.kept
        if is_active and code not in listed.codes and (ended or missing):
            plan.gone[code] = (label, (ended and ended[1]) or end)
    return plan._replace(unchanged=unchanged)
