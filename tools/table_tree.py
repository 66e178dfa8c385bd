"""Files of nested elements, XML or JSON, read as tables: the innermost elements that hold values are the
rows, and what stands above them is said again on each.

Read safely: entities are refused, and size, depth and the number of elements are bounded.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from .table_limits import (
    BROKEN,
    EMPTY,
    MEGABYTE,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Limits,
    TableError,
)

_DEPTH = 50
_SPACES = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_XML = re.compile(
    rb"<(?:\?xml|!--|!doctype\s+(?!html)|(?!html|table|body)[A-Za-z_])", re.IGNORECASE
)
_WIDE_XML = tuple("<?xml".encode(name) for name in ("utf-16-le", "utf-16-be"))
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# What a list of values that has no name of its own is called.
_UNNAMED = "valeur"
# The column of the elements' names, where they say something.
GROUP = "statut"


class _Node:
    """An element: its name, its text, what it holds."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str):
        self.name = name
        self.text = ""
        self.children: list[_Node] = []


def is_tree(content: bytes) -> bool:
    """Tell whether ``content`` begins like XML (but no web page) or JSON."""
    beginning = content[:300].removeprefix(_BOM).lstrip(_SPACES)
    if any(name in beginning[:20] for name in _WIDE_XML):
        return True
    return bool(_XML.match(beginning)) or beginning[:1] in (b"{", b"[")


