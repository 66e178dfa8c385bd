"""Encryption of NIRs: keys, authenticated encryption bound to a person, keyed blind index.

An envelope is text, ``v1.<key id>.<base64 of nonce and ciphertext>``: AES-256-GCM, a random
96-bit nonce, the associated data given by the caller (the person), so that a ciphertext copied
into another person's row does not decrypt. From each key others are derived (HKDF-SHA256): one
encrypts, one feeds the blind index (HMAC-SHA256), one signs for each purpose, so that none tells
about another.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
_VERSION = "v1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


class CipherError(Exception):
    """Base of this module's errors. Their texts never hold a key or a plaintext."""


class KeyFormatError(CipherError):
    """The text that should hold keys cannot be read; says which entry, never its content."""


class UnreadableError(CipherError):
    """An envelope cannot be opened: unknown key, other person, or altered content."""


class KeyRing:
    """Named keys, the first of which encrypts; all of them decrypt.

    :param keys: ``{key id: 32 bytes}`` in order, the primary first
    """

    def __init__(self, keys: Mapping[str, bytes]):
        if not keys:
            raise KeyFormatError("no key")
        self._keys = dict(keys)
        self._derived: dict[tuple[str, bytes], bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}
        self.primary_id = next(iter(self._keys))

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._keys

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys, the primary first."""
        return tuple(self._keys)

    def encrypt(self, plaintext: str, context: str) -> str:
        """Return the envelope of the text ``plaintext``, bound to the text ``context``."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._aead(self.primary_id).encrypt(nonce, plaintext.encode(), context.encode())
        return f"{_VERSION}.{self.primary_id}.{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, envelope: str, context: str) -> str:
        """Return the text sealed in ``envelope`` for ``context``.

        :raises UnreadableError: unknown key or version, other context, or altered content
        """
        key_id = envelope_key_id(envelope)
        if key_id not in self._keys:
            raise UnreadableError("the key of this envelope is not among the configured keys")
        try:
            sealed = base64.b64decode(envelope.split(".", 2)[2], validate=True)
            opened = self._aead(key_id).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()
            )
        except (InvalidTag, binascii.Error, ValueError):
            raise UnreadableError("this envelope does not open for this person") from None
        return opened.decode()

    def blind_index(self, value: str, key_id: str | None = None) -> str:
        """Return the keyed fingerprint (64 hexadecimal digits) of ``value``, under the primary key."""
        key = self._derive(key_id or self.primary_id, b"blind index")
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()

    def blind_indexes(self, value: str) -> list[str]:
        """Return the fingerprints of ``value`` under all keys, the primary's first."""
        return [self.blind_index(value, key_id) for key_id in self._keys]

    def signature(self, message: str, purpose: str, key_id: str | None = None) -> bytes:
        """Return the HMAC (32 bytes) of ``message``, under a key made for ``purpose`` alone.

        :param purpose: what the signature is for, so that it serves nothing else
        """
        key = self._derive(key_id or self.primary_id, b"signature " + purpose.encode())
        return hmac.new(key, message.encode(), hashlib.sha256).digest()

    def signatures(self, message: str, purpose: str) -> list[bytes]:
        """Return the signatures of ``message`` under all keys, the primary's first."""
        return [self.signature(message, purpose, key_id) for key_id in self._keys]

    def _aead(self, key_id: str) -> AESGCM:
        if key_id not in self._ciphers:
            self._ciphers[key_id] = AESGCM(self._derive(key_id, b"encryption"))
        return self._ciphers[key_id]

    def _derive(self, key_id: str, purpose: bytes) -> bytes:
        if (key_id, purpose) not in self._derived:
            info = b"passeport_prevention nir " + purpose
            kdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info)
            self._derived[key_id, purpose] = kdf.derive(self._keys[key_id])
        return self._derived[key_id, purpose]


def envelope_key_id(envelope: str | None) -> str:
    """Return the id of the key that sealed ``envelope``.

    :raises UnreadableError: the text is no envelope of a known version
    """
    parts = (envelope or "").split(".", 2)
    if len(parts) != 3 or parts[0] != _VERSION:
        raise UnreadableError("this is no envelope of a known version")
    return parts[1]


def parse_keys(text: str | None) -> KeyRing:
    """Read keys written as ``id:base64``, separated by commas or line breaks; ``#`` starts a comment.

    :returns: a :class:`KeyRing`, the first key its primary
    :raises KeyFormatError: says which entry is wrong, never its content
    """
    keys: dict[str, bytes] = {}
    lines = (line.split("#", 1)[0] for line in (text or "").splitlines())
    entries = [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]
    for number, entry in enumerate(entries, start=1):
        key_id, _colon, encoded = entry.partition(":")
        if not _KEY_ID.fullmatch(key_id) or key_id in keys:
            raise KeyFormatError(
                f"entry {number}: the id before the colon is missing or used twice"
            )
        keys[key_id] = _decode_key(encoded.strip(), number)
    return KeyRing(keys)


def generate_key(key_id: str | None = None) -> str:
    """Return a new random key as the text :func:`parse_keys` reads."""
    key_id = key_id or f"k{secrets.token_hex(4)}"
    return f"{key_id}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def read_or_create_key_file(path: str) -> str:
    """Return the text of the key file at ``path``, made with a new key and mode 0600 if missing.

    Two processes that start at once end with the same file: a complete file is linked under its
    name, and the one that comes second reads the first one's.

    :raises OSError: the folder cannot be written or the file not read
    """
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        draft = f"{path}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(
                    f"# Keys of the NIR vault. Without this file no NIR can be read.\n{generate_key()}\n"
                )
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(draft, path)
        finally:
            os.unlink(draft)
    with open(path) as stream:
        return stream.read()


def is_exposed(path: str) -> bool:
    """Tell whether others than the file's owner may read or write the key file at ``path``."""
    return bool(stat.S_IMODE(os.stat(path).st_mode) & 0o077)


def _decode_key(encoded: str, number: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise KeyFormatError(f"entry {number}: the key is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyFormatError(f"entry {number}: the key has {len(key)} bytes instead of {KEY_BYTES}")
    return key
