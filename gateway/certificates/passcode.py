"""Passcodes: drawn at random from letters and digits that nobody confuses, kept only as a slow, keyed hash.

Thirty characters: no 0 O 1 I L U. Ten of them are 30^10, or 5.9 * 10^14; docs/guide/certificates.md says the odds.
"""

import asyncio
import hashlib
import hmac
import re
import secrets

from gateway.domain.text import fold_digits
from gateway.loading.keyring import Keyring

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH = 16  # 30^16: nobody finds a certificate by trying
SALT_BYTES = 16
# scrypt: 32 MiB and some 80 ms of one processor for each try (OWASP's first choice of parameters is twice that).
_N, _R, _P = 1 << 15, 8, 1
_MEMORY = 64 << 20
_AT_ONCE = 2  # hashes in the making; the rest wait, so that guessers do not take the gateway's memory
_MOST_WAITING = 64  # some five seconds of work; more are sent away, so that guessers do not take its time either


class Passcode(str):
    """Ten characters that open a certificate. Printing it shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Passcode(***)"


def drawn(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def as_typed(text: str) -> str:
    """What somebody read aloud or copied: any case, Persian digits, spaces and hyphens."""
    return re.sub(r"[\s\u200c-]", "", fold_digits(text)).upper()


class Crowded(Exception):
    """Too many passcodes are being tried at once."""


class PasscodeHash:
    """One slow hash for each try, whatever it is compared with; so several passcodes of a certificate cost no more.

    The hash is keyed with a key of the house besides: whoever takes the store alone cannot try passcodes against it.
    """

    def __init__(self, keyring: Keyring, *, cost: int = _N) -> None:
        """`cost` is scrypt's N; tests that are not about it take less."""
        self._cost = cost
        self._key = keyring.derive("certificate.passcode")
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def of(self, passcode: str, salt: bytes) -> bytes:
        """`salt` belongs to the certificate. Runs beside the loop. Raises Crowded."""
        if self._waiting >= _MOST_WAITING:
            raise Crowded
        keyed = hmac.digest(self._key, passcode.encode(), "sha256")
        self._waiting += 1
        try:
            async with self._room:
                return await asyncio.to_thread(
                    hashlib.scrypt, keyed, salt=salt, n=self._cost, r=_R, p=_P, maxmem=_MEMORY, dklen=32
                )
        finally:
            self._waiting -= 1

    def decoy(self, serial: str) -> bytes:
        """The salt of a certificate that does not exist: looking for one takes as long as a wrong passcode."""
        return hmac.digest(self._key, b"decoy" + serial.encode(), "sha256")[:SALT_BYTES]


def matching(tried: bytes, kept: list[bytes]) -> int | None:
    """Which of the hashes it is; looks at all of them, each in constant time."""
    found = None
    for position, one in enumerate(kept):
        if hmac.compare_digest(tried, one):
            found = position
    return found
