"""What is known of a service above its domain: which facts its assessment reads, and what it makes of them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from gateway.domain.failure import SourceFailure
from gateway.domain.request import Figure, Reason
from gateway.domain.service import Details, Service
from gateway.requests.reading import Reader
from gateway.requests.settings import Terms

D = TypeVar("D", bound=Details)
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Assessed:
    """`reasons` come from facts that were read. `unread`: why others were not; then nothing is known to be in order.

    `figures` are what was computed on the way: sums, windows, amounts in rial.
    """

    reasons: tuple[Reason, ...] = ()
    unread: tuple[SourceFailure, ...] = ()
    figures: tuple[Figure, ...] = ()


def no_figures(_facts: object) -> Iterable[Figure]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Generic[D, F]):
    """`read` asks for the facts, all at once; it may ask no system but through its Reader. `reasons` is pure: every
    rule that does not hold, None for one that does; a fact that was not read breaks no rule. `figures` is pure too.

    `details` may lack whatever the applicant has not said yet: eligibility is assessed before anything is said.
    """

    service: Service
    read: Callable[[Reader, D], Awaitable[F]]
    reasons: Callable[[F], Iterable[Reason | None]]
    figures: Callable[[F], Iterable[Figure]] = no_figures
    terms: Terms = field(default_factory=Terms)

    async def assess(self, reader: Reader, details: D) -> Assessed:
        facts = await self.read(reader, details)
        broken = tuple(reason for reason in self.reasons(facts) if reason is not None)
        return Assessed(broken, tuple(reader.unread), tuple(self.figures(facts)))

    def details_of(self, details: bytes) -> D:
        said: D = msgspec.json.decode(details, type=self.service.details)
        return said


def details_from(details: Details) -> bytes:
    """The same details give the same bytes: idempotency keys compare them."""
    return msgspec.json.encode(details, order="deterministic")
