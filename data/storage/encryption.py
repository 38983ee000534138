"""Keys and field encryption: AES-256-GCM under keys derived by HKDF from one root key.

Conventions: a sealed value is ``v1.<key id>.`` in ASCII, a random 96-bit nonce, then the ciphertext. What
is authenticated besides is ``v1|table|row|column|key id``: a ciphertext moved to another row, column or
table is refused. Values are padded before sealing, because the length of a ciphertext would tell the
names of arms apart. The root key lies in the key file (key_file.py), never in the database.

Contents: `Place`, `Keys`.

References
----------
NIST SP 800-38D (GCM), RFC 5869 (HKDF), RFC 8032 (Ed25519).
"""

import os
import zlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from data.storage.errors import StoreUnusableError

PURPOSES = frozenset({"allocation", "masking", "sessions"})
_NONCE_BYTES = 12
_BLOCK_BYTES = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a sealed value stands: one column of one row."""

    table: str
    row: str
    column: str

    def bound_to(self, key_id: str) -> bytes:
        """Return what is authenticated with the ciphertext."""
        return f"v1|{self.table}|{self.row}|{self.column}|{key_id}".encode()


class Keys:
    """Every key of one store, derived from its root key.

    Parameters
    ----------
    root : bytes
        32 random bytes of the key file.
    """

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._cipher_of = lru_cache(maxsize=4096)(self._make_cipher)
        self._signing_key = Ed25519PrivateKey.from_private_bytes(self._derive("audit-head"))

    def for_purpose(self, purpose: str) -> bytes:
        """Return the key of one purpose outside storage.

        Raises
        ------
        StoreUnusableError
            If the purpose is not one of `PURPOSES`.
        """
        if purpose not in PURPOSES:
            message = f"There is no key for {purpose!r}; purposes are {sorted(PURPOSES)}."
            raise StoreUnusableError(message)
        return self._derive(f"purpose|{purpose}")

    @property
    def fingerprint(self) -> str:
        """What tells one root key from another without revealing either."""
        return self._derive("fingerprint").hex()

    @property
    def public_key(self) -> str:
        """The Ed25519 key that checks the signed heads of the audit, hexadecimal."""
        key = self._signing_key.public_key()
        return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, message: bytes) -> str:
        """Sign with the audit key; hexadecimal."""
        return self._signing_key.sign(message).hex()

    def has_signed(self, message: bytes, signature: str) -> bool:
        """Say whether the audit key made a signature."""
        try:
            self._signing_key.public_key().verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def seal(self, plain: bytes, key_id: str, place: Place) -> bytes:
        """Encrypt a value for one place."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher_of(key_id).encrypt(nonce, _padded(plain), place.bound_to(key_id))
        return _header(key_id) + nonce + sealed

    def open(self, sealed: bytes, key_id: str, place: Place) -> bytes:
        """Decrypt a value that was sealed for this place.

        Raises
        ------
        StoreUnusableError
            If it was altered, or sealed for another place or under another key.
        """
        header = _header(key_id)
        nonce_end = len(header) + _NONCE_BYTES
        nonce, body = sealed[len(header) : nonce_end], sealed[nonce_end:]
        if not sealed.startswith(header):
            raise StoreUnusableError(_not_as_sealed(place))
        try:
            padded = self._cipher_of(key_id).decrypt(nonce, body, place.bound_to(key_id))
        except (InvalidTag, ValueError):
            raise StoreUnusableError(_not_as_sealed(place)) from None
        return _unpadded(padded)

    def _make_cipher(self, key_id: str) -> AESGCM:
        return AESGCM(self._derive(f"field|{key_id}"))

    def _derive(self, purpose: str) -> bytes:
        info = f"antiphon|v1|{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._root)


def compressed(plain: bytes) -> bytes:
    """Return a payload made smaller before it is sealed."""
    return zlib.compress(plain, 1)


def decompressed(packed: bytes) -> bytes:
    """Return the payload as it was."""
    return zlib.decompress(packed)


def _not_as_sealed(place: Place) -> str:
    return (
        f"A sealed value of table {place.table}, column {place.column} was altered, moved, or sealed "
        "with other keys: run `antiphon verify`, then restore a backup."
    )


def _header(key_id: str) -> bytes:
    return b"v1." + key_id.encode() + b"."


def _padded(plain: bytes) -> bytes:
    """Prefix the length and fill up to whole blocks."""
    length = 4 + len(plain)
    return len(plain).to_bytes(4, "big") + plain + b"\0" * (-length % _BLOCK_BYTES)


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:4], "big")
    return padded[4 : 4 + length]
