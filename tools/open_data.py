"""Records of open-data portals, page after page: all of them, or none.

Two interfaces are spoken: Opendatasoft's "explore v2.1" records (``total_count`` and ``results``; a
request gives at most 100 records and none beyond the 10,000th) and data.gouv.fr's tabular one
(``data``, ``meta.total`` and ``links``). What the portal says there is must be what it gives: an
answer that falls short is an error, since codes that are missing from it would be taken for gone.
"""

import ipaddress
import socket
import time
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

OPENDATASOFT = "opendatasoft"
TABULAR = "tabular"
# Shipped addresses hold this word where the identifier of the data set goes.
PLACEHOLDER = "IDENTIFIANT"
OPENDATASOFT_PAGE, OPENDATASOFT_LAST = 100, 10_000
TABULAR_PAGE, TABULAR_LAST = 50, 100_000

TIMEOUT = 20
TRIES = 4
LONGEST_WAIT = 30
MAX_BYTES = 10 * 1024 * 1024
MAX_SECONDS = 60
MAX_REDIRECTS = 3
RETRIED = (429, 500, 502, 503, 504)
# Tests serve on this machine; nothing else may be asked there.
PUBLIC_ONLY = True

ADDRESS = "address"
UNREACHABLE = "unreachable"
STATUS = "status"
TOO_LARGE = "too_large"
TOO_MANY = "too_many"
NOT_JSON = "not_json"
SHAPE = "shape"
PARTIAL = "partial"
EMPTY = "empty"
FIELD = "field"


class OpenDataError(Exception):
    """What keeps a source from being read; ``code`` is one of this module's, ``params`` details."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


def check_address(address):
    """Refuse addresses other than public ones over HTTPS.

    :raises OpenDataError: ``address``: another scheme, a password, an address of the inner network
    """
    parts = urlsplit(address or "")
    try:
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise OpenDataError(ADDRESS, address=address) from None
    schemes = ("https",) if PUBLIC_ONLY else ("https", "http")
    if parts.scheme not in schemes or not host or parts.username or parts.password:
        raise OpenDataError(ADDRESS, address=address)
    if PUBLIC_ONLY and not all(map(_is_public, _ip_addresses(host))):
        raise OpenDataError(ADDRESS, address=address)


def _ip_addresses(host):
    try:
        return [info[4][0] for info in socket.getaddrinfo(host, None)]
    except OSError:
        raise OpenDataError(UNREACHABLE, detail=host) from None


def _is_public(address):
    return ipaddress.ip_address(address.split("%")[0]).is_global


def read_records(api, address, fields, where="", get=None):
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
    records, total = [], None
    for page, count in pages(get or get_json, address, fields, where):
        if not isinstance(page, list) or type(count) is not int or count < 0:
            raise OpenDataError(SHAPE)
        if total not in (None, count):
            # The data set changed while it was read: pages may overlap or miss records.
            raise OpenDataError(PARTIAL, found=len(records), total=count)
        total = count
        for record in page:
            if not isinstance(record, dict):
                raise OpenDataError(SHAPE)
            if missing := [field for field in fields if field not in record]:
                raise OpenDataError(FIELD, field=missing[0])
        records += page
    if not records:
        raise OpenDataError(EMPTY)
    if len(records) != total:
        raise OpenDataError(PARTIAL, found=len(records), total=total)
    return records


def _opendatasoft_pages(get, address, fields, where):
    parameters = {"limit": OPENDATASOFT_PAGE, "select": ",".join(fields), "order_by": fields[0]}
    if where:
        parameters["where"] = where
    offset, total = 0, 1
    while offset < total:
        answer = get(address, {**parameters, "offset": offset})
        page, total = _parts(answer, "results", "total_count")
        if isinstance(total, int) and total > OPENDATASOFT_LAST:
            raise OpenDataError(TOO_MANY, total=total, max=OPENDATASOFT_LAST)
        yield page, total
        if not page:
            return
        offset += OPENDATASOFT_PAGE


def _tabular_pages(get, address, fields, where):
    parameters = dict(parse_qsl(where, keep_blank_values=True))
    parameters.update({"page_size": TABULAR_PAGE, f"{fields[0]}__sort": "asc"})
    number, total = 1, 1
    while (number - 1) * TABULAR_PAGE < total:
        answer = get(address, {**parameters, "page": number})
        page, meta = _parts(answer, "data", "meta")
        total = meta.get("total") if isinstance(meta, dict) else None
        if not isinstance(total, int) or meta.get("page", number) != number:
            raise OpenDataError(SHAPE)
        if total > TABULAR_LAST:
            raise OpenDataError(TOO_MANY, total=total, max=TABULAR_LAST)
        yield page, total
        if not page:
            return
        number += 1


def _parts(answer, *names):
    if not isinstance(answer, dict) or any(name not in answer for name in names):
        raise OpenDataError(SHAPE)
    return [answer[name] for name in names]


# ------------------------------------------------------------
# HTTP
# ------------------------------------------------------------


def get_json(address, parameters, sleep=None):
    """Return the decoded JSON of an address; tries again what may pass, waiting longer each time.

    :raises OpenDataError: ``address``, ``unreachable``, ``status``, ``too_large`` or ``not_json``
    """
    sleep = sleep or time.sleep
    for attempt in range(TRIES):
        try:
            return _get_once(address, parameters)
        except _Passing as error:
            if attempt == TRIES - 1:
                raise error.final from None
            sleep(min(error.wait or 2**attempt, LONGEST_WAIT))
    raise AssertionError  # pragma: no cover


class _Passing(Exception):
    """A failure that may be over a moment later."""

    def __init__(self, final, wait=None):
        super().__init__()
        self.final = final
        self.wait = wait


def _get_once(address, parameters):
    try:
        for _redirect in range(MAX_REDIRECTS + 1):
            check_address(address)
            response = requests.get(
                address,
                params=parameters,
                headers={"Accept": "application/json"},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with response:
                if not response.is_redirect:
                    return _decoded(response)
                # The new address holds the parameters already.
                address, parameters = urljoin(response.url, response.headers["Location"]), None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise _Passing(OpenDataError(UNREACHABLE, detail=type(error).__name__)) from None
    except requests.RequestException as error:
        raise OpenDataError(UNREACHABLE, detail=type(error).__name__) from None
    raise OpenDataError(STATUS, status="3xx")


def _decoded(response):
    if response.status_code != 200:
        final = OpenDataError(STATUS, status=response.status_code)
        if response.status_code not in RETRIED:
            raise final
        wait = response.headers.get("Retry-After", "")
        raise _Passing(final, int(wait) if wait.isdigit() else None)
    content, until = b"", time.monotonic() + MAX_SECONDS
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > MAX_BYTES:
            raise OpenDataError(TOO_LARGE, max=MAX_BYTES // 1024 // 1024)
        if time.monotonic() > until:
            raise OpenDataError(UNREACHABLE, detail="Timeout")
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and "Content-Encoding" not in response.headers:
        if len(content) < int(announced):
            raise _Passing(OpenDataError(UNREACHABLE, detail="IncompleteRead"))
    try:
        return requests.compat.json.loads(content)
    except ValueError:
        raise OpenDataError(NOT_JSON) from None
