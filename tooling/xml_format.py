"""The layout of XML files: well formed, four spaces a level, no tab, no trailing blank.

A tag, a closing tag or a comment that begins a line is indented by its depth; lines inside a tag
keep their place relative to it. Text, and what is inside <pre>, <textarea> or <script>, is left
alone.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

INDENT = 4
VERBATIM = {"pre", "textarea", "script", "style"}
TAG_END = re.compile(r"""(?:"[^"]*"|'[^']*'|[^"'>])*>""")


@dataclass
class Tag:
    """Something that begins at a place, at a depth, and spans some lines."""

    line: int
    column: int
    depth: int
    last_line: int


@dataclass
class Outline:
    """Every tag of a file, found by one pass of the parser."""

    text: str
    tags: list[Tag] = field(default_factory=list)
    depth: int = 0
    verbatim: int = 0

    def __post_init__(self):
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.open
        self.parser.EndElementHandler = self.close
        self.parser.CommentHandler = self.comment
        self.source = self.text.encode()
        self.parser.Parse(self.source, True)

    def _note(self, last_line: int | None = None) -> None:
        """Keep where the parser is, unless blanks matter there."""
        line = self.parser.CurrentLineNumber
        if not self.verbatim:
            self.tags.append(
                Tag(line, self.parser.CurrentColumnNumber, self.depth, last_line or line)
            )

    def open(self, name: str, _attributes: dict) -> None:
        """A tag opens."""
        rest = self.source[self.parser.CurrentByteIndex :].decode()
        length = TAG_END.match(rest).end()
        self._note(self.parser.CurrentLineNumber + rest[:length].count("\n"))
        self.depth += 1
        self.verbatim += name in VERBATIM

    def close(self, name: str) -> None:
        """A tag closes: the end of <a/> is at its own start, already noted."""
        self.depth -= 1
        if self.source[self.parser.CurrentByteIndex :][:2] == b"</":
            self._note()
        self.verbatim -= name in VERBATIM

    def comment(self, text: str) -> None:
        """A comment."""
        self._note(self.parser.CurrentLineNumber + text.count("\n"))


def reindent(text: str) -> str:
    """The text with every line that begins with a tag at its place."""
    original = text.split("\n")
    lines = list(original)
    for tag in Outline(text).tags:
        if original[tag.line - 1][: tag.column].strip():
            continue
        shift = INDENT * tag.depth - tag.column
        for number in range(tag.line - 1, tag.last_line):
            lines[number] = _shifted(lines[number], shift)
    return "\n".join(lines)


def _shifted(line: str, shift: int) -> str:
    """A line moved right, or left as far as its blanks allow."""
    bare = line.lstrip(" ")
    if not bare or not shift:
        return line
    return " " * max(0, len(line) - len(bare) + shift) + bare


def formatted(text: str) -> str:
    """The text as it should be written; raises ExpatError when it is not well formed."""
    lines = text.replace("\r\n", "\n").expandtabs(INDENT).split("\n")
    return reindent("\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n")


def first_difference(text: str, better: str) -> int:
    """Number of the first line that differs."""
    pairs = zip(text.split("\n"), better.split("\n"), strict=False)
    return next((number for number, (old, new) in enumerate(pairs, 1) if old != new), 1)


def check(path: Path, fix: bool) -> str | None:
    """What is wrong with a file, None when nothing is (or when it was mended)."""
    with path.open(encoding="utf-8", newline="") as source:
        text = source.read()
    try:
        better = formatted(text)
    except expat.ExpatError as error:
        return f"{path}:{error.lineno}: not well formed: {expat.ErrorString(error.code)}"
    if better == text:
        return None
    if fix:
        path.write_text(better, encoding="utf-8", newline="\n")
        return None
    return f"{path}:{first_difference(text, better)}: layout (./dev lint --fix mends it)"
