"""Calls again where a call broke off: for questions alone, which may be put twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina
import stamina.instrumentation

from adapters.outbound.guard import Guard
from gateway.domain.failure import CircuitOpen, SourceUnavailable
from gateway.domain.identifiers import BranchCode
from gateway.domain.settable import Count, DurationOrZero

T = TypeVar("T")

# By itself it would log each repetition with what it was called with. The guard below counts each call.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySettings:
    """`attempts` in all, 1 for none but the first; between them `wait_seconds`, twice that the next time, and so on, at
    most `wait_most_seconds`, each with as much again at random."""

    attempts: Count = 2
    wait_seconds: DurationOrZero = 0.05
    wait_most_seconds: DurationOrZero = 1.0


def retried(inner: Guard, settings: RetrySettings) -> Guard:
    """Repeats what was refused, reset or answered with 5xx. Never a command: the system may have obeyed it.

    Not repeated: what the system said itself (closed, over quota, our credentials, nonsense, come back later), and a
    time-out: it has cost its time already, and a slow system is not helped by being asked twice. Put it inside
    `answered_within`, whose end is the end of all attempts.
    """
    if settings.attempts <= 1:
        return inner

    async def guard(operation: str, call: Callable[[], Awaitable[T]], /, *, branch: BranchCode | None = None) -> T:
        # What nearly every call is: answered at once. Only then is there anything to keep count of.
        try:
            return await inner(operation, call, branch=branch)
        except SourceUnavailable as failure:
            if not _is_worth_repeating(failure):
                raise
            broke_off = failure
        async for attempt in stamina.retry_context(
            on=_is_worth_repeating,
            attempts=settings.attempts,
            timeout=None,
            wait_initial=settings.wait_seconds,
            wait_max=settings.wait_most_seconds,
            wait_jitter=settings.wait_seconds,
        ):
            left_alone = False
            with attempt:
                if attempt.num == 1:  # the one above
                    raise broke_off
                try:
                    return await inner(operation, call, branch=branch)
                except CircuitOpen:
                    left_alone = True
                except SourceUnavailable as failure:
                    broke_off = failure
                    raise
            if left_alone:  # a circuit opened meanwhile: what this call met is what its caller is told
                raise broke_off
        raise AssertionError("an attempt ends in an answer or a failure")

    return guard


def _is_worth_repeating(failure: Exception) -> bool:
    return type(failure) is SourceUnavailable and failure.retry_after is None
