"""Social security numbers within HTML: found across tags, hidden in what is read of the page.

``1 85 <b>05</b>&nbsp;78`` reads as one number, so its text is put together before it is searched;
cells and paragraphs end a number. Addresses of links are left alone, since hiding digits would break
them, except those of e-mails and telephones.
"""

import re
from collections.abc import Iterator

from .nir_text import HIDDEN, find_numbers, hide_numbers

_NAME = re.compile(r"</?\s*([a-z][a-z0-9:]*)", re.IGNORECASE)
# Tags within a line: a number goes on after them.
_INLINE = frozenset(
    (
        *(
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "del",
            "em",
            "font",
            "i",
            "ins",
            "kbd",
        ),
        *("mark", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt"),
        *("u", "var", "wbr"),
    )
)
_END = "§" * 8
_ATTRIBUTE = re.compile(
    r"""(\b(?:alt|title|placeholder|value|href)\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE
)
_WEB = re.compile(r"""["']\s*(?:https?:|//|/|#|cid:|data:)""", re.IGNORECASE)
_FEWEST_DIGITS = 13


def hide_numbers_in_html(body: str | None, mark: str = HIDDEN) -> str:
    """Return the HTML ``body`` with ``mark`` in place of what is, or looks like, a NIR.

    >>> hide_numbers_in_html("<p>1 85 <b>04</b> 75 006 084&nbsp;23</p>")
    '<p>•••<b></b></p>'
    """
    body = body or ""
    if sum(char.isdigit() for char in body) < _FEWEST_DIGITS:
        return body
    pieces = list(_pieces(body))
    _hide_in_texts(pieces, mark)
    for index in range(1, len(pieces), 2):
        pieces[index] = _ATTRIBUTE.sub(lambda match: _attribute(match, mark), pieces[index])
    return "".join(pieces)


def _pieces(body: str) -> Iterator[str]:
    """Yield texts and tags (or comments) by turns, a text first and last.

    Each end is looked for once, so that the time does not grow with the square of what is sent.
    """
    done = position = close = 0
    while (start := body.find("<", position)) >= 0:
        if body.startswith("<!--", start):
            end = body.find("-->", start + 4) + 3
            if end < 3:
                break
        else:
            position = start + 1
            if not body[position : position + 1].isalpha() and body[
                position : position + 1
            ] not in (
                "/",
                "!",
            ):
                continue
            if close <= start:
                close = body.find(">", start)
            if close < 0:
                break
            following = body.find("<", position, close)
            if following >= 0:
                position = following
                continue
            end = close + 1
        yield body[done:start]
        yield body[start:end]
        done = position = end
    yield body[done:]


def _hide_in_texts(pieces: list[str], mark: str) -> None:
    """Hide the numbers of the texts, which stand at the even places between the tags."""
    parts, starts, length = [], [], 0
    for index in range(0, len(pieces), 2):
        starts.append(length)
        inner = index + 1 < len(pieces) and _is_inline(pieces[index + 1])
        parts += [pieces[index], "" if inner else _END]
        length += len(parts[-2]) + len(parts[-1])
    turn = len(starts) - 1
    # From the end, so that what comes before keeps its place.
    for found in reversed(find_numbers("".join(parts))):
        while starts[turn] >= found.end:
            turn -= 1
        while True:
            start, piece = starts[turn], pieces[2 * turn]
            first, last = max(found.start - start, 0), max(found.end - start, 0)
            is_first = found.start >= start
            pieces[2 * turn] = piece[:first] + (mark if is_first else "") + piece[last:]
            if is_first:
                break
            turn -= 1


def _is_inline(tag: str) -> bool:
    if tag.startswith("<!--"):
        return True
    name = _NAME.match(tag)
    return bool(name and name[1].lower() in _INLINE)


def _attribute(match: "re.Match[str]", mark: str) -> str:
    name, value = match.groups()
    is_address = name.lower().startswith("href")
    if is_address and _WEB.match(value):
        return match.group()
    return name + value[0] + hide_numbers(value[1:-1], mark) + value[-1]
