"""JSON from a public address of the Internet, in bounded time, whatever answers.

Only public addresses are asked: looked at when an address is read, and once more for the connection
itself, since a name may answer differently the second time. Every request has a time after which its
connections are closed, however slowly it drips.
"""

import ipaddress
import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError

# One step of a connection, a whole request, and the longest wait before the next one, in seconds.
TIMEOUT = 20
MAX_SECONDS = 60
LONGEST_WAIT = 30
TRIES = 4
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 3
MAX_ADDRESSES = 4
RETRIED = (429, 500, 502, 503, 504)
# A number with more digits is none that a list of codes holds, and takes long to read.
MAX_DIGITS = 30
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
FIELDS = "fields"

# IPv6 addresses that lead to an IPv4 one: what they lead to must be public. 6to4, Teredo, addresses
# of a local translator and the like lead anywhere and are no place for an open-data portal.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TUNNELS = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24", "::/96", "fec0::/10"),
    )
)


class OpenDataError(Exception):
    """What keeps a source from being read; ``code`` is one of this module's, ``params`` details."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


# ------------------------------------------------------------
# Addresses
# ------------------------------------------------------------


def check_address(address: str | None) -> None:
    """Refuse addresses other than public ones over HTTPS.

    :raises OpenDataError: ``address``: another scheme, a password, an address of the inner network;
        ``unreachable``: the name is not known
    """
    try:
        parts = urlsplit(address or "")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise OpenDataError(ADDRESS, address=address) from None
    schemes = ("https",) if PUBLIC_ONLY else ("https", "http")
    if parts.scheme not in schemes or not host or parts.username or parts.password:
        raise OpenDataError(ADDRESS, address=address)
    if PUBLIC_ONLY:
        public_addresses(host, port)


def public_addresses(host: str, port: int | None = None) -> list[str]:
    """Return the addresses a name stands for, which are all public ones.

    :raises OpenDataError: ``address``: one of them is not; ``unreachable``: the name is not known
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OpenDataError(UNREACHABLE, detail=host[:80]) from None
    addresses = [str(info[4][0]) for info in found]
    if not all(map(is_public, addresses)):
        raise OpenDataError(ADDRESS, address=host)
    return list(dict.fromkeys(addresses))[:MAX_ADDRESSES]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet, whatever it is wrapped in."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    if any(found.version == tunnel.version and found in tunnel for tunnel in _TUNNELS):
        return False
    return found.is_global and not found.is_multicast


# ------------------------------------------------------------
# Connections
# ------------------------------------------------------------


class _Watch:
    """Closes the connections of a request that takes too long."""

    def __init__(self) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []

    def add(self, sock: socket.socket) -> None:
        self._sockets.append(sock)
        if self.is_over:
            self.close()

    def close(self) -> None:
        self.is_over = True
        for sock in self._sockets:
            with suppress(OSError):
                # Of the connection beneath the encryption: a reader of it gets its end at once.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


@contextmanager
def _watched(seconds: float) -> Iterator[_Watch]:
    """Watch over what is done within, for so long.

    :raises OpenDataError: ``unreachable``, it took longer
    """
    watch = _Watch()
    timer = threading.Timer(seconds, watch.close)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        if watch.is_over:
            raise OpenDataError(UNREACHABLE, detail="Timeout") from None


# Both kinds of connection have it below.
if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


class _Watched(_Connection):
    """A connection that its watch knows, to the very addresses that were found to be public."""

    watch: _Watch
    # A proxy is of the inner network, and looks names up itself.
    is_direct: bool

    def connect(self: Any) -> None:
        connected = super().connect()
        # Encryption has put a socket of its own in the place of the first one.
        self.watch.add(self.sock)
        return connected

    def _new_conn(self: Any) -> socket.socket:
        host = self._dns_host
        looks = self.is_direct and PUBLIC_ONLY
        addresses = public_addresses(host, self.port) if looks else [host]
        for address in addresses:
            self._dns_host = address
            try:
                sock = super()._new_conn()
            except HTTPError:
                if address == addresses[-1]:
                    raise
                continue
            finally:
                self._dns_host = host
            self.watch.add(sock)
            return sock
        raise OpenDataError(UNREACHABLE, detail=host)


class _PlainConnection(_Watched, HTTPConnection):
    pass


class _SafeConnection(_Watched, HTTPSConnection):
    pass


