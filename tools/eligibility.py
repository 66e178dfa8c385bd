"""Is a training to declare, as which document and by whom: the official questions as data.

Nothing here speaks a language: verdicts name reasons by their code, and each reason says which
articles it rests on. By when a training is due belongs to :mod:`calendar`.
"""

from dataclasses import dataclass

# Where the questions and exclusions come from, besides the articles of each reason.
OPERATOR = "operator"  # the operator's rules for training bodies
LABOUR_CODE = "labour_code"  # Code du travail


@dataclass(frozen=True)
class Reason:
    """What a verdict rests on: articles of the Code du travail, and where the rule is published."""

    articles: tuple[str, ...] = ()
    source: str = OPERATOR


REASONS = {
    # The three conditions, and what is missing.
    "aims_prevention": Reason(("L.4121-1", "L.4141-5"), LABOUR_CODE),
    "no_prevention": Reason(("L.4121-1", "L.4141-5"), LABOUR_CODE),
    "gives_proof": Reason(("L.4141-5",)),
    "no_proof": Reason(("L.4141-5",)),
    "is_transferable": Reason(("L.4141-5",)),
    "not_transferable": Reason(("L.4141-5",)),
    # Exclusions, by their value on a training.
    "trainer": Reason(),
    "safe_execution": Reason(("R.4141-13",), LABOUR_CODE),
    "people_and_goods": Reason(("R.4224-15",)),
    "cse": Reason(("L.2315-18",), LABOUR_CODE),
    "prevention_officer": Reason(),
    # Exceptions to an exclusion.
    "people_and_goods_exception": Reason(("R.4224-15",)),
    "prevention_officer_exception": Reason(),
    # Which document.
    "document_adf": Reason(),
    "document_jdr": Reason(),
    # Who declares.
    "declared_by_us": Reason(("L.4141-5",)),
    "declared_by_us_for_subcontractor": Reason(),
    "declared_by_other_body": Reason(),
}
# Question, reason for a yes, reason for a no, in the order they are asked.
CONDITIONS = (
    ("aims_prevention", "aims_prevention", "no_prevention"),
    ("gives_proof", "gives_proof", "no_proof"),
    ("is_transferable", "is_transferable", "not_transferable"),
)
EXCLUSIONS = ("trainer", "safe_execution", "people_and_goods", "cse", "prevention_officer")
# Exclusions from which some trainings are spared.
WITH_EXCEPTIONS = ("people_and_goods", "prevention_officer")
DELIVERERS = {
    "own": "declared_by_us",
    "subcontractor": "declared_by_us_for_subcontractor",
    "other": "declared_by_other_body",
}


@dataclass(frozen=True)
class Answers:
    """The answers to the official questions; ``None`` or empty where a question is open.

    ``aims_prevention``, ``gives_proof`` and ``is_transferable`` are ``yes`` or ``no``;
    ``exclusion`` is one of ``EXCLUSIONS``, or ``none`` when no exclusion applies; ``exception``
    (``yes`` or ``no``) tells whether the training is spared from it; ``result`` is ``attest`` or
    ``assess``; ``deliverer`` is one of ``DELIVERERS``.
    """

    aims_prevention: str | None = None
    gives_proof: str | None = None
    is_transferable: str | None = None
    exclusion: str | None = None
    exception: str | None = None
    result: str | None = None
    deliverer: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What the answers lead to.

    ``state``: ``open`` (a question is left), ``excluded``, ``eligible`` or ``other`` (eligible, but
    another training body declares). ``reasons``: codes of ``REASONS``. ``document``: ``adf``,
    ``jdr`` or ``None`` while unknown.
    """

    state: str
    reasons: tuple[str, ...] = ()
    document: str | None = None


def verdict(answers: Answers) -> Verdict:
    """Return the :class:`Verdict` of ``answers``.

    The first answer that rules the training out decides, whatever the others say.
    """
    reasons = []
    for question, reason_yes, reason_no in CONDITIONS:
        answer = getattr(answers, question)
        if answer == "no":
            return Verdict("excluded", (reason_no,))
        if answer == "yes":
            reasons.append(reason_yes)
    if answers.exclusion in EXCLUSIONS:
        spared = answers.exclusion in WITH_EXCEPTIONS and answers.exception
        if spared == "yes":
            reasons.append(f"{answers.exclusion}_exception")
        elif spared == "no" or answers.exclusion not in WITH_EXCEPTIONS:
            return Verdict("excluded", (answers.exclusion,))
    document = {"attest": "adf", "assess": "jdr"}.get(answers.result or "")
    if not _is_complete(answers):
        return Verdict("open", tuple(reasons), document)
    reasons += [f"document_{document}", DELIVERERS[answers.deliverer or ""]]
    state = "other" if answers.deliverer == "other" else "eligible"
    return Verdict(state, tuple(reasons), document)


def _is_complete(answers: Answers) -> bool:
    spared_known = answers.exclusion not in WITH_EXCEPTIONS or answers.exception
    conditions = all(getattr(answers, question) for question, *_reasons in CONDITIONS)
    return bool(
        conditions and answers.exclusion and spared_known and answers.result and answers.deliverer
    )
