"""What a caller may use, and what is given back."""

import re
from collections.abc import Sequence

import pytest

from gateway.domain.failure import Code, Source
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused
from gateway.http.rate_headers import rate_headers
from gateway.loading.counters import CountersAway, LocalCounters, Use
from gateway.operation.allowances import Allowance, CallLimits, LimitSettings, OwnAllowance
from gateway.operation.budget import Overspent
from tests.operation.limits.conftest import MovedClock, Purse, Purses, agency, citizen

ME = "{ me { identity { firstName } } }"
PERSONS = "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { identity { firstName } } } }"
REZA = NationalId("0061274801")


def citizens(**limits: object) -> LimitSettings:
    return LimitSettings(citizen=OwnAllowance(**limits))  # type: ignore[arg-type]


async def overspent(purse: Purse, *arguments: object, **variables: object) -> Overspent:
    with pytest.raises(Overspent) as raised:
        await purse.spend(*arguments, **variables)  # type: ignore[arg-type]
    assert raised.value.code is Code.RATE_LIMITED
    assert raised.value.details["retryAfter"] == raised.value.retry_after
    return raised.value


@pytest.mark.parametrize(
    ("limits", "details"),
    [
        ({"field_cost": 20}, {"measure": "FIELD_COST", "cost": 21, "limit": 20}),
        ({"type_cost": 2}, {"measure": "TYPE_COST", "cost": 3, "limit": 2}),
        (
            {"calls": CallLimits(civil_registry=0)},
            {"measure": "CALLS", "cost": 1, "limit": 0, "source": "CIVIL_REGISTRY"},
        ),
        ({"cost_per_minute": 20}, {"measure": "COST", "cost": 21, "limit": 20}),
    ],
)
async def test_an_operation_larger_than_any_may_be_is_refused_with_its_numbers(
    purse: Purses, limits: dict[str, object], details: dict[str, object]
) -> None:
    with pytest.raises(Refused) as raised:
        await purse(citizens(**limits)).spend(citizen(), ME)
    assert raised.value.code is Code.COST_LIMIT
    assert raised.value.details == details


async def test_operations_a_minute_slide(purse: Purses, clock: MovedClock) -> None:
    mine = purse(citizens(operations_per_minute=3))
    for _ in range(3):
        await mine.spend(citizen(), ME)
    refused = await overspent(mine, citizen(), ME)
    assert refused.details["limit"] == "operations"
    clock.move(60)  # the three of the last minute still weigh in full
    await overspent(mine, citizen(), ME)
    clock.move(21)
    await mine.spend(citizen(), ME)


@pytest.mark.parametrize("begun", [0, 7, 31, 59])
async def test_after_retry_after_the_operation_runs(purse: Purses, clock: MovedClock, begun: int) -> None:
    mine = purse(citizens(operations_per_minute=5))
    clock.move(begun)
    for _ in range(5):
        await mine.spend(citizen(), ME)
    for _ in range(4):
        clock.move((await overspent(mine, citizen(), ME)).retry_after)
        await mine.spend(citizen(), ME)


async def test_a_refused_operation_takes_nothing(purse: Purses) -> None:
    mine = purse(citizens(operations_per_minute=100, cost_per_minute=50))
    await mine.spend(citizen(), ME)
    for _ in range(5):
        assert (
            await overspent(mine, citizen(), "{ me { identity { birth { jalali } } photo { base64 } } }")
        ).retry_after
    spent = await mine.spend(citizen(), ME)
    assert {s.demand.name: s.remaining for s in spent.standings} == {"operations": 98, "cost": 50 - 2 * 21}


async def test_callers_do_not_share_a_limit_but_the_clients_of_a_contract_do(purse: Purses) -> None:
    mine = purse(citizens(operations_per_minute=1))
    await mine.spend(citizen(), ME)
    await mine.spend(citizen(REZA), ME)
    await mine.spend(agency(rate_per_minute=1, client="a"), ME)
    await mine.spend(agency(rate_per_minute=1, name="fund"), ME)
    await overspent(mine, agency(rate_per_minute=1, client="b"), ME)


async def test_persons_a_day_are_reserved_and_the_unused_given_back(purse: Purses, clock: MovedClock) -> None:
    mine, court = purse(), agency(daily_quota=10, rate_per_minute=1_000)
    spent = await mine.spend(court, PERSONS, ids=["x"] * 8)
    refused = await overspent(mine, court, PERSONS, ids=["x"] * 3)
    assert refused.details["limit"] == "persons"
    assert refused.retry_after == 12 * 3600  # midnight in Tehran
    spent.settle(persons=1, calls={})
    await mine.spend(court, PERSONS, ids=["x"] * 9)
    await overspent(mine, court, PERSONS, ids=["x"])
    clock.move(12 * 3600)
    await mine.spend(court, PERSONS, ids=["x"] * 10)


