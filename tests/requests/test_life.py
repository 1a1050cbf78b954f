"""What becomes of a request after it was accepted."""

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.failure import Source, SourceTimeout, SourceUnavailable
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.office import OfficeState
from gateway.domain.request import Appointment, Assessment, RequestState, ServiceRequest
from gateway.requests.desk import Invalid, NotNow, Reused
from gateway.requests.settings import Terms
from gateway.schema import build_schema
from tests.requests.fakes import NOON, PDF, Counter, counter
from tests.resolvers.conftest import SARA, World

TERMS = Terms(service_days=7, information_days=10, appeal_days=30, follow_seconds=3_600)
COMMISSION = Source.MEDICAL_COMMISSION


@pytest.fixture(scope="module")
def schema() -> Any:
    return build_schema()


@pytest.fixture
async def desk(tmp_path: Path, schema: Any) -> AsyncIterator[Counter]:
    async with counter(tmp_path, World(schema), terms=TERMS) as made:
        yield made


def states(request: ServiceRequest) -> list[str]:
    return [step.state.value for step in request.steps]


async def followed(desk: Counter, request: ServiceRequest, state: OfficeState, **more: Any) -> ServiceRequest:
    """The office says something, and we ask it an hour later."""
    desk.office.says(request, state, **more)
    desk.clock.move(seconds=TERMS.follow_seconds)
    return await desk.now(request)


