"""Ids and cursors that tell a client nothing: AES-SIV, which also finds every change, over what they belong to."""

import base64
import binascii
import functools
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gateway.loading.keyring import Keyring

_KEY_ID_BYTES = 3


class Seal:
    """Seals bytes for one purpose, such as "cursor". The same bytes and surroundings seal the same each time."""

    def __init__(self, keyring: Keyring, purpose: str) -> None:
        self._cipher = AESSIV(keyring.derive(purpose, 64))
        self._key_id = keyring.derive(f"{purpose}.key-id", _KEY_ID_BYTES)

    def seal(self, content: bytes, belongs_to: Sequence[bytes]) -> str:
        """URL-safe text. `belongs_to` is authenticated, not contained: it must be said again to open."""
        return (
            base64.urlsafe_b64encode(self._key_id + self._cipher.encrypt(content, list(belongs_to)))
            .decode()
            .rstrip("=")
        )

    def open(self, text: str, belongs_to: Sequence[bytes]) -> bytes:
        """Raises ValueError for anything that this key did not seal for these surroundings."""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            if sealed[:_KEY_ID_BYTES] != self._key_id:
                raise ValueError("sealed with another key")
            return self._cipher.decrypt(sealed[_KEY_ID_BYTES:], list(belongs_to))
        except (InvalidTag, binascii.Error, ValueError):
            raise ValueError("not sealed here, or for something else") from None


@functools.lru_cache(maxsize=16)
def seal_for(keyring: Keyring, purpose: str) -> Seal:
    """Kept, since a page seals a hundred cursors with the same key."""
    return Seal(keyring, purpose)