def tree_rows(
    content: bytes, limits: Limits, says_something: Callable[[str], bool] | None = None
) -> list[list[str]]:
    """Return the rows of a file of nested elements, the first one with the names of its columns.

    :param says_something: tells of an element's name whether it says what became of those within, as
        "PassagesOK" does; such names make a column of their own
    :raises TableError: ``broken``, ``too_large``, ``too_many_rows``, ``too_many_columns``, ``empty``
    """
    if len(content) > limits.bytes:
        raise TableError(TOO_LARGE, max=limits.bytes // MEGABYTE)
    stripped = content.removeprefix(_BOM).lstrip(_SPACES)
    is_json = stripped[:1] in (b"{", b"[")
    root = _json_root(stripped, limits) if is_json else _xml_root(content, limits)
    found = _Rows(limits, says_something)
    found.walk(root, {}, "")
    if not found.rows:
        raise TableError(EMPTY)
    found.name_values()
    names = found.columns
    return [names, *([row.get(name, "") for name in names] for row in found.rows)]


class _Rows:
    """The rows of a tree: dictionaries ``{column: text}``, and the columns in the order they are met."""

    def __init__(self, limits: Limits, says_something: Callable[[str], bool] | None):
        self._limits = limits
        self._says_something = says_something
        self._names: dict[str, bool] = {}
        self._cells = 0
        self.rows: list[dict[str, str]] = []

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._names)

    def name_values(self) -> None:
        """Put identifiers that stand alone into the column of those that have a name."""
        for name in self.columns:
            texts = [row[name] for row in self.rows if name in row]
            if name != _UNNAMED and all(map(_UUID.fullmatch, texts)):
                for row in self.rows:
                    if _UNNAMED in row:
                        row.setdefault(name, row.pop(_UNNAMED))
                self._names.pop(_UNNAMED, None)
                return

    def walk(self, node: _Node, above: Mapping[str, str], group: str) -> None:
        """Add the rows within an element.

        :param above: what the elements around it say, by name
        :param group: what their names say
        """
        if self._says(node.name):
            group = node.name
        leaves = [child for child in node.children if not child.children]
        leaves = self._without_groups(leaves, above)
        below = [child for child in node.children if child.children and _holds_values(child)]
        if not below and len({leaf.name for leaf in leaves}) == 1:
            for leaf in leaves:
                self._add({**above, **_texts_of([leaf])}, group)
            return
        around = {**above, **_texts_of(leaves)}
        if not below and leaves:
            self._add(around, group)
        for child in below:
            self.walk(child, around, group)

    def _without_groups(self, leaves: list[_Node], above: Mapping[str, str]) -> list[_Node]:
        """Add the values that stand right below a name that says something: {"PassagesOK": [id, id]}."""
        kept = []
        for leaf in leaves:
            if _UUID.fullmatch(leaf.text.strip()) and self._says(leaf.name):
                self._add({**above, _UNNAMED: leaf.text.strip()}, leaf.name)
            else:
                kept.append(leaf)
        return kept

    def _says(self, name: str) -> bool:
        return bool(self._says_something and self._says_something(name))

    def _add(self, row: dict[str, str], group: str) -> None:
        row = {name: text for name, text in row.items() if text}
        if group:
            row.setdefault(GROUP, group)
        self._names.update(dict.fromkeys(row, True))
        if len(self._names) > self._limits.columns:
            raise TableError(TOO_MANY_COLUMNS, max=self._limits.columns)
        if len(self.rows) >= self._limits.rows:
            raise TableError(TOO_MANY_ROWS, max=self._limits.rows)
        self._cells += len(row)
        if self._cells > self._limits.elements:
            raise TableError(TOO_LARGE, max=self._limits.bytes // MEGABYTE)
        if row:
            self.rows.append(row)


def _texts_of(leaves: list[_Node]) -> dict[str, str]:
    """Return what leaves say, by name; several of one name are joined."""
    texts: dict[str, dict[str, bool]] = {}
    for leaf in leaves:
        texts.setdefault(leaf.name, {})[leaf.text.strip()] = True
    return {name: " – ".join(filter(None, found)) for name, found in texts.items()}


def _holds_values(node: _Node) -> bool:
    return any(not child.children or _holds_values(child) for child in node.children)


# ------------------------------------------------------------
# XML
# ------------------------------------------------------------


def _xml_root(content: bytes, limits: Limits) -> _Node:
    root = _Node("")
    stack = [root]
    left = limits.others

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal left
        left -= 1 + len(attrs)
        if left < 0 or len(stack) > _DEPTH:
            raise TableError(TOO_LARGE, max=limits.bytes // MEGABYTE)
        node = _Node(name.rpartition(":")[2])
        stack[-1].children.append(node)
        stack.append(node)
        for key, value in attrs.items():
            if not key.startswith("xmlns") and ":" not in key:
                leaf = _Node(key)
                leaf.text = value
                node.children.append(leaf)

    def end(_name: str) -> None:
        node = stack.pop()
        text = node.text.strip()
        if node.children and text:  # beside attributes
            leaf = _Node(node.name)
            leaf.text = text
            node.children.append(leaf)

    def characters(text: str) -> None:
        stack[-1].text += text

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        # Not the cause: it may tell what the file holds.
        raise TableError(BROKEN) from None
    return root.children[0]


def _refuse(*_declaration: object) -> None:
    raise TableError(BROKEN)


# ------------------------------------------------------------
# JSON
# ------------------------------------------------------------


def _json_root(content: bytes, limits: Limits) -> _Node:
    marks = content.count(b"{") + content.count(b"[") + content.count(b",")
    if marks > limits.others:
        raise TableError(TOO_LARGE, max=limits.bytes // MEGABYTE)
    try:
        # Numbers stay as they are written: a NIR is none to calculate with.
        found = json.loads(content.decode(), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise TableError(BROKEN) from None
    root = _Node(_UNNAMED)
    root.children = list(_json_nodes(_UNNAMED, found, 0, limits))
    # A list at the top has no element around it.
    return root.children[0] if len(root.children) == 1 and root.children[0].children else root


def _json_nodes(name: str, value: Any, depth: int, limits: Limits) -> Iterator[_Node]:
    if depth > _DEPTH:
        raise TableError(TOO_LARGE, max=limits.bytes // MEGABYTE)
    if isinstance(value, list):
        for one in value:
            yield from _json_nodes(name, one, depth + 1, limits)
        return
    node = _Node(name)
    if isinstance(value, dict):
        for key, one in value.items():
            node.children += _json_nodes(key, one, depth + 1, limits)
    elif value is True or value is False:
        node.text = "oui" if value else "non"
    else:
        node.text = "" if value is None else str(value)
    yield node
