"""What the columns of the authority's answer are, by their headers; the format is not published."""

import re

from .return_status import words_of

# What a column can be. Several columns may give the reason, each other role is one column's.
UNIQUE_ID = "unique_id"
NIR = "nir"
DECLARATION = "declaration"
BIRTH_NAME = "birth_name"
NAME = "name"
FIRST_NAME = "first_name"
STATUS = "status"
REASON = "reason"
# Days of the training: they tell apart several sessions of one person.
DATE_START = "date_start"
DATE_END = "date_end"
ROLES = (
    *(UNIQUE_ID, NIR, DECLARATION, BIRTH_NAME, NAME, FIRST_NAME, STATUS, REASON),
    *(DATE_START, DATE_END),
)
# One of these is needed: the others tell people apart, or say what became of them.
IDENTIFYING_ROLES = {UNIQUE_ID, NIR, BIRTH_NAME, NAME}

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
        "id technique",
        "idtechnique",
        "identifiant technique",
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
_CONTAINED: tuple[tuple[str | None, str], ...] = (
    (
        DATE_START,
        r"^(date|jour)s? (d[eu] )?(la )?(debut|start|formation|session|stage)\b(?!.*(validite|fin\b|naissance))"
        r"|^(start date|debut (de )?(la )?(formation|session|stage))",
    ),
    (
        DATE_END,
        r"^(date|jour)s? (de )?(fin|end)\b(?!.*(validite|enregistrement))"
        r"|^(end date|fin (de )?(la )?(formation|session|stage))",
    ),
    (None, r"\b(date|heure|nombre)\b"),
    (STATUS, r"^(statut|status|etat(?! civil)|state)\b"),
    (
        REASON,
        r"\b(motifs?|raisons?|reasons?|causes?|erreurs?|errors?|anomalies?|messages?|rejets?|"
        r"commentaires?|observations?|explications?)\b",
    ),
    (UNIQUE_ID, r"\b(identifiant|id) (unique|partenaire|technique)\b"),
    (NIR, r"\b(nir|securite sociale)\b"),
    (STATUS, r"\b(statut|status|decision|traitement)\b"),
    (DECLARATION, r"\b(n|no|num|numero|id|identifiant|reference|ref) (de )?(la )?declaration\b"),
    (BIRTH_NAME, r"\b(nom|name)\b.*\b(naissance|birth)\b"),
    (FIRST_NAME, r"^(prenoms?|first name)( d[eu])?( \w+)?$"),
)


def role_of_header(text: str | None) -> str | None:
    """Return the role a column's header names, or ``None``."""
    words = words_of(text)
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
