"""What the columns of a client's list of people are: by their headers, else by what they hold."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import nir, siret
from .first_names import is_first_name
from .return_status import words_of

CIVILITY = "civility"
FULL_NAME = "full_name"
LAST_NAME = "last_name"
FIRST_NAME = "first_name"
BIRTH_NAME = "birth_name"
NIR = "nir"
NIR_KEY = "nir_key"
EMAIL = "email"
PHONE = "phone"
EMPLOYER = "employer"
SIRET = "siret"
REFERENCE = "reference"
REFUSES = "refuses"
ROLES = (
    *(CIVILITY, FULL_NAME, LAST_NAME, FIRST_NAME, BIRTH_NAME, NIR, NIR_KEY, EMAIL, PHONE),
    *(EMPLOYER, SIRET, REFERENCE, REFUSES),
)
NAMES = (FULL_NAME, LAST_NAME, FIRST_NAME, BIRTH_NAME)

Row = Sequence[str]

# The first that is found in a header decides.
_HEADERS: tuple[tuple[str | None, str], ...] = (
    (REFUSES, r"\brefus\w*"),
    (NIR_KEY, r"^cle\b(?!.*usb)"),
    (NIR, r"\b(nir|nss|securite sociale|secu|ss|insee|social security)\b(?!.*organisme)"),
    (
        None,
        r"\b(date|lieu|ville|pays|departement|commune|age)\b|^(heure|horodat\w*|n|no|num|numero|nb)$",
    ),
    (EMAIL, r"\b(e ?mails?|mails?|courriels?|adresse electronique)\b"),
    (PHONE, r"\b(tel|telephones?|portables?|mobiles?|gsm|phone)\b"),
    (SIRET, r"^(n |numero |code )?(de )?sire[tn]\b"),
    (
        EMPLOYER,
        r"\b(entreprises?|societes?|employeurs?|raison sociale|client|etablissement|company|employer|agence)\b"
        r"(?!.*(siret|siren|stagiaire))|\b(entreprise|societe|employeur)\b.*\bsiret\b",
    ),
    (SIRET, r"\bsire[tn]\b"),
    (
        BIRTH_NAME,
        r"\b(nom|name)\b.*\b(naissance|jeune fille|birth|patronym\w*)\b|^patronyme$|\bbirth name\b",
    ),
    (FULL_NAME, r"\bnoms?\b.*\bprenoms?\b|\bprenoms?\b.*\bnoms?\b|\b(nom complet|full name)\b"),
    (FIRST_NAME, r"^prenoms?\b|^(first|given) names?\b"),
    (
        LAST_NAME,
        r"^noms?( (d |de )?(usage|usuel|famille|marital|epouse|epoux))?( (du|de l|des?) \w+)?$"
        r"|^(last|family) name$|^surname$",
    ),
    (
        FULL_NAME,
        r"^(l |le |la |les )?(stagiaires?|participants?|salaries?|apprenants?|beneficiaires?|personnes?"
        r"|collaborateurs?|agents?|attendees?|names?|inscrits?)\b(?!.*\b(poste|fonction|nombre)\b)",
    ),
    (CIVILITY, r"^(civilites?|civ|titre|sexe|genre|m mme|mme m|h f|f h)\b"),
    (REFERENCE, r"\b(matricules?|references?|ref|identifiant|code (salarie|agent))\b"),
)
_MOST_HEADER_ROWS = 30
_SAMPLE = 200
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"(?:\+33|0033|0)?[1-9](?:[ .\-/]?\d{2}){4}")
_WORDS = re.compile(r"[^\W\d_]+(?:['’ .\-][^\W\d_]+)*\.?")


@dataclass(frozen=True)
class Layout:
    """Where a list begins and what its columns are: ``first_row`` is the index of the first person's
    row; ``roles`` holds one of :data:`ROLES` or ``None`` for each column."""

    first_row: int
    roles: tuple[str | None, ...]

    @property
    def has_names(self) -> bool:
        """Whether some column tells who is meant."""
        return any(role in NAMES for role in self.roles)


def role_of_header(text: str | None) -> str | None:
    """Return the role a column's header names, or ``None``.

    >>> role_of_header("N° Sécurité Sociale"), role_of_header("Date de naissance")
    ('nir', None)
    """
    key = " ".join(words_of(text))
    for role, pattern in _HEADERS:
        if re.search(pattern, key):
            return role
    return None


def detect(rows: Sequence[Row]) -> Layout:
    """Return the :class:`Layout` of a list: its header may stand below titles, and take two lines."""
    first_row, headers = _header_of(rows)
    sample = [row for row in rows[first_row : first_row + _SAMPLE] if row]
    width = max(map(len, [headers, *sample]), default=0)
    roles: list[str | None] = []
    for x in range(width):
        role = role_of_header(headers[x]) if x < len(headers) else None
        values = [row[x] for row in sample if x < len(row) and row[x]]
        # A column with a header of its own that says nothing to us holds what it says.
        is_named = x < len(headers) and bool(headers[x])
        roles.append(role if role or is_named else _role_of_values(values))
    return Layout(first_row, tuple(_settled(roles, [_values_at(sample, x) for x in range(width)])))


def _header_of(rows: Sequence[Row]) -> tuple[int, Row]:
    """Return the index of the row after the header, and the header's texts; ``0`` where there is none."""
    best: tuple[int, int, Row] = (1, 0, ())
    for y, row in enumerate(rows[:_MOST_HEADER_ROWS]):
        if any(map(_is_datum, row)):
            break
        for last, texts in ((y, row), (y + 1, _two_lines(rows, y))):
            score = len({role for role in map(role_of_header, texts) if role})
            if score > best[0] or (score == 1 == best[0] and not best[1] and len(texts) == 1):
                best = (score, last + 1, texts)
    return best[1], best[2]