class _Adapter(HTTPAdapter):
    """Makes connections that are watched, each of them once: who tries again is told below."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        made = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools(is_direct=True)
        return made

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools(is_direct=False)
        return manager

    def _pools(self, is_direct: bool) -> dict[str, type]:
        known = {"watch": self._watch, "is_direct": is_direct}
        plain = type("_Plain", (_PlainConnection,), known)
        safe = type("_Safe", (_SafeConnection,), known)
        return {
            "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_SafePool", (HTTPSConnectionPool,), {"ConnectionCls": safe}),
        }


# ------------------------------------------------------------
# Requests
# ------------------------------------------------------------


class _Policy(Retry):
    """When to try again: what may pass, waiting longer each time, never for longer than we would."""

    def get_retry_after(self, response: Any) -> float | None:
        try:
            seconds = super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            return None
        return seconds if seconds is None else min(seconds, LONGEST_WAIT)


class _Passing(Exception):
    """A failure that may be over a moment later: an error, or an answer (of urllib3)."""

    def __init__(self, final: OpenDataError, response: Any = None) -> None:
        super().__init__()
        self.final = final
        self.response = response


def get_json(address: str, parameters: Mapping[str, object], seconds: float | None = None) -> Any:
    """Return the decoded JSON of an address; tries again what may pass.

    :param seconds: how long it may take in all, tries and waits included
    :raises OpenDataError: ``address``, ``unreachable``, ``status``, ``too_large`` or ``not_json``
    """
    until = time.monotonic() + (
        TRIES * (MAX_SECONDS + LONGEST_WAIT) if seconds is None else seconds
    )
    policy = _Policy(
        total=TRIES - 1,
        backoff_factor=1,
        status_forcelist=RETRIED,
        respect_retry_after_header=True,
    )
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise OpenDataError(UNREACHABLE, detail="Timeout")
        try:
            return _get_once(address, parameters, min(left, MAX_SECONDS))
        except _Passing as passing:
            try:
                policy = policy.increment(
                    "GET", address, response=passing.response, error=_reason(passing)
                )
            except MaxRetryError:
                raise passing.final from None
            policy.sleep(passing.response)


def _reason(passing: _Passing) -> Exception | None:
    return None if passing.response is not None else HTTPError(passing.final.code)


def _get_once(address: str, parameters: Mapping[str, object], seconds: float) -> Any:
    with _watched(seconds) as watch, closing(_Adapter(watch)) as adapter:
        try:
            return _follow(adapter, address, parameters)
        except (requests.ConnectionError, requests.Timeout, ChunkedEncodingError) as error:
            raise _Passing(OpenDataError(UNREACHABLE, detail=type(error).__name__)) from None
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            # Odd headers fail in any of these ways.
            raise OpenDataError(UNREACHABLE, detail=type(error).__name__) from None


def _follow(adapter: _Adapter, address: str, parameters: Mapping[str, object] | None) -> Any:
    """Ask without a session, which would read the body of a redirect whole and send passwords."""
    for _redirect in range(MAX_REDIRECTS + 1):
        check_address(address)
        request = requests.Request(
            "GET",
            address,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            params=parameters,  # type: ignore[arg-type]
        ).prepare()
        with adapter.send(
            request,
            stream=True,
            timeout=TIMEOUT,
            verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
            proxies=requests.utils.get_environ_proxies(address),
        ) as response:
            if not response.is_redirect:
                return _decoded(response)
            # The new address holds the parameters already.
            address, parameters = urljoin(response.url, response.headers["Location"]), None
    raise OpenDataError(STATUS, status="3xx")


def _decoded(response: requests.Response) -> Any:
    if response.status_code != 200:
        final = OpenDataError(STATUS, status=response.status_code)
        if response.status_code not in RETRIED:
            raise final
        raise _Passing(final, response.raw)
    parts, size = [], 0
    for chunk in response.iter_content(64 * 1024):
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise OpenDataError(TOO_LARGE, max=MAX_BYTES // 1024 // 1024)
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and "Content-Encoding" not in response.headers:
        if size < int(announced[:MAX_DIGITS]):
            raise _Passing(OpenDataError(UNREACHABLE, detail="IncompleteRead"))
    try:
        return json.loads(b"".join(parts), parse_int=_number)
    except (ValueError, RecursionError):
        raise OpenDataError(NOT_JSON) from None


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_DIGITS else digits
