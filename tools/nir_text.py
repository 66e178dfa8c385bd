"""Social security numbers within a text: the one place that tells whether there is one, and where.

Read by the log's filter and by whatever takes a text in: names, remarks, e-mail addresses, answers
of the authority. People write a number with spaces of any kind, dots, dashes, slashes, underscores,
with a letter glued to it, with or without its key; programs add zero-width characters, or write
spaces as ``\\xa0`` or ``%20``. A SIRET, a date, a telephone number, an IBAN, a UUID, the barcode of an
article and the number of a telephone set are left alone.

The text is cut into groups of digits, and each group is looked at with the few that follow it: the
time taken grows with the length of the text and no faster, whatever it holds.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stdnum import ean, luhn
from stdnum.iso7064 import mod_97_10

from . import nir

HIDDEN = "•••"

_BODY, _FULL = 13, 15
_SIRET_LENGTH = 14
# Without any separator: a number typed with a few digits too many, and one glued to another.
_LONGEST_TYPED = 18
_LONGEST_SEARCHED = 40

# Where a printed number may be cut: 1 85 04 75 006 084 59.
_USUAL_CUTS = {1, 3, 5, 7, 10, 13}
# Codes of five or six digits, one after another, and the first digits of one more.
_CODE_SIZES = ([5, 5, 5], [5, 5, 3], [6, 6, 1], [6, 6, 3])
_SIRET_CUTS = ({9}, {3, 6, 9})

# Separators that programs write in place of a character: they hold digits, or letters, themselves.
_ESCAPE = (
    r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[tnr]"
    r"|%(?:09|0a|0d|20|c2%a0|e2%80%[89a][0-9a-f])|&(?:nbsp|thinsp|#160|#xa0|#8239|#x202f);"
)
_PIECES = re.compile(rf"(?P<escape>{_ESCAPE})|(?P<digits>\d+)", re.IGNORECASE)
_ESCAPES = re.compile(_ESCAPE, re.IGNORECASE)
# Gaps longer than this separate, whatever they are made of.
_LONGEST_GAP = 4
_LONGEST_RAW_GAP = 32
_MARKS = frozenset(".·•‧∙⋅․/⁄∕\\−~")
_SEPARATING_CATEGORIES = frozenset(("Zs", "Zl", "Zp", "Cf", "Cc", "Pd", "Pc"))
_GAPS = (" ", ",")
_STRICT_MARKS = frozenset(",;:|'’")

# What is no NIR although its digits may look like one.
_OTHERS = re.compile(
    r"""
    (?P<uuid>(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z]))
    |(?P<iban>(?<![0-9a-z])[a-z]{2}[0-9]{2}(?:[ \u00a0\u202f]?[0-9a-z]{4}){2,7}
        (?:[ \u00a0\u202f]?[0-9a-z]{1,3})?(?![0-9a-z]))
    |(?P<account>(?<![0-9a-z])[0-9]{5}[ ][0-9]{5}[ ][0-9a-z]{11}[ ][0-9]{2}(?![0-9a-z]))
    |(?P<phone>(?<![0-9])(?:(?:\+|00)[0-9]{2,3}[ .\-\u00a0\u202f]{0,2}(?:\(0\))?[ ]?|0)
        [1-9](?P<between>[ .\-/\u00a0\u202f]?)[0-9]{2}(?:(?P=between)[0-9]{2}){3}(?![0-9]))
    |(?P<date>(?<![0-9])(?:[0-3]?[0-9][./\-][01]?[0-9][./\-](?:19|20)[0-9]{2}
        |(?:19|20)[0-9]{2}[./\-][01][0-9][./\-][0-3][0-9])(?![0-9]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KINDS = ("uuid", "iban", "account", "phone", "date")
# These two are told apart for sure; what looks like another may stand within a number.
_SURE = ("uuid", "iban")
_MOMENT = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
)
# Lengths to try, in this order: with the key, without, and one digit short or a SIRET.
_LENGTHS = (_FULL, _BODY, _SIRET_LENGTH)
_SHAPE = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6,8}$")
_ORDINARY = re.compile(r"[12][0-9]{2}(?:0[1-9]|1[0-2])(?:2[AB]|0[1-9]|[1-9][0-9])")


