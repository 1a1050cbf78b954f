"""What is known of each back office's state, for /ready and for `tamin-gateway check`.

The last question put to a system tells most; where it is old, a TCP connection is tried. Neither costs a system a call.
"""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceFailure, SourceWithheld
from gateway.domain.lookup import Answer, Lookup

K = TypeVar("K")
V = TypeVar("V")

FRESH_SECONDS = 15.0
PROBE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """One place of a back office: a host and port, or a file (SQLite), which is always there."""

    name: str
    host: str | None
    port: int | None

    @classmethod
    def of_url(cls, name: str, url: str) -> Address:
        parts = urlsplit(url)
        return cls(name, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme))


@dataclass(frozen=True, slots=True)
class Probe:
    """`seconds` is how long the connection took; `problem` is None where it stood."""

    address: Address
    seconds: float
    problem: str | None = None


async def probe(address: Address, clock: Clock) -> Probe:
    """Opens a TCP connection and closes it."""
    if address.host is None:
        return Probe(address, 0.0)
    began = clock.monotonic()
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            _, writer = await asyncio.open_connection(address.host, address.port)
    except TimeoutError:
        return Probe(address, clock.monotonic() - began, "no connection in time")
    except OSError as error:
        return Probe(address, clock.monotonic() - began, type(error).__name__)
    writer.close()
    return Probe(address, clock.monotonic() - began)


@dataclass
class Reach:
    """Remembers how each system answered last, and probes those that were not asked lately."""

    addresses: Mapping[Source, Sequence[Address]]
    clock: Clock
    _last: dict[Source, tuple[float, bool]] = field(default_factory=dict)

    def observed(self, source: Source, lookup: Lookup[K, V]) -> Lookup[K, V]:
        """The same Lookup; how it ends is remembered here."""

        async def ask(keys: Sequence[K], /) -> Answer[K, V]:
            try:
                answer = await lookup(keys)
            except SourceFailure:
                self._note(source, up=False)
                raise
            if keys:
                self._note(source, up=not answer or any(map(_answered, answer.values())))
            return answer

        return ask

    def _note(self, source: Source, *, up: bool) -> None:
        self._last[source] = (self.clock.monotonic(), up)

    async def probes(self, source: Source) -> list[Probe]:
        return await asyncio.gather(*(probe(address, self.clock) for address in self.addresses[source]))

    async def states(self) -> dict[str, str]:
        """Each system's name and `up`, `down`, or `degraded` where some of its branches are down."""

        async def state(source: Source) -> str:
            seen_at, up = self._last.get(source, (float("-inf"), False))
            if self.clock.monotonic() - seen_at < FRESH_SECONDS and len(self.addresses[source]) == 1:
                return "up" if up else "down"
            problems = [p for p in await self.probes(source) if p.problem]
            if not problems:
                return "up"
            if len(problems) == len(self.addresses[source]):
                return "down"
            return "degraded"

        states = await asyncio.gather(*map(state, self.addresses))
        return {source.value: said for source, said in zip(self.addresses, states, strict=True)}


def _answered(said: object) -> bool:
    return not isinstance(said, SourceFailure) or isinstance(said, SourceWithheld)