async def test_it_is_delivered_once_with_its_certificate(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    assert states(request) == ["ACCEPTED", "QUEUED", "DELIVERED"]
    (delivery,) = desk.office.delivered
    assert (delivery.reference, delivery.tracking_code) == (request.id, request.tracking_code)
    assert [one.content for one in delivery.enclosures] == [PDF]
    assert request.office_number == "CM-1"


async def test_while_the_office_is_away_it_waits_longer_and_longer_and_is_delivered_when_it_is_back(
    desk: Counter,
) -> None:
    desk.office.failing = SourceUnavailable(COMMISSION)
    request = await desk.accepted()
    waits = []
    for _ in range(14):
        await desk.now(request)
        began = desk.clock.at
        while not await desk.ground.engine.run_due():
            desk.clock.move(seconds=1)
            if desk.clock.at - began > datetime.timedelta(hours=2):
                raise AssertionError("it gave up")
            if (desk.clock.at - began).seconds > 64:
                desk.clock.move(seconds=59)
        waits.append((desk.clock.at - began).total_seconds())
        if len(waits) > 3:
            break
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    desk.office.failing = None
    desk.clock.move(hours=1)
    assert (await desk.now(request)).state is RequestState.DELIVERED
    assert len(desk.office.files) == 1


async def test_an_office_that_did_it_and_said_nothing_is_told_again_and_has_it_once(desk: Counter) -> None:
    desk.office.failing, desk.office.deaf = SourceTimeout(COMMISSION), True
    request = await desk.accepted()
    assert (await desk.now(request)).state is RequestState.QUEUED
    desk.office.failing = None
    desk.clock.move(minutes=1)
    assert (await desk.now(request)).state is RequestState.DELIVERED
    assert len(desk.office.delivered) == 2
    assert len({delivery.reference for delivery in desk.office.delivered}) == len(desk.office.files) == 1


async def test_a_pending_assessment_is_made_when_the_system_is_back(desk: Counter) -> None:
    desk.world.failing["insurances_by_person"] = SourceUnavailable(Source.BRANCH_DATABASES)
    request = await desk.accepted()
    assert (await desk.now(request)).state is RequestState.ACCEPTED
    assert desk.office.delivered == []
    del desk.world.failing["insurances_by_person"]
    desk.clock.move(minutes=1)
    request = await desk.now(request)
    assert (request.state, request.assessment) == (RequestState.DELIVERED, Assessment.PASSED)


async def test_a_pending_assessment_that_fails_refuses_it_with_reasons_and_delivers_nothing(desk: Counter) -> None:
    desk.world.failing["insurances_by_person"] = SourceUnavailable(Source.BRANCH_DATABASES)
    request = await desk.accepted()
    del desk.world.failing["insurances_by_person"]
    desk.world.facts["insurances_by_person"][SARA] = Insurance(status=InsuranceStatus.NO_LINK)
    request = await desk.now(request)
    assert (request.state, request.assessment) == (RequestState.REJECTED, Assessment.REFUSED)
    assert [reason.rule for reason in request.reasons] == ["commission.insured-is-linked"]
    assert desk.office.delivered == []
    assert isinstance(await desk.desk.appeal(request, "a", None), NotNow)


async def test_it_is_followed_to_its_end(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    request = await followed(desk, request, OfficeState.IN_REVIEW)
    session = Appointment(at=NOON + datetime.timedelta(days=9), place="تهران")
    request = await followed(desk, request, OfficeState.SCHEDULED, appointment=session)
    assert request.appointment == session
    request = await followed(desk, request, OfficeState.APPROVED, note="تأیید شد")
    assert states(request) == ["ACCEPTED", "QUEUED", "DELIVERED", "IN_REVIEW", "SCHEDULED", "APPROVED"]
    assert request.outcome == "تأیید شد"
    desk.clock.move(days=30)
    assert await desk.ground.engine.run_due() == 1, "its run is over: only the upkeep has one"
    assert (await desk.accepted("another")).id != request.id, "what is closed stands in nobody's way"


async def test_what_the_office_says_again_is_no_step(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    for _ in range(3):
        request = await followed(desk, request, OfficeState.IN_REVIEW)
    assert states(request) == ["ACCEPTED", "QUEUED", "DELIVERED", "IN_REVIEW"]


async def test_information_is_asked_for_supplied_and_forwarded_once(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    request = await followed(desk, request, OfficeState.NEEDS_INFORMATION, needs="گزارش پزشک")
    assert request.needs == "گزارش پزشک"
    assert request.information_until == request.steps[-1].at + datetime.timedelta(days=10)
    report = (await desk.desk.documents.add(SARA, PDF)).id
    first = await desk.desk.supply(request, "s", [report], "پیوست شد")
    again = await desk.desk.supply(request, "s", [report], "پیوست شد")
    assert isinstance(first, ServiceRequest)
    assert isinstance(again, ServiceRequest)
    assert first.acts == again.acts
    assert await desk.desk.supply(request, "s", [report], "دیگر") == Reused()
    assert isinstance(await desk.desk.supply(request, "t", [report], None), NotNow), "one waits already"
    request = await desk.now(request)
    assert request.state is RequestState.IN_REVIEW
    ((reference, act, enclosures),) = desk.office.forwarded
    assert (reference, act.text, [one.content for one in enclosures]) == (request.id, "پیوست شد", [PDF])
    assert request.needs is None


async def test_information_is_not_taken_where_nobody_asked_for_it(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    assert isinstance(await desk.desk.supply(request, "s", [], "متن"), NotNow)
    assert isinstance(await desk.desk.supply(request, "s", [], None), Invalid)


async def test_information_that_does_not_come_in_its_time_closes_the_request(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    request = await followed(desk, request, OfficeState.NEEDS_INFORMATION, needs="گزارش")
    desk.clock.move(days=9)
    assert (await desk.now(request)).state is RequestState.NEEDS_INFORMATION
    desk.clock.move(days=1)
    request = await desk.now(request)
    assert request.state is RequestState.EXPIRED
    assert [act.kind.value for _, act, _ in desk.office.forwarded] == ["WITHDRAW"]


async def test_without_a_known_term_nothing_expires(tmp_path: Path, schema: Any) -> None:
    async with counter(tmp_path, World(schema), terms=Terms()) as desk:
        request = await desk.now(await desk.accepted())
        desk.office.says(request, OfficeState.NEEDS_INFORMATION, needs="گزارش")
        desk.clock.move(days=400)
        request = await desk.now(request)
        assert (request.state, request.information_until) == (RequestState.NEEDS_INFORMATION, None)
        assert desk.desk.service_level(request) is None


async def test_before_it_is_assessed_it_is_withdrawn_without_the_office(desk: Counter) -> None:
    desk.world.failing["insurances_by_person"] = SourceUnavailable(Source.BRANCH_DATABASES)
    request = await desk.accepted()
    assert isinstance(await desk.desk.withdraw(request, "w"), ServiceRequest)
    assert (await desk.now(request)).state is RequestState.WITHDRAWN
    assert desk.office.delivered == []
    assert desk.office.forwarded == []


async def test_after_delivery_the_office_is_told_of_the_withdrawal(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    first = await desk.desk.withdraw(request, "w")
    assert isinstance(first, ServiceRequest)
    again = await desk.desk.withdraw(request, "w")
    assert isinstance(again, ServiceRequest)
    assert len(again.acts) == 1
    request = await desk.now(request)
    assert request.state is RequestState.WITHDRAWN
    assert len(desk.office.forwarded) == 1
    assert isinstance(await desk.desk.withdraw(request, "x"), NotNow)


async def test_a_refusal_of_the_first_board_can_be_appealed_within_its_term(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    request = await followed(desk, request, OfficeState.REJECTED, note="احراز نشد")
    assert request.appeal_until == request.steps[-1].at + datetime.timedelta(days=30)
    desk.clock.move(days=29)
    assert isinstance(await desk.desk.appeal(request, "a", "اعتراض"), ServiceRequest)
    request = await desk.now(request)
    assert (request.state, request.instance) == (RequestState.IN_REVIEW, 2)
    request = await followed(desk, request, OfficeState.REJECTED, note="احراز نشد", instance=2)
    assert request.appeal_until is None
    assert isinstance(await desk.desk.appeal(request, "b", None), NotNow), "the second board is the last"


async def test_an_appeal_after_its_term_is_not_taken(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    request = await followed(desk, request, OfficeState.REJECTED, note="احراز نشد")
    desk.clock.move(days=30)
    assert isinstance(await desk.desk.appeal(request, "a", None), NotNow)


async def test_a_file_that_the_office_has_lost_is_delivered_again(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    desk.office.files.clear()
    desk.clock.move(seconds=TERMS.follow_seconds)
    await desk.now(request)
    assert set(desk.office.files) == {request.id}


async def test_steps_never_run_backwards_whatever_the_offices_clock_says(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    early = desk.office.files[request.id]
    desk.office.says(request, OfficeState.IN_REVIEW)
    desk.office.files[request.id] = type(early)(
        number="CM-1", state=OfficeState.IN_REVIEW, changed_at=NOON - datetime.timedelta(days=3)
    )
    desk.clock.move(seconds=TERMS.follow_seconds)
    request = await desk.now(request)
    times = [step.at for step in request.steps]
    assert times == sorted(times)


async def test_the_service_level_counts_working_days_and_is_late_after_them(desk: Counter) -> None:
    request = await desk.now(await desk.accepted())
    level = desk.desk.service_level(request)
    assert level
    # Sunday 22 November 2026 does not count; Friday the 27th is off: Monday 30 November is the seventh day.
    assert level.due == datetime.datetime(2026, 11, 30, 20, 30, tzinfo=datetime.UTC)
    assert not level.late
    desk.clock.at = level.due
    late = desk.desk.service_level(request)
    assert late
    assert late.late
