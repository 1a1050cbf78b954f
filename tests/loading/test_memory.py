"""A remembered Lookup answers as the Lookup does, and asks it less often."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from gateway.domain.contribution import ContributionQuery, ContributionRecord
from gateway.domain.failure import Source, SourceClosed, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.lookup import BranchGap, Fact, Freshness, Lookup, Page, Provenance
from gateway.domain.pension import Pension
from gateway.loading.local_memory import LocalMemory
from gateway.loading.memory import FactKind, remembered
from gateway.loading.near_memory import NearMemory
from gateway.loading.stores import Entry
from tests.loading.conftest import START, Branches, HeldClock
from tests.loading.pensions import MINA, PENSIONS, REZA, SARA, pension, persons


@pytest.fixture
def memory(clock: HeldClock) -> LocalMemory:
    return LocalMemory(clock=clock)


@pytest.fixture
def pensions(branches: Branches, memory: LocalMemory, clock: HeldClock) -> Lookup[NationalId, Pension]:
    branches.says = {SARA: pension("1"), REZA: pension("2")}
    return remembered(branches, memory, PENSIONS, clock)


def provenance_of(said: Any) -> Provenance:
    assert isinstance(said, Fact)
    return said.provenance


async def test_what_was_said_once_is_not_asked_again_and_keeps_its_time(
    pensions: Lookup[NationalId, Pension], branches: Branches, clock: HeldClock
) -> None:
    first = await pensions([SARA, REZA])
    clock.seconds = 50
    second = await pensions([REZA, SARA])
    assert branches.asked == [[SARA, REZA]]
    assert provenance_of(first[SARA]).freshness is Freshness.LIVE
    assert second[SARA] == Fact(
        pension("1"), Provenance(source=Source.BRANCH_DATABASES, fetched_at=START, freshness=Freshness.CACHED)
    )


async def test_only_what_is_missing_is_asked(pensions: Lookup[NationalId, Pension], branches: Branches) -> None:
    await pensions([SARA])
    answer = await pensions([SARA, REZA, MINA])
    assert branches.asked == [[SARA], [REZA, MINA]]
    assert answer.keys() == {SARA, REZA}


async def test_asked_with_nothing_it_asks_nobody(pensions: Lookup[NationalId, Pension], branches: Branches) -> None:
    assert await pensions([]) == {}
    assert branches.asked == []


async def test_facts_and_absent_keys_expire_each_at_their_age(
    pensions: Lookup[NationalId, Pension], branches: Branches, clock: HeldClock
) -> None:
    await pensions([SARA, MINA])
    clock.seconds = 8.9
    assert (await pensions([SARA, MINA])).keys() == {SARA}
    assert len(branches.asked) == 1
    clock.seconds = 10.1
    await pensions([SARA, MINA])
    assert branches.asked[1:] == [[MINA]]
    clock.seconds = 100.1
    await pensions([SARA])
    assert branches.asked[2:] == [[SARA]]


async def test_what_expires_does_not_all_expire_at_once(branches: Branches, clock: HeldClock) -> None:
    ttls: list[float] = []

    class Noting(LocalMemory):
        async def set_many(self, entries: Sequence[Entry]) -> None:
            ttls.extend(entry.ttl for entry in entries)

    everyone = persons(200)
    branches.says = {person: pension() for person in everyone}
    await remembered(branches, Noting(), PENSIONS, clock)(everyone)
    assert all(90 <= ttl <= 100 for ttl in ttls)
    assert max(ttls) - min(ttls) > 5


async def test_a_lowered_age_counts_for_what_was_remembered_before(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension()}
    await remembered(branches, memory, PENSIONS, clock)([SARA])
    clock.seconds = 20
    lowered: FactKind[Pension] = FactKind(
        source=PENSIONS.source, operation=PENSIONS.operation, value=Pension, age=15, absent_age=1
    )
    await remembered(branches, memory, lowered, clock)([SARA])
    assert len(branches.asked) == 2


async def test_a_failure_is_never_remembered(pensions: Lookup[NationalId, Pension], branches: Branches) -> None:
    branches.says[SARA] = SourceClosed(Source.BRANCH_DATABASES)
    assert isinstance((await pensions([SARA]))[SARA], SourceClosed)
    branches.says[SARA] = pension()
    assert isinstance((await pensions([SARA]))[SARA], Fact)
    assert len(branches.asked) == 2


async def test_a_failure_of_all_costs_only_what_is_not_known(
    pensions: Lookup[NationalId, Pension], branches: Branches
) -> None:
    await pensions([SARA])
    branches.fault = SourceUnavailable(Source.BRANCH_DATABASES)
    answer = await pensions([SARA, REZA])
    assert isinstance(answer[SARA], Fact)
    assert answer[REZA] is branches.fault
    with pytest.raises(SourceUnavailable):
        await pensions([REZA])


async def test_what_the_source_says_of_other_keys_is_neither_passed_on_nor_remembered(
    memory: LocalMemory, clock: HeldClock
) -> None:
    asked: list[list[NationalId]] = []

    async def chatty(keys: Sequence[NationalId]) -> Mapping[NationalId, Fact[Pension] | SourceFailure]:
        asked.append(list(keys))
        said = Provenance(source=Source.BRANCH_DATABASES, fetched_at=clock.now())
        return {SARA: Fact(pension(), said), REZA: Fact(pension(), said)}

    pensions = remembered(chatty, memory, PENSIONS, clock)
    assert (await pensions([SARA])).keys() == {SARA}
    await pensions([REZA])
    assert asked == [[SARA], [REZA]]


async def test_what_is_not_fresh_is_not_remembered_as_if_it_were(memory: LocalMemory, clock: HeldClock) -> None:
    asked: list[list[NationalId]] = []

    async def stale(keys: Sequence[NationalId]) -> Mapping[NationalId, Fact[Pension] | SourceFailure]:
        asked.append(list(keys))
        said = Provenance(source=Source.BRANCH_DATABASES, fetched_at=START, freshness=Freshness.STALE)
        return {key: Fact(pension(), said) for key in keys}

    pensions = remembered(stale, memory, PENSIONS, clock)
    assert provenance_of((await pensions([SARA]))[SARA]).freshness is Freshness.STALE
    assert provenance_of((await pensions([SARA]))[SARA]).freshness is Freshness.STALE
    assert len(asked) == 2


async def test_a_page_is_remembered_by_its_arguments_and_not_at_all_with_gaps(
    memory: LocalMemory, clock: HeldClock
) -> None:
    asked: list[ContributionQuery] = []
    gap = BranchGap(branch=BranchCode("0070"), code="SOURCE_UNAVAILABLE", retryable=True)

    async def pages(
        keys: Sequence[ContributionQuery],
    ) -> Mapping[ContributionQuery, Fact[Page[ContributionRecord]] | SourceFailure]:
        asked.extend(keys)
        said = Provenance(source=Source.BRANCH_DATABASES, fetched_at=clock.now())
        page: Page[ContributionRecord] = Page(gaps=() if keys[0].person == SARA else (gap,))
        return {key: Fact(page, said) for key in keys}

    kind: FactKind[Page[ContributionRecord]] = FactKind(
        source=Source.BRANCH_DATABASES,
        operation="contribution_pages",
        value=Page[ContributionRecord],
        age=100,
        absent_age=10,
    )
    lookup = remembered(pages, memory, kind, clock)
    ten, twenty = ContributionQuery(person=SARA, first=10), ContributionQuery(person=SARA, first=20)
    gappy = ContributionQuery(person=REZA)
    for _ in range(2):
        for query in (ten, twenty, gappy):
            await lookup([query])
    assert asked == [ten, twenty, gappy, gappy]


class OtherPension(msgspec.Struct, frozen=True, kw_only=True):
    """What a later release may make of a pension."""

    number: str


@pytest.mark.parametrize(
    "other",
    [
        {"operation": "other_pensions"},
        {"source": Source.BANK_REFAH},
        {"revision": 2},
        {"value": OtherPension},
    ],
)
async def test_facts_of_different_kinds_and_versions_never_meet(
    other: dict[str, Any], branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension()}
    await remembered(branches, memory, PENSIONS, clock)([SARA])
    names: dict[str, Any] = {
        "source": PENSIONS.source,
        "operation": PENSIONS.operation,
        "value": Pension,
        "age": 100,
        "absent_age": 10,
    }
    await remembered(branches, memory, FactKind(**(names | other)), clock)([SARA])
    assert len(branches.asked) == 2


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xc1",
        b"\x92\xa1x",
        msgspec.msgpack.encode([START, {"number": "1"}]),
        msgspec.msgpack.encode([START, {**msgspec.to_builtins(pension()), "branch": {"digits": "70"}}]),
    ],
)
async def test_a_value_that_cannot_be_read_is_a_miss(damaged: bytes, branches: Branches, clock: HeldClock) -> None:
    class Damaged(LocalMemory):
        async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
            return [damaged] * len(keys)

    branches.says = {SARA: pension()}
    answer = await remembered(branches, Damaged(), PENSIONS, clock)([SARA])
    assert isinstance(answer[SARA], Fact)
    assert branches.asked == [[SARA]]


async def test_the_local_memory_is_bounded_by_entries_and_forgets_the_least_used(clock: HeldClock) -> None:
    memory = LocalMemory(entries=3, clock=clock)
    await memory.set_many([Entry(key, key, 10) for key in (b"a", b"b", b"c")])
    await memory.get_many([b"a"])
    await memory.set_many([Entry(b"d", b"d", 10)])
    assert await memory.get_many([b"a", b"b", b"c", b"d"]) == [b"a", None, b"c", b"d"]


async def test_the_local_memory_is_bounded_by_bytes(clock: HeldClock) -> None:
    memory = LocalMemory(size=10_000, clock=clock)
    await memory.set_many([Entry(str(number).encode(), bytes(800), 10) for number in range(50)])
    assert len(memory) == 10
    await memory.set_many([Entry(b"too large", bytes(20_000), 10)])
    assert await memory.get_many([b"too large"]) == [None]
    await memory.set_many([Entry(b"again", bytes(800), 10), Entry(b"again", bytes(800), 10)])
    assert await memory.get_many([b"again"]) == [bytes(800)]
    await memory.aclose()
    assert len(memory) == 0


async def test_the_local_memory_holds_no_national_code_among_its_keys(
    pensions: Lookup[NationalId, Pension], memory: LocalMemory
) -> None:
    await pensions([SARA])
    assert len(memory) == 1
    assert SARA.digits.encode() not in b"".join(memory._kept)
    assert SARA.digits not in repr(memory)


EVERYONE = persons(5)
step = st.one_of(
    st.tuples(st.just("ask"), st.lists(st.sampled_from(EVERYONE), unique=True)),
    st.tuples(st.just("wait"), st.floats(0, 60)),
    st.tuples(st.just("forget"), st.none()),
)
world = st.dictionaries(st.sampled_from(EVERYONE), st.one_of(st.integers(1, 9), st.just("shut")))


@settings(max_examples=150, deadline=None)
@given(says=world, steps=st.lists(step, max_size=20))
async def test_as_long_as_the_source_stays_the_same_nobody_can_tell_the_two_apart(
    says: dict[NationalId, int | str], steps: list[tuple[str, Any]]
) -> None:
    clock = HeldClock()
    branches = Branches(clock)
    branches.says = {
        person: SourceClosed(Source.BRANCH_DATABASES) if said == "shut" else pension(str(said))
        for person, said in says.items()
    }
    memory = LocalMemory(entries=3, clock=clock)
    pensions = remembered(branches, memory, PENSIONS, clock)
    for action, what in steps:
        if action == "wait":
            clock.seconds += what
        elif action == "forget":
            await memory.aclose()
        else:
            assert plain(await pensions(what), clock) == plain(await branches(what), clock)


def plain(answer: Mapping[NationalId, Fact[Pension] | SourceFailure], clock: HeldClock) -> dict[NationalId, Any]:
    """Values and failures; proves by the way that no fact is older than its kind may be."""
    said: dict[NationalId, Any] = {}
    for key, fact in answer.items():
        if isinstance(fact, Fact):
            assert clock.now() - fact.provenance.fetched_at < datetime.timedelta(seconds=PENSIONS.age)
        said[key] = fact.value if isinstance(fact, Fact) else type(fact)
    return said


class When:
    """Notes what it is asked; knows it without waiting if `at_once`."""

    def __init__(
        self,
        changed: Mapping[NationalId, datetime.datetime],
        questions: list[list[NationalId]],
        at_once: bool = False,
    ) -> None:
        self.changed, self.questions, self.at_once = changed, questions, at_once
        self.waits = 0

    def at_hand(self, keys: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime] | None:
        if not self.at_once:
            return None
        self.questions.append(list(keys))
        return self.changed

    async def __call__(self, keys: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime]:
        self.waits += 1
        self.questions.append(list(keys))
        return self.changed


async def test_what_was_said_before_a_write_of_ours_or_just_after_it_is_not_used(
    branches: Branches, memory: LocalMemory, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1"), REZA: pension("2")}
    changed: dict[NationalId, datetime.datetime] = {}
    questions: list[list[NationalId]] = []

    pensions = remembered(branches, memory, PENSIONS, clock, changed=When(changed, questions))
    await pensions([SARA, REZA])
    assert questions == []  # nothing was remembered, so there was nothing to ask about
    clock.seconds = 30
    changed[SARA] = clock.now()
    await pensions([SARA, REZA])
    assert branches.asked[1:] == [[SARA]]
    assert questions == [[SARA, REZA]]
    clock.seconds = 39  # that answer was said in the moment of the write: it may have begun before
    await pensions([SARA])
    assert branches.asked[2:] == [[SARA]]
    clock.seconds = 41
    await pensions([SARA])
    clock.seconds = 60
    await pensions([SARA])
    assert branches.asked[3:] == [[SARA]]


async def test_each_look_into_the_memory_is_told(branches: Branches, memory: LocalMemory, clock: HeldClock) -> None:
    branches.says = {SARA: pension("1"), REZA: pension("2")}
    told: list[tuple[str, int, int]] = []
    lookup = remembered(branches, memory, PENSIONS, clock, found=lambda *said: told.append(said))
    await lookup([SARA])
    await lookup([SARA, REZA, MINA])
    await lookup([MINA])
    assert told == [(PENSIONS.operation, 0, 1), (PENSIONS.operation, 1, 2), (PENSIONS.operation, 1, 0)]


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_is_near_is_at_hand_unless_a_write_of_ours_changed_it(
    branches: Branches, memory: LocalMemory, clock: HeldClock, at_once: bool
) -> None:
    branches.says = {SARA: pension("1"), REZA: pension("2")}
    changed: dict[NationalId, datetime.datetime] = {}
    questions: list[list[NationalId]] = []
    when = When(changed, questions, at_once=at_once)
    near = NearMemory(clock, age=5)
    pensions: Any = remembered(branches, memory, PENSIONS, clock, near=near, changed=when)
    assert pensions.at_hand([SARA]) == {}
    await pensions([SARA, REZA, MINA])
    clock.seconds = 3
    assert pensions.at_hand([SARA, REZA, MINA]) == {}, "nothing was read yet"
    await pensions([SARA, REZA, MINA])
    del questions[:]
    known = {SARA: "1", REZA: "2", MINA: None} if at_once else {}
    assert {key: fact and fact.value.number for key, fact in pensions.at_hand([SARA, REZA, MINA]).items()} == known
    changed[SARA] = clock.now()
    clock.seconds = 4
    assert pensions.at_hand([SARA, REZA]).keys() == ({REZA} if at_once else set())
    before = len(branches.asked)
    await pensions([SARA, REZA])
    assert branches.asked[before:] == [[SARA]]
    clock.seconds = 9
    assert pensions.at_hand([SARA, REZA]) == {}, "a moment is over"
    assert (when.waits == 0) is at_once, "what is known at once is not waited for, wherever the fact came from"
