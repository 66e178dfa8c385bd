"""Translations: checks of a .po file, and its merge with a new template.

Run by the environment's own Python, since it needs polib.
"""

import argparse
import re
import sys
from pathlib import Path

import polib

WIDTH = 78
# What a reader stumbles over: plurals left to them, and a typewriter's apostrophe between two letters
# (in a word of the text: within quotes or braces it is code).
CLUMSY = {
    "a plural in brackets": re.compile(r"\w\((?:s|es|x|nt)\)"),
    "a straight apostrophe": re.compile(
        r"(?<![\w{(,])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|aujourd|presqu)'(?=\w)", re.IGNORECASE
    ),
}


def check(path: Path) -> list[str]:
    """What is missing or doubtful in a translation file."""
    try:
        catalogue = polib.pofile(str(path), check_for_duplicates=True)
    except (OSError, ValueError) as error:
        return [f"{path}: {error}"]
    found = [
        f"{path}:{entry.linenum}: fuzzy: {entry.msgid[:60]!r}"
        for entry in catalogue.fuzzy_entries()
    ]
    found += [
        f"{path}:{entry.linenum}: not translated: {entry.msgid[:60]!r}"
        for entry in catalogue.untranslated_entries()
    ]
    found += [f"{path}:{entry.linenum}: no longer used" for entry in catalogue.obsolete_entries()]
    found += [
        f"{path}:{entry.linenum}: {fault}: {entry.msgstr[:60]!r}"
        for entry in catalogue
        for fault, pattern in CLUMSY.items()
        if pattern.search(entry.msgstr)
    ]
    return found


def merge(template: Path, path: Path, language: str) -> str:
    """Bring a translation file in line with the template, keeping what is translated."""
    wanted = polib.pofile(str(template))
    merged = (
        polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else polib.POFile(wrapwidth=WIDTH)
    )
    merged.merge(wanted)
    dropped = merged.obsolete_entries()
    for entry in dropped:
        merged.remove(entry)
    order = {(entry.msgctxt, entry.msgid): number for number, entry in enumerate(wanted)}
    merged.sort(key=lambda entry: order[entry.msgctxt, entry.msgid])
    merged.header = wanted.header
    merged.metadata = {
        **wanted.metadata,
        "Language": language,
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    merged.save(str(path), newline="\n")
    missing = len(merged.untranslated_entries())
    return f"{path.name}: {len(merged)} terms, {missing} to translate, {len(dropped)} dropped"


def main() -> int:
    """`check FILE…` or `merge TEMPLATE FILE LANGUAGE`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("check", "merge"))
    parser.add_argument("arguments", nargs="+")
    options = parser.parse_args()
    if options.action == "merge":
        template, path, language = options.arguments
        print(merge(Path(template), Path(path), language))
        return 0
    found = [fault for path in options.arguments for fault in check(Path(path))]
    print("\n".join(found) or "complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
