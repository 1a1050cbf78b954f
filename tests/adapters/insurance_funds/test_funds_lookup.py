"""The other funds: who is a member of one."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from adapters.insurance_funds import connect
from adapters.insurance_funds.settings import InsuranceFundsSettings
from adapters.insurance_funds.source import InsuranceFunds
from gateway.domain.calendar import Day
from gateway.domain.failure import SourceFailure, SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.other_fund import FundMembership, FundStanding
from tests.adapters.outbound.stand_in import Seen, SetClock, StandIn, standing_in
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

ACCOUNT = {"username": "us", "password": "hush", "timeout": 2}
FARHAD, PEYMAN, SARA = NationalId("0065402049"), NationalId("0065272498"), NationalId("0013542419")
FARHADS = {"nationalCode": "65402049", "fund": "11", "fundName": " صندوق ", "standing": "INSURED", "since": "13720501"}
PEYMANS = {"nationalCode": "0065272498", "fund": "13", "fundName": "صندوق", "standing": "PENSIONER", "since": "0"}


@dataclass(frozen=True)
class Talk:
    server: StandIn
    rows: list[dict[str, Any]]
    funds: InsuranceFunds


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    rows = [dict(FARHADS), dict(PEYMANS)]

    async def desk(seen: Seen) -> web.StreamResponse:
        codes = {code.lstrip("0") for code in json.loads(seen.body)["nationalCodes"]}
        found = [row for row in rows if str(row["nationalCode"]).lstrip("0") in codes]
        return web.json_response({"result": "OK", "memberships": found})

    async with standing_in(desk) as server:
        settings = InsuranceFundsSettings.model_validate(ACCOUNT | {"url": server.url})
        async with connect(settings, SetClock()) as funds:
            yield Talk(server, rows, funds)


class TestFundMembershipsByPerson(CancellableLookupContract):
    @pytest.fixture
    async def subject(self, talk: Talk) -> Subject[NationalId, tuple[FundMembership, ...]]:
        return Subject(
            lookup=talk.funds.fund_memberships_by_person,
            known=[FARHAD, PEYMAN],
            unknown=[SARA],
            asked=lambda: len(talk.server.seen),
            broken=lambda: talk.server.says("oops", status=500),
            silent=talk.server.is_silent,
        )


async def test_a_membership_says_which_fund_since_when_and_as_what(talk: Talk) -> None:
    said = await talk.funds.fund_memberships_by_person([FARHAD, PEYMAN])
    assert [fact.value for fact in said.values() if isinstance(fact, Fact)] == [
        (FundMembership(fund="11", fund_name="صندوق", standing=FundStanding.INSURED, since=Day(1372, 5, 1)),),
        (FundMembership(fund="13", fund_name="صندوق", standing=FundStanding.PENSIONER, since=None),),
    ]


@pytest.mark.parametrize("changed", [{"standing": "PERHAPS"}, {"since": "14051305"}, {"fund": " "}, {"fund": 3}])
async def test_a_row_that_makes_no_sense_costs_its_own_person(talk: Talk, changed: dict[str, Any]) -> None:
    talk.rows[0] |= changed
    said = await talk.funds.fund_memberships_by_person([FARHAD, PEYMAN])
    assert isinstance(said[FARHAD], SourceIncoherent)
    assert isinstance(said[PEYMAN], Fact)


async def test_a_row_that_names_nobody_costs_all(talk: Talk) -> None:
    talk.server.says(json.dumps({"result": "OK", "memberships": [FARHADS | {"nationalCode": "nobody"}]}))
    said = await talk.funds.fund_memberships_by_person([FARHAD, PEYMAN])
    assert all(isinstance(each, SourceFailure) for each in said.values())
    assert len(said) == 2


async def test_a_hundred_persons_go_in_a_call(talk: Talk) -> None:
    settings = InsuranceFundsSettings.model_validate(ACCOUNT | {"url": talk.server.url, "batch_size": 2})
    async with connect(settings, SetClock()) as funds:
        await funds.fund_memberships_by_person([FARHAD, PEYMAN, SARA])
    assert len(talk.server.seen) == 2