class Found(NamedTuple):
    """A number in a text: where it stands, and its characters without what separates them."""

    start: int
    end: int
    number: str

    def __repr__(self) -> str:
        return f"Found({self.start}, {self.end})"


class _Group(NamedTuple):
    """Digits in a row: where they stand in the text, and in the digits of their run."""

    start: int
    end: int
    first: int
    last: int


class _Run:
    """Groups of digits with nothing between them but what may separate the parts of a number.

    ``digits`` are those of all groups, with the letters of Corsica; ``links`` what stands after
    each group: ``" "`` what may separate, ``","`` what rarely does, ``"A"`` or ``"B"``.
    """

    def __init__(self) -> None:
        self.digits = ""
        self.groups: list[_Group] = []
        self.links: list[str] = []
        # Groups that are part of something else for sure, or may be; those found to be a number.
        self.others: set[int] = set()
        self.doubtful: set[int] = set()
        self.found: dict[int, int] = {}
        self.busy: set[int] = set()


class _Reading(NamedTuple):
    """A number that some groups of a run make, and where it is cut."""

    first: int
    last: int
    number: str
    cuts: frozenset[int]
    is_strict: bool  # cut by what rarely separates
    is_doubtful: bool  # a part of it may be something else
    is_other: bool  # all parts of it may


def holds_number(text: str | None) -> bool:
    """Tell whether ``text`` holds what is, or looks like, a NIR."""
    return bool(find_numbers(text))


def hide_numbers(text: str | None, mark: str = HIDDEN) -> str:
    """Return ``text`` with ``mark`` in place of what is, or looks like, a NIR.

    >>> hide_numbers("NIR 1 85 04 75 006 084 23 inconnu")
    'NIR ••• inconnu'
    """
    text = text or ""
    parts, done = [], 0
    for found in find_numbers(text):
        parts += [text[done : found.start], mark]
        done = found.end
    return "".join([*parts, text[done:]])


def find_numbers(text: str | None) -> list[Found]:
    """Return what is, or looks like, a NIR in ``text``: in order, none within another."""
    text = text or ""
    runs = [run for run in _runs(text) if len(run.digits) >= _BODY] if len(text) >= _BODY else []
    if not runs:
        return []
    _mark_others(text, runs)
    # What is sure first, so that no doubtful reading cuts a sure one into pieces.
    for run in runs:
        readings = _readings(run)
        for judge in (_has_right_key, _has_usual_form, _is_likely):
            _search(run, readings, judge)
    return [found for run in runs for found in _found_in(run)]


def _found_in(run: _Run) -> Iterator[Found]:
    for first, last in sorted(run.found.items()):
        one, other = run.groups[first], run.groups[last]
        yield Found(one.start, other.end, run.digits[one.first : other.last])


# ------------------------------------------------------------
# Cutting the text
# ------------------------------------------------------------


def _runs(text: str) -> Iterator[_Run]:
    """Yield the runs of a text, in order."""
    run, length, end = _Run(), 0, 0
    parts: list[str] = []
    for piece in _PIECES.finditer(text):
        if piece.lastgroup != "digits":
            continue
        link = _link(text[end : piece.start()]) if run.groups else ""
        if run.groups and not link:
            run.digits = "".join(parts)
            yield run
            run, parts, length = _Run(), [], 0
        if link:
            run.links.append(link)
        if link.isalpha():
            parts.append(link)
            length += 1
        parts.append(_ascii_digits(piece.group()))
        end = piece.end()
        run.groups.append(_Group(piece.start(), end, length, length + len(parts[-1])))
        length += len(parts[-1])
    run.digits = "".join(parts)
    yield run


