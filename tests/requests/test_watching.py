"""Who waits for a request hears of each change, and the store is asked once for all."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.requests.database import StoreUnavailable
from gateway.requests.watchers import Watchers
from gateway.schema import build_schema
from tests.requests.fakes import Counter, counter
from tests.resolvers.conftest import World


class PatientClock:
    """Real enough: each wait lets the others run."""

    def now(self) -> Any:
        raise NotImplementedError

    def monotonic(self) -> float:
        return 0.0

    async def sleep_until(self, moment: float) -> None:
        await asyncio.sleep(0)


class Store:
    def __init__(self) -> None:
        self.versions = {"a": 1, "b": 1}
        self.asked: list[list[str]] = []
        self.failing = 0

    async def versions_of(self, ids: Sequence[str]) -> dict[str, int]:
        self.asked.append(sorted(ids))
        if self.failing:
            self.failing -= 1
            raise StoreUnavailable("away")
        await asyncio.sleep(0)
        return {id_: self.versions[id_] for id_ in ids if id_ in self.versions}


@pytest.fixture
def store() -> Store:
    return Store()


def watching(store: Store) -> Watchers:
    watched: Any = store
    return Watchers(watched, PatientClock(), 0.5)


async def test_many_who_wait_cost_one_question(store: Store) -> None:
    watchers = watching(store)
    waiting = [asyncio.create_task(watchers.changed(id_, 1)) for id_ in ("a", "b", "a")]
    while len(store.asked) < 3:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert store.asked[0] == ["a", "b"]
    assert not any(task.done() for task in waiting)
    store.versions |= {"a": 2, "b": 2}
    await asyncio.gather(*waiting)


async def test_a_store_that_fails_is_asked_again(store: Store) -> None:
    store.failing, store.versions["a"] = 3, 2
    await watching(store).changed("a", 1)
    assert len(store.asked) == 4


async def test_nobody_is_asked_while_nobody_waits(store: Store) -> None:
    watchers = watching(store)
    waiting = asyncio.create_task(watchers.changed("a", 1))
    while not store.asked:  # noqa: ASYNC110
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    for _ in range(10):
        await asyncio.sleep(0)
    asked = len(store.asked)
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(store.asked) == asked


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(tmp_path, World(build_schema())) as made:
        yield made


async def test_each_version_is_told(desk: Counter) -> None:
    request = await desk.accepted()
    updates = desk.desk.updates(request.id, request.version)
    hearing = asyncio.ensure_future(anext(updates))
    await desk.ground.engine.run_due()
    heard = await hearing
    while heard.state.value != "DELIVERED":
        heard = await anext(updates)
    assert heard.version > request.version
