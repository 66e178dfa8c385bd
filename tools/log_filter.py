"""Keeps NIRs and personal links out of the server's log.

At the level DEBUG Odoo logs the parameters of every call of its web client, and so what is typed; at
the level INFO it logs the address of each request, and so the links of attendees.
"""

import logging
import re

# What is given to one of the fields, however wrong it may be ...
_FIELD = re.compile(r"""(['"]nir(?:_entry)?['"]: )(['"]).*?\2""")
# ... and whatever looks like a NIR, with or without its key and any kind of space between.
# Spaces also in the way Python writes them in a representation: \\xa0, \\u202f, \\t.
_GAP = r"(?:\s|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[tnr]){0,3}"
_NUMBER = re.compile(
    rf"(?<!\d)\d(?:{_GAP}\d){{4}}{_GAP}\d{_GAP}[\dABab](?:{_GAP}\d){{6}}(?:{_GAP}\d){{0,2}}(?!\d)"
)
# The token in the address of an attendee's form.
_TOKEN = re.compile(r"(/passeport/f/)[^\s\"'/?]+")


def scrub(text):
    """Return ``text`` without the tokens in it, nor the numbers that are, or look like, NIRs."""
    return _NUMBER.sub("***", _FIELD.sub(r"\1'***'", _TOKEN.sub(r"\1***", text)))


def holds_nir(text):
    """Tell whether ``text`` holds a number of 13 or 15 characters that looks like a NIR.

    A SIRET, with its 14 digits, is none.
    """
    return any(
        sum(char.isalnum() for char in match.group()) != 14
        for match in _NUMBER.finditer(text or "")
    )


class NirFilter(logging.Filter):
    """Scrubs the messages of the logger it is added to."""

    def filter(self, record):
        """Replace the message by its scrubbed text; every record passes."""
        record.msg, record.args = scrub(record.getMessage()), ()
        return True


# One object: adding it to a logger twice changes nothing.
NIR_FILTER = NirFilter()