def _ascii_digits(digits: str) -> str:
    if digits.isascii():
        return digits
    return "".join(str(unicodedata.decimal(char)) for char in digits)


def _link(gap: str) -> str:
    """Return what the characters between two groups are to a number, ``""`` if they end it."""
    if len(gap) > _LONGEST_RAW_GAP:
        return ""
    if "\\" in gap or "%" in gap or "&" in gap:
        gap = _ESCAPES.sub(" ", gap)
    letters = [char for char in gap if char.isalpha()]
    if len(letters) == 1:
        letter = unicodedata.normalize("NFKC", letters[0]).upper()
        is_corsican = letter in ("A", "B") and all(map(_separates, gap.split(letters[0])))
        return letter if is_corsican else ""
    if _separates(gap):
        return " "
    return "," if gap in _STRICT_MARKS else ""


def _separates(gap: str) -> bool:
    """Tell whether these characters may stand between two parts of a number."""
    categories = [unicodedata.category(char) for char in gap]
    visible = len(gap) - categories.count("Cf") - categories.count("Cc")
    return visible <= _LONGEST_GAP and all(
        char in _MARKS or category in _SEPARATING_CATEGORIES
        for char, category in zip(gap, categories, strict=True)
    )


# ------------------------------------------------------------
# What is something else
# ------------------------------------------------------------


def _mark_others(text: str, runs: list[_Run]) -> None:
    """Mark the groups of digits that are part of an IBAN, a telephone number, a date, a SIRET …"""
    places = [(group.start, run, number) for run in runs for number, group in enumerate(run.groups)]
    starts = [place[0] for place in places]
    for match in _OTHERS.finditer(text):
        kind = next(name for name in _KINDS if match.group(name))
        if kind == "iban" and not _is_iban(match.group()):
            continue
        # From the group that begins within the match, or around its beginning.
        first = max(bisect_right(starts, match.start()) - 1, 0)
        for _start, run, number in places[first : bisect_right(starts, match.end() - 1)]:
            if run.groups[number].end > match.start():
                (run.others if kind in _SURE else run.doubtful).add(number)
    for run in runs:
        _mark_sirets(run)


def _is_iban(text: str) -> bool:
    number = "".join(text.split()).upper()
    return mod_97_10.is_valid(number[4:] + number[:4])


def _mark_sirets(run: _Run) -> None:
    ends = {group.last: number for number, group in enumerate(run.groups)}
    for first, group in enumerate(run.groups):
        last = ends.get(group.first + _SIRET_LENGTH)
        if last is None or last - first > len(_SIRET_CUTS[-1]):
            continue
        reading = _reading(run, first, last)
        is_cut_so = not reading.cuts or reading.cuts in _SIRET_CUTS
        if is_cut_so and not reading.is_strict and luhn.is_valid(reading.number):
            run.doubtful.update(range(first, last + 1))


# ------------------------------------------------------------
# Finding numbers
# ------------------------------------------------------------

_Judge = Callable[["_Reading"], bool]


def _search(run: _Run, readings: list[_Reading], judge: _Judge) -> None:
    """Add to what was found in a run the numbers that ``judge`` takes for one."""
    for reading in readings:
        first, last = reading.first, reading.last
        if first in run.busy or _is_taken(run, first, last) or not judge(reading):
            continue
        if len(reading.number) == _BODY and _is_key_apart(run, last):
            last += 1
        run.found[first] = last
        run.busy.update(range(first, last + 1))


def _readings(run: _Run) -> list[_Reading]:
    """Return what groups of a run could be a number, by the first group, the likelier one first."""
    ends = {group.last: number for number, group in enumerate(run.groups)}
    readings = []
    for first, group in enumerate(run.groups):
        start = group.first
        for length in _LENGTHS:
            last = ends.get(start + length)
            if last is not None and _SHAPE.match(run.digits, start, start + length):
                readings.append(_reading(run, first, last))
        if group.last - start > _FULL:  # one group, longer than any number
            readings.append(_reading(run, first, first))
    return readings