def _two_lines(rows: Sequence[Row], y: int) -> Row:
    """Return the texts of a header of two lines; what stands above several columns counts for each."""
    if y + 1 >= len(rows) or any(map(_is_datum, rows[y + 1])):
        return ()
    above, texts = "", []
    for x, below in enumerate(rows[y + 1]):
        above = (rows[y][x] if x < len(rows[y]) else "") or above
        # What is told below is enough where it is understood.
        texts.append(below if role_of_header(below) else f"{above} {below}".strip())
    return texts


def _is_datum(cell: str) -> bool:
    """Tell whether a cell can stand in no header."""
    return bool(_EMAIL.fullmatch(cell)) or (len(cell) >= 13 and nir.parse(cell).is_valid)


def _values_at(rows: Sequence[Row], x: int) -> list[str]:
    return [row[x] for row in rows if x < len(row) and row[x]]


def _role_of_values(values: Sequence[str]) -> str | None:
    """Return the role of a column that has no header."""
    tests: tuple[tuple[str, Callable[[str], object]], ...] = (
        (EMAIL, _EMAIL.fullmatch),
        (NIR, lambda cell: len(cell) >= 13 and nir.parse(cell).is_valid),
        (SIRET, siret.proposal_of),
        (PHONE, _PHONE.fullmatch),
        (FIRST_NAME, is_first_name),
        (FULL_NAME, lambda cell: " " in cell and _WORDS.fullmatch(cell)),
        (LAST_NAME, _WORDS.fullmatch),
    )
    for role, test in tests:
        if values and sum(1 for value in values if test(value)) >= 0.6 * len(values):
            return role
    return None


def _settled(roles: Sequence[str | None], columns: Sequence[Sequence[str]]) -> list[str | None]:
    """Leave each role to the first column that has it, and tell names in one column from two."""
    counts = Counter(roles)
    seen: set[str] = set()
    settled: list[str | None] = []
    for role, values in zip(roles, columns, strict=True):
        if role == LAST_NAME and not counts[FIRST_NAME] and not counts[FULL_NAME]:
            # "Nom" alone is the whole name.
            role = FULL_NAME if any(" " in value for value in values) or not values else role
        if role in seen:
            role = None
        if role:
            seen.add(role)
        settled.append(role)
    return settled
