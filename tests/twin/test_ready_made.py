"""Ready-made answers are the answers; only what changes nothing is kept, and faults are not."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.twin.conftest import Caller
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.named import NAMED
from twin.sandbox import open_http_systems
from twin.world import World

SARA = NAMED["sara"].code


@pytest.fixture
async def ready(world: World) -> AsyncIterator[tuple[Caller, Faults, Counts]]:
    faults, counts = Faults(), Counts()
    async with (
        open_http_systems(world, faults, counts, ready_made=True) as descriptor,
        httpx.AsyncClient() as http,
    ):
        yield Caller(descriptor, http), faults, counts


async def test_the_second_answer_is_the_first_and_both_are_counted(
    ready: tuple[Caller, Faults, Counts], twin: Caller
) -> None:
    kept, _, counts = ready
    plain = await twin.registry(SARA)
    first, second = await kept.registry(SARA), await kept.registry(SARA)
    assert first.content == second.content == plain.content
    assert second.headers["content-type"] == plain.headers["content-type"]
    assert counts.as_json()["civil_registry"] == {"getEstelam3": 2}
    assert [call.keys for call in counts.calls("civil_registry")] == [(SARA,), (SARA,)]


async def test_the_bank_answers_each_question_with_its_own_answer(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, _, _ = ready
    for payer in (SARA, NAMED["parisa"].code, SARA):
        said = (await kept.bank("/v1/receipts/query", {"payers": [payer]})).json()
        assert {row["payer"].zfill(10) for row in said["receipts"]} == {payer}


async def test_a_refusal_is_not_kept(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, _, _ = ready
    refused = await kept.registry(SARA, auth=("nobody", "x"))
    assert refused.status_code == 401
    assert (await kept.registry(SARA)).status_code == 200


async def test_tokens_are_made_anew_each_time(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, _, _ = ready
    ministry = kept.descriptor["labour_ministry"]
    tokens = {
        (
            await kept.http.post(
                f"{ministry['url']}/oauth2/token",
                data={"grant_type": "client_credentials"},
                auth=(ministry["client_id"], ministry["client_secret"]),
            )
        ).json()["access_token"]
        for _ in range(2)
    }
    assert len(tokens) == 2


async def test_a_confirmation_changes_the_books_each_time(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, _, _ = ready
    receipt = (await kept.bank("/v1/receipts/query", {"payers": [SARA]})).json()["receipts"][0]
    confirmation = {
        "paymentIdentifier": receipt["paymentIdentifier"],
        "amount": receipt["amount"],
        "rrn": "1" * 12,
        "traceNo": "1" * 6,
        "terminalId": "1" * 8,
        "branchOrChannel": "INTERNET",
        "paidAt": "14050703101530",
    }
    for _ in range(2):
        assert (await kept.bank("/v1/receipts/confirm", confirmation)).json()["result"] == "DUPLICATE"
    identifiers = {"paymentIdentifiers": [receipt["paymentIdentifier"]]}
    rows = (await kept.bank("/v1/receipts/query", identifiers)).json()["receipts"]
    assert len(rows) >= 3


async def test_faults_stand_and_go(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, faults, _ = ready
    whole = (await kept.registry(SARA)).content
    faults.put("civil_registry", Fault(kind="error"))
    assert (await kept.registry(SARA)).status_code == 500
    faults.clear()
    assert (await kept.registry(SARA)).content == whole


async def test_a_delay_stands_before_a_kept_answer(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, faults, _ = ready
    await kept.registry(SARA)
    faults.put("civil_registry", Fault(kind="delay", milliseconds=60))
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await kept.registry(SARA)).status_code == 200
    assert loop.time() - began >= 0.055


async def test_a_request_that_comes_in_pieces_is_one_request(ready: tuple[Caller, Faults, Counts]) -> None:
    kept, _, _ = ready
    port = int(kept.descriptor["labour_ministry"]["url"].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"nationalCodes": [SARA]}).encode()
    head = b"POST /api/v1/unemployment-cases/search HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    for piece in (head[:30], head[30:], body[:5], body[5:]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    assert (await reader.readline()) == b"HTTP/1.1 401 Unauthorized\r\n"
    writer.close()
