"""The keys of an issuer (RFC 7517), from a URL or a file: fetched when first needed, again when old or unknown."""

import asyncio
import contextvars
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
import structlog
from joserfc.jwk import Key

from gateway.domain.clock import Clock
from gateway.http.authentication.jose import fits, public_key
from gateway.http.authentication.shown import Unauthenticated, Undecided

MAX_BYTES = 256 * 1024
MAX_KEYS = 100
FIRST_FETCH_SECONDS = 5.0  # told to who comes while there are no keys at all

Fetch = Callable[[], Awaitable[bytes]]

_log = structlog.get_logger("gateway.tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAges:
    """In seconds: until keys are fetched again, until old ones serve no more, and the least between two fetches for the
    same reason: age, or an id that is not known."""

    fresh: float = 300.0
    stale: float = 86_400.0
    pause: float = 10.0


class IssuerKeys:
    """`fetch` gives the document within its own time and size, or raises OSError."""

    def __init__(self, fetch: Fetch, clock: Clock, ages: KeyAges | None = None) -> None:
        self._fetch = fetch
        self._clock = clock
        self._ages = ages or KeyAges()
        self._keys: Sequence[Key] = ()
        self._found: dict[tuple[str | None, str], Key] = {}  # of these keys
        self._fetched_at: float | None = None
        self._tried_at: dict[str, float] = {}
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str | None, algorithm: str) -> Key:
        """The key of that id; without one, the only key that fits. Raises Unauthenticated, or Undecided where no keys
        can be had."""
        if self._age() >= self._ages.fresh:
            await self._refreshed("age")
        if self._age() >= self._ages.stale:
            raise Undecided("no keys of the issuer", retry_after=FIRST_FETCH_SECONDS)
        key = self._find(kid, algorithm)
        if key is None:
            # Perhaps a key of today. Whoever invents ids makes us ask no oftener than `pause` allows.
            await self._refreshed("unknown")
            key = self._find(kid, algorithm)
        if key is None:
            raise Unauthenticated("a key that the issuer does not have")
        return key

    async def aclose(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock.monotonic() - self._fetched_at

    def _find(self, kid: str | None, algorithm: str) -> Key | None:
        known = self._found.get((kid, algorithm))
        if known is not None:
            return known
        found = [key for key in self._keys if fits(key, algorithm) and (kid is None or key.kid == kid)]
        if len(found) != 1:
            return None
        self._found[kid, algorithm] = found[0]
        return found[0]

    async def _refreshed(self, reason: Literal["age", "unknown"]) -> None:
        """Once for all who wait. A failure leaves the keys as they are."""
        if self._fetching is None:
            now = self._clock.monotonic()
            if now - self._tried_at.get(reason, -math.inf) < self._ages.pause:
                return
            self._tried_at[reason] = now
            # In no request's context, and not ended with the request that began it: others wait for it too.
            self._fetching = asyncio.create_task(self._take(), context=contextvars.Context())
        await asyncio.wait({self._fetching})

    async def _take(self) -> None:
        try:
            self._keys = keys_in(await self._fetch())
            self._found.clear()
            self._fetched_at = self._clock.monotonic()
        except (OSError, ValueError) as error:
            _log.warning("tokens.keys_not_fetched", fault=type(error).__name__)
        finally:
            self._fetching = None


def keys_in(document: bytes) -> list[Key]:
    """The keys that can verify. Keys of other kinds are passed over; raises ValueError for what is no set of keys."""
    if len(document) > MAX_BYTES:
        raise ValueError("a set of keys too large")
    said = orjson.loads(document)
    listed = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no set of keys")
    keys = (public_key(key) for key in listed[:MAX_KEYS] if isinstance(key, dict))
    return [key for key in keys if key is not None]


def file_of_keys(path: Path) -> Fetch:
    async def read() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return read