def _is_taken(run: _Run, first: int, last: int) -> bool:
    numbers = range(first, last + 1)
    return not (run.busy.isdisjoint(numbers) and run.others.isdisjoint(numbers))


def _is_key_apart(run: _Run, last: int) -> bool:
    """Tell whether the group after 13 digits is their key, right or wrong."""
    if last + 1 >= len(run.groups) or run.links[last] != " " or last + 1 in run.doubtful:
        return False
    group = run.groups[last + 1]
    return group.last - group.first == _FULL - _BODY and not _is_taken(run, last + 1, last + 1)


def _reading(run: _Run, first: int, last: int) -> _Reading:
    start = run.groups[first].first
    cuts = [
        run.groups[number].last - start
        for number in range(first, last)
        if run.links[number] in _GAPS
    ]
    return _Reading(
        first,
        last,
        run.digits[start : run.groups[last].last],
        frozenset(cuts),
        "," in run.links[first:last],
        not run.doubtful.isdisjoint(range(first, last + 1)),
        bool(cuts) and run.doubtful.issuperset(range(first, last + 1)),
    )


def _has_right_key(reading: _Reading) -> bool:
    """A number with its right key, however it is cut; also among a few digits too many."""
    number = reading.number
    if len(number) == _FULL:
        is_clear = not (reading.is_strict or reading.is_other)
        return (is_clear or reading.cuts <= _USUAL_CUTS) and nir.parse(number).is_valid
    if reading.cuts or not _FULL < len(number) <= _LONGEST_SEARCHED:
        return False
    windows = (number[start : start + _FULL] for start in range(len(number) - _FULL + 1))
    return any(_is_ordinary(window) and nir.parse(window).is_valid for window in windows)


def _has_usual_form(reading: _Reading) -> bool:
    """A number cut where printed ones are, or not at all, whose key is missing or wrong."""
    number, cuts = reading.number, reading.cuts
    if reading.is_strict or not cuts <= _USUAL_CUTS or _sizes(reading) == [5, 5, 5]:
        return False
    if not cuts and _is_article(number):
        return False
    if len(number) in (_BODY, _FULL):
        if len(number) == _FULL and not cuts:
            return True
        if len(number) == _FULL and _BODY in cuts and reading.is_doubtful:
            return False  # what follows the 13 characters begins something else
        return nir.parse(number[:_BODY]).is_valid
    if len(number) == _SIRET_LENGTH:
        is_other = reading.is_doubtful or bool(_MOMENT.fullmatch(number))
        return _is_ordinary(number) and not is_other
    return not cuts and len(number) <= _LONGEST_TYPED and _is_ordinary(number)


def _is_likely(reading: _Reading) -> bool:
    """A number cut anywhere, without a right key: only where its digits can hardly mean else."""
    if reading.is_strict or reading.is_doubtful or len(reading.number) == _SIRET_LENGTH:
        return False
    return _is_ordinary(reading.number) and _sizes(reading) not in _CODE_SIZES


def _is_article(number: str) -> bool:
    """Tell whether a number without its right key is a barcode (EAN), or a device's number (IMEI).

    Lines of orders name what is sold by them. Who has an ordinary number is protected all the same.
    """
    if _is_ordinary(number) or not number.isdecimal():
        return False
    checks = {_BODY: ean.is_valid, _FULL: luhn.is_valid}
    return len(number) in checks and checks[len(number)](number)


def _sizes(reading: _Reading) -> list[int]:
    """Return the lengths of the parts a number is cut into."""
    ends = [*sorted(reading.cuts), len(reading.number)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _is_ordinary(number: str) -> bool:
    """Tell whether the first digits are a sex, a month and a department as most people have."""
    return bool(_ORDINARY.match(number))
