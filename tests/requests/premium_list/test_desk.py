"""The desk of premium lists and the flow behind it, over a branch that is a dict."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.contribution import ContributionQuery
from gateway.domain.failure import Source, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.lookup import Fact, Provenance
from gateway.domain.premium_list import IntakeAnswer, IntakeReceipt, ListSubmission, PremiumList, PremiumListState
from gateway.loading.local_memory import LocalMemory
from gateway.loading.memory import FactKind, remembered
from gateway.requests.database import StoreUnavailable
from gateway.requests.desk import Invalid, Reused
from gateway.requests.documents import Documents, NotADocument
from gateway.requests.ground import Ground, open_ground
from gateway.requests.premium_list.changes import ListChanges
from gateway.requests.premium_list.desk import CheckedList, HandedIn, PremiumListDesk, Stands, Submission
from gateway.requests.premium_list.opening import changes_of, list_desk_of
from gateway.requests.premium_list.settings import PremiumListSettings
from gateway.requests.premium_list.tables import METADATA
from gateway.requests.receipt import verified
from gateway.requests.settings import RequestSettings
from tests.requests.fakes import KEYRING, PDF, SteppingClock
from tests.requests.premium_list.pairs import PLACE, WORKSHOP, good_pair

KAVEH, SARA, MINA, REZA = map(NationalId, ("3875194063", "0013542419", "1278450939", "0061274801"))
DAY = 86_400.0


class Death(BaseException):
    """Of the whole process: no step is put off by it."""


@dataclass
class FakeBranch:
    """`failing` is raised instead of an answer; with `deaf`, only after the list was entered."""

    clock: SteppingClock
    lists: dict[str, PremiumList] = field(default_factory=dict)
    came: list[str] = field(default_factory=list)
    failing: BaseException | None = None
    deaf: bool = False
    refuses: IntakeAnswer | None = None

    def takes(self, branch: BranchCode) -> bool:
        return branch.digits != "9999"

    async def deliver(self, reference: str, tracking_code: str, premium_list: PremiumList) -> IntakeReceipt:
        self.came.append(reference)
        if self.failing and not self.deaf:
            raise self.failing
        if self.refuses:
            return IntakeReceipt(answer=self.refuses)
        self.lists.setdefault(reference, premium_list)
        if self.failing:
            raise self.failing
        return IntakeReceipt(answer=IntakeAnswer.RECORDED, number="0070-1", at=self.clock.now())


@dataclass
class Counter:
    desk: PremiumListDesk
    ground: Ground
    documents: Documents
    changes: ListChanges
    branch: FakeBranch
    clock: SteppingClock
    folder: Path

    async def handed(self, key: str = "key", *, whose: NationalId = KAVEH, **pair_or: Any) -> HandedIn:
        pair = pair_or.pop("pair", None) or good_pair()
        header = await self.documents.add(whose, pair.header_bytes)
        workers = await self.documents.add(whose, pair.workers_bytes)
        said = {"submitter": KAVEH, "workshop": WORKSHOP, "header": header.id, "workers": workers.id, "page": None}
        return HandedIn(**{**said, "key": key, **pair_or})

    async def submit(self, key: str = "key", **more: Any) -> Submission:
        return await self.desk.submit(await self.handed(key, **more))

    async def now(self, submission: Submission) -> ListSubmission:
        assert isinstance(submission, ListSubmission), submission
        found = await self.desk.by_id(submission.id)
        assert found is not None
        return found


@asynccontextmanager
async def counter_at(folder: Path, clock: SteppingClock, branch: FakeBranch) -> AsyncIterator[Counter]:
    settings = RequestSettings(
        store=f"sqlite:///{folder / 'requests.db'}", documents=(folder / "documents").as_uri(), retry_first_seconds=2.0
    )
    async with open_ground(settings, KEYRING, clock, metadata=[METADATA]) as ground:
        documents = Documents(
            settings.documents, ground.database, ground.sealing, clock, most_bytes=5_000_000, most_loose=50
        )
        changes = changes_of(ground, DAY)
        desk = list_desk_of(ground, documents, branch, changes, PremiumListSettings())
        assert desk is not None
        yield Counter(desk, ground, documents, changes, branch, clock, folder)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    clock = SteppingClock()
    async with counter_at(tmp_path, clock, FakeBranch(clock)) as one:
        yield one


async def test_a_list_is_accepted_and_carried_to_its_branch(counter: Counter) -> None:
    submission = await counter.submit()
    assert (await counter.now(submission)).state is PremiumListState.ACCEPTED
    assert counter.branch.came == []
    await counter.ground.engine.run_due()
    recorded = await counter.now(submission)
    assert recorded.state is PremiumListState.RECORDED
    assert recorded.answer is not None
    assert (recorded.answer.number, recorded.answered_at) == ("0070-1", counter.clock.now())
    assert [len(said.workers) for said in counter.branch.lists.values()] == [2]
    assert await counter.desk.by_tracking_code(recorded.tracking_code) == recorded
    await counter.ground.engine.run_due()
    assert counter.branch.came == [recorded.id]


async def test_a_branch_that_is_down_is_tried_until_it_is_back(counter: Counter) -> None:
    counter.branch.failing = SourceUnavailable(Source.BRANCH_INTAKE)
    submission = await counter.submit()
    for _ in range(3):
        await counter.ground.engine.run_due()
        counter.clock.move(hours=2)
    assert (await counter.now(submission)).state is PremiumListState.ACCEPTED
    counter.branch.failing = None
    await counter.ground.engine.run_due()
    assert (await counter.now(submission)).state is PremiumListState.RECORDED
    assert len(set(counter.branch.came)) == 1
    assert len(counter.branch.came) == 4


async def test_a_branch_that_is_not_heard_gets_it_again_under_the_same_reference(counter: Counter) -> None:
    counter.branch.failing, counter.branch.deaf = SourceUnavailable(Source.BRANCH_INTAKE), True
    submission = await counter.submit()
    await counter.ground.engine.run_due()
    counter.branch.failing = None
    counter.clock.move(hours=2)
    await counter.ground.engine.run_due()
    assert (await counter.now(submission)).state is PremiumListState.RECORDED
    assert counter.branch.came == [(await counter.now(submission)).id] * 2
    assert len(counter.branch.lists) == 1


async def test_a_process_that_dies_after_the_branch_has_the_list_leaves_it_to_the_next(tmp_path: Path) -> None:
    """What the branch said is lost with the process; the next one tells it again."""
    clock = SteppingClock()
    branch = FakeBranch(clock)
    async with counter_at(tmp_path, clock, branch) as first:
        submission = await first.submit()
        branch.failing, branch.deaf = Death(), True  # nothing is committed, nothing put off
        with pytest.raises(Death):
            await first.ground.engine.run_due()
    branch.failing = None
    clock.move(hours=1)
    async with counter_at(tmp_path, clock, branch) as second:
        await second.ground.engine.run_due()
        assert (await second.now(submission)).state is PremiumListState.RECORDED
    assert len(branch.came) == 2
    assert len(branch.lists) == 1


async def test_what_was_accepted_is_what_is_delivered(tmp_path: Path) -> None:
    """Another pivot meanwhile changes no list that was accepted; nor do its documents have to be there any more."""
    clock = SteppingClock()
    branch = FakeBranch(clock)
    async with counter_at(tmp_path, clock, branch) as counter:
        await counter.submit()
        for file in (tmp_path / "documents").iterdir():
            file.unlink()
        await counter.ground.engine.run_due()
    assert [str(said.month) for said in branch.lists.values()] == ["1402-12"]


async def test_the_same_key_gives_the_same_list(counter: Counter) -> None:
    handed = await counter.handed()
    first = await counter.desk.submit(handed)
    assert await counter.desk.submit(handed) == first
    await counter.ground.engine.run_due()
    again = await counter.desk.submit(handed)
    assert again == await counter.now(first)
    assert len(counter.branch.lists) == 1
    assert isinstance(await counter.submit("key"), Reused), "other files under the same key"


async def test_a_list_stands_once_whatever_the_key(counter: Counter) -> None:
    first = await counter.submit("one")
    second = await counter.submit("two")
    assert second == Stands(await counter.now(first))
    await counter.ground.engine.run_due()
    third = await counter.submit("three")
    assert third == Stands(await counter.now(first))
    other_number = good_pair()
    other_number.header["DSK_LISTNO"] = "02"
    for row in other_number.workers:
        row["DSW_LISTNO"] = "02"
    assert isinstance(await counter.submit("four", pair=other_number), ListSubmission)
    assert PLACE.number == "01"


async def test_a_list_that_was_refused_may_be_sent_again(counter: Counter) -> None:
    counter.branch.refuses = IntakeAnswer.ALREADY_LISTED
    first = await counter.submit("one")
    await counter.ground.engine.run_due()
    assert (await counter.now(first)).state is PremiumListState.REFUSED
    counter.branch.refuses = None
    second = await counter.submit("two")
    await counter.ground.engine.run_due()
    assert (await counter.now(second)).state is PremiumListState.RECORDED


async def test_a_faulty_list_leaves_nothing_but_its_answer(counter: Counter) -> None:
    pair = good_pair()
    pair.header["DSK_KIND"] = 1
    handed = await counter.handed(pair=pair)
    said = await counter.desk.submit(handed)
    assert isinstance(said, CheckedList)
    assert [fault.rule for fault in said.found.faults] == ["header.kind-is-zero"]
    assert await counter.desk.submit(handed) == said
    assert isinstance(await counter.submit("key"), Reused), "a corrected list needs a key of its own"
    assert await counter.ground.engine.run_due() == 0
    assert isinstance(await counter.submit("another"), ListSubmission)


async def test_a_check_records_nothing(counter: Counter) -> None:
    said = await counter.desk.validate(await counter.handed())
    assert isinstance(said, CheckedList)
    assert said.found.premium_list is not None
    assert await counter.ground.engine.run_due() == 0
    assert isinstance(await counter.submit("key"), ListSubmission), "nothing was kept under the key"


async def test_a_list_of_another_workshop_is_faulty(counter: Counter) -> None:
    place = WorkshopKey(WorkshopCode("0070012346"), BranchCode("0070"))
    said = await counter.submit(workshop=place)
    assert isinstance(said, CheckedList)
    assert [fault.rule for fault in said.found.faults] == ["list.of-the-workshop"]


async def test_a_branch_that_takes_no_lists_is_said_at_once(counter: Counter) -> None:
    said = await counter.submit(workshop=WorkshopKey(WORKSHOP.code, BranchCode("9999")))
    assert isinstance(said, Invalid)
    assert said.field == "branch"


async def test_files_are_tables_and_the_submitters_own(counter: Counter) -> None:
    others = await counter.submit(whose=SARA)
    assert isinstance(others, Invalid)
    assert others.field == "header"
    paper = await counter.documents.add(KAVEH, PDF)
    assert isinstance(said := await counter.submit("p", workers=paper.id), Invalid)
    assert said.field == "workers"
    handed = await counter.handed("q")
    assert not await counter.documents.all_of(KAVEH, [handed.header]), "a table is no paper for a request"
    with pytest.raises(NotADocument):
        await counter.documents.add(KAVEH, b"\x03" + bytes(500))


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_its_length(counter: Counter, key: str) -> None:
    for said in (await counter.submit(key), await counter.desk.validate(await counter.handed(key))):
        assert isinstance(said, Invalid)
        assert said.field == "idempotencyKey"


async def test_the_receipt_proves_what_was_handed_in_and_names_nobody(counter: Counter) -> None:
    submission = await counter.submit()
    assert isinstance(submission, ListSubmission)
    receipt = verified(submission.receipt, counter.ground.receipts.jwks)
    assert (receipt.subject, receipt.tracking_code) == ("PREMIUM_LIST", submission.tracking_code)
    pair = good_pair()
    assert receipt.digest == counter.ground.receipts.digest(pair.header_bytes + pair.workers_bytes)
    assert receipt.details["workers"] == 2
    for word in (KAVEH.digits, SARA.digits, "سارا"):
        assert word not in str(receipt)


async def test_nothing_of_a_list_lies_about_in_clear(counter: Counter) -> None:
    await counter.submit()
    await counter.ground.engine.run_due()
    kept = b"".join(path.read_bytes() for path in counter.folder.rglob("*") if path.is_file())
    assert len(kept) > 10_000
    for word in (SARA.digits, KAVEH.digits, WORKSHOP.code.digits, "سارا", "کاوه"):
        assert word.encode() not in kept
        assert word.encode("cp1256", "replace") not in kept


async def test_only_a_recorded_list_has_changed_its_workers(counter: Counter) -> None:
    counter.branch.refuses = IntakeAnswer.ALREADY_LISTED
    await counter.submit("one")
    await counter.ground.engine.run_due()
    assert await counter.changes([SARA, MINA, REZA]) == {}
    counter.branch.refuses = None
    await counter.submit("two")
    await counter.ground.engine.run_due()
    at = counter.clock.now()
    assert await counter.changes([SARA, MINA, REZA]) == {SARA: at, MINA: at}
    query = ContributionQuery(person=MINA, first=5)
    assert await counter.changes.by_query()([query, ContributionQuery(person=REZA)]) == {query: at}
    counter.clock.move(days=1, seconds=1)
    assert await counter.changes([SARA]) == {}, "nothing is remembered from before"


async def test_what_was_remembered_of_a_worker_is_asked_anew(counter: Counter) -> None:
    asked: list[NationalId] = []

    async def months(persons: Sequence[NationalId], /) -> Mapping[NationalId, Fact[int] | SourceFailure]:
        asked.extend(persons)
        said = Provenance(source=Source.BRANCH_DATABASES, fetched_at=counter.clock.now())
        return {person: Fact(len(counter.branch.lists), said) for person in persons}

    kind: FactKind[int] = FactKind(
        source=Source.BRANCH_DATABASES, operation="months", value=int, age=DAY / 2, absent_age=0
    )
    known = remembered(months, LocalMemory(clock=counter.clock), kind, counter.clock, changed=counter.changes)

    async def now(person: NationalId) -> int:
        fact = (await known([person]))[person]
        assert isinstance(fact, Fact)
        return fact.value

    assert [await now(SARA), await now(SARA), await now(REZA)] == [0, 0, 0]
    assert asked == [SARA, REZA]
    counter.clock.move(minutes=5)
    await counter.submit()
    await counter.ground.engine.run_due()
    assert [await now(SARA), await now(REZA)] == [1, 0]
    assert asked == [SARA, REZA, SARA]
    counter.clock.move(seconds=11)  # an answer that began before may have been on its way
    assert [await now(SARA), await now(SARA)] == [1, 1]
    assert asked == [SARA, REZA, SARA, SARA]


async def test_another_replica_learns_of_a_change(tmp_path: Path) -> None:
    clock = SteppingClock()
    branch = FakeBranch(clock)
    async with counter_at(tmp_path, clock, branch) as here, counter_at(tmp_path, clock, branch) as there:
        assert await there.changes([SARA]) == {}
        await here.submit()
        await here.ground.engine.run_due()
        assert set(await there.changes([SARA, REZA])) == {SARA}


async def test_with_a_store_that_is_down_everybody_may_have_changed(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> AbstractAsyncContextManager[None]:
        raise StoreUnavailable("it is down")

    monkeypatch.setattr(counter.ground.database, "reading", down)
    monkeypatch.setattr(counter.ground.database, "glance", lambda *_: None)
    assert await counter.changes([REZA]) == {REZA: counter.clock.now()}
