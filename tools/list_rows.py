"""Rows of a list of people: which of them are people, and what is wrong with what they hold.

A value is cleaned, never invented: a birth name is not guessed from the usual name, a number that a
spreadsheet has shortened is told and not taken. What is wrong with a value is a :class:`Fault` of its
row; none of them, and no representation, holds a number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import list_names, nir, siret
from .list_columns import NAME_FIELDS, field_of
from .nir_text import holds_number
from .person_name import second_name_mark, sex_of_civility, split_civility
from .same_name import name_key
from .text import clean_text, fold

# What is wrong with a row or one of its values.
NAME_MISSING = "name_missing"
NAME_ODD = "name_odd"
TWICE = "twice"  # the same person; params: line of the first
SAME_NUMBER = "same_number"  # another person's; params: line
EMAIL_ODD = "email_odd"
BIRTH_NAME_ODD = "birth_name_odd"
TWO_NAMES = "two_names"
OTHER_SEX = "other_sex"
NUMBER_ELSEWHERE = "number_elsewhere"  # a NIR in a text that is kept in clear
# With a code of ``tools/nir`` or ``tools/siret`` behind: nir_bad_key, siret_lost …
NIR, SIRET = "nir_", "siret_"
# Nobody can be made of such a row.
BLOCKING = frozenset((NAME_MISSING, NAME_ODD, TWICE))
_MAX_NAME = 100
_LONGEST_COUNT = 4
_TOTAL = re.compile(r"(?:sous[ -])?(?:total|totaux|nombre|effectif|nb|somme)\b")
# Sentences around a list; surnames may begin alike, so only where no first name stands beside.
_REMARK = re.compile(
    r"(?:soit \d|fait [al]|le \d|page \d|a retourner|dates? ?:|signatures?\b|cachet\b|visa\b|observations?\b|"
    r"remarques?\b|merci de|legende\b|nota\b|format(?:eur|rice)\b|animat(?:eur|rice)\b|feuille d|liste d)"
)
_YES = frozenset(("oui", "o", "x", "1", "yes", "y", "vrai", "true", "refus", "refuse"))
_REFUSES = re.compile(r"\brefus|\bne (?:souhaite|veut) pas")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_SIRET_IN_TEXT = re.compile(r"\d(?:[\s.\u00a0\u202f-]{0,2}\d){10,13}")


@dataclass(frozen=True)
class Fault:
    """One thing to tell of a row: a code of this module, and what its words need."""

    code: str
    line: int = 0

    @property
    def is_blocking(self) -> bool:
        return self.code in BLOCKING


@dataclass
class Person:
    """Somebody on the list. ``nir`` is what may be stored: right, with its key where it was given."""

    line: int
    name: str = ""
    birth_name: str = ""
    nir: str = field(default="", repr=False)
    sex: str | None = None
    email: str = ""
    phone: str = ""
    employer: str = ""
    siret: str = ""
    reference: str = ""
    refuses: bool = False
    faults: list[Fault] = field(default_factory=list)

    @property
    def nir_body(self) -> str:
        """The 13 characters of the number, without its key."""
        return nir.parse(self.nir).body

    @property
    def is_blocked(self) -> bool:
        return any(fault.is_blocking for fault in self.faults)


def people_of(
    rows: Sequence[Sequence[str]], start: int, columns: Mapping[int, str], labels: Sequence[str]
) -> tuple[list[Person], int]:
    """Return the people below the header, and how many rows were left out."""
    at = {name: position for position, name in columns.items()}
    people, raw_names, left_out = [], [], 0
    for line, row in enumerate(rows[start:], start=start + 1):
        if not any(row):
            continue
        cells = {name: cell_of(row, position) for name, position in at.items()}
        if _is_no_person(row, cells, columns):
            left_out += 1
            continue
        person = Person(line)
        raw_names.append(_name_of(person, cells))
        _fill(person, cells)
        people.append(person)
    whole = "first_name" not in at
    label = next(
        (labels[at[n]] for n in ("name", "last_name") if n in at and at[n] < len(labels)), ""
    )
    ordered = list_names.in_order(raw_names, label) if whole else raw_names
    for person, name in zip(people, ordered, strict=True):
        _set_name(person, name)
    return people, left_out


def cell_of(row: Sequence[str], position: int) -> str:
    return row[position] if position < len(row) else ""


def _is_header(row: Sequence[str], columns: Mapping[int, str]) -> bool:
    """Tell whether a row is that of the labels once more, as on each printed page."""
    filled = [position for position in columns if cell_of(row, position)]
    alike = sum(_is_label_of(cell_of(row, position), columns[position]) for position in filled)
    return alike >= 2 and 2 * alike > len(filled)


def _is_label_of(text: str, name: str) -> bool:
    found = field_of(text)
    # "Numéro" below "N° sécurité sociale" tells nothing by itself.
    return found == name or (
        found is not None and found.split("_")[-1] == name.rsplit("_", maxsplit=1)[-1]
    )


def _is_no_person(row: Sequence[str], cells: Mapping[str, str], columns: Mapping[int, str]) -> bool:
    """Tell whether a row is a total, a remark, or the header once more."""
    if _is_header(row, columns):
        return True
    # Beside a total stands how many they are.
    has_number = len(nir.compact(cells.get("nir", ""))) > _LONGEST_COUNT or bool(cells.get("email"))
    names = [cells.get(name, "") for name in NAME_FIELDS]
    if not any(any(map(str.isalpha, name)) for name in names):
        return not has_number
    if has_number:
        return False
    text = fold(next(filter(None, names)))
    if _TOTAL.match(text) or text.startswith(("*", "=")):
        return True
    return not cells.get("first_name") and bool(
        _REMARK.match(text) or len(text) > _MAX_NAME or ":" in text
    )


def _name_of(person: Person, cells: Mapping[str, str]) -> str:
    """Return the name of a row as typed, first name first where it has a column of its own."""
    first = cells.get("first_name", "")
    last = cells.get("last_name") or cells.get("name") or _before_mark(cells.get("birth_name", ""))
    sex, last = split_civility(last)
    sex_of_first, first = split_civility(first)
    told = sex_of_civility(cells.get("civility", ""))
    person.sex = told or sex or sex_of_first
    return " ".join(filter(None, (" ".join(first.split()), " ".join(last.split()))))


def _before_mark(text: str) -> str:
    mark = second_name_mark(text)
    return text.partition(mark)[0].strip() or text if mark else text


def _set_name(person: Person, name: str) -> None:
    person.name = name
    if not name:
        person.faults.insert(0, Fault(NAME_MISSING))
    elif len(name) > _MAX_NAME or any(char.isdigit() or char in "@|" for char in name):
        person.name = ""
        person.faults.insert(0, Fault(NAME_ODD))


def _fill(person: Person, cells: Mapping[str, str]) -> None:
    _set_nir(person, cells)
    _set_birth_name(person, cells.get("birth_name", ""))
    _set_email(person, cells.get("email", ""))
    person.phone = _phone(cells.get("phone", ""))
    person.reference = clean_text(cells.get("reference", ""))
    _set_employer(person, cells)
    _take_numbers_out(person)
    person.refuses = person.refuses or fold(cells.get("refused", "")) in _YES
    sex = nir.sex_of(person.nir)
    if sex and person.sex and sex != person.sex:
        person.faults.append(Fault(OTHER_SEX))


def _set_nir(person: Person, cells: Mapping[str, str]) -> None:
    text = cells.get("nir", "")
    if _REFUSES.search(fold(text)):
        person.refuses = True
        return
    number = nir.compact(text)
    key = "".join(char for char in cells.get("nir_key", "") if char.isdigit())
    if len(number) == 13 and 0 < len(key) <= 2:
        number += key.zfill(2)
    parsed = nir.parse(number)
    if parsed.problem is None:
        person.nir = parsed.body + parsed.key
        person.faults += [Fault(NIR + code.removeprefix(NIR)) for code in parsed.warnings]
    elif parsed.problem != nir.EMPTY and any(map(str.isdigit, text)):
        person.faults.append(Fault(NIR + parsed.problem))


def _set_birth_name(person: Person, text: str) -> None:
    name = clean_text(text)
    if not name:
        return
    if any(char.isdigit() for char in name) or not any(map(str.isalpha, name)):
        person.faults.append(Fault(BIRTH_NAME_ODD))
        return
    # Two names in one are not a birth name: neither is taken for the other.
    if second_name_mark(name):
        person.faults.append(Fault(TWO_NAMES))
    else:
        person.birth_name = name


def _set_email(person: Person, text: str) -> None:
    found = _EMAIL.search(text.removeprefix("mailto:"))
    person.email = found.group() if found else ""
    if text and not found:
        person.faults.append(Fault(EMAIL_ODD))


def _take_numbers_out(person: Person) -> None:
    """Take no text that holds a NIR: it would be kept in clear, and read by everybody."""
    for name in ("email", "phone", "reference", "employer"):
        if holds_number(getattr(person, name)):
            setattr(person, name, "")
            person.faults.append(Fault(NUMBER_ELSEWHERE))


def _phone(text: str) -> str:
    """Return a telephone number; the zero that a spreadsheet took away comes back."""
    digits = re.sub(r"[\s.\-/()\u00a0\u202f]", "", text)
    return f"0{digits}" if re.fullmatch(r"[1-9]\d{8}", digits) else clean_text(text)


def _set_employer(person: Person, cells: Mapping[str, str]) -> None:
    name, number = cells.get("employer", ""), cells.get("siret", "")
    both = cells.get("employer_siret", "") or ("" if number else name)
    if both and (found := _SIRET_IN_TEXT.search(both)):
        name, number = f"{both[: found.start()]} {both[found.end() :]}", found.group()
        name = re.sub(r"\b(?:n[°o] ?)?siret\b\s*:?", "", name, flags=re.IGNORECASE)
    elif both:
        name = name or both
    person.employer = " ".join(name.split()).strip(" -–/,:;()")
    if not number:
        return
    if proposal := siret.proposal_of(number):
        person.siret = proposal
    else:
        person.faults.append(Fault(SIRET + (siret.problem_of(number) or siret.BAD_CHARACTER)))


# ------------------------------------------------------------
# One with another
# ------------------------------------------------------------


def compare(people: Sequence[Person]) -> None:
    """Tell people who are on the list twice, and two who have one number."""
    by_number: dict[str, Person] = {}
    by_name: dict[tuple[str, str], Person] = {}
    for person in people:
        if person.is_blocked:
            continue
        body, key = person.nir_body, name_key(person.name)
        other = by_number.get(body) if body else None
        if other and name_key(other.name) != key:
            person.faults.append(Fault(SAME_NUMBER, other.line))
            other.faults.append(Fault(SAME_NUMBER, person.line))
            continue
        other = other or _namesake(person, key, by_name)
        if other:
            person.faults.insert(0, Fault(TWICE, other.line))
            continue
        by_number.setdefault(body, person)
        by_name.setdefault((key, fold(person.email)), person)
    for person in people:
        # Whose number it is, nobody can tell.
        if any(fault.code == SAME_NUMBER for fault in person.faults):
            person.nir = ""


def _namesake(person: Person, key: str, by_name: Mapping[tuple[str, str], Person]) -> Person | None:
    """Return who of the same name is the same person: no number or address says otherwise."""
    email = fold(person.email)
    candidates = [by_name.get((key, email)), by_name.get((key, ""))]
    if not email:
        candidates += [other for (name, _email), other in by_name.items() if name == key]
    for other in filter(None, candidates):
        if not (other.nir and person.nir and other.nir_body != person.nir_body):
            return other
    return None
