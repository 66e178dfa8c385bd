"""What a status of the authority's answer says: yes, no, or neither for sure.

A status that says no, or asks for something, is never taken for a yes, nor one that says yes for a no:
what is not clear is left to a person. Words count with what turns them round, before ("pas encore
accepté", "0 erreur") or after them ("Accepté : non", "Erreur : aucune").
"""

import re

from .text import fold

ACCEPTED = "accepted"
REJECTED = "rejected"
# A status that says neither, and a row that says nothing at all.
UNCLEAR = "unclear"
SILENT = "silent"

# Past participles as they are declined, and other words; folded.
_GOOD = re.compile(
    r"(?:accepte|valide|integre|enregistre|importe|declare|traite|cree|termine|approuve|admis|abouti"
    r"|publie)e?s?"
    r"|acceptations?|valables?|conformes?|correcte?s?|succes|reussie?s?|ok|favorables?|positi(?:f|ve)s?"
    r"|accepted|validated?|imported|success(?:ful|fully)?|processed|created|completed?|done|passed|approved"
)
_BAD = re.compile(
    r"rejet\w*|refus\w*|reject\w*|err|erreurs?|errors?|erronee?s?|anomalies?|echecs?|echou\w+|fail\w*"
    r"|invalides?|invalid|incorrecte?s?|inconnue?s?|unknown|introuvables?|inexistante?s?|illisibles?"
    r"|ko|nok|doublons?|duplicates?|corriger|corrections?|completer|bloque\w*|impossibles?"
    r"|defavorables?|negati(?:f|ve)s?|perimee?s?|expiree?s?|manquante?s?|nonconformes?"
)
# Neither this nor that: it is not over, or only in part.
_OPEN = re.compile(
    r"partiel\w*|attente|cours|pending|partial\w*|deja|already|verif\w+|provisoire\w*|demandee?s?"
    r"|requis\w*|brouillon|draft|simul\w+|tests?|transmis\w*|recue?s?|received|sent|envoyee?s?|reserve\w*"
)
# "A valider", "reste à traiter": an infinitive asks for something.
_TO_DO = re.compile(r"(?:a|pour|reste|doit|etre|faire) (?!jour\b)\w{2,}(?:er|ir|re)\b")
_NO_BEFORE = frozenset(
    ("non", "pas", "sans", "aucun", "aucune", "aucuns", "aucunes", "jamais", "not", "no", "never")
    + ("0", "00", "zero", "ni", "nul", "nulle", "without", "plus")
)
_NO_AFTER = frozenset(
    (
        "non",
        "no",
        "aucun",
        "aucune",
        "aucuns",
        "aucunes",
        "0",
        "00",
        "zero",
        "neant",
        "faux",
        "false",
    )
    + ("none", "nul", "nulle", "rien")
)
# How far a "no" reaches: "pas encore tout à fait accepté"; before a refusal only over little words,
# since "Sans NIR, rejeté" turns nothing round.
_REACH = 3
_LITTLE = frozenset(
    ("d", "de", "des", "du", "l", "la", "le", "les", "en", "encore", "ete", "est", "une", "un")
    + ("of", "any", "been", "yet", "a", "au")
)
_ALREADY_THERE = re.compile(
    r"\bexist\w* deja\b|\bdeja (?:present|exist)\w*|\bdeja \w+ (?:en|dans la) base\b"
    r"|\balready (?:exist|there|present)\w*"
)
_IDENTIFIER = re.compile(r"\b(?:identifiants?|id|identifiers?|uuid)\b")


def answer_of(text: str | None) -> str:
    """Return what a status says: ``accepted``, ``rejected``, ``unclear``, or ``silent`` if empty.

    >>> answer_of("Non intégré"), answer_of("sans erreur"), answer_of("Accepté avec erreurs")
    ('rejected', 'accepted', 'unclear')
    """
    words = words_of(text)
    if not words:
        return SILENT
    line = " ".join(words)
    says = {said for place in range(len(words)) if (said := _said_at(words, place))}
    if len(says) != 1:
        return UNCLEAR
    (said,) = says
    if said == UNCLEAR:
        return UNCLEAR
    if said == REJECTED:
        return UNCLEAR if _is_open(words, rejected=True) else REJECTED
    is_asking = _TO_DO.search(line) or _is_open(words, rejected=False)
    return UNCLEAR if is_asking else ACCEPTED


def is_already_there(text: str | None) -> bool:
    """Tell whether a message says that the person's declaration is there already: a success, told as a
    refusal. An identifier that is there already is none."""
    line = " ".join(words_of(text))
    return bool(_ALREADY_THERE.search(line)) and not _IDENTIFIER.search(line)


def words_of(text: str | None) -> list[str]:
    """Return the folded words of a text; ``PassagesOK`` and ``id_technique`` are two words each."""
    parted = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])", " ", text or "")
    return re.findall(r"[a-z0-9]+", fold(parted))


def _said_at(words: list[str], place: int) -> str | None:
    """Return what the word at a place says, together with what turns it round."""
    word = words[place]
    is_bad = bool(_BAD.fullmatch(word))
    if not is_bad and not _GOOD.fullmatch(word):
        return None
    if is_bad:
        return _said_by_refusal(words, place)
    turned = bool(_NO_BEFORE.intersection(words[max(place - _REACH, 0) : place]))
    return REJECTED if turned != _is_turned_after(words, place) else ACCEPTED


def _said_by_refusal(words: list[str], place: int) -> str:
    if place and words[place - 1] == "non":
        return UNCLEAR  # "Non rejeté", and "Non : rejeté"
    near = words[max(place - _REACH, 0) : place]
    # The words right before it, as far back as they are little ones and the first that is none.
    while len(near) > 1 and near[0] not in _NO_BEFORE:
        near = near[1:]
    # A "no" that turns another word round first is used up.
    is_free = not any(_GOOD.fullmatch(word) or _BAD.fullmatch(word) for word in near[1:])
    turned = bool(near) and near[0] in _NO_BEFORE and is_free
    if turned and not _LITTLE.issuperset(near[1:]):
        return UNCLEAR
    return ACCEPTED if turned != _is_turned_after(words, place) else REJECTED


def _is_turned_after(words: list[str], place: int) -> bool:
    """Tell whether a "no" closes the text right after a word; "Erreur : aucun titulaire" does not."""
    return words[place + 1 :] != [] and all(word in _NO_AFTER for word in words[place + 1 :])


def _is_open(words: list[str], rejected: bool) -> bool:
    if rejected:
        # "Correction demandée", "Refusé en test" are no less a no; what is under way is.
        return any(
            word in ("attente", "cours", "partiel", "partielle", "partiellement") for word in words
        )
    return any(_OPEN.fullmatch(word) for word in words)
