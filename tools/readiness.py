"""Can this attendee be declared, and what keeps them from it? The rules, on plain values.

What many attendees share is judged once (:class:`Session`, :class:`Training`, an employer), each
attendee by :func:`faults`. A fault is a code of ``passport.issue``, the place where it is mended, and
what a message has to say of it; never a NIR.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from . import authority_value, siret
from .authority_columns import column
from .same_name import is_same_name
from .text import without_accents

Period = tuple[date, date | None]
# What is wrong with a text for a column of the file, and the issue that says so.
BIRTH_NAME_FAULTS = {
    "required": "birth_name_missing",
    "too_long": "birth_name_too_long",
    "forbidden_character": "forbidden_character",
    "digit": "forbidden_character",
}
REFERENCE_FAULTS = {
    "too_long": "employer_reference_too_long",
    "forbidden_character": "forbidden_character",
}
CERTIFICATE_FAULTS = {
    "too_long": "jdr_value_invalid",
    "forbidden_character": "forbidden_character",
    "link": "jdr_value_invalid",
}
# The attendee's own columns of a certificate, in the order of ``Attendee.certificate``.
CERTIFICATE_COLUMNS = (
    ("jdr_result", "RESULTAT_OBTENU"),
    ("jdr_mention", "MENTION_OBTENUE"),
    ("jdr_proof_link", "LIEN_PREUVE"),
    ("jdr_proof_reference", "IDENTIFIANT_PREUVE"),
)
BIRTH_NAME_LIMIT = column("adf", "NOM_TITULAIRE").max_length
REFERENCE_LIMIT = column("adf", "REFERENCE_EMPLOYEUR").max_length


class Fault(NamedTuple):
    """One fault of an attendee.

    ``place`` is where it is mended: ``registration``, ``person``, ``employer``, ``session`` or
    ``training``.
    """

    code: str
    place: str
    params: dict[str, Any] = {}


class Session(NamedTuple):
    """What the attendees of a session, or of one of its slots, share.

    ``asks_training``: all events of who holds it are trainings, so one without any lacks it.
    ``first_day``: from which day on who holds it declares; ``without_accents``: whether names are
    written so.
    """

    begin: datetime | None
    end: datetime | None
    last_day: date | None
    is_over: bool
    is_subcontracted: bool
    asks_training: bool
    first_day: date | None = None
    without_accents: bool = False

    @property
    def is_plain(self) -> bool:
        """Tell that it keeps nobody from being declared."""
        return (
            self.is_over
            and not self.is_subcontracted
            and not self.is_reversed
            and not self.is_before(self.last_day)
        )

    def is_before(self, day: date | None) -> bool:
        """Tell whether what counts from ``day`` is older than anything that is declared."""
        return bool(day and self.first_day and day < self.first_day)

    @property
    def is_reversed(self) -> bool:
        """Tell whether it ends before it begins."""
        return bool(self.begin and self.end and self.end < self.begin)


class Training(NamedTuple):
    """What the attendees of a training who are given one document share."""

    is_eligible: bool
    gives_certificate: bool
    is_transmitted: bool
    faults: tuple[tuple[str, dict[str, Any]], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Tell that it keeps nobody from being declared, whatever the attendee obtained."""
        return self.is_eligible and not self.faults


class Attendee(NamedTuple):
    """One registration, as it is read; empty values are ``None``.

    ``other_name`` is the contact's, where it is not written as the registration's ``name``.
    """

    id: int
    event_id: int
    slot_id: int | None
    training_id: int | None
    document: str
    state: str
    is_active: bool
    outcome: str | None
    valid_from: date | None
    valid_until: date | None
    person_id: int | None
    birth_name: str | None
    has_refused: bool
    nir_codes: str | None
    employer_id: int | None
    is_employed: bool
    reference: str | None
    certificate: Sequence[str | None]
    name: str | None
    person_name: str | None
    employer_name: str | None
    other_name: str | None


class Shared(NamedTuple):
    """What was judged once for many attendees.

    ``twins`` are, by person, the contact with the same NIR; ``seats``, by registration, the codes and
    parameters of other seats of the same person.
    """

    sessions: dict[tuple[int, int | None], Session]
    trainings: dict[tuple[int, str], Training]
    employers: dict[int, Fault | None]
    transmitted: Sequence[Period]
    twins: dict[int, int]
    seats: dict[int, Fault]


def employer_fault(number: str | None, is_abroad: bool) -> Fault | None:
    """Return what is wrong with the SIRET of an employer, ``None`` if it is right."""
    problem = siret.problem_of(number or "")
    if not problem:
        return None
    if is_abroad:
        return Fault("employer_abroad", "employer")
    if not siret.compact(number or ""):
        return Fault("siret_missing", "employer")
    return Fault("siret_invalid", "employer", {"problem": problem})


