"""Keyed hashes that stand for persons, workshops and texts in the record."""

import hashlib
import hmac
from collections.abc import Sequence

from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.loading.keyring import Keyring

SIZE = 16  # bytes: 128 bits, so that no two persons ever meet


class Pseudonyms:
    """Under the master key. After it was changed, `former` keys still find what was written under them."""

    def __init__(self, keyring: Keyring, former: Sequence[Keyring] = ()) -> None:
        self._key = keyring.derive("audit.pseudonym")
        self._former = [other.derive("audit.pseudonym") for other in former]

    def person(self, person: NationalId) -> str:
        return _hashed(self._key, "person", person.digits)

    def persons(self, person: NationalId) -> tuple[str, ...]:
        """The person's name under each key, today's first."""
        return tuple(_hashed(key, "person", person.digits) for key in (self._key, *self._former))

    def workshop(self, workshop: WorkshopKey) -> str:
        return _hashed(self._key, "workshop", f"{workshop.code.digits}@{workshop.branch.digits}")

    def text(self, kind: str, text: str) -> str:
        return _hashed(self._key, kind, text)

    def __repr__(self) -> str:
        return "Pseudonyms(***)"


def _hashed(key: bytes, kind: str, value: str) -> str:
    return hmac.digest(key, f"{kind}:{value}".encode(errors="surrogatepass"), hashlib.sha256)[:SIZE].hex()
