"""Lists of official codes, as their publishers give them: what a row says, what a new list changes.

Known by the names of their columns: the tree of ROME 4.0 competences (France Travail), the daily
export of the RNCP and RS certifications (France compétences), lists of Formacodes (Centre Inffo)
and NSF specialities. Any other table is read by what its columns hold.
"""

import re
from datetime import date, datetime
from typing import NamedTuple

from .text import QUOTE, SEPARATOR, clean_text, fold, forbidden_characters

# What a code of each nomenclature looks like in the portal's import file.
CODE_SHAPES = {
    "formacode": re.compile(r"[0-9]{5}", re.ASCII),
    "nsf": re.compile(r"[0-9]{3}[a-z]?", re.ASCII),
    "rome": re.compile(r"[0-9]{4,6}", re.ASCII),
    "rs": re.compile(r"RS[0-9]{1,7}", re.ASCII),
}
# Name of a column, folded, without anything but letters and digits: the nomenclature it tells.
CODE_HEADERS = {
    "codeogrcompetence": "rome",
    "numerofiche": "rs",
    "codeformacode": "formacode",
    "formacode": "formacode",
    "codensf": "nsf",
    "nsf": "nsf",
    "coders": "rs",
    "codeogr": "rome",
    "code": None,
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
END_HEADERS = ("datefinenregistrement", "datefin", "validuntil", "expires")
ACTIVE_HEADERS = ("actif", "active")
# Lists that hold a whole nomenclature: what is in none of their rows has disappeared.
COMPLETE_LISTS = ("codeogrcompetence", "numerofiche")
INACTIVE = ("inactive", "inactif", "inactives", "non", "no", "0", "false", "faux")
_SAMPLE = 200
_BREAKS = re.compile(r"[\r\n\t]+")

# What can be wrong with a row.
CODE_MISSING = "code_missing"
CODE_WRONG = "code_wrong"
LABEL_MISSING = "label_missing"
LABEL_CONTROL = "label_control"
LABELS_DIFFER = "labels_differ"
DATE_WRONG = "date_wrong"


class Columns(NamedTuple):
    """Where the values are: positions from 0, ``None`` for a column the list does not have."""

    code: int
    label: int
    end: int | None = None
    active: int | None = None
    has_header: bool = True
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

    def __init__(self):
        self.codes, self.ended, self.kept = {}, {}, set()
        self.faults = []
        self.ignored = 0


class Plan(NamedTuple):
    """What applying a list does: ``{code: …}`` for each kind of change."""

    new: dict
    changed: dict
    back: dict
    gone: dict
    unchanged: int


def header_key(name):
    """Return the name of a column reduced to what spellings of it share."""
    return re.sub(r"[^a-z0-9]", "", fold(name))


def clean_code(code, nomenclature):
    """Return a code as the portal writes it: no spaces, RS in capitals, the NSF letter small.

    >>> clean_code("344 R", "nsf"), clean_code("6869", "rs")
    ('344r', 'RS6869')
    """
    code = "".join(str(code if code is not None else "").split())
    if nomenclature == "nsf":
        return code.lower()
    if nomenclature == "rs":
        return f"RS{code}" if code.isdigit() else code.upper()
    return code


def find_columns(rows, nomenclature=None):
    """Return the :class:`Columns` of a table from its first rows, ``None`` if there are none.

    :param rows: the first rows (lists of strings), the header among them if there is one
    :param nomenclature: what the user says the list is, if they said
    """
    filled = [row for row in rows if row]
    if not filled:
        return None
    keys = [header_key(cell) for cell in filled[0]]
    code = _first(keys, CODE_HEADERS)
    label = _first(keys, LABEL_HEADERS)
    if code is not None and label is not None:
        return Columns(
            code,
            label,
            _first(keys, END_HEADERS),
            _first(keys, ACTIVE_HEADERS),
            True,
            CODE_HEADERS[keys[code]] or nomenclature or _guess(filled[1:], code),
            keys[code] in COMPLETE_LISTS,
        )
    return _columns_by_content(filled[:_SAMPLE], nomenclature)


def _first(keys, names):
    return next((keys.index(name) for name in names if name in keys), None)


def _guess(rows, position):
    """Return the only nomenclature that all codes of a column can be of, else ``None``."""
    cells = [row[position] for row in rows[:_SAMPLE] if len(row) > position]
    found = [
        nomenclature
        for nomenclature, shape in CODE_SHAPES.items()
        if cells and all(shape.fullmatch(cell.replace(" ", "")) for cell in cells)
    ]
    return found[0] if len(found) == 1 else None


def _columns_by_content(rows, nomenclature):
    """Return the columns of a table whose header tells nothing, or that has none."""
    shapes = [CODE_SHAPES[nomenclature]] if nomenclature else list(CODE_SHAPES.values())
    width = max(map(len, rows))

    def is_code(cell):
        return any(shape.fullmatch(clean_code(cell, nomenclature)) for shape in shapes)

    def share(position, test):
        cells = [row[position] for row in rows if len(row) > position and row[position]]
        return sum(map(test, cells)) / len(rows)

    scores = [share(position, is_code) for position in range(width)]
    code = max(range(width), key=lambda position: scores[position])
    others = [position for position in range(width) if position != code]
    if scores[code] < 0.5 or not others:
        return None
    label = max(others, key=lambda position: share(position, lambda cell: min(len(cell), 60)))
    has_header = not is_code(rows[0][code] if len(rows[0]) > code else "")
    found = nomenclature or _guess(rows[has_header:], code)
    return Columns(code, label, has_header=has_header, nomenclature=found)


def read_date(text):
    """Return the date written ``dd/mm/yyyy`` or ``yyyy-mm-dd``, ``None`` where there is none.

    :raises ValueError: it is no such date
    """
    text = str(text or "").strip()
    if not text:
        return None
    if "/" in text:
        return datetime.strptime(text[:10], "%d/%m/%Y").date()
    return date.fromisoformat(text[:10])


def read_codes(rows, columns, nomenclature):
    """Return the :class:`CodeList` that a table holds.

    Certifications of the RNCP in a list of the RS are left out, and counted as ignored.

    :param rows: iterable of lists of strings, the header among them if there is one; row ``n``
        is row ``n`` of the file
    :param columns: :class:`Columns`
    :param nomenclature: key of :data:`CODE_SHAPES`
    """
    result = CodeList()
    awaits_header = columns.has_header
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        if awaits_header:
            awaits_header = False
            continue
        _read_row(result, number, row, columns, nomenclature)
    return result


def _read_row(result, number, row, columns, nomenclature):
    def cell(position):
        return row[position] if position is not None and position < len(row) else ""

    def fault(kind, value):
        result.faults.append(Fault(number, kind, str(value)[:80]))
        if CODE_SHAPES[nomenclature].fullmatch(code):
            result.kept.add(code)

    code = clean_code(cell(columns.code), nomenclature)
    if nomenclature == "rs" and code.startswith("RNCP"):
        result.ignored += 1
        return None
    label = clean_text(str(cell(columns.label) or ""))
    if not code:
        return fault(CODE_MISSING, label)
    if not CODE_SHAPES[nomenclature].fullmatch(code):
        return fault(CODE_WRONG, code)
    if not label:
        return fault(LABEL_MISSING, code)
    # A line break is how a long label was laid out, not a part of it.
    label = clean_text(_BREAKS.sub(" ", label))
    # Most labels are plain: the slow look is for the others.
    plain = label.replace("\u00a0", " ").isprintable()
    if not plain and set(forbidden_characters(label)) - {SEPARATOR, QUOTE}:
        return fault(LABEL_CONTROL, code)
    try:
        end = read_date(cell(columns.end))
    except ValueError:
        return fault(DATE_WRONG, f"{code}: {cell(columns.end)}")
    is_ended = fold(str(cell(columns.active))) in INACTIVE
    target = result.ended if is_ended else result.codes
    known = result.codes.get(code) or result.ended.get(code)
    if known and known[0] != label:
        return fault(LABELS_DIFFER, code)
    target[code] = (label, end)
    return None


def compare(known, listed, is_complete=True):
    """Return the :class:`Plan` that makes what is known be what the list says.

    :param known: ``{code: (label, end date or None, is active, is archived by a list)}``
    :param listed: :class:`CodeList`
    :param is_complete: what the list does not hold has disappeared
    """
    new, changed, back, gone, unchanged = {}, {}, {}, {}, 0
    for code, (label, end) in listed.codes.items():
        if code not in known:
            new[code] = (label, end)
            continue
        old_label, old_end, is_active, by_list = known[code]
        if old_label != label or (end and end != old_end):
            changed[code] = (label, end or old_end, old_label, old_end)
        else:
            unchanged += 1
        if not is_active and by_list:
            back[code] = (label, end)
    for code, (label, end, is_active, _by_list) in known.items():
        ended = listed.ended.get(code)
        missing = is_complete and code not in listed.codes and code not in listed.kept
        if is_active and code not in listed.codes and (ended or missing):
            gone[code] = (label, (ended and ended[1]) or end)
    return Plan(new, changed, back, gone, unchanged)