def faults(attendee: Attendee, shared: Shared) -> Iterator[Fault]:
    """Yield what keeps an attendee from being declared, and what should be looked at."""
    session = shared.sessions[attendee.event_id, attendee.slot_id]
    if not attendee.training_id and not session.asks_training:
        yield Fault("no_training", "session")
        return
    if attendee.training_id and session.is_before(_reference_day(attendee, session)):
        yield Fault("before_first_day", "session", {"day": session.first_day})
        return
    yield from _session_faults(attendee, session)
    if not attendee.training_id:
        yield Fault("training_missing", "session")
        return
    training = shared.trainings[attendee.training_id, attendee.document]
    if not training.is_eligible:
        yield Fault("not_eligible", "training")
    for code, params in training.faults:
        yield Fault(code, "training", params)
    yield from _outcome_faults(attendee, session, training, shared.transmitted)
    yield from _person_faults(attendee, session, shared)
    yield from _employer_faults(attendee, shared)
    yield from _validity_faults(attendee, session)


def _reference_day(attendee: Attendee, session: Session) -> date | None:
    """Return the day the obligation counts from: a certificate is declared from its own validity on."""
    return (attendee.document == "jdr" and attendee.valid_from) or session.last_day


def _session_faults(attendee: Attendee, session: Session) -> Iterator[Fault]:
    if not session.is_over:
        yield Fault("session_not_finished", "session")
    elif attendee.state != "done" or not attendee.is_active:
        yield Fault("not_attended", "registration")
    if session.is_reversed:
        yield Fault("dates_invalid", "session")
    if session.is_subcontracted:
        yield Fault("subcontracted", "session")


def _outcome_faults(
    attendee: Attendee, session: Session, training: Training, transmitted: Sequence[Period]
) -> Iterator[Fault]:
    """Yield what the result asks for: who passed, and what was obtained."""
    success = attendee.valid_from or session.last_day
    if training.is_transmitted and success and is_in(success, transmitted):
        # The certifying body transmits who passed itself: not to be declared again.
        if attendee.outcome == "passed":
            yield Fault("rs_transmitted", "training")
        elif attendee.outcome == "attended" and not training.gives_certificate:
            yield Fault("rs_outcome_unknown", "registration")
    if training.gives_certificate and attendee.outcome not in ("passed", "failed"):
        yield Fault("outcome_missing", "registration")
    if attendee.document == "jdr":
        for (fname, name), text in zip(CERTIFICATE_COLUMNS, attendee.certificate, strict=True):
            yield from text_faults("registration", fname, name, text, CERTIFICATE_FAULTS)


def _person_faults(attendee: Attendee, session: Session, shared: Shared) -> Iterator[Fault]:
    if not attendee.person_id:
        yield Fault("attendee_missing", "registration")
        return
    if (
        attendee.name
        and attendee.other_name
        and not is_same_name(attendee.name, attendee.other_name)
    ):
        yield Fault("attendee_differs", "registration", {"other": attendee.person_id})
    if attendee.nir_codes is None:
        yield Fault("nir_refused" if attendee.has_refused else "nir_missing", "person")
    else:
        for code in attendee.nir_codes.split(",") if attendee.nir_codes else ():
            yield Fault(code, "person")
    if twin := shared.twins.get(attendee.person_id):
        yield Fault("same_nir_other_contact", "person", {"other": twin})
    birth_name = attendee.birth_name
    if birth_name and session.without_accents:
        birth_name = without_accents(birth_name)  # ligatures become two letters
    yield from text_faults("person", "birth_name", "NOM_TITULAIRE", birth_name, BIRTH_NAME_FAULTS)
    if seat := shared.seats.get(attendee.id):
        yield seat


def _employer_faults(attendee: Attendee, shared: Shared) -> Iterator[Fault]:
    if not attendee.is_employed:
        return
    if not attendee.employer_id:
        yield Fault("employer_missing", "registration")
    elif fault := shared.employers[attendee.employer_id]:
        yield fault
    yield from text_faults(
        "registration",
        "employer_reference",
        "REFERENCE_EMPLOYEUR",
        attendee.reference,
        REFERENCE_FAULTS,
    )


def _validity_faults(attendee: Attendee, session: Session) -> Iterator[Fault]:
    start, end = attendee.valid_from, attendee.valid_until
    if attendee.outcome == "failed":
        end = None  # not declared
    if not start or (end and end < start):
        yield Fault("dates_invalid", "registration", {"field": "validity_end_date"})
    if start and session.last_day and start < session.last_day:
        yield Fault("validity_before_end", "registration")


def text_faults(
    place: str, fname: str, name: str, text: str | None, codes: dict[str, str]
) -> Iterator[Fault]:
    """Tell by ``codes`` what keeps a text from being written into a column of the file.

    :param fname: the field that holds the text
    :param name: the column
    :param codes: ``{code of authority_value.TextFault: code of the issue}``
    """
    found: dict[str, dict[str, Any]] = {}
    for fault in authority_value.text_faults("jdr", name, text or ""):
        params = found.setdefault(codes[fault.code], {"field": fname})
        if fault.characters:
            params["characters"] = params.get("characters", "") + fault.characters
        if fault.limit:
            params.update(count=len(text or ""), max=fault.limit)
    for code, params in found.items():
        yield Fault(code, place, params)


def is_in(day: date, periods: Iterable[Period]) -> bool:
    """Tell whether ``day`` is in one of ``periods``."""
    return any(first <= day and (last is None or day <= last) for first, last in periods)
