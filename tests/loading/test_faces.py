"""What answers made of a fact is kept beside it, for the fact's own time, and only as much as is worth it."""

import asyncio
from typing import Any

import msgspec
import pytest

from executor import Fragment
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup
from gateway.domain.pension import Pension
from gateway.loading import faces as limits
from gateway.loading.local_memory import LocalMemory
from gateway.loading.memory import FactKind, remembered
from gateway.loading.near_memory import Known, NearMemory
from gateway.loading.written_later import DELAY
from tests.loading.conftest import Branches, HeldClock
from tests.loading.pensions import PENSIONS, SARA, pension

KEEPING: FactKind[Pension] = FactKind(
    source=PENSIONS.source, operation="p", value=Pension, age=100, absent_age=10, keeps_faces=True
)


@pytest.fixture
def memory(clock: HeldClock) -> LocalMemory:
    return LocalMemory(clock=clock)


def replica(
    branches: Branches, memory: LocalMemory, clock: HeldClock, near: NearMemory | None = None
) -> Lookup[NationalId, Pension]:
    return remembered(branches, memory, KEEPING, clock, near=near)


async def of_sara(lookup: Lookup[NationalId, Pension]) -> Fact[Pension]:
    fact = (await lookup([SARA]))[SARA]
    assert isinstance(fact, Fact)
    return fact


def fragment(text: str) -> Fragment:
    return Fragment(msgspec.Raw(text.encode()), {"released": "Pension.kind"})


async def written() -> None:
    await asyncio.sleep(2 * DELAY)


async def test_a_face_is_there_for_the_next_answer_and_for_other_replicas(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1")}
    here, there = replica(branches, memory, clock), replica(branches, memory, clock)
    assert (await of_sara(here)).faces is None  # what comes from the source is not remembered yet
    fact = await of_sara(here)
    fact.faces["Pension{kind}"] = fragment('{"kind":1}')
    await written()
    known = (await of_sara(there)).faces.get("Pension{kind}")
    assert bytes(known.json) == b'{"kind":1}'
    assert known.notes == {"released": "Pension.kind"}
    assert (await of_sara(there)).value == pension("1")
    assert (await of_sara(there)).faces.get("Pension{number}") is None


async def test_a_face_does_not_lengthen_the_life_of_its_fact(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1")}
    lookup = replica(branches, memory, clock)
    await of_sara(lookup)
    clock.seconds = 85
    (await of_sara(lookup)).faces["x"] = fragment("1")
    await written()
    clock.seconds = 100.1
    assert (await of_sara(lookup)).faces is None
    assert len(branches.asked) == 2


@pytest.mark.parametrize("too", ["many", "long"])
async def test_faces_are_bounded(
    too: str, branches: Branches, memory: LocalMemory, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST", 3)
    monkeypatch.setattr(limits, "MOST_BYTES", 10)
    branches.says = {SARA: pension("1")}
    lookup = replica(branches, memory, clock)
    await of_sara(lookup)
    faces = (await of_sara(lookup)).faces
    for n in range(6):
        faces[f"s{n}"] = fragment("1" * 20 if too == "long" else "1")
    await written()
    kept: Any = (await of_sara(lookup)).faces
    assert sum(kept.get(f"s{n}") is not None for n in range(6)) == (0 if too == "long" else 3)


async def test_parts_of_a_fact_keep_their_faces_apart(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1")}
    lookup = replica(branches, memory, clock)
    await of_sara(lookup)
    faces = (await of_sara(lookup)).faces
    faces.of("first page")["x"] = fragment("1")
    assert faces.of("first page").get("x") is not None
    assert faces.of("second page").get("x") is None
    assert faces.get("x") is None


async def test_a_near_fact_is_neither_fetched_nor_read_again_until_its_moment_is_over(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1")}
    near = NearMemory(clock, age=5)
    lookup = replica(branches, memory, clock, near)
    await of_sara(lookup)
    first = await of_sara(lookup)
    await memory.aclose()  # forgets all
    assert await of_sara(lookup) is first
    clock.seconds = 5.1
    assert (await of_sara(lookup)) is not first
    assert len(branches.asked) == 2


async def test_near_facts_are_bounded_and_the_least_used_go_first(clock: HeldClock) -> None:
    near = NearMemory(clock, age=5, size=1_000)
    a, b, c, d = every = [bytes([letter]) for letter in b"abcd"]
    facts: dict[bytes, Known[Pension]] = {name: Known(clock.now(), None) for name in every}
    for name in (a, b, c):
        near.hold(name, facts[name], 80)
    assert near.held([a])[0] is facts[a]
    near.hold(d, facts[d], 80)
    assert near.held([b, b"unknown"]) == [None, None]
    names = [a, c, d]
    assert all(known is facts[name] for known, name in zip(near.held(names), names, strict=True))
    assert near.size <= 1_000


async def test_the_near_memory_holds_no_national_code_among_its_keys(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1")}
    near = NearMemory(clock, age=5)
    lookup = replica(branches, memory, clock, near)
    for _ in range(2):
        await of_sara(lookup)
    assert len(near) == 1
    assert all(SARA.digits.encode() not in name for name in near._held)
