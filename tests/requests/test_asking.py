"""What a request is answered, and that nothing is recorded twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.failure import Source, SourceTimeout, SourceUnavailable
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.request import Assessment, RequestState, ServiceRequest
from gateway.domain.services.medical_commission import CommissionGround
from gateway.requests.database import StoreUnavailable
from gateway.requests.desk import AlreadyRequested, Invalid, NotEligible, Reused
from gateway.requests.receipt import verified
from gateway.requests.tables import DOCUMENTS, KEYS, REQUESTS, RUNS
from gateway.schema import build_schema
from tests.requests.fakes import PDF, Counter, counter
from tests.resolvers.conftest import BRANCH, MINA, REZA, SARA, World


@pytest.fixture(scope="module")
def schema() -> Any:
    return build_schema()


@pytest.fixture
async def desk(tmp_path: Path, schema: Any) -> AsyncIterator[Counter]:
    async with counter(tmp_path, World(schema)) as made:
        yield made


async def rows(desk: Counter, table: sa.Table) -> int:
    async with desk.ground.database.reading() as connection:
        found: int = (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
    return found


async def test_an_eligible_request_is_accepted_with_a_code_and_a_receipt_that_verifies(desk: Counter) -> None:
    request = await desk.accepted()
    assert (request.state, request.assessment) == (RequestState.ACCEPTED, Assessment.PASSED)
    said = verified(request.receipt, desk.ground.receipts.jwks)
    assert (said.id, said.tracking_code) == (request.id, request.tracking_code)
    assert said.accepted_at == request.accepted_at.replace(microsecond=0)
    assert SARA.digits not in request.receipt
    assert SARA.digits not in str(said)
    assert await rows(desk, REQUESTS) == 1
    assert await rows(desk, RUNS) == 2, "its own, and that of the upkeep"


async def test_the_same_key_and_payload_give_the_same_request(desk: Counter) -> None:
    first, again = await desk.accepted(), await desk.accepted()
    assert again.id == first.id
    assert await rows(desk, REQUESTS) == 1


async def test_the_same_key_with_another_payload_is_refused_by_name(desk: Counter) -> None:
    await desk.accepted()
    assert await desk.ask(ground=CommissionGround.WORK_ACCIDENT) == Reused()


async def test_keys_of_two_persons_do_not_meet(desk: Counter) -> None:
    first = await desk.accepted("same")
    certificate = (await desk.desk.documents.add(MINA, PDF)).id
    other = await desk.accepted("same", insured=MINA, certificate=certificate)
    assert other.id != first.id


async def test_an_open_request_for_the_same_subject_stands_in_the_way_of_another(desk: Counter) -> None:
    first = await desk.accepted("one")
    answer = await desk.ask("two", ground=CommissionGround.WORK_ACCIDENT)
    assert isinstance(answer, AlreadyRequested)
    assert answer.request.id == first.id


async def test_ten_clients_at_once_with_one_key_make_one_request(desk: Counter) -> None:
    answers = await asyncio.gather(*(desk.accepted() for _ in range(10)))
    assert len({answer.id for answer in answers}) == 1
    assert await rows(desk, REQUESTS) == await rows(desk, RUNS) - 1 == await rows(desk, KEYS) == 1


async def test_ten_clients_at_once_with_keys_of_their_own_make_one_request(desk: Counter) -> None:
    answers = await asyncio.gather(*(desk.ask(f"key {n}") for n in range(10)))
    assert sum(isinstance(answer, ServiceRequest) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyRequested) for answer in answers) == 9
    assert await rows(desk, REQUESTS) == 1


async def test_who_has_no_link_is_told_so_and_the_same_key_tells_it_again_without_asking(desk: Counter) -> None:
    desk.world.facts["insurances_by_person"][SARA] = Insurance(status=InsuranceStatus.NO_LINK)
    answer = await desk.ask()
    assert isinstance(answer, NotEligible)
    (reason,) = answer.reasons
    assert (reason.rule, reason.found, reason.source) == (
        "commission.insured-is-linked",
        "NO_LINK",
        Source.BRANCH_DATABASES,
    )
    desk.world.asked.clear()
    assert await desk.ask() == answer
    assert desk.world.asked == []
    assert await rows(desk, REQUESTS) == 0


@pytest.mark.parametrize("failure", [SourceUnavailable, SourceTimeout])
async def test_while_a_system_is_down_the_assessment_is_pending(desk: Counter, failure: Any) -> None:
    desk.world.failing["insurances_by_person"] = failure(Source.BRANCH_DATABASES)
    request = await desk.accepted()
    assert (request.state, request.assessment) == (RequestState.ACCEPTED, Assessment.PENDING)


async def test_a_silent_system_is_not_waited_for(tmp_path: Path, schema: Any) -> None:
    async with counter(tmp_path, World(schema, delay=30), assess_seconds=0.01) as desk:
        request = await desk.accepted()
        assert request.assessment is Assessment.PENDING


async def test_a_fact_that_forbids_it_counts_though_another_system_is_down(desk: Counter) -> None:
    desk.world.facts["insurances_by_person"][SARA] = Insurance(status=InsuranceStatus.NO_LINK)
    desk.world.failing["citizens_by_national_id"] = SourceUnavailable(Source.CIVIL_REGISTRY)
    assert isinstance(await desk.ask(), NotEligible)


async def test_of_a_stranger_nothing_is_asked(desk: Counter) -> None:
    answer = await desk.ask(subject=REZA, ground=CommissionGround.CHILD_UNABLE_TO_WORK)
    assert isinstance(answer, NotEligible)
    desk.world.facts["dependents_by_supporter"][SARA] = ()
    desk.world.asked.clear()
    again = await desk.ask("two", subject=MINA, ground=CommissionGround.CHILD_UNABLE_TO_WORK)
    assert isinstance(again, NotEligible)
    assert "citizens_by_national_id" not in desk.world.questions


async def test_a_child_whom_the_branches_list_can_be_referred(desk: Counter) -> None:
    request = await desk.accepted(subject=MINA, ground=CommissionGround.CHILD_UNABLE_TO_WORK)
    assert request.assessment is Assessment.PASSED


async def test_a_husband_whose_support_has_ended_cannot(desk: Counter) -> None:
    ended = Coverage(status=CoverageStatus.ENDED)
    husband = Dependent(national_id=REZA, relation=Relation.HUSBAND, coverage=ended, branch=BRANCH)
    desk.world.facts["dependents_by_supporter"][SARA] = (husband,)
    answer = await desk.ask(subject=REZA, ground=CommissionGround.HUSBAND_INCURABLE)
    assert isinstance(answer, NotEligible)
    assert [reason.rule for reason in answer.reasons] == ["commission.husband-is-supported"]


async def test_a_certificate_of_somebody_else_is_no_certificate(desk: Counter) -> None:
    others = (await desk.desk.documents.add(MINA, PDF)).id
    for wrong in (others, "0" * 32, "../../etc/passwd"):
        answer = await desk.ask(certificate=wrong)
        assert isinstance(answer, Invalid)
        assert answer.field == "documents"
    assert await rows(desk, KEYS) == 0


@pytest.mark.parametrize("key", ["", "k" * 201, "line\nbreak"])
async def test_a_key_has_one_to_two_hundred_printable_characters(desk: Counter, key: str) -> None:
    answer = await desk.ask(key)
    assert isinstance(answer, Invalid)
    assert answer.field == "idempotencyKey"


async def test_a_store_that_fails_is_told_and_leaves_nothing_behind(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> None:
        raise sa.exc.OperationalError("insert", {}, OSError("disk full"))

    with monkeypatch.context() as patched:
        patched.setattr("gateway.requests.desk.begin", full)
        with pytest.raises(StoreUnavailable):
            await desk.ask()
    assert await rows(desk, REQUESTS) == await rows(desk, KEYS) == 0
    assert isinstance(await desk.ask(), ServiceRequest)


async def test_nothing_in_the_tables_tells_of_a_person(desk: Counter, tmp_path: Path) -> None:
    await desk.accepted()
    await desk.ground.engine.run_due()
    told = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())  # noqa: ASYNC240
    for word in (SARA.digits.encode(), b"ILLNESS", PDF):
        assert word not in told
    assert await rows(desk, DOCUMENTS) == 1
