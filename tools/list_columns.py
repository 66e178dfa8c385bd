"""The columns of a list of people as clients send it: what each holds, told by its label or its values.

A label is cut into words without accents and capitals; the rules are looked at in order, the narrow
ones first ("e-mail of the attendee" before "attendee"). A column nobody labelled is known by what
most of its cells hold.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from . import nir, siret
from .person_name import sex_of_civility
from .text import fold

# What a column can hold. ``employer_siret`` is both in one cell, ``last_name`` may be the whole name.
FIELDS = (
    *("name", "last_name", "first_name", "birth_name", "civility", "nir", "nir_key", "email"),
    *("phone", "employer", "siret", "employer_siret", "reference", "refused"),
)
NAME_FIELDS = ("name", "last_name", "first_name", "birth_name")

_SPLIT = re.compile(r"[^a-z0-9]+")
_COMPANY = frozenset(
    ("entreprise", "entreprises", "societe", "employeur", "etablissement", "company", "employer")
    + ("structure", "filiale", "agence", "raison")
)
_PERSON = frozenset(
    (
        "stagiaire",
        "stagiaires",
        "participant",
        "participants",
        "participante",
        "salarie",
        "salaries",
    )
    + ("collaborateur", "collaborateurs", "apprenant", "apprenants", "candidat", "candidats")
    + (
        "beneficiaire",
        "personne",
        "personnes",
        "identite",
        "agent",
        "agents",
        "employe",
        "employes",
    )
)
# A name, but of nobody who attends.
_OTHERS = frozenset(
    (
        "formation",
        "stage",
        "session",
        "formateur",
        "formatrice",
        "animateur",
        "responsable",
        "manager",
    )
    + ("fichier", "signataire", "poste", "service", "tuteur", "referent", "contact", "module")
)
_OF_BIRTH = frozenset(("date", "lieu", "ville", "pays", "departement", "commune", "annee", "cp"))
_KEY = frozenset(("cle", "clef", "key"))
_AROUND_KEY = _KEY | frozenset(
    ("de", "du", "la", "nir", "ss", "secu", "controle", "securite", "sociale", "numero", "n", "no")
    + ("insee", "num")
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?:\+33 ?|0033 ?|0)?[1-9](?:[\s.\-]?\d{2}){4}")
_NAME = re.compile(r"[^\W\d_][^\d@_/]{1,60}")
# Of the cells that hold something, at least so many speak for what a column is.
_ENOUGH = 0.6


def words_of(label: str | None) -> list[str]:
    """Return the words of a label, without accents, capitals and punctuation."""
    return [word for word in _SPLIT.split(fold(label)) if word]


def field_of(label: str | None) -> str | None:
    """Return which of ``FIELDS`` a column with this label holds, ``None`` for what is of no use.

    >>> field_of("N° Sécu"), field_of("Nom du stagiaire"), field_of("Date de naissance")
    ('nir', 'last_name', None)
    """
    words = words_of(label)
    known = frozenset(words)
    if not words or len(words) > 14:
        return None
    text = f" {' '.join(words)} "
    return next((name for name, holds in _RULES if holds(known, text)), None)


def _is_nir(words: frozenset[str], text: str) -> bool:
    numbered = words & {"n", "no", "num", "numero"}
    return bool(
        words & {"nir", "nss", "secu", "ssn", "insee"}
        or " securite sociale " in text
        or " social security " in text
        or (numbered and "ss" in words)
    )


def _is_birth_name(words: frozenset[str], text: str) -> bool:
    named = words & {"nom", "noms", "name"}
    at_birth = words & {"naissance", "birth"} and not words & _OF_BIRTH
    return bool(
        (named and at_birth) or " jeune fille " in text or words & {"patronymique", "maiden"}
    )


def _is_person_s(words: frozenset[str]) -> bool:
    return not words & (_OTHERS | _COMPANY)


_Rule = Callable[[frozenset[str], str], object]
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("nir_key", lambda words, _text: words & _KEY and words <= _AROUND_KEY),
    ("refused", lambda _words, text: " refus" in text),
    ("nir", _is_nir),
    (
        "employer_siret",
        lambda words, _text: "siret" in words and words & (_COMPANY - {"etablissement"}),
    ),
    ("siret", lambda words, _text: words & {"siret", "siren"}),
    (
        "email",
        lambda words, text: (
            words & {"email", "emails", "mail", "mails", "courriel", "mel"}
            or " e mail " in text
            or " adresse electronique " in text
        ),
    ),
    (
        "phone",
        lambda words, _text: words & {"tel", "telephone", "portable", "mobile", "gsm", "phone"},
    ),
    (
        "civility",
        lambda words, text: (
            words & {"civilite", "civ", "sexe", "genre", "gender"}
            or text in (" titre ", " title ", " m mme ", " mme m ", " h f ")
        ),
    ),
    ("birth_name", _is_birth_name),
    (
        "name",
        lambda words, text: (
            words & {"prenom", "prenoms"} and words & {"nom", "noms"} and _is_person_s(words)
        ),
    ),
    (
        "first_name",
        lambda words, text: (
            (words & {"prenom", "prenoms", "firstname"} or " first name " in text)
            and _is_person_s(words)
        ),
    ),
    (
        "name",
        lambda words, text: text in (" nom complet ", " full name ", " name ", " complete name "),
    ),
    (
        "last_name",
        lambda words, text: (
            (words & {"nom", "noms", "lastname", "surname"} or " last name " in text)
            and _is_person_s(words)
        ),
    ),
    ("employer", lambda words, text: words & _COMPANY or text in (" client ", " nom du client ")),
    (
        "reference",
        lambda words, text: words & {"matricule", "reference", "ref", "badge", "identifiant"},
    ),
    ("name", lambda words, _text: words & _PERSON and not words & _OTHERS and len(words) <= 4),
)


def fields_of(labels: Sequence[str]) -> dict[int, str]:
    """Return ``{position: field}`` of a row of labels; of two alike the first one counts."""
    found: dict[int, str] = {}
    for position, label in enumerate(labels):
        name = field_of(label)
        if name and name not in found.values():
            found[position] = name
    return found


def guess(values: Iterable[str]) -> str | None:
    """Return what a column without a label holds, by most of its values, or ``None``."""
    filled = [value for value in values if value]
    if not filled:
        return None
    for name, fits in _SHAPES:
        if sum(bool(fits(value)) for value in filled) >= _ENOUGH * len(filled):
            return name
    return None


def _fits_nir(value: str) -> bool:
    problem = nir.parse(value).problem
    return problem is None or problem == nir.SHORTENED


_SHAPES: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("email", _EMAIL.fullmatch),
    ("nir", _fits_nir),
    ("siret", siret.proposal_of),
    ("phone", _PHONE.fullmatch),
    ("civility", lambda value: value.strip(".").isalpha() and sex_of_civility(value)),
    ("name", _NAME.fullmatch),
)