async def test_more_persons_than_a_day_has_are_refused_for_good(purse: Purses) -> None:
    with pytest.raises(Refused) as raised:
        await purse().spend(agency(daily_quota=10), PERSONS, ids=["x"] * 11)
    assert raised.value.details == {"measure": "PERSONS", "cost": 11, "limit": 10}


async def test_calls_a_minute_and_a_day_count_what_was_really_asked(purse: Purses) -> None:
    quotas = CallLimits(civil_registry=3)
    mine = purse(citizens(calls_per_minute=quotas, calls_per_day=quotas))
    two = "{ me { identity { firstName } photo { base64 } } }"
    spent = await mine.spend(citizen(), two)
    refused = await overspent(mine, citizen(), two)
    assert refused.details["limit"] == "calls-civil-registry-day"
    spent.settle(persons=1, calls={Source.CIVIL_REGISTRY: 1})  # the picture was remembered
    await mine.spend(citizen(), two)
    await mine.spend(citizen(), "{ me { nationalId } }")  # asks nobody


class Away(LocalCounters):
    away = True

    async def add(self, uses: Sequence[Use]) -> list[int]:
        if self.away:
            raise CountersAway(1.5)
        return await super().add(uses)

    def give_back(self, uses: Sequence[Use]) -> None:
        if not self.away:
            super().give_back(uses)


async def test_while_counts_are_away_rates_go_by_shares_and_daily_quotas_are_closed(
    purse: Purses, clock: MovedClock
) -> None:
    counters = Away(clock)
    settings = LimitSettings(replicas=3, citizen=OwnAllowance(operations_per_minute=6))
    mine = purse(settings, counters)
    for _ in range(2):
        await mine.spend(citizen(), ME)
    await overspent(mine, citizen(), ME)
    refused = await overspent(mine, agency(), PERSONS, ids=["x"])
    assert (refused.details["limit"], refused.retry_after) == ("persons", 2)
    await mine.spend(agency(), "{ __typename }")  # about nobody
    counters.away = False
    await mine.spend(agency(), PERSONS, ids=["x"])


async def test_what_is_given_back_while_counts_are_away_is_lost_and_nothing_breaks(
    purse: Purses, clock: MovedClock
) -> None:
    counters = Away(clock)
    counters.away = False
    mine = purse(None, counters)
    spent = await mine.spend(agency(daily_quota=10), PERSONS, ids=["x"] * 10)
    counters.away = True
    spent.settle(persons=0, calls={})
    counters.away = False
    await overspent(mine, agency(daily_quota=10), PERSONS, ids=["x"])


class Remembering(LocalCounters):
    keys: set[str] = set()  # noqa: RUF012 - of this one test

    async def add(self, uses: Sequence[Use]) -> list[int]:
        self.keys |= {use.key for use in uses}
        return await super().add(uses)


async def test_nobody_is_named_where_counts_are_kept(purse: Purses, clock: MovedClock) -> None:
    counters = Remembering(clock)
    mine = purse(None, counters)
    await mine.spend(citizen(), ME)
    await mine.spend(agency(name="court"), ME)
    assert counters.keys
    for key in counters.keys:
        assert re.fullmatch(r"[0-9a-f]{32}:[a-z-]+:\d+:\d+", key)


async def test_the_headers_say_each_policy_and_how_the_caller_stands(purse: Purses, clock: MovedClock) -> None:
    clock.move(18)
    spent = await purse().spend(agency(rate_per_minute=60, daily_quota=100), PERSONS, ids=["x"] * 5)
    assert rate_headers(spent.standings) == {
        "ratelimit-policy": '"operations";q=60;w=60, "cost";q=2500000;w=60, "persons";q=100;w=86400',
        "ratelimit": f'"operations";r=59;t=42, "cost";r={2_500_000 - 1 - 5 * 21};t=42, "persons";r=95;t={43_200 - 18}',
    }


def test_counts_of_one_process_are_forgotten_when_they_end(clock: MovedClock) -> None:
    counters = LocalCounters(clock, kept=100)
    for n in range(300):
        counters.added([Use(f"caller {n}", 1, 60 + n)])
    assert len(counters._counts) <= 101
    clock.move(1_000)
    assert counters.added([Use("another", 2, 60)]) == [2]
    assert len(counters._counts) == 1


def test_a_larger_allowance_is_a_setting_of_its_kind() -> None:
    assert Allowance().operations_per_minute > OwnAllowance().operations_per_minute
