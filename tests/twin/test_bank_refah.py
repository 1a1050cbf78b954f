"""The bank's wire, by a client that signs on its own."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from twin.named import NAMED
from twin.world import World

SARA, PARISA = NAMED["sara"].code, NAMED["parisa"].code


async def find(twin: Any, identifier: str) -> list[dict[str, Any]]:
    answer = await twin.bank("/v1/receipts/query", {"paymentIdentifiers": [identifier]})
    rows: list[dict[str, Any]] = answer.json()["receipts"]
    return rows


def confirmation(identifier: str, amount: int = 5_000_000) -> dict[str, Any]:
    return {
        "paymentIdentifier": identifier,
        "amount": amount,
        "rrn": "630512345678",
        "traceNo": "104217",
        "terminalId": "01234567",
        "branchOrChannel": "INTERNET",
        "paidAt": "14050703101530",
    }


BILL = "5893610070"  # and its check digit


def checked(digits: str, *before: str) -> str:
    """With the check digit of domain.md 2.1 behind it, over all that stands before."""
    whole = "".join((*before, digits))
    rest = sum(int(d) * w for d, w in zip(reversed(whole), [2, 3, 4, 5, 6, 7] * 5, strict=False)) % 11
    return f"{digits}{0 if rest < 2 else 11 - rest}"


def an_order(serial: int) -> dict[str, Any]:
    bill = checked(BILL)
    return {
        "billIdentifier": bill,
        "paymentIdentifier": checked(checked(str(serial)), bill),
        "amount": 7_000_000,
        "payer": PARISA,
    }


@pytest.fixture
async def calls(twin: Any) -> AsyncIterator[asyncio.Queue[Request]]:
    """What the bank said to us."""
    heard: asyncio.Queue[Request] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear(request: Request) -> Response:
        loop.call_soon_threadsafe(heard.put_nowait, request)
        return Response("{}")

    with HTTPServer() as server:
        server.expect_request("/called", method="POST").respond_with_handler(hear)
        await twin.control("PUT", "bank", {"callback_url": server.url_for("/called")})
        yield heard


def in_state(world: World, *states: str) -> str:
    counted = Counter(receipt.identifier for receipt in world.receipts)
    return next(r.identifier for r in world.receipts if r.state in states and counted[r.identifier] == 1)


async def test_the_signature_is_the_one_of_the_contract(twin: Any) -> None:
    """Written out here once more, byte by byte."""
    body = b'{"payers":["0013542419"]}'
    moment = str(int(time.time()))
    digest = hashlib.sha256(body).hexdigest()
    message = b"POST\n/v1/receipts/query\n" + moment.encode() + b"\n" + digest.encode()
    place = twin.descriptor["bank_refah"]
    answer = await twin.http.post(
        place["url"] + "/v1/receipts/query",
        content=body,
        headers={
            "X-Refah-Client": place["client_id"],
            "X-Refah-Time": moment,
            "X-Refah-Signature": hmac.new(place["secret"].encode(), message, hashlib.sha256).hexdigest(),
        },
    )
    assert answer.json()["status"] == "OK"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"signature": "00" * 32}, "SIGNATURE_INVALID"),
        ({"client": "somebody"}, "CLIENT_UNKNOWN"),
        ({"time": str(int(time.time()) - 10_000)}, "TIME_SKEW"),
        ({"time": "noon"}, "TIME_SKEW"),
    ],
)
async def test_a_wrong_signature_gets_401(twin: Any, wrong: dict[str, str], error: str) -> None:
    answer = await twin.bank("/v1/receipts/query", {"payers": [SARA]}, **wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": error})


async def test_skew_is_measured_on_the_twins_clock(twin: Any) -> None:
    await twin.control("PUT", "clock", {"offset_seconds": 299})
    assert (await twin.receipts(SARA)).status_code == 200
    await twin.control("PUT", "clock", {"offset_seconds": 310})
    assert (await twin.receipts(SARA)).json() == {"error": "TIME_SKEW"}


async def test_saras_receipts_come_newest_first_with_the_fields_of_the_contract(twin: Any) -> None:
    answer = (await twin.receipts(SARA)).json()
    rows = answer["receipts"]
    assert answer["total"] == len(rows) == 16
    keys = [(r["paidDate"].strip("0"), r["paidTime"], r["paymentIdentifier"]) for r in rows]
    assert keys == sorted(keys, reverse=True)
    assert set(rows[0]) == {
        *("paymentIdentifier", "payer", "amount", "dueAmount", "state", "premiumKind", "period", "rrn", "traceNo"),
        *("terminalId", "branchOrChannel", "paidDate", "paidTime", "confirmedAt"),
    }
    assert {r["payer"].zfill(10) for r in rows} == {SARA}
    confirmed = next(r for r in rows if r["state"] == "CONFIRMED")
    assert (len(confirmed["rrn"]), len(confirmed["traceNo"]), len(confirmed["terminalId"])) == (12, 6, 8)
    assert confirmed["confirmedAt"] > 1_600_000_000_000


async def test_some_payers_lost_their_zeros_and_some_did_not(twin: Any) -> None:
    rows = (await twin.receipts(PARISA)).json()["receipts"]
    assert {r["payer"] for r in rows} == {PARISA, PARISA.lstrip("0")}


async def test_empty_places_show_every_marker(twin: Any, world: World) -> None:
    payers = list(dict.fromkeys(receipt.payer for receipt in world.receipts))
    rows = []
    for begin in range(0, len(payers), 50):
        answer = await twin.receipts(*payers[begin : begin + 50], pageSize=500)
        rows += answer.json()["receipts"]
    assert {r["period"] for r in rows} >= {"", "0", "null"}
    assert {r["rrn"] for r in rows} >= {"", None}
    assert {r["paidDate"] for r in rows} >= {"", "00000000"}
    assert {r["confirmedAt"] for r in rows} >= {None, 0}
    assert None in {r["dueAmount"] for r in rows}


async def test_pages_join_to_the_whole(twin: Any) -> None:
    whole = (await twin.receipts(PARISA, pageSize=500)).json()
    pages = [(await twin.receipts(PARISA, pageSize=20, page=page)).json() for page in range(1, 6)]
    assert [r for page in pages for r in page["receipts"]] == whole["receipts"]
    assert {page["total"] for page in pages} == {whole["total"]}
    assert pages[-1]["receipts"] == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"payers": []},
        {"payers": [SARA] * 51},
        {"payers": [SARA], "paymentIdentifiers": ["000000104001"]},
        {"payers": [SARA], "pageSize": 501},
        {"payers": [SARA], "page": 0},
        {"payers": "0013542419"},
        [],
    ],
)
async def test_a_bad_question_gets_400(twin: Any, content: Any) -> None:
    answer = await twin.bank("/v1/receipts/query", content)
    assert (answer.status_code, answer.json()) == (400, {"error": "BAD_REQUEST"})


async def test_a_second_confirmation_books_a_second_row(twin: Any, world: World) -> None:
    identifier = in_state(world, "PAID_UNCONFIRMED")
    results = [(await twin.bank("/v1/receipts/confirm", confirmation(identifier))).json() for _ in range(2)]
    assert [r["result"] for r in results] == ["CONFIRMED", "DUPLICATE"]
    rows = await find(twin, identifier)
    assert [(r["state"], r["amount"]) for r in rows] == [("CONFIRMED", 5_000_000)] * 2
    await twin.control("POST", "reset?faults=1")
    assert [r["state"] for r in await find(twin, identifier)] == ["PAID_UNCONFIRMED"]


async def test_a_pending_payment_is_confirmed_two_days_later(twin: Any, world: World) -> None:
    identifier = in_state(world, "PENDING")
    body = confirmation(identifier)
    assert (await twin.bank("/v1/receipts/confirm", body)).json()["result"] == "PENDING"
    later = 49 * 3600
    await twin.control("PUT", "clock", {"offset_seconds": later})
    answer = await twin.bank("/v1/receipts/confirm", body, time=str(int(time.time()) + later))
    assert answer.json()["result"] == "CONFIRMED"


async def test_what_is_reversed_or_unknown_is_said(twin: Any, world: World) -> None:
    reversed_ = confirmation(in_state(world, "REVERSED"))
    assert (await twin.bank("/v1/receipts/confirm", reversed_)).json() == {"status": "OK", "result": "REVERSED"}
    unknown = confirmation("999999999999")
    assert (await twin.bank("/v1/receipts/confirm", unknown)).json() == {"status": "OK", "result": "NOT_FOUND"}


async def test_a_silent_bank_has_booked_the_confirmation_all_the_same(twin: Any, world: World) -> None:
    identifier = in_state(world, "PAID_UNCONFIRMED")
    await twin.fault("bank_refah", kind="cut")
    with pytest.raises(Exception, match=r"(?i)peer closed|disconnected|incomplete"):
        await twin.bank("/v1/receipts/confirm", confirmation(identifier))
    await twin.control("DELETE", "faults/bank_refah")
    assert [r["state"] for r in await find(twin, identifier)] == ["CONFIRMED"]


async def test_the_nightly_file_lists_a_days_receipts(twin: Any, world: World) -> None:
    day = next(r.paid_on for r in world.receipts if r.payer == SARA and r.paid_on)
    text = f"{day[0]}{day[1]:02}{day[2]:02}"
    answer = await twin.bank(f"/v1/reconciliation/{text}", method="GET")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = [line.split(",") for line in answer.text.splitlines()]
    assert len(lines) == sum(receipt.paid_on == day for receipt in world.receipts)
    assert all(len(line) == 6 for line in lines)
    assert (await twin.bank("/v1/reconciliation/yesterday", method="GET")).status_code == 400


async def test_a_payer_pays_by_the_check_digits_of_both_identifiers(twin: Any) -> None:
    order = an_order(serial=4_000_000_001)
    assert (await twin.pays(order)).json() == {"result": "PAID"}
    rows = await find(twin, order["paymentIdentifier"])
    assert [(r["state"], r["amount"], r["payer"].zfill(10)) for r in rows] == [("PAID_UNCONFIRMED", 7_000_000, PARISA)]
    assert (await twin.pays(order)).json() == {"result": "ALREADY_PAID"}
    wrong = order | {"paymentIdentifier": str(int(order["paymentIdentifier"]) ^ 1)}
    assert (await twin.pays(wrong)).status_code == 400
    page = await twin.http.get(twin.descriptor["bank_refah"]["payment_page"], params=order)
    assert order["paymentIdentifier"] in page.text
    form = await twin.http.post(twin.descriptor["bank_refah"]["payment_page"], data=an_order(serial=4_000_000_002))
    assert form.json() == {"result": "PAID"}


@pytest.mark.parametrize(
    ("conditions", "states"),
    [
        ({"card": "refuses"}, []),
        ({"card": "pays twice"}, [("PAID_UNCONFIRMED", 7_000_000)] * 2),
        ({"differs": -500}, [("PAID_UNCONFIRMED", 6_999_500)]),
        ({"beneath": "VERIFYING"}, [("VERIFYING", 7_000_000)]),
    ],
)
async def test_what_goes_wrong_at_the_till_is_a_condition(
    twin: Any, conditions: dict[str, Any], states: list[tuple[str, int]]
) -> None:
    await twin.control("PUT", "bank", conditions)
    order = an_order(serial=4_000_000_003)
    await twin.pays(order)
    rows = (await twin.control("GET", f"bank/books/{order['paymentIdentifier']}"))["receipts"]
    assert [(r["state"], r["amount"]) for r in rows] == states


async def test_money_is_given_back_once_and_by_its_reference(twin: Any) -> None:
    order = an_order(serial=4_000_000_004)
    await twin.pays(order)
    row = (await find(twin, order["paymentIdentifier"]))[0]
    reversal = {"paymentIdentifier": order["paymentIdentifier"], "rrn": row["rrn"], "amount": row["amount"]}
    wrong = [reversal | {"amount": 1}, reversal | {"rrn": "999999999999"}]
    results = [
        (await twin.bank("/v1/receipts/reverse", each)).json()["result"] for each in (*wrong, reversal, reversal)
    ]
    assert results == ["NOT_FOUND", "NOT_FOUND", "REVERSED", "ALREADY_REVERSED"]
    assert [r["state"] for r in await find(twin, order["paymentIdentifier"])] == ["REVERSED"]
    assert (await twin.bank("/v1/receipts/reverse", {"rrn": 5})).status_code == 400


async def test_a_payment_that_clears_for_two_days_is_confirmed_then_without_being_told_again(twin: Any) -> None:
    await twin.control("PUT", "bank", {"clearing_hours": 48})
    order = an_order(serial=4_000_000_005)
    await twin.pays(order)
    row = (await find(twin, order["paymentIdentifier"]))[0]
    body = confirmation(order["paymentIdentifier"], row["amount"]) | {"rrn": row["rrn"]}
    assert (await twin.bank("/v1/receipts/confirm", body)).json()["result"] == "PENDING"
    later = 49 * 3600
    await twin.control("PUT", "clock", {"offset_seconds": later})
    query = {"paymentIdentifiers": [order["paymentIdentifier"]]}
    answer = await twin.bank("/v1/receipts/query", query, time=str(int(time.time()) + later))
    assert [r["state"] for r in answer.json()["receipts"]] == ["CONFIRMED"]


async def test_a_silent_bank_has_taken_the_money_and_calls_nobody(twin: Any, calls: asyncio.Queue[Request]) -> None:
    order = an_order(serial=4_000_000_006)
    await twin.fault("bank_refah", kind="cut")
    with pytest.raises(Exception, match=r"(?i)peer closed|disconnected|incomplete"):
        await twin.pays(order)
    await twin.control("DELETE", "faults/bank_refah")
    assert [r["state"] for r in await find(twin, order["paymentIdentifier"])] == ["PAID_UNCONFIRMED"]
    assert calls.empty()


async def test_the_banks_call_is_signed_with_a_secret_of_its_own(twin: Any, calls: asyncio.Queue[Request]) -> None:
    order = an_order(serial=4_000_000_007)
    await twin.pays(order)
    row = (await find(twin, order["paymentIdentifier"]))[0]
    async with asyncio.timeout(10):
        call = await calls.get()
    said = json.loads(call.data)
    assert (said["result"], said["rrn"], said["amount"]) == ("PAID", row["rrn"], 7_000_000)
    assert said["paymentIdentifier"] == order["paymentIdentifier"]
    moment, digest = call.headers["X-Refah-Time"], hashlib.sha256(call.data).hexdigest()
    message = f"POST\n/called\n{moment}\n{digest}".encode()
    secret = twin.descriptor["bank_refah"]["callback_secret"]
    assert secret != twin.descriptor["bank_refah"]["secret"]
    assert call.headers["X-Refah-Signature"] == hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
