"""Finds whom each row of the portal's report means. Never guesses: two that fit are none.

Pure Python: attendees come in as :class:`Candidate`, rows as ``return_file.Entry``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .return_file import ACCEPTED, REJECTED, SILENT, UNCLEAR, Entry
from .same_name import name_key
from .text import fold

# What becomes of a row, or of an attendee whom several rows name.
ACCEPT = "accept"
REJECT = "reject"
ALREADY_ACCEPTED = "already_accepted"
ALREADY_REJECTED = "already_rejected"
NOT_DEPOSITED = "not_deposited"
ELSEWHERE = "elsewhere"
UNKNOWN = "unknown"
AMBIGUOUS = "ambiguous"
CONFLICT = "conflict"
STATUS_UNCLEAR = "unclear"
NO_ANSWER = "no_answer"
# Somebody is meant whom we do not find: the rest of the file cannot be taken for accepted.
UNRESOLVED = {ELSEWHERE, UNKNOWN, AMBIGUOUS, CONFLICT, STATUS_UNCLEAR, NO_ANSWER}
_BY_STATE = {
    "accepted": ALREADY_ACCEPTED,
    "rejected": ALREADY_REJECTED,
    "prepared": NOT_DEPOSITED,
    "withdrawn": NOT_DEPOSITED,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An attendee who was declared.

    ``is_elsewhere``: in another deposit than the file is about; ``by_id_only``: names and NIRs mean
    others.
    """

    key: int
    unique_id: str
    state: str
    partner_id: int
    name: str
    birth_name: str
    declarations: tuple[str, ...]
    is_elsewhere: bool = False
    by_id_only: bool = False
    # First and last day of the training.
    days: tuple[date, date] | None = None


@dataclass(slots=True)
class Verdict:
    """What the file says of one attendee, or a row about nobody we know."""

    outcome: str
    numbers: list[int]
    label: str
    key: int | None = None
    reason: str = ""
    # The attendees an ambiguous row could mean.
    count: int = 0
    # The name alone, as the file has it.
    name: str = ""


class Matcher:
    """Looks candidates up by unique id, person and words of their names."""

    def __init__(self, candidates: Iterable[Candidate]):
        self._by_id: dict[str, Candidate] = {}
        self._by_person: dict[int, list[Candidate]] = defaultdict(list)
        self._by_word: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            self._by_id[_id_key(candidate.unique_id)] = candidate
            if candidate.by_id_only:
                continue
            self._by_person[candidate.partner_id].append(candidate)
            for word in _words(candidate.name) | _words(candidate.birth_name):
                self._by_word[word].append(candidate)

    def find(self, entry: Entry) -> list[Candidate]:
        """Return the candidates that fit all that ``entry`` says; a unique id alone decides."""
        if entry.unique_id:
            known = self._by_id.get(_id_key(entry.unique_id))
            return [known] if known else []
        if entry.partner_ids is not None:
            people = [self._by_person.get(partner_id, ()) for partner_id in entry.partner_ids]
            found = [candidate for candidates in people for candidate in candidates]
        else:
            words = _words(entry.birth_name) | _words(entry.name) | _words(entry.first_name)
            found = min((self._by_word.get(word, []) for word in words), key=len, default=[])
        return [candidate for candidate in found if _fits(entry, candidate)]

    def judge(
        self,
        entries: Iterable[Entry],
        without_reason: str | None = None,
        default_reason: str = "",
    ) -> list[Verdict]:
        """Return one :class:`Verdict` for each attendee and each row that means nobody known.

        :param without_reason: what a row without status and reason means: ``accepted``,
            ``rejected`` or ``None``, nothing
        :param default_reason: of rejections without one
        """
        verdicts: list[Verdict] = []
        of_key: dict[int, Verdict] = {}
        for entry in entries:
            answer = entry.answer if entry.answer != SILENT else without_reason or SILENT
            found = self.find(entry)
            if len(found) != 1:
                outcome = AMBIGUOUS if found else UNKNOWN
                verdicts.append(
                    Verdict(outcome, entry.numbers, entry.label, None, entry.reason, len(found))
                )
                continue
            reason = entry.reason or (default_reason if answer == REJECTED else "")
            verdict = Verdict(
                _outcome(found[0], answer),
                list(entry.numbers),
                entry.label,
                found[0].key,
                reason,
                name=entry.full_name,
            )
            if found[0].key in of_key:
                _merge(of_key[found[0].key], verdict)
            else:
                of_key[found[0].key] = verdict
                verdicts.append(verdict)
        return verdicts


def _id_key(unique_id: str) -> str:
    """Return by what a unique id is found; itself, where it is written so: there may be many."""
    key = unique_id.casefold()
    return unique_id if key == unique_id else key


def _outcome(candidate: Candidate, answer: str) -> str:
    if candidate.is_elsewhere:
        return ELSEWHERE
    if candidate.state in _BY_STATE:
        return _BY_STATE[candidate.state]
    return {ACCEPTED: ACCEPT, REJECTED: REJECT, UNCLEAR: STATUS_UNCLEAR, SILENT: NO_ANSWER}[answer]


def _merge(verdict: Verdict, other: Verdict) -> None:
    """Add a further row about the same attendee: a report may have one row for each fault."""
    verdict.numbers += other.numbers
    if other.reason and other.reason not in verdict.reason.split(" ; "):
        verdict.reason = " ; ".join(filter(None, (verdict.reason, other.reason)))
    if other.outcome != verdict.outcome:
        verdict.outcome = CONFLICT


def _fits(entry: Entry, candidate: Candidate) -> bool:
    """Tell whether all that the row says of a person is true of the candidate."""
    if entry.declaration and not _is_declaration(entry.declaration, candidate):
        return False
    if entry.days and candidate.days and not _is_within(entry.days, candidate.days):
        return False
    if entry.birth_name and name_key(entry.birth_name) != name_key(candidate.birth_name):
        return False
    names = _words(candidate.name)
    if not _words(entry.first_name) <= names:
        return False
    return not entry.name or _is_name(entry, names, _words(candidate.birth_name))


def _is_within(days: Iterable[date], training: tuple[date, date]) -> bool:
    """Tell whether the days of a row are days of a training: they tell sessions of one person apart."""
    first, last = training
    return all(first <= day <= last for day in days)


def _is_declaration(text: str, candidate: Candidate) -> bool:
    # Ours or the reference, which begins with it.
    return fold(text) in {fold(name) for name in candidate.declarations}


def _is_name(entry: Entry, names: set[str], birth_names: set[str]) -> bool:
    """Tell whether a name is the person's: in full, or the family name beside a first name.

    A family name alone is enough only if it is the birth name, as the portal knows people.
    """
    words = _words(entry.name)
    if entry.first_name:
        return words <= names | birth_names
    if words in (names, birth_names):
        return True
    given = words - birth_names
    return bool(birth_names) and birth_names <= words and bool(given) and given <= names


def _words(text: str | None) -> set[str]:
    return set(name_key(text).split())
