"""Tables as text (CSV and its kin): which encoding, which separator, whether cells are quoted."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from .table_limits import (
    BROKEN,
    TOO_MANY_COLUMNS,
    UNKNOWN_FORMAT,
    Limits,
    TableError,
)

# The likelier one first, where a text is cut as well by either.
SEPARATORS = ("\t", "|", ";", ",")
INVISIBLE = "\ufeff\u200b\u2060"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows first: the usual one wins where the bytes tell nothing.
_OLD_ENCODINGS = ("cp1252", "cp850", "mac_roman")
# How often a character that is no ASCII stands in French text, roughly; what is not here speaks
# against an encoding.
_FRENCH = {
    **dict.fromkeys("é", 20),
    **dict.fromkeys("èàÉ’", 8),
    **dict.fromkeys("êçôîâû°ÈœÀ«»€–…\u00a0", 4),
    **dict.fromkeys("ëïùüÊÇÔÎÂÛËÏÙŒ‘“”—º²ª", 2),
    **dict.fromkeys("áíóúñöäßåøãõìòÁÍÓÚÑÖÄÜÅØÃÕÌÒæÆÿŸ·•§©®™", 0),
}
_STRANGE = -4
_OUT_OF_PLACE = -6
_ODD = re.compile(rb"[\x80-\xff]")
_ODD_COUNT = 5000
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 50
_PIECE = 64 * 1024
# Longer lines, and cells of more lines, are no table; they would only fill the memory.
_LONGEST_LINE = 1_000_000
_MOST_LINES_OF_A_ROW = 10_000


def text_rows(content: bytes, limits: Limits) -> Iterator[list[str]]:
    """Yield the rows of a table written as text.

    :raises TableError: ``unknown_format``: it is no text; ``broken``: it cannot be decoded;
        ``too_many_columns``
    """
    encoding = sniff_encoding(content)
    # Cut anywhere, even within a character or a line: enough to see the separator.
    separator = sniff_separator(content[:_SAMPLE_BYTES].decode(encoding, "ignore"))
    quoted = _is_quoted(content, encoding, separator)
    lines = _Lines(content, encoding, limits)
    try:
        rows = _parsed(lines, separator, quoted)
        for number, row in enumerate(rows):
            lines.of_this_row = 0
            hint = separator.join(row).strip(INVISIBLE).strip().lower()
            if number == 0 and hint in ("sep=", f"sep={separator}"):
                yield []  # Excel's own hint is a row of the file, but none of the table
            else:
                yield row if quoted else [_unwrapped(cell) for cell in row]
    except (csv.Error, UnicodeError):
        # Not the cause: it may tell what the file holds.
        raise TableError(BROKEN) from None


def sniff_separator(text: str) -> str:
    """Return the separator of the table ``text`` (its beginning is enough).

    It is the one that cuts most lines, then most of them into the same number of cells.
    """
    first = text.lstrip(INVISIBLE).split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[-1]
    return max(SEPARATORS, key=lambda separator: _regularity(text, separator))


def sniff_encoding(content: bytes) -> str:
    """Return the Python name of the encoding of the text ``content``.

    A byte order mark decides; else UTF-8 if the bytes are valid UTF-8; else the one of Windows, DOS
    and old Macintosh whose characters look most like French, letter by letter, beside their neighbours.

    :raises TableError: ``unknown_format``, the bytes are no text
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom) and (encoding != "utf-32" or len(content) % 4 == 0):
            return encoding
    if b"\0" in content:
        return _utf16_without_bom(content)
    if _is_utf8(content):
        return "utf-8"
    return max(_OLD_ENCODINGS, key=lambda encoding: _frenchness(content, encoding))


class _Lines:
    """The lines of a text; it counts those that the reader takes for one row.

    :raises TableError: ``too_many_columns``: a line, or a row of many lines, without end
    """

    def __init__(self, content: bytes, encoding: str, limits: Limits):
        self._stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
        self._limits = limits
        self.of_this_row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_LONGEST_LINE)
        self.of_this_row += 1
        if len(line) == _LONGEST_LINE or self.of_this_row > _MOST_LINES_OF_A_ROW:
            raise TableError(TOO_MANY_COLUMNS, max=self._limits.columns)
        if not line:
            raise StopIteration
        return line


# ------------------------------------------------------------
# Quotes
# ------------------------------------------------------------


def _is_quoted(content: bytes, encoding: str, separator: str) -> bool:
    """Tell whether the quotes of a text surround cells, or are characters like others.

    They do where each one that begins a cell is closed at the end of a cell. Where some are not, they
    still do if the rows are more alike that way.
    """
    if b'"' not in content:
        return False
    try:
        lines = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
        for _row in csv.reader(lines, delimiter=separator, strict=True):
            pass
    except csv.Error:
        lines = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
        text = "".join(line for line, _number in zip(lines, range(10_000), strict=False))
        return _likeness(text, separator, quoted=True) > _likeness(text, separator, quoted=False)
    except UnicodeError:
        raise TableError(BROKEN) from None
    return True


def _parsed(lines: Iterable[str], separator: str, quoted: bool) -> Iterator[list[str]]:
    if quoted:
        return csv.reader(lines, delimiter=separator)
    return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)


def _likeness(text: str, separator: str, quoted: bool) -> float:
    """Return the share of the lines that end up in rows of the most usual width."""
    lines = text.splitlines(keepends=True)
    try:
        widths = Counter(map(len, _parsed(lines, separator, quoted)))
    except csv.Error:
        return 0
    return max(widths.values(), default=0) / max(len(lines), 1)


def _unwrapped(cell: str) -> str:
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


# ------------------------------------------------------------
# Encodings and separators
# ------------------------------------------------------------


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_bom(content: bytes) -> str:
    """Return the byte order of text in which most other bytes are null."""
    even, odd = content[0:2000:2], content[1:2000:2]
    if odd.count(0) > 0.8 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.8 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    raise TableError(UNKNOWN_FORMAT)


def _frenchness(content: bytes, encoding: str) -> int:
    """Return how much the characters of ``content`` look like French in ``encoding``."""
    places = [
        match.start() for match, _n in zip(_ODD.finditer(content), range(_ODD_COUNT), strict=False)
    ]
    content = b" " + content + b" "
    found = Counter(content[place : place + 3] for place in places)
    score = 0
    for piece, count in found.items():
        text = piece.decode(encoding, "replace")
        score += count * _weight(text[0], text[1], text[2])
    return score


def _weight(before: str, char: str, after: str) -> int:
    weight = _FRENCH.get(char, _STRANGE)
    if char.isalpha():
        is_out_of_place = char.isupper() and before.islower()
        is_out_of_place |= char.islower() and before.isupper() and after.isupper()
        is_out_of_place |= char in "âàä" and before in "aeioy"
    else:
        is_out_of_place = before.isalpha() and after.isalpha() and char not in "’·"
    return weight + (_OUT_OF_PLACE if is_out_of_place else 0)


def _regularity(text: str, separator: str) -> tuple[int, int]:
    """Return how well ``separator`` cuts ``text`` into a table, to be compared."""
    lines = [line for line in text.splitlines()[:_SAMPLE_ROWS] if line.strip()]
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return sum(widths.values()), max(widths.values(), default=0)
