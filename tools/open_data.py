"""Records of open-data portals, page after page: all of them, or none.

Two interfaces are spoken: Opendatasoft's "explore v2.1" records (``total_count`` and ``results``; a
request gives at most 100 records and none beyond the 10,000th) and data.gouv.fr's tabular one
(``data``, ``meta.total`` and ``links``). What the portal says there is must be what it gives: an
answer that falls short is an error, since codes that are missing from it would be taken for gone.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from .open_data_http import (
    ADDRESS,
    EMPTY,
    FIELD,
    FIELDS,
    NOT_JSON,
    PARTIAL,
    SHAPE,
    STATUS,
    TOO_LARGE,
    TOO_MANY,
    UNREACHABLE,
    OpenDataError,
    get_json,
)

__all__ = [
    "ADDRESS",
    "EMPTY",
    "FIELD",
    "FIELDS",
    "NOT_JSON",
    "PARTIAL",
    "SHAPE",
    "STATUS",
    "TOO_LARGE",
    "TOO_MANY",
    "UNREACHABLE",
    "OpenDataError",
    "read_names",
    "read_records",
]

OPENDATASOFT = "opendatasoft"
TABULAR = "tabular"
# Addresses that are not known yet hold this word where the identifier of the data set goes.
PLACEHOLDER = "IDENTIFIANT"
OPENDATASOFT_PAGE, OPENDATASOFT_LAST = 100, 10_000
TABULAR_PAGE, TABULAR_LAST = 50, 100_000
# How long the pages of one data set may take together, in seconds.
MAX_SECONDS = 300

Get = Callable[[str, Mapping[str, object]], Any]
Record = Mapping[str, Any]


def read_records(
    api: str, address: str, fields: Sequence[str], where: str = "", get: Get | None = None
) -> list[Record]:
    """Return all records of a data set.

    :param api: :data:`OPENDATASOFT` or :data:`TABULAR`
    :param address: address of the records, up to but without ``?``
    :param fields: names of the fields that each record must have; the first one sorts the pages
    :param where: ODSQL condition, or conditions of the tabular interface (``Actif__exact=ACTIVE``)
    :param get: function that returns the decoded answer of ``(address, parameters)``
    :returns: ``[{field: value}, …]``
    :raises OpenDataError: unreachable, not understood, or not complete
    """
    pages = _opendatasoft_pages if api == OPENDATASOFT else _tabular_pages
    records: list[Record] = []
    total, seen = None, _Seen(fields[0])
    for page, count in pages(get or _patient_get(), address, fields, where):
        _check_page(page, fields)
        if total not in (None, count) or not seen.adds(page):
            # The data set changed while it was read, or a page came twice: some are missing.
            raise OpenDataError(PARTIAL, found=len(records), total=count)
        total = count
        records += page
    if not records:
        raise OpenDataError(EMPTY)
    if len(records) != total:
        raise OpenDataError(PARTIAL, found=len(records), total=total)
    return records


def read_names(api: str, address: str, where: str = "", get: Get | None = None) -> list[list[str]]:
    """Return the names of a data set's fields and the first values under them, as a table's rows.

    :raises OpenDataError: unreachable, not understood, or empty
    """
    ask = get or _patient_get()
    if api == OPENDATASOFT:
        found = _ask(ask, address, _opendatasoft_parameters(where), "results")[0]
    else:
        found = _ask(ask, address, _tabular_parameters(where), "data")[0]
    _check_page(found, [])
    if not found:
        raise OpenDataError(EMPTY)
    names = list(found[0])
    return [names, *([_text(record.get(name)) for name in names] for record in found)]


def _patient_get() -> Get:
    """Return a function that asks for pages, all of them within :data:`MAX_SECONDS`."""
    until = time.monotonic() + MAX_SECONDS

    def get(address: str, parameters: Mapping[str, object]) -> Any:
        return get_json(address, parameters, until - time.monotonic())

    return get


class _Seen:
    """The values of the field that sorts the pages, to know a page that came before.

    Records may be there twice, but those of one value stand together: one that an earlier page held
    already can only be the last of the page before.
    """

    def __init__(self, field: str) -> None:
        self._field = field
        self._values: set[str] = set()
        self._last: str | None = None

    def adds(self, page: Sequence[Record]) -> bool:
        """Add the values of a page; tell whether they can follow those before."""
        values = [_text(record[self._field]) for record in page]
        repeated = self._values.intersection(values) - {self._last}
        self._values.update(values)
        self._last = values[-1] if values else self._last
        return not repeated


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _check_page(page: object, fields: Sequence[str]) -> None:
    if not isinstance(page, list) or not all(isinstance(record, dict) for record in page):
        raise OpenDataError(SHAPE)
    for record in page:
        if missing := [field for field in fields if field not in record]:
            raise OpenDataError(FIELD, field=missing[0])


def _opendatasoft_parameters(where: str) -> dict[str, object]:
    return {"limit": OPENDATASOFT_PAGE, **({"where": where} if where else {})}


def _opendatasoft_pages(
    get: Get, address: str, fields: Sequence[str], where: str
) -> Iterator[tuple[Any, int]]:
    parameters = {
        **_opendatasoft_parameters(where),
        "select": ",".join(fields),
        "order_by": fields[0],
    }
    offset, total = 0, 1
    while offset < total:
        page, count = _ask(get, address, {**parameters, "offset": offset}, "results", "total_count")
        total = _count(count, OPENDATASOFT_LAST)
        yield page, total
        if not page:
            return
        offset += OPENDATASOFT_PAGE


def _tabular_parameters(where: str) -> dict[str, object]:
    return {**dict(parse_qsl(where, keep_blank_values=True)), "page_size": TABULAR_PAGE}


def _tabular_pages(
    get: Get, address: str, fields: Sequence[str], where: str
) -> Iterator[tuple[Any, int]]:
    parameters = {**_tabular_parameters(where), f"{fields[0]}__sort": "asc"}
    number, total = 1, 1
    while (number - 1) * TABULAR_PAGE < total:
        page, meta = _ask(get, address, {**parameters, "page": number}, "data", "meta")
        if not isinstance(meta, dict) or meta.get("page", number) != number:
            raise OpenDataError(SHAPE)
        total = _count(meta.get("total"), TABULAR_LAST)
        yield page, total
        if not page:
            return
        number += 1


def _count(count: object, most: int) -> int:
    """Return how many records the portal says there are.

    :raises OpenDataError: it does not say, or they are more than it gives
    """
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise OpenDataError(SHAPE)
    if count > most:
        raise OpenDataError(TOO_MANY, total=count, max=most)
    return count


def _ask(get: Get, address: str, parameters: Mapping[str, object], *names: str) -> list[Any]:
    """Return the parts of an answer, by their names."""
    answer = get(address, parameters)
    if not isinstance(answer, dict) or any(name not in answer for name in names):
        raise OpenDataError(SHAPE)
    return [answer[name] for name in names]
