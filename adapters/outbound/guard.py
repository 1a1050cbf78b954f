"""What stands between an adapter and each call that it makes: `wiring` says what, the adapter says where.

The place is inside single flights, batches and patience, so that what is guarded is one call (with its pages), not a
question that may be a thousand. Guards wrap guards.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from gateway.domain.clock import Clock
from gateway.domain.failure import Code, Source, SourceFailure
from gateway.domain.identifiers import BranchCode
from gateway.domain.lookup import Fact, Lookup

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

ANSWERED = "ANSWERED"
CANCELLED = "CANCELLED"  # nobody waits for it any more: it says nothing of the system


class Guard(Protocol):
    """Makes the call, once or as often as it sees fit, or does not let it through. `operation` is the question's name
    in the catalogue. Raises what the call raises, or a SourceFailure of its own."""

    def __call__(
        self, operation: str, call: Callable[[], Awaitable[T]], /, *, branch: BranchCode | None = None
    ) -> Awaitable[T]: ...


def unguarded(operation: str, call: Callable[[], Awaitable[T]], /, *, branch: BranchCode | None = None) -> Awaitable[T]:
    return call()


def guarded(lookup: Lookup[K, V], operation: str, guard: Guard) -> Lookup[K, V]:
    """The same Lookup behind a guard. Asked with no key, it asks nobody, and no guard is needed."""

    async def ask(keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        return await guard(operation, lambda: lookup(keys)) if keys else {}

    return ask


class Told(Protocol):
    """Is told of each call: what came of it (ANSWERED, CANCELLED, or the failure's code), and its seconds."""

    def __call__(self, source: Source, operation: str, outcome: str, seconds: float, /) -> None: ...


def metered(inner: Guard, source: Source, clock: Clock, told: Told) -> Guard:
    """The same guard; `told` hears how each call ends."""

    async def guard(operation: str, call: Callable[[], Awaitable[T]], /, *, branch: BranchCode | None = None) -> T:
        began, outcome = clock.monotonic(), Code.INTERNAL.value
        try:
            answer = await inner(operation, call, branch=branch)
            outcome = ANSWERED
            return answer
        except SourceFailure as failure:
            outcome = failure.code.value
            raise
        except asyncio.CancelledError:
            outcome = CANCELLED
            raise
        finally:
            told(source, operation, outcome, clock.monotonic() - began)

    return guard
