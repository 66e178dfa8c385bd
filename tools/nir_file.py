"""Does an uploaded file hold social security numbers? Told by its content, whatever it is meant for.

Text of any encoding is looked at as it is, workbooks cell by cell. What cannot be read, or holds so
much that looks like a number that nobody would finish, counts as holding some: who asks then seals it.
"""

import re
from collections.abc import Iterable

from .nir_text import holds_number
from .table_file import LARGE, TableError, is_workbook, read_sheets

# Thirteen digits, or letters of Corsica, that belong together: few texts have any, so that the close
# look is for few.
_CANDIDATE = re.compile(r"[1-478](?:[\s.,/_\u00a0\u202f'-]{0,3}[0-9ABab]){12}")
_AROUND = 24
_MOST = 3000
_ENCODINGS = ("utf-8", "utf-16")


def holds_numbers(content: bytes | None) -> bool:
    """Tell whether a file holds what is, or looks like, a NIR; ``True`` where that cannot be told."""
    if not content:
        return False
    if is_workbook(content):
        try:
            sheets = read_sheets(content, LARGE)
        except TableError:
            return True
        cells = (cell for sheet in sheets for row in sheet.rows for cell in row)
        return _any_in(cells)
    return _any_in(_texts(content))


def _texts(content: bytes) -> Iterable[str]:
    # Null characters stand between the digits of a text in UTF-16.
    yield content.replace(b"\0", b"").decode("latin-1")
    for encoding in _ENCODINGS:
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue


def _any_in(texts: Iterable[str]) -> bool:
    looked = 0
    for text in texts:
        for found in _CANDIDATE.finditer(text):
            looked += 1
            if looked > _MOST:
                return True
            start, end = max(found.start() - _AROUND, 0), found.end() + _AROUND
            if holds_number(text[start:end]):
                return True
    return False
