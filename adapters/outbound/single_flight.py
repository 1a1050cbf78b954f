"""Lets any number of waiters share one call a key. Takes a Lookup and returns one."""

import asyncio
import contextvars
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.domain.failure import SourceFailure
from gateway.domain.lookup import Fact, Lookup

K = TypeVar("K")
V = TypeVar("V")


def single_flight(lookup: Lookup[K, V]) -> Lookup[K, V]:
    """At most one call of `lookup` in flight a key, over all who ask. Each flight asks for one key alone, so wrap
    only a system without a bulk call.

    A flight belongs to the source: it carries no caller's context and no caller's deadline; give `lookup` its own
    (`answered_within`). Each waiter may be cancelled alone; the flight is cancelled when the last one leaves.
    Nothing is remembered: who comes after the landing, in success or failure, starts a new flight.
    """
    return _SingleFlight(lookup).ask


class _Waiter:
    """One who asks, until as many flights as were joined have landed."""

    __slots__ = ("_left", "landed")

    def __init__(self, flights: int, landed: "asyncio.Future[None]") -> None:
        self._left = flights
        self.landed = landed

    def one_landed(self) -> None:
        self._left -= 1
        if not self._left and not self.landed.done():
            self.landed.set_result(None)


@dataclass(slots=True, eq=False)
class _Flight(Generic[K, V]):
    task: asyncio.Task[Mapping[K, Fact[V] | SourceFailure]]
    waiters: set[_Waiter]


class _SingleFlight(Generic[K, V]):
    def __init__(self, lookup: Lookup[K, V]) -> None:
        self._lookup = lookup
        self._flights: dict[K, _Flight[K, V]] = {}

    async def ask(self, keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        if not keys:
            return {}
        distinct = dict.fromkeys(keys)
        waiter = _Waiter(len(distinct), asyncio.get_running_loop().create_future())
        joined = {key: self._join(key, waiter) for key in distinct}
        try:
            await waiter.landed
        except asyncio.CancelledError:
            await self._leave(joined, waiter)
            raise
        answer: dict[K, Fact[V] | SourceFailure] = {}
        for flight in joined.values():
            answer |= flight.task.result()
        return answer

    def _join(self, key: K, waiter: _Waiter) -> _Flight[K, V]:
        flight = self._flights.get(key)
        if flight is None:
            task = asyncio.create_task(self._fly(key), context=contextvars.Context())
            flight = self._flights[key] = _Flight(task, {waiter})
            task.add_done_callback(functools.partial(self._land, key, flight))
        else:
            flight.waiters.add(waiter)
        return flight

    async def _fly(self, key: K) -> Mapping[K, Fact[V] | SourceFailure]:
        try:
            return await self._lookup([key])
        except SourceFailure as failure:
            return {key: failure}

    def _land(self, key: K, flight: _Flight[K, V], _: object = None) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        for waiter in flight.waiters:
            waiter.one_landed()

    async def _leave(self, joined: Mapping[K, _Flight[K, V]], waiter: _Waiter) -> None:
        deserted = []
        for key, flight in joined.items():
            flight.waiters.discard(waiter)
            if not flight.waiters and not flight.task.done():
                self._flights.pop(key, None)  # at once, so that nobody joins a flight that is coming down
                flight.task.cancel()
                deserted.append(flight.task)
        if deserted:
            await _ended(deserted)


async def _ended(tasks: Iterable[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
