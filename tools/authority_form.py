"""The authority's web form: what is typed once and for each attendee, in which order, in which pieces.

The form's fields are the columns of the import file (see :mod:`.authority_file`), in the same order:
those of the declaration and its training once, then those of one attendee after another. The form
takes several codes one at a time.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from . import authority_file
from .authority_columns import Column

# Typed once a declaration, besides the training columns.
_SHARED = ("ID_DECLARATION", "REFERENCE_DECLARATION")
# Never told with the rest: it is read on demand.
SECRET = "NIR"


def training_columns(document: str) -> list[Column]:
    """Return the columns typed once for a declaration of ``document`` (``adf``, ``jdr``), in order."""
    names = {*_SHARED, *(col.name for col in authority_file.TRAINING_COLUMNS[document])}
    return [col for col in authority_file.DOCUMENTS[document] if col.name in names]


def attendee_columns(document: str) -> list[Column]:
    """Return the columns typed for each attendee, in order."""
    shared = training_columns(document)
    return [col for col in authority_file.DOCUMENTS[document] if col not in shared]


def texts_to_type(col: Column, value: Any) -> list[str]:
    """Return what to type into one field, as the file writes it: a list with one text for each code.

    An empty list: the field stays empty.

    :param value: as in a row of ``authority_file``
    """
    if col.kind == "codes":
        return list(value or ())
    text = authority_file.format_value(value)
    return [text] if text else []


def version(document: str, row: Mapping[str, Any]) -> str:
    """Return a short fingerprint of what is typed for a row, the NIR excepted.

    It tells whether what somebody had before their eyes is still what the line says.
    """
    texts = [
        authority_file.format_value(row.get(col.name))
        for col in authority_file.DOCUMENTS[document]
        if col.name != SECRET
    ]
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]
