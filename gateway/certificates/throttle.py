"""Holds guessers back: wrong passcodes are counted by certificate and by caller, on all replicas together.

A try is counted before it is made and given back if it was right, so that many at once gain nothing. Where the counts
cannot be reached, passcodes are closed: a guess that nobody counts must not be made.
"""

import hashlib

from gateway.certificates.settings import PasscodeSettings
from gateway.loading.counters import Counters, CountersAway, Use
from gateway.loading.keyring import Keyring


class Throttled(Exception):
    """Too many wrong passcodes, or they cannot be counted. `retry_after` in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("passcodes are closed for a while")
        self.retry_after = retry_after


class Throttle:
    def __init__(self, counters: Counters, keyring: Keyring, settings: PasscodeSettings) -> None:
        self._counters = counters
        self._key = keyring.derive("certificate.throttle")
        self._settings = settings

    async def begin(self, serial: str, caller: str) -> None:
        """Counts one try. `caller` names whoever asks: a client, or an address. Raises Throttled."""
        settings = self._settings
        try:
            by_certificate, by_caller = await self._counters.add(self._uses(serial, caller, 1))
        except CountersAway as away:
            raise Throttled(away.retry_after) from None
        if by_certificate > settings.wrong_by_certificate or by_caller > settings.wrong_by_caller:
            raise Throttled(settings.window_seconds)

    async def was_right(self, serial: str, caller: str) -> None:
        """Gives the try back; where that fails, it stays counted until its window ends."""
        try:
            await self._counters.add(self._uses(serial, caller, -1))
        except CountersAway:
            return

    def _uses(self, serial: str, caller: str, amount: int) -> list[Use]:
        seconds = self._settings.window_seconds
        return [
            Use(f"passcode:certificate:{self._name(serial)}", amount, seconds),
            Use(f"passcode:caller:{self._name(caller)}", amount, seconds),
        ]

    def _name(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), digest_size=16, key=self._key).hexdigest()
