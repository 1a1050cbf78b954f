"""Keyed hashes that stand for persons, workshops and texts in the record."""

from collections.abc import Sequence

from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.loading.keyed_hash import KeyedHash
from gateway.loading.keyring import Keyring

SIZE = 16  # bytes: 128 bits, so that no two persons ever meet


class Pseudonyms:
    """Under the master key. After it was changed, `former` keys still find what was written under them.

    Each is made anew. To find those of the persons met last would be ten times as quick, and a list of their codes.
    """

    def __init__(self, keyring: Keyring, former: Sequence[Keyring] = ()) -> None:
        self._key = KeyedHash(keyring.derive("audit.pseudonym"))
        self._former = [KeyedHash(other.derive("audit.pseudonym")) for other in former]

    def person(self, person: NationalId) -> str:
        return _person(self._key, person)

    def persons(self, person: NationalId) -> tuple[str, ...]:
        """The person's name under each key, today's first."""
        return tuple(_person(key, person) for key in (self._key, *self._former))

    def workshop(self, workshop: WorkshopKey) -> str:
        return _hashed(self._key, "workshop", f"{workshop.code.digits}@{workshop.branch.digits}")

    def text(self, kind: str, text: str) -> str:
        return _hashed(self._key, kind, text)

    def __repr__(self) -> str:
        return "Pseudonyms(***)"


def _person(key: KeyedHash, person: NationalId) -> str:
    return _hashed(key, "person", person.digits)


def _hashed(key: KeyedHash, kind: str, value: str) -> str:
    return key.digest(f"{kind}:{value}".encode(errors="surrogatepass"))[:SIZE].hex()
