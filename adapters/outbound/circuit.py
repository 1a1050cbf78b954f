"""A circuit breaker: a system that keeps failing is left alone for a while, and then tried by a few.

    closed     calls pass; failures in a row are counted
    open       no call passes, for a while: CircuitOpen says how long
    half-open  a few calls pass as probes: one that is answered closes it, one that fails opens it again

It opens after so many failures in a row, over so long a time: a burst of failures at one moment is one event, such as a
restart, and the next call may well succeed. Failures are a system that is away or silent; whatever it says of itself
(closed, over quota, our credentials, nonsense about one person) is an answer, and its own words are worth more.

Deadlines are the callers', not the system's: a call that its caller gives up proves nothing, and gives a probe's place
back, unless it had waited so long that the system must be called silent.
"""

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from adapters.outbound.guard import Guard
from gateway.domain.clock import Clock
from gateway.domain.failure import CircuitOpen, Source, SourceFailure, SourceTimeout, SourceUnavailable
from gateway.domain.identifiers import BranchCode
from gateway.domain.settable import Count, CountOrZero, DurationOrZero

T = TypeVar("T")

PROBE_SECONDS = 1.0  # what is told to callers to wait while a probe is on its way

Turned = Callable[[Source, BranchCode | None, bool], None]
"""Is told which circuit turned, and whether it is open now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitSettings:
    """Opens after `failures` in a row, 0 for never, over at least `failing_seconds`; a call given up after
    `silent_seconds` is one. Open for `open_seconds`, then `probes` calls at once may try."""

    failures: CountOrZero = 5
    failing_seconds: DurationOrZero = 2.0
    silent_seconds: DurationOrZero = 3.0
    open_seconds: DurationOrZero = 10.0
    probes: Count = 1


class _State(enum.Enum):
    CLOSED = enum.auto()
    OPEN = enum.auto()
    HALF_OPEN = enum.auto()


class Circuit:
    """Of one system, or of one branch."""

    def __init__(
        self, source: Source, clock: Clock, settings: CircuitSettings, branch: BranchCode | None, turned: Turned
    ) -> None:
        self._source, self._branch = source, branch
        self._clock = clock
        self._settings = settings
        self._turned = turned
        self._state = _State.CLOSED
        self._turns = 0  # whoever passed before the last turn says nothing of the state after it
        self._failures = 0
        self._since = 0.0  # the first of the failures in a row; where it is open, when it opened
        self._probing = 0

    @property
    def is_open(self) -> bool:
        return self._state is not _State.CLOSED

    async def call(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Raises CircuitOpen, without asking, while the system is left alone."""
        turn, began = self._pass(), self._clock.monotonic()
        try:
            answer = await ask()
        except SourceFailure as failure:
            self._ended(turn, failed=_is_away(failure))
            raise
        except BaseException:  # given up by its caller, or a fault of ours
            if self._clock.monotonic() - began >= self._settings.silent_seconds:
                self._ended(turn, failed=True)
            elif turn == self._turns:
                self._probing = max(0, self._probing - 1)
            raise
        self._ended(turn, failed=False)
        return answer

    def _pass(self) -> int:
        if self._state is _State.OPEN:
            left = self._since + self._settings.open_seconds - self._clock.monotonic()
            if left > 0:
                raise CircuitOpen(self._source, retry_after=left, branch=self._branch)
            self._turn(_State.HALF_OPEN)
        if self._state is _State.HALF_OPEN:
            if self._probing >= self._settings.probes:
                raise CircuitOpen(self._source, retry_after=PROBE_SECONDS, branch=self._branch)
            self._probing += 1
        return self._turns

    def _ended(self, turn: int, *, failed: bool) -> None:
        if turn != self._turns:
            return
        if not failed:
            self._failures = 0
            if self._state is _State.HALF_OPEN:
                self._turn(_State.CLOSED)
        elif self._state is _State.HALF_OPEN:
            self._turn(_State.OPEN)
        else:
            now = self._clock.monotonic()
            self._since = now if not self._failures else self._since
            self._failures += 1
            enough = 0 < self._settings.failures <= self._failures
            if enough and now - self._since >= self._settings.failing_seconds:
                self._turn(_State.OPEN)

    def _turn(self, state: _State) -> None:
        was_open, self._state = self.is_open, state
        self._turns += 1
        self._failures = self._probing = 0
        self._since = self._clock.monotonic()
        if was_open is not self.is_open:
            self._turned(self._source, self._branch, self.is_open)


class Circuits:
    """Of one kind of system: one, or one for each branch."""

    def __init__(self, source: Source, clock: Clock, settings: CircuitSettings, turned: Turned) -> None:
        self._source, self._clock, self._settings, self._turned = source, clock, settings, turned
        self._of: dict[BranchCode | None, Circuit] = {}

    def of(self, branch: BranchCode | None) -> Circuit:
        circuit = self._of.get(branch)
        if circuit is None:
            circuit = self._of[branch] = Circuit(self._source, self._clock, self._settings, branch, self._turned)
        return circuit

    def are_open(self) -> Mapping[BranchCode | None, bool]:
        return {branch: circuit.is_open for branch, circuit in self._of.items()}


def breaking(circuits: Circuits) -> Guard:
    """Calls behind a circuit. It is the innermost guard: what it passes is the call itself."""

    def guard(operation: str, call: Callable[[], Awaitable[T]], /, *, branch: BranchCode | None = None) -> Awaitable[T]:
        return circuits.of(branch).call(call)

    return guard


def _is_away(failure: SourceFailure) -> bool:
    return type(failure) in (SourceUnavailable, SourceTimeout)
