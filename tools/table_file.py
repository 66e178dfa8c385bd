"""Tables that people upload: CSV of any usual encoding and separator, or XLSX.

What a file is follows from its content, never from its name. Cells come out as strings, without
outer spaces; nothing is guessed about what they mean. Nothing of the content ever shows in an
error or a log line, since it may hold NIRs.
"""

import codecs
import csv
import io
import itertools
import zipfile
from collections import Counter
from datetime import datetime, time

# Limits of one upload: more is no report a person exported, and would only exhaust the server.
MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200

SEPARATORS = (";", ",", "|", "\t")
# Codes of what can be wrong with a file, see :class:`TableError`.
EMPTY = "empty"
TOO_LARGE = "too_large"
TOO_MANY_ROWS = "too_many_rows"
TOO_MANY_COLUMNS = "too_many_columns"
UNKNOWN_FORMAT = "unknown_format"
OLD_EXCEL = "old_excel"
BROKEN = "broken"

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows first: the usual one wins where the bytes tell nothing.
_OLD_ENCODINGS = ("cp1252", "cp850", "mac_roman")
_FRENCH = set("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ’‘“”«»°€–—… ºª\u00a0")
_ASCII = bytes(range(128))
_INVISIBLE = "\ufeff\u200b\u2060"
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 50


class TableError(ValueError):
    """A file that cannot be read as a table.

    ``code`` is one of this module's codes and ``params`` what a message needs: ``max`` with the
    codes about limits.
    """

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


def is_xlsx(content):
    """Tell whether ``content`` begins like a workbook (or another zip file)."""
    return content.startswith(_ZIP)


