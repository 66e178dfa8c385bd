"""The portal's answer to a deposit, as a table: what its columns mean and what each row says.

The format of the report is not published, so any table with something that identifies an attendee
is taken: columns are recognised by their header, else by what they hold, and a person confirms.
Nothing here knows Odoo. Social security numbers are taken out of the table before anything else.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from . import nir
from .nir_text import HIDDEN, hide_numbers
from .text import fold

# What a column can be. Several columns may give the reason, each other role is one column's.
UNIQUE_ID = "unique_id"
NIR = "nir"
DECLARATION = "declaration"
BIRTH_NAME = "birth_name"
NAME = "name"
FIRST_NAME = "first_name"
STATUS = "status"
REASON = "reason"
ROLES = (UNIQUE_ID, NIR, DECLARATION, BIRTH_NAME, NAME, FIRST_NAME, STATUS, REASON)
# One of these is needed: the others tell people apart, or say what became of them.
IDENTIFYING_ROLES = {UNIQUE_ID, NIR, BIRTH_NAME, NAME}

ACCEPTED = "accepted"
REJECTED = "rejected"
# A status that says neither, and a row that says nothing at all.
UNCLEAR = "unclear"
SILENT = "silent"

Row = Sequence[str]
# Who holds the NIR of a cell.
PartnerIds = Mapping[tuple[int, int], list[int]]

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# How far down the header may be, and how many rows tell what a column holds.
_HEADER_ROWS = 20
_SAMPLE_ROWS = 200

_PEOPLE_WORDS = {
    "stagiaire",
    "titulaire",
    "salarie",
    "apprenant",
    "beneficiaire",
    "participant",
    "personne",
    "attendee",
    "name",
}
_NAME_WORDS = {"nom", "noms", "et", "du", "de", "des", "l", "d", "usage", "complet", "full"}
_EXACT = {
    UNIQUE_ID: {
        "id unique partenaire",
        "identifiant unique partenaire",
        "identifiant unique",
        "identifiant partenaire",
        "id partenaire",
        "id unique",
        "unique id",
        "unique identifier",
        "uuid",
    },
    NIR: {"nss", "numero ss", "n ss", "ssn", "social security number"},
    DECLARATION: {"declaration", "id declaration", "reference declaration", "ref declaration"},
    BIRTH_NAME: {"nom titulaire", "nom du titulaire", "birth name", "nom naissance"},
    FIRST_NAME: {"prenom", "prenoms", "first name", "given name", "prenom titulaire"},
    STATUS: {"resultat", "retour", "ok ko", "accepte", "decision"},
    REASON: {"detail", "details", "description", "reponse", "controle"},
}
# The first that is found in a header decides.
_CONTAINED = (
    (None, r"\b(date|heure|nombre)\b"),
    (STATUS, r"^(statut|status|etat(?! civil)|state)\b"),
    (
        REASON,
        r"\b(motifs?|raisons?|reasons?|causes?|erreurs?|errors?|anomalies?|messages?|rejets?|"
        r"commentaires?|observations?|explications?)\b",
    ),
    (UNIQUE_ID, r"\b(identifiant|id) (unique|partenaire)\b"),
    (NIR, r"\b(nir|securite sociale)\b"),
    (STATUS, r"\b(statut|status|decision|traitement)\b"),
    (DECLARATION, r"\b(n|no|num|numero|id|identifiant|reference|ref) (de )?(la )?declaration\b"),
    (BIRTH_NAME, r"\b(nom|name)\b.*\b(naissance|birth)\b"),
    (FIRST_NAME, r"^(prenoms?|first name)( d[eu])?( \w+)?$"),
)

_GOOD = r"(accepte|valide|integre|conforme|correct|enregistre|importe|succes|reussi|ok\b)"
_BAD = r"(rejet|refus|reject|err|anomalie|echec|echou|fail|invalid|incorrect|inconnu|ko\b|nok\b)"
# Before the word it turns round, with one word between at most: “pas encore accepté”.
_NO = r"\b(non|pas|sans|aucune?|not?)( \w+)?"
# Neither this nor that; and “deja integre” is a rejection, “non rejete” may be two answers.
_OPEN = rf"\b(partiel|attente|cours\b|pending|partial|deja\b|already\b|non {_BAD})"


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


@dataclass
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

    @property
    def is_identified(self) -> bool:
        return bool(self.unique_id or self.birth_name or self.name or self.partner_ids is not None)

    @property
    def label(self) -> str:
        """What the file itself says of who this is, for people to read."""
        return ", ".join(filter(None, (self.full_name, self.unique_id, self.declaration)))

    @property
    def full_name(self) -> str:
        """The name as the file has it."""
        return " ".join(filter(None, (self.birth_name or self.name, self.first_name)))


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


def role_of_header(text: str | None) -> str | None:
    """Return the role a column's header names, or ``None``."""
    words = _words(text)
    key = " ".join(words)
    for role, exact in _EXACT.items():
        if key in exact:
            return role
    for named, pattern in _CONTAINED:
        if re.search(pattern, key):
            return named
    kept = set(words) - {"prenom", "prenoms"}
    if words and kept <= _NAME_WORDS | _PEOPLE_WORDS and kept & ({"nom"} | _PEOPLE_WORDS):
        return NAME
    return None


def answer_of(text: str | None) -> str:
    """Return what a status says: ``accepted``, ``rejected``, ``unclear``, or ``silent`` if empty.

    >>> answer_of("Non intégré"), answer_of("sans erreur"), answer_of("Accepté avec erreurs")
    ('rejected', 'accepted', 'unclear')
    """
    folded = " ".join(_words(text))
    if not folded:
        return SILENT
    good, bad = re.search(rf"\b{_GOOD}", folded), re.search(rf"\b{_BAD}", folded)
    if bool(good) == bool(bad) or re.search(_OPEN, folded):
        return UNCLEAR
    is_turned = re.search(rf"{_NO} {_GOOD if good else _BAD}", folded)
    return ACCEPTED if bool(good) != bool(is_turned) else REJECTED


def read_entries(
    rows: Sequence[Row], layout: Layout, partner_ids: PartnerIds | None = None
) -> list[Entry]:
    """Return the :class:`Entry` of each row that says something.

    With a status column it decides; without one, a reason makes a rejection.

    :param rows: the table without NIRs, see :func:`take_numbers_out`
    :param partner_ids: ``{(row index, column index): [ids]}``, who holds the NIR of a cell
    """
    header = rows[layout.header] if layout.header is not None else None
    entries = []
    for y in range(layout.first_row, len(rows)):
        row = rows[y]
        if any(row) and row != header:
            entries.append(_entry_of(y, row, layout, partner_ids or {}))
    return entries


def _entry_of(y: int, row: Row, layout: Layout, partner_ids: PartnerIds) -> Entry:
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
    reason = " – ".join(dict.fromkeys(filter(None, reasons)))
    answer = answer_of(status)
    if answer == SILENT and reason:
        answer = REJECTED
    if answer == REJECTED and " " in status:
        # More than the bare word: the reason, where nothing else tells it.
        reason = reason or status
    return Entry(numbers=[y + 1], answer=answer, reason=reason, partner_ids=ids, **values)


def _words(text: str | None) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


def _is_nir(cell: str) -> bool:
    if len(cell) < 13 or _UUID.fullmatch(cell):
        return False
    return nir.parse(re.sub(r"[.\-_/]", "", cell)).is_valid


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
