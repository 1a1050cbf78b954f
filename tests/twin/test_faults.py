"""Each fault, over a real socket: switched on, felt, switched off again."""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from lxml import etree

from twin.faults import LIES

SYSTEMS = ("civil_registry", "bank_refah", "labour_ministry")


def is_well(answer: httpx.Response) -> bool:
    """Sara's facts, whichever system said them."""
    if answer.status_code != 200:
        return False
    text = answer.text
    return "13542419" in text and ("<name>" in text or '"status":"OK"' in text or '"SUCCESSFUL"' in text)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_all_is_well_without_faults(twin: Any, system: str) -> None:
    assert is_well(await twin.ask(system))


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_delay_makes_an_answer_late_and_only_late(twin: Any, system: str) -> None:
    await twin.fault(system, kind="delay", milliseconds=80, jitter=20)
    began = time.monotonic()
    assert is_well(await twin.ask(system))
    assert time.monotonic() - began > 0.055


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_silent_system_never_answers_and_forgets_who_hung_up(twin: Any, system: str) -> None:
    await twin.fault(system, kind="silent")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await twin.ask(system)
    await twin.control("DELETE", f"faults/{system}")
    assert is_well(await twin.ask(system))


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_refusing_system_comes_back_at_the_same_port(twin: Any, system: str) -> None:
    assert is_well(await twin.ask(system))  # leaves a live connection in the pool
    await twin.fault(system, kind="refused")
    for _ in range(2):
        with pytest.raises(httpx.ConnectError):
            await twin.ask(system)
    await twin.control("DELETE", f"faults/{system}")
    assert is_well(await twin.ask(system))


async def test_a_refusing_system_drops_the_calls_it_is_working_on(twin: Any) -> None:
    await twin.fault("civil_registry", kind="silent")
    waiting = asyncio.create_task(twin.ask("civil_registry"))
    await asyncio.sleep(0.1)
    await twin.fault("civil_registry", kind="refused")
    with pytest.raises(httpx.TransportError):
        await waiting


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_cut_answer_ends_in_its_middle(twin: Any, system: str) -> None:
    await twin.fault(system, kind="cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await twin.ask(system)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_an_error_rate_hits_its_share_of_calls(twin: Any, system: str) -> None:
    token = (await twin.token()).json()["access_token"]
    sara = twin.descriptor["persons"]["sara"]
    await twin.fault(system, kind="error", rate=0.5)
    answers = [
        await (twin.cases(sara, token=token) if system == "labour_ministry" else twin.ask(system)) for _ in range(60)
    ]
    failed = [answer for answer in answers if answer.status_code == 500]
    assert 15 <= len(failed) <= 45
    assert all(is_well(answer) for answer in answers if answer not in failed)


async def test_a_closed_or_exhausted_system_says_so_in_its_own_way(twin: Any) -> None:
    for kind, key in (("closed", "inquiry.time.finished"), ("quota", "inquiry.outof.max.daily.request")):
        await twin.fault("civil_registry", kind=kind)
        assert key in (await twin.ask("civil_registry")).text
    for system in ("bank_refah", "labour_ministry"):
        for kind, status in (("closed", 503), ("quota", 429)):
            await twin.fault(system, kind=kind, retry_after=7)
            answer = await (twin.token() if system == "labour_ministry" else twin.ask(system))
            assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")


async def test_a_delay_stands_beside_one_other_fault(twin: Any) -> None:
    await twin.fault("bank_refah", kind="delay", milliseconds=100)
    await twin.fault("bank_refah", kind="error")
    await twin.fault("bank_refah", kind="closed")
    kinds = [f["kind"] for f in (await twin.control("GET", "faults/bank_refah"))["faults"]]
    assert kinds == ["delay", "closed"]
    began = time.monotonic()
    assert (await twin.ask("bank_refah")).status_code == 503
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize(("system", "how"), [(s, how) for s in SYSTEMS for how in LIES[s] if how != "endless"])
async def test_every_lie_is_told(twin: Any, system: str, how: str) -> None:
    truth = await twin.ask(system)
    await twin.fault(system, kind="lying", how=how)
    try:
        lie = await twin.ask(system)
    except (json.JSONDecodeError, KeyError):
        assert how == "token_html"  # our own caller stumbles over it
        return
    assert (lie.status_code, lie.content) != (truth.status_code, truth.content)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_an_endless_answer_does_not_end_soon(twin: Any, system: str) -> None:
    token = (await twin.token()).json()["access_token"]
    await twin.fault(system, kind="lying", how="endless")
    place = twin.descriptor[system]
    received = 0
    if system == "labour_ministry":
        request = twin.http.build_request(
            "POST",
            place["url"] + "/api/v1/unemployment-cases/search",
            json={"nationalCodes": ["0013542419"]},
            headers={"Authorization": f"Bearer {token}"},
        )
        answer = await twin.http.send(request, stream=True)
        async for chunk in answer.aiter_bytes():
            received += len(chunk)
            if received > 3_000_000:
                break
        await answer.aclose()
    else:
        received = len((await twin.ask(system)).content)
    assert received > 3_000_000


async def test_the_registrys_lies_are_what_they_are_called(twin: Any) -> None:
    async def lie(how: str) -> httpx.Response:
        await twin.fault("civil_registry", kind="lying", how=how)
        answer: httpx.Response = await twin.ask("civil_registry")
        return answer

    assert b"<nin>13542419</nin>" not in (await lie("another_person")).content
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring((await lie("truncated")).content)
    bomb = (await lie("entity_bomb")).content
    assert bomb.count(b"<!ENTITY") == 10
    assert b"&j;" in bomb
    assert b'SYSTEM "file:' in (await lie("external_entity")).content
    assert (await lie("soap_fault")).status_code == 500
    assert b"<birthDate>13601305</birthDate>" in (await lie("month_13")).content
    assert "text/html" in (await lie("html")).headers["content-type"]


async def test_the_banks_lies_are_what_they_are_called(twin: Any) -> None:
    async def lie(how: str) -> dict[str, Any]:
        await twin.fault("bank_refah", kind="lying", how=how)
        answer: dict[str, Any] = (await twin.ask("bank_refah")).json()
        return answer

    assert await lie("error_inside") == {"status": "ERROR", "error": "ACCOUNT_FROZEN"}
    assert await lie("busy_inside") == {"status": "ERROR", "error": "SYSTEM_BUSY"}
    assert {row["amount"] for row in (await lie("amount"))["receipts"]} == {10**15}
    assert all(row["payer"].zfill(10) != "0013542419" for row in (await lie("another_payer"))["receipts"])
    assert {row["paidDate"] for row in (await lie("month_13"))["receipts"]} == {"14051305"}


async def test_the_ministrys_lies_are_what_they_are_called(twin: Any) -> None:
    async def lie(how: str) -> httpx.Response:
        await twin.fault("labour_ministry", kind="lying", how=how)
        answer: httpx.Response = await twin.ask("labour_ministry")
        return answer

    assert (await lie("busy_inside")).json()["problems"] == [{"key": "sso.to.sa.connection.exception"}]
    assert (await lie("error_inside")).json()["family"] == "FAILED"
    assert (await lie("token_refused")).status_code == 401
    assert {row["jobLossDate"] for row in (await lie("month_13")).json()["data"]["list"]} == {"14041305"}
    with pytest.raises(UnicodeDecodeError):
        (await lie("wrong_encoding")).content.decode()
