"""Which official family does a product mean, by its title, code and description, and how surely?

What is proposed as sure is accepted without a look, so that a title must leave no doubt; whatever
else may be meant is proposed to be looked at. Titles of trainings that the law leaves out (of
trainers, of the CSE), of other subjects and of things that are no training mean no family.
"""

from typing import NamedTuple

from .training_levels import driving, electricity
from .training_topics import INCLUDES, TOPICS, Topic, look, plain, words

# What rules a title out, whatever else it says.
_OTHERS = words(
    # Trainings that the law leaves out.
    "format(?:eur|rice|eurs|rices)", "monit(?:eur|rice|eurs|rices|orat)", "instruct(?:eur|rice)s?",
    "cse", "cssct", "chsct", "comites? socia(?:l|ux)", "elus?", "representants? du personnel",
    "preventeurs?", "referents? (?:en )?(?:securite|sante|prevention)",
    # Other subjects.
    "anglais", "english", "espagnol", "allemand", "italien", "toeic", "langues?", "bureautique",
    "excel", "word", "powerpoint", "outlook", "comptabilite",
    # No trainings.
    "locations?", "frais", "hebergements?", "repas", "dejeuners?", "mannequins?",
    "livrets?", "manuels?", "affich(?:e|es|age)", "audits?", "diagnosti(?:c|cs|queurs?)",
    "duplicatas?", "abonnements?", "logiciels?", "fournitures?", "vente", "achats?", "maintenance",
    "entretien", "duerp", "document unique", "kits?", "panneaux?", "canins?", "chiens?",
)  # fmt: skip
_DRIVING_LICENCE = words("permis", "code de la route")
# What a title with these means has to be looked at.
_DOUBTS = words(
    "conferences?", "salons?", "webinaires?", "journees?", "sensibilisations?", "tests?", "examens?",
    "controles?", "verifications?", "conseils?", "accompagnement", "informations?", "permis",
    "referents?", "cartes?", "attestations?", "supplements?", "options?", "rattrapages?", "dossiers?",
    "theori(?:e|que|ques)",
)  # fmt: skip


# A title is at most 250 characters long; a description begins with what it is about.
_LONGEST_TITLE, _LONGEST_DESCRIPTION = 300, 1000


class Guess(NamedTuple):
    """Families that may be meant, best first, and whether the first one surely is."""

    families: tuple[str, ...]
    is_sure: bool


NOTHING = Guess((), False)


def guess(title: str | None, code: str | None = None, description: str | None = None) -> Guess:
    """Return what a product means.

    A code and a description say what the title leaves open; a description alone is never sure.

    >>> guess("Recyclage S.S.T."), guess("Formateur SST").families
    (Guess(families=('mac_sst',), is_sure=True), ())
    """
    text = plain((title or "")[:_LONGEST_TITLE])
    if _is_other(text):
        return NOTHING
    found = _guess(text)
    if found.is_sure or _is_known_to_be_other(text):
        return found
    with_code = _guess(f"{text} {plain(code[:_LONGEST_TITLE])}") if code else found
    if with_code.is_sure and (not found.families or _kind(with_code) == _kind(found)):
        return Guess(with_code.families, bool(found.families))
    best = found if found.families else with_code
    if not best.families and description:
        best = _guess(plain(description[:_LONGEST_DESCRIPTION]))
    return Guess(best.families, False)


def _kind(found: Guess) -> str:
    """Return what families that differ by a level or a category have in common."""
    return "_".join(found.families[0].split("_")[:2])


def _is_other(text: str) -> bool:
    """Tell whether a plain title is of something else, whatever else it says."""
    if _OTHERS.search(text):
        return True
    return bool(_DRIVING_LICENCE.search(text)) and driving(text) is None


def _is_known_to_be_other(text: str) -> bool:
    """Tell whether a plain title names something that no family describes."""
    topics = _topics(text)
    return bool(topics) and not any(topic.families for topic in topics)


def _topics(text: str) -> list[Topic]:
    """Return what a plain title talks about, in the order in which it does."""
    looks = {name: look(text, rules) for name, rules in TOPICS.items()}
    looks.update(driving=driving(text), electricity=electricity(text))
    found = {name: topic for name, topic in looks.items() if topic}
    included = {name for other in found for name in INCLUDES.get(other, ())}
    left = [topic for name, topic in found.items() if name not in included]
    return sorted(left, key=lambda topic: topic.position)


def _guess(text: str) -> Guess:
    topics = [topic for topic in _topics(text) if topic.families]
    families = tuple(dict.fromkeys(name for topic in topics for name in topic.families))
    is_sure = len(topics) == 1 and topics[0].is_sure and not _is_doubtful(text, families)
    return Guess(families, is_sure)


def _is_doubtful(text: str, families: tuple[str, ...]) -> bool:
    # Some families are sensibilisations by name.
    named = ("manager_sante_securite", "defibrillateur_dae")
    return bool(_DOUBTS.search(text)) and families[0] not in named
