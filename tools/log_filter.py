"""Keeps NIRs, uploaded files and personal links out of the server's log.

At the level DEBUG Odoo logs the parameters of every call of its web client, and so what is typed and
the files that are uploaded; at the level INFO it logs the address of each request, and so the links
of attendees. A traceback tells the values an error was about.
"""

import base64
import binascii
import logging
import re
from collections.abc import Iterable

from .nir_text import hide_numbers, holds_number

MARK = "***"

# What is given to one of the fields, however wrong it may be.
_FIELD = re.compile(r"""(['"]nir(?:_entry)?['"]: )(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
# The token in the address of an attendee's form, or of a client's renewals.
_TOKEN = re.compile(r"(/passeport/(?:f|renouveler)/)[^\s\"'/?]+")
# A file in base64, in one piece or in lines; the long ones go unread, since most are packed.
_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{76}(?:\\n|\r?\n))+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/_-]{18,}={0,2}"
)
_LONG = 400
_DONE = "passeport_scrubbed"
_BREAKS = re.compile(r"\\n|\s")


def scrub(text: str) -> str:
    """Return ``text`` without tokens and files in it, nor the numbers that are, or look like, NIRs."""
    text = _FIELD.sub(rf"\1'{MARK}'", _TOKEN.sub(rf"\1{MARK}", text))
    return hide_numbers(_BASE64.sub(_scrubbed_file, text), MARK)


def _scrubbed_file(match: re.Match[str]) -> str:
    found = match.group()
    if len(found) >= _LONG:
        return MARK
    packed = _BREAKS.sub("", found).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4))
    except binascii.Error:
        return found
    texts = (content.replace(b"\0", b"").decode("utf-8", "replace"), content.decode("latin-1"))
    return MARK if any(map(holds_number, texts)) else found


class NirFilter(logging.Filter):
    """Scrubs the records of the loggers and handlers it is added to: message, traceback, stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what a record tells by its scrubbed text; every record passes."""
        if record.__dict__.get(_DONE):
            return True
        record.__dict__[_DONE] = True
        record.msg, record.args = scrub(_message_of(record)), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
        if record.exc_text:
            # Formatters use the text that is there; the values themselves go no further.
            record.exc_text = scrub(record.exc_text)
            record.exc_info = None
        if record.stack_info:
            record.stack_info = scrub(record.stack_info)
        return True


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # arguments that do not fit the message: the caller's fault, told as it is
        return f"{record.msg} {record.args}"


def protect(names: Iterable[str]) -> None:
    """Add the filter to the loggers called ``names``, and to whatever writes the server's log.

    A logger's filter does not see what the loggers below it log; a handler's does.
    """
    for name in names:
        logging.getLogger(name).addFilter(NIR_FILTER)
    for handler in logging.getLogger().handlers:
        handler.addFilter(NIR_FILTER)


_FORMATTER = logging.Formatter()
# One object: adding it to a logger twice changes nothing.
NIR_FILTER = NirFilter()