def sniff_encoding(content):
    """Return the Python name of the encoding of the text ``content`` (bytes).

    A byte order mark decides; else UTF-8 if the bytes are valid UTF-8; else the one of Windows,
    DOS and old Macintosh whose non-ASCII characters look most like French.

    :raises TableError: ``unknown_format``, the bytes are no text
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return encoding
    if b"\0" in content:
        return _utf16_without_bom(content)
    if _is_utf8(content):
        return "utf-8"
    found = Counter(content.translate(None, _ASCII))
    return max(_OLD_ENCODINGS, key=lambda encoding: _frenchness(found, encoding))


def sniff_separator(text):
    """Return the separator of the CSV ``text`` (its beginning is enough).

    It is the one that cuts most lines into the same number of cells, more than one if possible.
    """
    first = text.lstrip(_INVISIBLE).split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[-1]
    return max(SEPARATORS, key=lambda separator: _regularity(text, separator))


def read_table(content, max_rows=MAX_ROWS):
    """Return all rows of a CSV or XLSX file, see :func:`iter_rows`.

    :returns: ``list[list[str]]``
    :raises TableError: as :func:`iter_rows`, and ``empty`` where there is no row at all
    """
    rows = list(iter_rows(content, max_rows=max_rows))
    if not rows:
        raise TableError(EMPTY)
    return rows


def iter_rows(content, max_rows=MAX_ROWS, sheet=0):
    """Yield the rows of a CSV or XLSX file one by one, as lists of strings.

    Row ``n`` (from 1) is row ``n`` of the spreadsheet: blank rows come out as ``[]``, those at the
    end not at all. Cells are without outer spaces, rows without empty cells at their end. Of a
    workbook one sheet is read; numbers come out as they are seen
    (``850475006084`` and not ``8.5E+11``), dates as ``yyyy-mm-dd``.

    :param content: the file, as bytes
    :param max_rows: refuse more rows than this
    :param sheet: which one of the sheets that hold something, from 0; there are no rows where the
        file has fewer
    :raises TableError: ``empty``, ``too_large``, ``too_many_rows``, ``too_many_columns``,
        ``unknown_format``, ``old_excel`` (the format before 2007) or ``broken``; the last ones may
        come in the middle of the rows
    """
    if not content or not content.strip():
        raise TableError(EMPTY)
    if len(content) > MAX_BYTES:
        raise TableError(TOO_LARGE, max=MAX_BYTES // 1024 // 1024)
    if content.startswith(_OLE):
        raise TableError(OLD_EXCEL)
    if is_xlsx(content):
        rows = _xlsx_rows(content, sheet)
    else:
        rows = [] if sheet else _csv_rows(content)
    blank = count = 0
    for row in map(_clean_row, rows):
        if not row:
            blank += 1
            continue
        count += blank + 1
        if count > max_rows:
            raise TableError(TOO_MANY_ROWS, max=max_rows)
        yield from ([] for _number in range(blank))
        blank = 0
        yield row


def _clean_row(cells):
    row = [cell.strip().strip(_INVISIBLE).strip() for cell in cells]
    while row and not row[-1]:
        row.pop()
    if len(row) > MAX_COLUMNS:
        raise TableError(TOO_MANY_COLUMNS, max=MAX_COLUMNS)
    return row


# ------------------------------------------------------------
# CSV
# ------------------------------------------------------------


def _csv_rows(content):
    encoding = sniff_encoding(content)
    # Cut anywhere, even within a character or a line: enough to see the separator.
    sample = content[:_SAMPLE_BYTES].decode(encoding, "ignore")
    separator = sniff_separator(sample)
    try:
        # A quote that is never closed is no quoting: it would swallow all the lines that follow.
        unquoted = sum(line.count('"') for line in _lines(content, encoding)) % 2
        quoting = csv.QUOTE_NONE if unquoted else csv.QUOTE_MINIMAL
        rows = csv.reader(_lines(content, encoding), delimiter=separator, quoting=quoting)
        for number, row in enumerate(rows):
            hint = separator.join(row).strip(_INVISIBLE).strip().lower()
            if number == 0 and hint in ("sep=", f"sep={separator}"):
                yield []  # Excel's own hint is a row of the file, but none of the table
            else:
                yield [_unwrapped(cell) for cell in row] if unquoted else row
    except (csv.Error, UnicodeError):
        # Not the cause: it may tell what the file holds.
        raise TableError(BROKEN) from None


def _lines(content, encoding):
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _unwrapped(cell):
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _is_utf8(content):
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _SAMPLE_BYTES):
            decoder.decode(content[start : start + _SAMPLE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_bom(content):
    """Return the byte order of text in which every other byte is null."""
    even, odd = content[0:2000:2], content[1:2000:2]
    if odd.count(0) > 0.8 * len(odd) and not even.count(0):
        return "utf-16-le"
    if even.count(0) > 0.8 * len(even) and not odd.count(0):
        return "utf-16-be"
    raise TableError(UNKNOWN_FORMAT)


def _frenchness(found, encoding):
    """Return how many of the bytes counted in ``found`` are French in ``encoding``, less the others."""
    score = 0
    for byte, count in found.items():
        char = bytes([byte]).decode(encoding, "replace")
        score += count if char in _FRENCH else -count
    return score


def _regularity(text, separator):
    """Return how well ``separator`` cuts ``text`` into a table, to be compared."""
    lines = [line for line in text.splitlines()[:_SAMPLE_ROWS] if line.strip()]
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count, width


# ------------------------------------------------------------
# XLSX
# ------------------------------------------------------------


def _xlsx_rows(content, number):
    # Here, since Odoo itself imports it only where needed: it is large.
    import openpyxl

    _check_archive(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            # Some programs write a wrong extent; what is there counts.
            sheet.reset_dimensions()
            rows = ([_cell_text(cell) for cell in row] for row in sheet.iter_rows())
            filled, blanks = _first_filled(rows)
            if filled is None:
                continue
            if not number:
                yield from itertools.chain(([] for _number in range(blanks)), [filled], rows)
                return
            number -= 1
    except TableError:
        raise
    except Exception:
        # A damaged workbook fails in any of a dozen ways inside the library.
        raise TableError(BROKEN) from None


def _first_filled(rows):
    """Return the first row that holds something, and how many blank ones come before it."""
    for blanks, row in enumerate(rows):
        if any(cell.strip() for cell in row):
            return row, blanks
    return None, 0


def _check_archive(content):
    """Refuse what is no workbook, or would unpack into far more than it seems."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise TableError(UNKNOWN_FORMAT)
            if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise TableError(TOO_LARGE, max=MAX_UNPACKED_BYTES // 1024 // 1024)
            for part in parts:
                # No program writes one into a workbook; entities that grow without end need it.
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(4096):
                            raise TableError(BROKEN)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise TableError(BROKEN) from None


def _cell_text(cell):
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        shape = cell.number_format or ""
        # A format of zeros only shows the leading ones, as in a SIRET.
        return str(value).zfill(len(shape) if shape and not shape.strip("0") else 0)
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    return str(value)
