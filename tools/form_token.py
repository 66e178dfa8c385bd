"""Tokens of personal links: a random selector, by which the link is found, and its signature.

Both parts are needed: the selector, which the database keeps, opens nothing by itself.
"""

import base64
import re
import secrets

SELECTOR_BYTES = 12
SIGNATURE_BYTES = 18
_SELECTOR_LENGTH = SELECTOR_BYTES * 4 // 3
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{_SELECTOR_LENGTH + SIGNATURE_BYTES * 4 // 3}}}", re.ASCII)


def new_selector():
    """Return a new random selector: 96 bits, as 16 characters that an address can hold."""
    return secrets.token_urlsafe(SELECTOR_BYTES)


def join(selector, digest):
    """Return the token of a selector and the digest (bytes) that signs it."""
    signature = base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()
    return selector + signature


def selector_of(token):
    """Return the selector of a token, or ``None`` when it has not the shape of one.

    >>> selector_of("A" * 40), selector_of("A" * 41)
    ('AAAAAAAAAAAAAAAA', None)
    """
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    return token[:_SELECTOR_LENGTH]
