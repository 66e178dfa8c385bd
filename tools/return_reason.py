"""Wordings of known reasons, looked for in what the authority writes: by words, not by their beginnings.

"Formation non éligible" does not speak of a format. A word of a wording is found in its other forms too:
plural, feminine, past participle.
"""

import re

from .return_status import words_of

# What may follow the word as it is written in a wording.
_ENDINGS = re.compile(r"(?:e|s|es|ee|ees|x|er|ent|ant|ante|ants|ed|ing|te|t|le|ne)?")
# Wordings written as the beginning of a word, as it was the rule once: "import", "exist".
_STEM = 4


def wordings_of(text: str | None) -> list[list[str]]:
    """Return the wordings of a text, one a line, each as a list of words; ``*`` after a word stands for
    any end of it."""
    lines = [re.findall(r"[a-z0-9]+\*?", _folded(line)) for line in (text or "").splitlines()]
    return [line for line in lines if line]


def matches(wording: list[str], words: list[str]) -> bool:
    """Tell whether all words of a wording are among the words of a text, see :func:`words_of`."""
    return all(any(_is_form_of(word, wanted) for word in words) for wanted in wording)


def _folded(line: str) -> str:
    return "*".join(" ".join(words_of(part)) for part in line.split("*"))


def _is_form_of(word: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    if not word.startswith(wanted):
        return False
    return word == wanted or (
        len(wanted) >= _STEM and bool(_ENDINGS.fullmatch(word[len(wanted) :]))
    )
