"""The intake's wire, by hand, and the ready examples that the control API hands out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.domain.identifiers import BranchCode, WorkshopCode, WorkshopKey
from gateway.requests.premium_list.checking import checked
from gateway.requests.premium_list.settings import PremiumListSettings
from tests.twin.branches.conftest import SARA, small_world
from tests.twin.branches.test_clerk import handed_fields
from twin.counts import Counts
from twin.faults import LIES
from twin.named import KAVEHS_WORKSHOP
from twin.population import build_world
from twin.sandbox import open_twin
from twin.world import BRANCHES, World

REFERENCE = "c" * 32


class Intake:
    def __init__(self, descriptor: dict[str, Any], http: httpx.AsyncClient) -> None:
        self.place, self._control, self._http = descriptor["branch_intake"], descriptor["control"], http

    async def hand(self, branch: str = "0070", reference: str = REFERENCE, **more: Any) -> httpx.Response:
        content = {"reference": reference, "trackingCode": "1" * 12, "list": handed_fields(branch)}
        auth = more.get("auth", (self.place["username"], self.place["password"]))
        url = self.place["branches"][branch] + "/v1/lists"
        return await self._http.post(url, json=more.get("content", content), auth=auth)

    async def control(self, method: str, path: str, content: Any = None) -> Any:
        answer = await self._http.request(method, f"{self._control}/_twin/{path}", json=content)
        return answer.raise_for_status().json()

    async def lists(self, branch: str = "0070") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.control("GET", "intake/lists"))["lists"][branch]
        return found

    async def example(self, name: str, **asked: str) -> httpx.Response:
        return await self._http.get(f"{self._control}/_twin/intake/example/{name}", params=asked)


async def opened(world: World, cache: Path) -> AsyncIterator[Intake]:
    async with (
        open_twin(world, branches="sqlite", cache=cache, progress=lambda _: None) as descriptor,
        httpx.AsyncClient(timeout=10, trust_env=False) as http,
    ):
        yield Intake(descriptor, http)


@pytest.fixture
async def intake(tmp_path: Path) -> AsyncIterator[Intake]:
    async for one in opened(small_world(), tmp_path):
        yield one


async def test_a_list_that_comes_twice_is_entered_once(intake: Intake) -> None:
    first, second = [(await intake.hand()).json() for _ in range(2)]
    assert first == second
    assert (first["result"], first["reference"], first["number"]) == ("RECORDED", REFERENCE, "0070-000001")
    assert first["recordedAt"] > 1_790_000_000_000
    (entry,) = await intake.lists()
    assert (entry["received"], entry["workers"], entry["reference"]) == (2, 2, REFERENCE)
    assert (await intake.control("GET", "counts"))["branch_intake"] == {"0070": {"lists": 2}}


async def test_a_reset_forgets_no_list(intake: Intake) -> None:
    first = (await intake.hand()).json()
    await intake.control("POST", "reset?faults=1")
    assert (await intake.hand()).json() == first
    assert [entry["received"] for entry in await intake.lists()] == [1]


async def test_each_branch_has_its_own_door(intake: Intake) -> None:
    assert set(intake.place["branches"]) == set(BRANCHES)
    await intake.control("PUT", "faults/branch_intake.0070", {"kind": "refused"})
    with pytest.raises(httpx.ConnectError):
        await intake.hand("0070")
    assert (await intake.hand("0960")).json()["result"] == "RECORDED"
    await intake.control("PUT", "faults/branch_intake", {"kind": "refused"})
    with pytest.raises(httpx.ConnectError):
        await intake.hand("1530")
    await intake.control("DELETE", "faults/branch_intake")
    await intake.control("DELETE", "faults/branch_intake.0070")
    assert (await intake.hand("0070")).json()["result"] == "RECORDED"


async def test_a_wrong_account_or_body_enters_nothing(intake: Intake) -> None:
    assert (await intake.hand(auth=("guess", "guess"))).status_code == 401
    assert (await intake.hand(content={"reference": REFERENCE})).status_code == 400
    assert await intake.lists() == []


@pytest.mark.parametrize("kind", ["cut", "silent"])
async def test_cut_off_or_silent_it_has_entered_the_list(intake: Intake, kind: str) -> None:
    await intake.control("PUT", "faults/branch_intake", {"kind": kind})
    with pytest.raises((httpx.HTTPError, TimeoutError)):
        async with asyncio.timeout(0.5):
            await intake.hand()
    assert [entry["reference"] for entry in await intake.lists()] == [REFERENCE]


@pytest.mark.parametrize(("kind", "status"), [("closed", 503), ("quota", 429), ("error", 500)])
async def test_unwell_it_enters_nothing(intake: Intake, kind: str, status: int) -> None:
    await intake.control("PUT", "faults/branch_intake", {"kind": kind})
    assert (await intake.hand()).status_code == status
    assert await intake.lists() == []


@pytest.mark.parametrize("how", sorted(set(LIES["branch_intake"]) - {"endless"}))
async def test_its_lies_enter_nothing_and_are_no_truth(intake: Intake, how: str) -> None:
    await intake.control("PUT", "faults/branch_intake", {"kind": "lying", "how": how})
    lie = await intake.hand()
    assert lie.status_code == 200
    assert await intake.lists() == []
    await intake.control("DELETE", "faults/branch_intake")
    assert lie.content != (await intake.hand()).content


@pytest.mark.parametrize("page", ["cp1256", "iran_system"])
async def test_an_example_is_a_list_without_a_fault(tmp_path: Path, page: str) -> None:
    code, branch = KAVEHS_WORKSHOP
    async for intake in opened(build_world(1, 40), tmp_path):
        files = [await intake.example(name, page=page, month="140508") for name in ("DSKKAR00.DBF", "DSKWOR00.DBF")]
        place = WorkshopKey(WorkshopCode(code), BranchCode(branch))
        said = checked(files[0].content, files[1].content, place, PremiumListSettings())
        assert said.faults == ()
        assert said.premium_list is not None
        assert str(said.premium_list.month) == "1405-08"
        assert SARA in [worker.national_id.digits for worker in said.premium_list.workers]
        assert said.workers_page is not None
        assert said.workers_page.value == page
        assert (await intake.example("DSKKAR01.DBF")).status_code == 400
        assert (await intake.example("DSKKAR00.DBF", workshop="0070099999")).status_code == 400


def test_counts_know_the_intake_from_the_start() -> None:
    assert Counts().as_json()["branch_intake"] == {}
