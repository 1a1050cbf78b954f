"""What stands in the tables of requests: persons as keyed hashes, contents encrypted and bound to their row."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from gateway.domain.identifiers import NationalId
from gateway.loading.keyring import Keyring

NONCE, ID = 12, 4
FORMAT = b"\x01"

T = TypeVar("T")


class NotOurs(Exception):
    """Sealed under a key that is not known here, or for another row, or changed since."""


class Sealing:
    """Under the master key. After it was changed, `former` keys still find and read what was written under them."""

    def __init__(self, keyring: Keyring, former: Sequence[Keyring] = ()) -> None:
        self._generations = [_Generation(each) for each in (keyring, *former)]

    def owner(self, person: NationalId) -> str:
        return self._generations[0].hashed("person", person.digits)

    def owners(self, person: NationalId) -> list[str]:
        """The person's name under each key, today's first."""
        return [each.hashed("person", person.digits) for each in self._generations]

    def hashed(self, kind: str, text: str) -> str:
        return self._generations[0].hashed(kind, text)

    def all_hashed(self, kind: str, text: str) -> list[str]:
        return [each.hashed(kind, text) for each in self._generations]

    def seal(self, content: bytes, row: str) -> bytes:
        return self._generations[0].seal(content, row)

    def open(self, sealed: bytes, row: str) -> bytes:
        """Raises NotOurs."""
        for each in self._generations:
            content = each.open(sealed, row)
            if content is not None:
                return content
        raise NotOurs("a row that no key of ours opens")

    def seal_record(self, record: msgspec.Struct, row: str) -> bytes:
        return self.seal(msgspec.msgpack.encode(record), row)

    def open_record(self, sealed: bytes, row: str, kind: type[T]) -> T:
        return msgspec.msgpack.decode(self.open(sealed, row), type=kind)


class _Generation:
    def __init__(self, keyring: Keyring) -> None:
        self._hash_key = keyring.derive("requests.name")
        self._cipher = AESGCMSIV(keyring.derive("requests.content"))
        self._head = FORMAT + keyring.derive("requests.content.id", ID)

    def hashed(self, kind: str, text: str) -> str:
        return hmac.digest(self._hash_key, f"{kind}:{text}".encode(errors="surrogatepass"), hashlib.sha256)[:20].hex()

    def seal(self, content: bytes, row: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return self._head + nonce + self._cipher.encrypt(nonce, content, row.encode())

    def open(self, sealed: bytes, row: str) -> bytes | None:
        head, nonce, content = (
            sealed[: len(self._head)],
            sealed[len(self._head) :][:NONCE],
            sealed[len(self._head) + NONCE :],
        )
        if head != self._head or len(nonce) != NONCE:
            return None
        try:
            return self._cipher.decrypt(nonce, content, row.encode())
        except InvalidTag:
            return None
