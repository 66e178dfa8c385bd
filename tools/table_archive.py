"""The one check of an archive that holds a spreadsheet: whole parts are read, at a cost that is known.

A packed file of some kilobytes can unpack into gigabytes, or into a few megabytes whose elements, row
numbers or entities keep a reader busy without end. So every part that is XML is run through a plain
parser first, which only counts; the reader proper comes after.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

from .table_limits import (
    BROKEN,
    MEGABYTE,
    SHEET_COLUMNS,
    SHEET_ROWS,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNKNOWN_FORMAT,
    Limits,
    TableError,
)

_PIECE = 256 * 1024
_FREE_ELEMENTS = 200_000
_ELEMENTS_A_BYTE = 3
_ARCHIVE_ERRORS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error),
    *(NotImplementedError, RuntimeError, EOFError, OSError, ValueError),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})[0-9]*")
# What a table is made of in a workbook; in an OpenDocument sheet, elements cost their reader little.
_CHEAP = {"row", "c", "v", "f", "is", "si", "t", "table-row", "table-cell", "p", "span"}

Start = Callable[[str, dict[str, str]], None]


def names_in(content: bytes) -> set[str]:
    """Return the names of the parts of an archive; none where it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return set(archive.namelist())
    except _ARCHIVE_ERRORS:
        return set()


@contextmanager
def archive_of(content: bytes, limits: Limits, wanted: str) -> Iterator[zipfile.ZipFile]:
    """Open the archive ``content``, every part of which was checked.

    :param wanted: the name of the part without which this is another kind of file
    :raises TableError: ``unknown_format`` without it; ``broken``, ``too_large``, ``too_many_rows``,
        ``too_many_columns``: it cannot be unpacked, or would cost too much
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if wanted not in {part.filename for part in parts}:
                raise TableError(UNKNOWN_FORMAT)
            unpacked = sum(part.file_size for part in parts)
            if unpacked > limits.unpacked or len(parts) > limits.members:
                raise TableError(TOO_LARGE, max=limits.unpacked // MEGABYTE)
            gauge = _Gauge(limits, len(content))
            for part in parts:
                _check_part(archive, part, gauge)
            yield archive
    except TableError:
        raise
    except _ARCHIVE_ERRORS:
        # Not the cause: it may tell what the file holds.
        raise TableError(BROKEN) from None


def parse_part(
    archive: zipfile.ZipFile,
    part: str | zipfile.ZipInfo,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run a part of an archive through a parser; names come without their prefix.

    :raises TableError: ``broken``: it is no XML, or declares entities, which no spreadsheet does
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attrs: start(name.rpartition(":")[2], attrs)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
    except expat.ExpatError:
        raise TableError(BROKEN) from None


def _refuse(*_declaration: object) -> None:
    raise TableError(BROKEN)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, gauge: "_Gauge") -> None:
    if not part.file_size or not _is_xml(archive, part):
        return
    try:
        parse_part(archive, part, gauge.start)
    except TableError as error:
        # Old drawings are not always well formed, and no reader looks at them.
        is_drawing = part.filename.endswith(".vml") and part.file_size < MEGABYTE
        if error.code != BROKEN or not is_drawing:
            raise


def _is_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as stream:
        beginning = stream.read(200)
    for bom in _BOMS:
        beginning = beginning.removeprefix(bom)
    return beginning.replace(b"\0", b"").lstrip()[:1] == b"<"


class _Gauge:
    """Counts what a spreadsheet is made of."""

    def __init__(self, limits: Limits, packed: int):
        self.limits = limits
        # Real sheets have an element for each packed byte, or less.
        self.elements = min(limits.elements, _FREE_ELEMENTS + _ELEMENTS_A_BYTE * packed)
        self.others = limits.others
        self.column = 0

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Take an element into account.

        :raises TableError: it is one too many, or stands where no sheet reaches
        """
        self.elements -= 1
        if name not in _CHEAP:
            self.others -= 1
        if self.elements < 0 or self.others < 0:
            raise TableError(TOO_LARGE, max=self.limits.unpacked // MEGABYTE)
        if name == "c":
            self._cell(attrs.get("r"))
        elif name == "row":
            self._row(attrs.get("r"))
        elif name in ("v", "is") and self.column > self.limits.columns:
            raise TableError(TOO_MANY_COLUMNS, max=self.limits.columns)

    def _row(self, number: str | None) -> None:
        self.column = 0
        if number is None:
            return
        if not number.isascii() or not number.isdigit():
            raise TableError(BROKEN)
        if len(number) > 7 or int(number) > SHEET_ROWS:
            raise TableError(TOO_MANY_ROWS, max=self.limits.rows)

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
        elif found := _REFERENCE.fullmatch(reference):
            self.column = _column_of(found[1])
        else:
            raise TableError(BROKEN)
        if self.column > SHEET_COLUMNS:
            raise TableError(TOO_MANY_COLUMNS, max=self.limits.columns)


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
