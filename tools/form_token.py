"""Tokens of personal links: a random selector, by which the link is found, and its signature.

Both parts are needed: the selector, which the database keeps, opens nothing by itself. What e-mails
and documents say until they leave is the address of the public page where a link is asked for: a
personal one takes its place in the message that leaves, and nowhere else.
"""

import base64
import re
import secrets

SELECTOR_BYTES = 12
SIGNATURE_BYTES = 18
PATH = "/passeport/f/"
# Of the page that offers to send a new link. The fragment, which no browser sends, marks the
# addresses that a personal one may replace.
PUBLIC_PATH = "/passeport/lien"
STAND_IN = f"{PUBLIC_PATH}#personnel"

_SELECTOR_LENGTH = SELECTOR_BYTES * 4 // 3
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{_SELECTOR_LENGTH + SIGNATURE_BYTES * 4 // 3}}}", re.ASCII)
# The address of a link to click on, and nothing else: not of an image, which a mailbox fetches.
_HREF = re.compile(
    rf"""(<a\b[^<>]*?\shref\s*=\s*)(["'])[^"'<>\s]*{re.escape(STAND_IN)}\2""", re.IGNORECASE
)


def new_selector() -> str:
    """Return a new random selector: 96 bits, as 16 characters that an address can hold."""
    return secrets.token_urlsafe(SELECTOR_BYTES)


def join(selector: str, digest: bytes) -> str:
    """Return the token of a selector and the digest (bytes) that signs it."""
    signature = base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()
    return selector + signature


def selector_of(token: object) -> str | None:
    """Return the selector of a token, or ``None`` when it has not the shape of one.

    >>> selector_of("A" * 40), selector_of("A" * 41)
    ('AAAAAAAAAAAAAAAA', None)
    """
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    return token[:_SELECTOR_LENGTH]


def put_address(body: str | None, address: str) -> str:
    """Return the HTML ``body`` with ``address`` where its links to click on say the stand-in.

    >>> put_address('<a href="https://of.example/passeport/lien#personnel">', "https://of.example/x")
    '<a href="https://of.example/x">'
    """
    return _HREF.sub(lambda match: f"{match[1]}{match[2]}{address}{match[2]}", body or "")
