"""What leaves this process to be remembered: keys as keyed hashes, values encrypted and bound to their key.

AES-256-GCM, which must never see a nonce twice under one key, and many replicas draw nonces at random. So none of them
seals with the key itself: each draws a salt, seals with a key derived from both, and draws a new salt long before
chance could repeat a nonce. A value has its salt with it, and names the master key that it was sealed under; values and
keys of former master keys can still be read, new ones are written with the first.
"""

import base64
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from gateway.loading.keyring import Keyring
from gateway.loading.stores import Entry, Memory

FORMAT = b"\x02"
ID, SALT, NONCE = 4, 16, 12
VALUES_A_SALT = 2**24  # two nonces of so many are the same once in 2^49 times
KEPT_CIPHERS = 1_000  # of salts that were read with


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
        # Chance for all of them at once: each time it is drawn, the interpreter is let go of.
        nonces = secrets.token_bytes(NONCE * len(entries))
        sealed = self._seals[0].sealed
        await self._memory.set_many(
            [sealed(entry, nonces[n * NONCE : (n + 1) * NONCE]) for n, entry in enumerate(entries)]
        )

    async def ping(self) -> bool:
        return await self._memory.ping()

    async def aclose(self) -> None:
        await self._memory.aclose()


class _Seal:
    """The keys of one master key."""

    def __init__(self, keyring: Keyring) -> None:
        self._hash_key = keyring.derive("memory.key")
        self._value_key = keyring.derive("memory.value.salted")
        self._head = FORMAT + keyring.derive("memory.value.id", ID)
        self._ciphers: OrderedDict[bytes, AESGCM] = OrderedDict()
        self._salt, self._left = b"", 0

    def name(self, key: bytes) -> bytes:
        digest = hashlib.blake2b(key, digest_size=24, key=self._hash_key).digest()
        return b"tamin:fact:" + base64.urlsafe_b64encode(digest)

    def sealed(self, entry: Entry, nonce: bytes) -> Entry:
        if not self._left:
            self._salt, self._left = secrets.token_bytes(SALT), VALUES_A_SALT
        self._left -= 1
        name, salt = self.name(entry.key), self._salt
        value = self._cipher(salt).encrypt(nonce, entry.value, name)
        return Entry(name, b"".join((self._head, salt, nonce, value)), entry.ttl)

    def open(self, name: bytes, value: bytes) -> bytes | None:
        """The value as it was; None if it was sealed with another key, for another name, or was changed since."""
        salted, begin = len(self._head), len(self._head) + SALT + NONCE
        if not value.startswith(self._head) or len(value) < begin:
            return None
        salt, nonce = value[salted : salted + SALT], value[salted + SALT : begin]
        try:
            return self._cipher(salt).decrypt(nonce, value[begin:], name)
        except InvalidTag:
            return None

    def _cipher(self, salt: bytes) -> AESGCM:
        known = self._ciphers.get(salt)
        if known is None:
            known = self._ciphers[salt] = AESGCM(HKDFExpand(SHA256(), 32, info=salt).derive(self._value_key))
            if len(self._ciphers) > KEPT_CIPHERS:
                self._ciphers.popitem(last=False)
        else:
            self._ciphers.move_to_end(salt)
        return known
