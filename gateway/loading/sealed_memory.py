"""What leaves this process to be remembered: keys as keyed hashes, values encrypted and bound to their key.

AES-256-GCM-SIV, since many replicas draw nonces under one key and plain GCM must never see one twice. Each value names
the key it was sealed with; values and keys of former master keys can still be read, new ones are written with the
first.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from gateway.loading.keyring import Keyring
from gateway.loading.stores import Entry, Memory

FORMAT = b"\x01"
NONCE = 12
ID = 4


class SealedMemory:
    """A Memory around a Memory. `former` keyrings are only read with, while a new master key takes over."""

    def __init__(self, memory: Memory, keyring: Keyring, former: Sequence[Keyring] = ()) -> None:
        self._memory = memory
        self._seals = [_Seal(each) for each in (keyring, *former)]

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        names = [[seal.name(key) for key in keys] for seal in self._seals]
        values = await self._memory.get_many([name for generation in names for name in generation])
        found: list[bytes | None] = [None] * len(keys)
        for age, seal in enumerate(self._seals):
            for position, name in enumerate(names[age]):
                value = values[age * len(keys) + position]
                if value is not None and found[position] is None:
                    found[position] = seal.open(name, value)
        return found

    async def set_many(self, entries: Sequence[Entry]) -> None:
        await self._memory.set_many([self._seals[0].sealed(entry) for entry in entries])

    async def ping(self) -> bool:
        return await self._memory.ping()

    async def aclose(self) -> None:
        await self._memory.aclose()


class _Seal:
    """The keys of one master key."""

    def __init__(self, keyring: Keyring) -> None:
        self._hash_key = keyring.derive("memory.key")
        self._cipher = AESGCMSIV(keyring.derive("memory.value"))
        self._head = FORMAT + keyring.derive("memory.value.id", ID)

    def name(self, key: bytes) -> bytes:
        digest = hashlib.blake2b(key, digest_size=24, key=self._hash_key).digest()
        return b"tamin:fact:" + base64.urlsafe_b64encode(digest)

    def sealed(self, entry: Entry) -> Entry:
        name, nonce = self.name(entry.key), secrets.token_bytes(NONCE)
        return Entry(name, self._head + nonce + self._cipher.encrypt(nonce, entry.value, name), entry.ttl)

    def open(self, name: bytes, value: bytes) -> bytes | None:
        """The value as it was; None if it was sealed with another key, for another name, or was changed since."""
        head, nonce, sealed = (
            value[: len(self._head)],
            value[len(self._head) :][:NONCE],
            value[len(self._head) + NONCE :],
        )
        if head != self._head or len(nonce) != NONCE:
            return None
        try:
            return self._cipher.decrypt(nonce, sealed, name)
        except InvalidTag:
            return None
