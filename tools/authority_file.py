"""The authority's import file: its columns as data, the checks of its rows, its writer.

Source: the operator's guides "import en masse OF ADF" and "OF JDR", versions of 27/02/2026. A breach
of a global condition rejects the whole file, so :func:`check_file` must find nothing before a file
leaves. ``adf`` is the attestation de formation, ``jdr`` the justificatif de réussite.

A row is a dictionary ``{column name: value}`` with Python values: ``str``, ``date``, ``bool`` for
OUI/NON, a sequence of codes for several values; ``None``, ``""`` and ``()`` are empty.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from . import nir, siret
from .text import SEPARATOR, forbidden_characters

MAX_ROWS_PER_DECLARATION = 500
MAX_ROWS_WEB_FORM = 50
MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_FILE_NAME = 200
FILE_NAME_FORBIDDEN = '@<>:"/\\|?*%'
LINE_ENDS = {"crlf": "\r\n", "lf": "\n"}

MODALITIES = ("PRESENTIEL", "A_DISTANCE", "MIXTE")
TRAINER_QUALIFICATIONS = (
    "ENSEIGNANT",
    "FORMATEUR_D_ADULTES_FORMATION_SPECIALISEE",
    "INGENIEUR",
    "PREVENTEUR",
    "PSYCHOLOGUE",
    "RESPONSABLE_QHSE",
    "ANCIEN_PROFESSIONNEL",
)
JDR_TYPES = ("DIPLOME", "TITRE", "HABILITATION", "CERTIFICAT")
JDR_MODES = ("PAR_ADMISSION", "PAR_SCORING")


@dataclass(frozen=True)
class Column:
    """One column: its kind (``text``, ``link``, ``date``, ``yesno``, ``codes`` or ``choice``) and its limits."""

    name: str
    kind: str = "text"
    required: bool = False
    max_length: int | None = None
    count: tuple | None = None  # fewest and most values of a "codes" column
    choices: tuple = ()


@dataclass(frozen=True)
class Fault:
    """One breach of a rule. ``row`` counts from 0; ``None`` concerns the whole file.

    ``code`` is one of: ``required``, ``too_long``, ``forbidden_character``, ``type``, ``choice``,
    ``count``, ``repeated_code``, ``not_empty``, ``nir``, ``siret``, ``future``, ``date_order``,
    ``link``, ``duplicate_id``, ``too_many_rows``, ``training_differs``, ``no_row``.
    Neither carries a value: a fault may be logged or shown.
    """

    code: str
    row: int | None = None
    column: str | None = None


_COMPETENCES = Column(
    "COMPETENCE_TRANSFERABLE", "codes", required=True, max_length=70, count=(3, 10)
)
_CODES = (
    Column("CERTIFICATION_VISEE", "codes", max_length=9, count=(1, 1)),
    Column("DOMAINE_FORMATION", "codes", max_length=30, count=(1, 5)),
    Column("SPECIALITE_FORMATION", "codes", max_length=15, count=(1, 3)),
)
_MODALITY = Column("MODALITE_DISPENSE", "choice", choices=MODALITIES)
_QUALIFICATION = Column("QUALIFICATION_FORMATEUR", "choice", choices=TRAINER_QUALIFICATIONS)

# The training columns must be the same on every line of a declaration.
ADF_TRAINING = (
    Column("NOM_FORMATION", required=True, max_length=250),
    Column("DATE_DEBUT_FORMATION", "date", required=True),
    Column("DATE_FIN_FORMATION", "date", required=True),
    _MODALITY,
    _COMPETENCES,
    _QUALIFICATION,
    Column("FORMATION_CERTIFIANTE", "yesno", required=True),
    *_CODES,
)
JDR_TRAINING = (
    Column("TYPE_JDR", "choice", required=True, choices=JDR_TYPES),
    Column("NOM_JDR", required=True, max_length=255),
    Column("NOM_OPTION_SPECIALITE"),
    Column("MODE_OBTENTION", "choice", choices=JDR_MODES),
    _COMPETENCES,
    Column("PRESENCE_FORMATION", "yesno"),
    Column("NOM_FORMATION", max_length=250),
    Column("DATE_DEBUT_FORMATION", "date"),
    Column("DATE_FIN_FORMATION", "date"),
    _MODALITY,
    _QUALIFICATION,
    Column("FORMATION_CERTIFIANTE", "yesno"),
    *_CODES,
)
# What a JDR says of the training, if there was one.
JDR_IF_TRAINED = tuple(
    col.name
    for col in JDR_TRAINING[6:]  # from NOM_FORMATION to SPECIALITE_FORMATION
)
JDR_REQUIRED_IF_TRAINED = (
    "NOM_FORMATION",
    "DATE_DEBUT_FORMATION",
    "DATE_FIN_FORMATION",
    "FORMATION_CERTIFIANTE",
)
_IDENTIFIERS = (
    Column("ID_DECLARATION", required=True, max_length=255),
    Column("REFERENCE_DECLARATION", required=True, max_length=280),
    Column("ID_UNIQUE_PARTENAIRE", required=True, max_length=255),
)
_ATTENDEE = (
    Column("NIR", required=True, max_length=13),
    Column("NOM_TITULAIRE", required=True, max_length=30),
    Column("PRESENCE_EMPLOYEUR", "yesno", required=True),
    Column("SIRET_EMPLOYEUR", max_length=14),
    Column("REFERENCE_EMPLOYEUR", max_length=255),
    Column("DATE_DEBUT_VALIDITE", "date", required=True),
    Column("DATE_FIN_VALIDITE", "date"),
)
ADF = (*_IDENTIFIERS, *ADF_TRAINING, *_ATTENDEE)
JDR = (
    *_IDENTIFIERS,
    *JDR_TRAINING,
    *_ATTENDEE,
    Column("RESULTAT_OBTENU", max_length=1000),
    Column("MENTION_OBTENUE", max_length=255),
    Column("LIEN_PREUVE", "link"),
    Column("IDENTIFIANT_PREUVE", max_length=255),
)
DOCUMENTS = {"adf": ADF, "jdr": JDR}
TRAINING_COLUMNS = {"adf": ADF_TRAINING, "jdr": JDR_TRAINING}


def column(document, name):
    """Return the :class:`Column` called ``name`` of a document (``adf``, ``jdr``), to read its limits."""
    return next(col for col in DOCUMENTS[document] if col.name == name)


def check_file(document, rows, today):
    """Return the list of :class:`Fault` of a whole file; an empty list means it can leave.

    :param document: ``adf`` or ``jdr``
    :param rows: list of row dictionaries, those of one declaration next to each other or not
    :param today: the portal's date of today; no training lies after it
    """
    if not rows:
        return [Fault("no_row")]
    faults = []
    for number, row in enumerate(rows):
        faults += check_row(document, row, today, number)
    return faults + _repeated_ids(rows) + _declaration_faults(document, rows)


def check_row(document, row, today, number=0):
    """Return the list of :class:`Fault` of one row, each numbered ``number``."""
    faults = [
        Fault(code, number, col.name)
        for col in DOCUMENTS[document]
        for code in _value_faults(col, row.get(col.name))
    ]
    trained = document == "adf" or row.get("PRESENCE_FORMATION") is True
    for code, name in (*_training_faults(row, today, trained), *_attendee_faults(row)):
        faults.append(Fault(code, number, name))
    return faults


def value_faults(document, name, value):
    """Return the codes of what is wrong with one value of a column, taken alone."""
    return list(_value_faults(column(document, name), value))


def render(document, rows, line_end="crlf", bom=False):
    """Return the file as bytes: header, one line a row, UTF-8, separator ``|``, no quoting.

    The rows must have passed :func:`check_file`: nothing is escaped, cut or replaced here.

    :raises ValueError: a value holds a character that would break the file's structure
    """
    columns = DOCUMENTS[document]
    lines = [SEPARATOR.join(col.name for col in columns)]
    for row in rows:
        values = [format_value(row.get(col.name)) for col in columns]
        if any(forbidden_characters(value) for value in values):
            raise ValueError("a value holds a character that the file cannot hold")
        lines.append(SEPARATOR.join(values))
    end = LINE_ENDS[line_end]
    return (end.join(lines) + end).encode("utf-8-sig" if bom else "utf-8")


def file_name(siren, document, day, sequence):
    """Return the name of an import file: the OF's SIREN, the document, the date, a sequence.

    :raises ValueError: the name breaks the portal's rule for file names
    """
    name = f"{siren}_{document.upper()}_{day:%Y%m%d}_{sequence}.csv"
    if len(name) > MAX_FILE_NAME or set(name) & set(FILE_NAME_FORBIDDEN):
        raise ValueError("the file name is too long or holds a forbidden character")
    return name


def format_value(value):
    """Return a row's value as the file writes it."""
    if value is None or value == "" or value == ():
        return ""
    if value is True or value is False:
        return "OUI" if value else "NON"
    if isinstance(value, date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if isinstance(value, (list, tuple)):
        return "/".join(value)
    return value


def _is_empty(value):
    return value is None or value == "" or value == () or value == []


_TYPES = {
    "text": str,
    "link": str,
    "choice": str,
    "date": date,
    "yesno": bool,
    "codes": (list, tuple),
}


def _value_faults(col, value):
    """Yield the codes of what is wrong with one value, whatever the rest of its row."""
    if _is_empty(value):
        if col.required:
            yield "required"
        return
    if not isinstance(value, _TYPES[col.kind]):
        yield "type"
        return
    text = format_value(value)
    if col.max_length and len(text) > col.max_length:
        yield "too_long"
    if forbidden_characters(text):
        yield "forbidden_character"
    if col.kind == "text" and text != text.strip():
        yield "forbidden_character"
    if col.kind == "link" and not re.fullmatch(r"https?://[^\s/]+\S*", text):
        yield "link"
    if col.kind == "choice" and value not in col.choices:
        yield "choice"
    if col.kind == "codes":
        yield from _codes_faults(col, value)


def _codes_faults(col, codes):
    fewest, most = col.count
    if not fewest <= len(codes) <= most:
        yield "count"
    if len(set(codes)) != len(codes):
        yield "repeated_code"
    if any(not code or "/" in code for code in codes):
        yield "forbidden_character"


def _training_faults(row, today, trained):
    """Yield ``(code, column)`` for the training columns that depend on each other.

    :param trained: whether the row speaks of a training: always in an ADF, by its column
        ``PRESENCE_FORMATION`` in a JDR
    """
    if not trained:
        yield from _presence_faults(row, dict.fromkeys(JDR_IF_TRAINED, False))
        return
    if "PRESENCE_FORMATION" in row:
        yield from _presence_faults(row, dict.fromkeys(JDR_REQUIRED_IF_TRAINED, True))
    start, end = row.get("DATE_DEBUT_FORMATION"), row.get("DATE_FIN_FORMATION")
    for name, day in (("DATE_DEBUT_FORMATION", start), ("DATE_FIN_FORMATION", end)):
        if day and day > today:
            yield "future", name
    if start and end and end < start:
        yield "date_order", "DATE_FIN_FORMATION"
    certifying = row.get("FORMATION_CERTIFIANTE")
    expected = {
        "CERTIFICATION_VISEE": certifying is True,
        "DOMAINE_FORMATION": certifying is False,
        "SPECIALITE_FORMATION": certifying is False,
    }
    yield from _presence_faults(row, expected)


def _attendee_faults(row):
    """Yield ``(code, column)`` for the attendee's columns and their dates."""
    body = row.get("NIR")
    if body and (len(body) != 13 or nir.parse(body).body != body):
        yield "nir", "NIR"
    employed = row.get("PRESENCE_EMPLOYEUR") is True
    yield from _presence_faults(row, {"SIRET_EMPLOYEUR": employed})
    if not employed and not _is_empty(row.get("REFERENCE_EMPLOYEUR")):
        yield "not_empty", "REFERENCE_EMPLOYEUR"
    number = row.get("SIRET_EMPLOYEUR")
    if number and (siret.compact(number) != number or siret.problem_of(number)):
        yield "siret", "SIRET_EMPLOYEUR"
    end = row.get("DATE_FIN_FORMATION")
    valid_from, valid_to = row.get("DATE_DEBUT_VALIDITE"), row.get("DATE_FIN_VALIDITE")
    if end and valid_from and valid_from < end:
        yield "date_order", "DATE_DEBUT_VALIDITE"
    if valid_from and valid_to and valid_to < valid_from:
        yield "date_order", "DATE_FIN_VALIDITE"


def _presence_faults(row, expected):
    """Yield a fault for each column that is empty though expected, or filled though not."""
    for name, wanted in expected.items():
        empty = _is_empty(row.get(name))
        if wanted and empty:
            yield "required", name
        elif not wanted and not empty:
            yield "not_empty", name


def _repeated_ids(rows):
    seen = set()
    faults = []
    for number, row in enumerate(rows):
        unique_id = row.get("ID_UNIQUE_PARTENAIRE")
        if unique_id in seen:
            faults.append(Fault("duplicate_id", number, "ID_UNIQUE_PARTENAIRE"))
        seen.add(unique_id)
    return faults


def _declaration_faults(document, rows):
    """Check what holds within one declaration: its size, and one training."""
    names = ["REFERENCE_DECLARATION", *(col.name for col in TRAINING_COLUMNS[document])]
    sizes = Counter(row.get("ID_DECLARATION") for row in rows)
    faults = []
    first_rows = {}
    for number, row in enumerate(rows):
        first = first_rows.setdefault(row.get("ID_DECLARATION"), row)
        faults += [
            Fault("training_differs", number, name)
            for name in names
            if format_value(row.get(name)) != format_value(first.get(name))
        ]
    too_many = any(size > MAX_ROWS_PER_DECLARATION for size in sizes.values())
    return faults + ([Fault("too_many_rows", None, "ID_DECLARATION")] if too_many else [])
