"""A client's list of people, as it comes: whom it names, and what is wrong, row by row.

It cleans without inventing: a birth name is never taken from another name, a number that a spreadsheet
shortened is told and not kept, totals and empty rows are left out. Nothing here knows Odoo, or who is
known already.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from . import nir, siret
from .first_names import is_first_name
from .people_columns import (
    BIRTH_NAME,
    CIVILITY,
    EMAIL,
    EMPLOYER,
    FIRST_NAME,
    FULL_NAME,
    LAST_NAME,
    NIR,
    NIR_KEY,
    PHONE,
    REFERENCE,
    REFUSES,
    SIRET,
    Layout,
    Row,
    detect,
)
from .person_name import second_name_mark, sex_of_civility, split_civility
from .return_status import words_of
from .table_file import Sheet
from .text import clean_text, fold, name_key, numerals

# What may be wrong with a row, besides the codes of ``nir`` and ``siret``: see :class:`Problem`.
NAME_MISSING = "name_missing"
NAME_DIGITS = "name_digits"
TWO_NAMES = "two_names"
EMAIL_WRONG = "email_wrong"
SEX_DIFFERS = "sex_differs"

_TOTALS = re.compile(
    r"^(?:sous )?(?:totaux|total|nombre|effectif|nb)\b|^(?:signatures?|cachet|fait a|lu et approuve|observations?"
    r"|merci de|a retourner|remarques?|n b)\b"
)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_NO = frozenset(("", "non", "no", "n", "0", "faux", "false"))
_LOST_ZERO = re.compile(r"[1-9][0-9]{8}")
_DIGITS = re.compile(r"(?<![0-9])(?:[0-9][ .\u00a0\u202f]?){9,14}(?![0-9])")


@dataclass(frozen=True)
class Problem:
    """Something to look at in a row: its code, and the role of the column. Neither carries a value."""

    code: str
    role: str


@dataclass(frozen=True)
class Person:
    """Whom a row names. ``line`` counts as a spreadsheet does; ``same_as`` is the line of the same person
    above; ``nir`` is the number with its key where the list has one, empty where it is wrong or shortened."""

    line: int
    name: str = field(repr=False)
    birth_name: str = field(default="", repr=False)
    nir: str = field(default="", repr=False)
    sex: str | None = None
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    employer: str = ""
    siret: str = ""
    reference: str = ""
    refuses: bool = False
    problems: tuple[Problem, ...] = ()
    same_as: int | None = None


def choose_sheet(sheets: Sequence[Sheet]) -> tuple[int, Layout]:
    """Return which of the sheets of a file is the list, and its layout."""
    layouts = [detect(sheet.rows) for sheet in sheets]

    def worth(number: int) -> tuple[bool, int, int]:
        layout, sheet = layouts[number], sheets[number]
        roles = sum(1 for role in layout.roles if role)
        return (layout.has_names and not sheet.is_hidden, roles, -number)

    best = max(range(len(sheets)), key=worth)
    return best, layouts[best]


def read_people(rows: Sequence[Row], layout: Layout) -> list[Person]:
    """Return the people that the rows of a list name, in order; the same one twice is told, not dropped.

    :param layout: what :func:`detect` found, or what a person made of it
    """
    cells = [
        (line, _cells_of(row, layout))
        for line, row in enumerate(rows[layout.first_row :], start=layout.first_row + 1)
    ]
    kept = [(line, found) for line, found in cells if _is_person(found)]
    last_first = _is_last_name_first([found.get(FULL_NAME, "") for _line, found in kept])
    people = [_person_of(line, found, last_first) for line, found in kept]
    return _with_repeats(people)


def _cells_of(row: Row, layout: Layout) -> dict[str, str]:
    return {
        role: clean_text(str(cell))
        for role, cell in zip(layout.roles, row, strict=False)
        if role and cell
    }


def _is_person(cells: dict[str, str]) -> bool:
    """Tell whether a row names somebody: totals, signatures and a header said again do not."""
    names = [cells.get(role, "") for role in (FULL_NAME, LAST_NAME, FIRST_NAME, BIRTH_NAME)]
    text = " ".join(" ".join(words_of(name)) for name in names if name)
    if not text:
        return bool(cells.get(NIR) or cells.get(EMAIL))
    is_header = text in ("nom prenom", "nom", "prenom", "nom et prenom")
    return not _TOTALS.search(text) and not is_header and any(char.isalpha() for char in text)


def _person_of(line: int, cells: dict[str, str], last_first: bool | None) -> Person:
    sex, name = _name_of(cells, last_first)
    sex = sex_of_civility(cells.get(CIVILITY)) or sex
    person = Person(
        line=line,
        name=name,
        sex=sex,
        birth_name=split_civility(cells.get(BIRTH_NAME))[1],
        phone=_phone_of(cells.get(PHONE, "")),
        employer=cells.get(EMPLOYER, ""),
        reference=cells.get(REFERENCE, ""),
        refuses=_refuses(cells),
    )
    person = _with_email(_with_siret(_with_nir(person, cells), cells), cells)
    return _with_name_problems(person)


def _problem(person: Person, code: str, role: str) -> Person:
    return replace(person, problems=(*person.problems, Problem(code, role)))


# ------------------------------------------------------------
# Names
# ------------------------------------------------------------


def _name_of(cells: dict[str, str], last_first: bool | None) -> tuple[str | None, str]:
    """Return the sex that a civility tells, and the name with the first name in front."""
    if FULL_NAME in cells:
        sex, name = split_civility(cells[FULL_NAME])
        return sex, _first_name_first(name, last_first)
    first_sex, first = split_civility(cells.get(FIRST_NAME))
    last_sex, last = split_civility(cells.get(LAST_NAME) or cells.get(BIRTH_NAME))
    return first_sex or last_sex, f"{first} {last}".strip()


def _first_name_first(name: str, last_first: bool | None) -> str:
    if "," in name:
        last, _comma, first = name.partition(",")
        return f"{first.strip()} {last.strip()}".strip()
    words = name.split()
    if (cut := _capitals_before(words)) is not None:
        return " ".join([*words[cut:], *words[:cut]])
    if _capitals_after(words) or not last_first or len(words) < 2:
        return name
    # Without capitals nobody knows where the family name ends: after all but the last words that
    # are first names.
    cut = len(words) - 1
    while cut > 1 and is_first_name(words[cut - 1]):
        cut -= 1
    return " ".join([*words[cut:], *words[:cut]])


def _is_capitals(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return len(letters) > 1 and all(char.isupper() for char in letters)


def _capitals_before(words: Sequence[str]) -> int | None:
    """Return how many words in capitals come first, where others follow: "LE BIHAN Maëlle"."""
    count = next((n for n, word in enumerate(words) if not _is_capitals(word)), len(words))
    is_clear = 0 < count < len(words) and not any(map(_is_capitals, words[count:]))
    return count if is_clear else None


def _capitals_after(words: Sequence[str]) -> bool:
    return bool(words) and not _is_capitals(words[0]) and _is_capitals(words[-1])


def _is_last_name_first(names: Iterable[str]) -> bool | None:
    """Tell in which order a column writes names, by the first names that are known; ``None``: unknown."""
    score = 0
    for name in names:
        words = split_civility(name)[1].split()
        if len(words) > 1:
            score += is_first_name(words[-1]) - is_first_name(words[0])
    return None if not score else score > 0


def _with_name_problems(person: Person) -> Person:
    if not name_key(person.name):
        person = _problem(person, NAME_MISSING, FULL_NAME)
    for text, role in ((person.name, FULL_NAME), (person.birth_name, BIRTH_NAME)):
        if numerals(text):
            person = _problem(person, NAME_DIGITS, role)
        elif second_name_mark(text):
            person = _problem(person, TWO_NAMES, role)
    return person


# ------------------------------------------------------------
# Numbers and addresses
# ------------------------------------------------------------


def _with_nir(person: Person, cells: dict[str, str]) -> Person:
    typed, key = cells.get(NIR, ""), nir.compact(cells.get(NIR_KEY))
    if _says_refusal(typed):
        return person
    number = nir.compact(typed)
    if len(number) == 13 and key.isdigit() and len(key) <= 2:
        number += key.zfill(2)  # a spreadsheet takes the zero of the key away
    parsed = nir.parse(number)
    if parsed.problem:
        return person if parsed.problem == nir.EMPTY else _problem(person, parsed.problem, NIR)
    person = replace(person, nir=parsed.body + parsed.key)
    for code in parsed.warnings:
        person = _problem(person, code, NIR)
    sex = nir.sex_of(parsed.body)
    if person.sex and sex and person.sex != sex:
        person = _problem(person, SEX_DIFFERS, NIR)
    return replace(person, sex=person.sex or sex)


def _says_refusal(text: str) -> bool:
    return fold(text).startswith("refus")


def _refuses(cells: dict[str, str]) -> bool:
    typed = fold(cells.get(REFUSES))
    return typed not in _NO or _says_refusal(cells.get(NIR, ""))


def _with_siret(person: Person, cells: dict[str, str]) -> Person:
    typed = cells.get(SIRET, "")
    if not typed:
        # Both in one column: "Chantiers navals 000 628 412 00017".
        found = [
            match.group()
            for match in _DIGITS.finditer(person.employer)
            if siret.proposal_of(match.group())
        ]
        if not found:
            return person
        rest = person.employer.replace(found[0], " ")
        employer = re.sub(r"\b(siret|n°)\b\s*:?", " ", rest, flags=re.IGNORECASE)
        employer = " ".join(employer.split()).strip(" -–/:()")
        return replace(person, siret=siret.proposal_of(found[0]) or "", employer=employer)
    if number := siret.proposal_of(typed):
        return replace(person, siret=number)
    return _problem(person, siret.problem_of(typed) or siret.BAD_CHECKSUM, SIRET)


def _with_email(person: Person, cells: dict[str, str]) -> Person:
    typed = cells.get(EMAIL, "").removeprefix("mailto:").strip()
    if not typed:
        return person
    found = _EMAIL.search(typed)
    if not found or len(_EMAIL.findall(typed)) > 1:
        return _problem(person, EMAIL_WRONG, EMAIL)
    return replace(person, email=found.group())


def _phone_of(typed: str) -> str:
    """Return a telephone number as it is typed; the zero that a spreadsheet took away comes back."""
    return f"0{typed}" if _LOST_ZERO.fullmatch(typed) else typed


# ------------------------------------------------------------
# The same person twice
# ------------------------------------------------------------


def _with_repeats(people: Sequence[Person]) -> list[Person]:
    """Tell of each person the line where they stood before: by number, else by name, as far as nothing
    that both rows say differs."""
    found: list[Person] = []
    by_key: dict[str, list[Person]] = {}
    for person in people:
        keys = [key for key in (person.nir[:13], name_key(person.name)) if key]
        same = next(
            (one for key in keys for one in by_key.get(key, ()) if _may_be_one(one, person)), None
        )
        found.append(replace(person, same_as=same.line) if same else person)
        for key in keys if same is None else ():
            by_key.setdefault(key, []).append(person)
    return found


def _may_be_one(one: Person, other: Person) -> bool:
    if one.nir and other.nir:
        return one.nir[:13] == other.nir[:13]
    return all(
        not first or not second or fold(first) == fold(second)
        for first, second in ((one.birth_name, other.birth_name), (one.email, other.email))
    )
