import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence

import pytest

from adapters.bank_refah.client import signature
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.payment import PaymentFinding, PremiumPayment
from tests.adapters.bank_refah.conftest import PARISA, REZA, SARA, Talk, receipt, talking
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

SARA_ID, PARISA_ID, REZA_ID = NationalId(SARA), NationalId(PARISA), NationalId(REZA)


def people(count: int) -> list[NationalId]:
    """Distinct valid national codes."""
    found = []
    for serial in range(1, count + 1):
        nine = f"{serial:09}"
        rest = sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
        found.append(NationalId(f"{nine}{rest if rest < 2 else 11 - rest}"))
    return found


class TestPaymentsByPayer(CancellableLookupContract):
    @pytest.fixture
    async def subject(self, talk: Talk) -> Subject[NationalId, tuple[PremiumPayment, ...]]:
        return Subject(
            lookup=talk.bank.payments_by_payer,
            known=[SARA_ID, PARISA_ID],
            unknown=[REZA_ID],
            asked=lambda: len(talk.server.seen),
            broken=lambda: talk.server.says("oops", status=500),
            silent=talk.server.is_silent,
        )


async def payments_of(talk: Talk, person: NationalId) -> tuple[PremiumPayment, ...]:
    said = (await talk.bank.payments_by_payer([person]))[person]
    assert isinstance(said, Fact)
    return said.value


def asked_pages(talk: Talk) -> Sequence[int]:
    return sorted(json.loads(seen.body)["page"] for seen in talk.server.seen)


async def test_each_request_is_signed_anew_over_method_path_time_and_body() -> None:
    async with talking(receipt()) as talk:
        await payments_of(talk, SARA_ID)
        talk.clock.goes_on(60)
        await payments_of(talk, SARA_ID)
    for seen in talk.server.seen:
        text = f"POST\n/v1/receipts/query\n{seen.headers['x-refah-time']}\n{hashlib.sha256(seen.body).hexdigest()}"
        expected = hmac.new(b"of the tests", text.encode(), "sha256").hexdigest()
        assert seen.headers["x-refah-signature"] == expected
        assert seen.headers["x-refah-client"] == "tamin"
    first, second = (int(seen.headers["x-refah-time"]) for seen in talk.server.seen)
    assert first == int(talk.clock.now().timestamp()) - 60
    assert second == first + 60


def test_a_signature_written_out() -> None:
    # Computed apart with: printf '%s' | openssl dgst -sha256 -hmac
    assert (
        signature(b"key", "POST", "/v1/receipts/query", "1790000000", b"{}")
        == "779bfe03cd3c7e4bd4947db555e1fc5a3179203154a04ebdde92d1500d9dc393"
    )


@pytest.mark.parametrize(("persons", "calls"), [(1, 1), (50, 1), (51, 2), (120, 3)])
async def test_fifty_payers_go_in_a_call(persons: int, calls: int) -> None:
    async with talking(receipt()) as talk:
        await talk.bank.payments_by_payer(people(persons))
    assert len(talk.server.seen) == calls


async def test_all_pages_are_followed_and_a_duplicate_across_them_is_one_payment() -> None:
    many = [receipt(paymentIdentifier=f"{number:012}") for number in range(24)]
    again = receipt(paymentIdentifier="000000000000", rrn="630512345999")
    async with talking(*many, again, page_size=10) as talk:
        payments = await payments_of(talk, SARA_ID)
    assert asked_pages(talk) == [1, 2, 3]
    assert len(payments) == 24
    assert payments[-1].findings == (PaymentFinding.DUPLICATE_CONFIRMATION,)


async def test_a_page_that_fails_costs_its_whole_batch_never_part_of_a_list() -> None:
    async with talking(*[receipt(paymentIdentifier=f"{number:012}") for number in range(24)], page_size=10) as talk:
        desk = talk.server.answer

        async def no_third_page(seen):  # type: ignore[no-untyped-def]
            if json.loads(seen.body)["page"] == 3:
                raise asyncio.CancelledError  # hangs up
            return await desk(seen)

        talk.server.override = no_third_page
        said = (await talk.bank.payments_by_payer([SARA_ID]))[SARA_ID]
    assert type(said) is SourceUnavailable


async def test_a_silent_bank_is_a_time_out() -> None:
    async with talking(timeout=0.1) as talk:
        talk.server.is_silent()
        said = await talk.bank.payments_by_payer([SARA_ID, REZA_ID])
    assert [type(failure) for failure in said.values()] == [SourceTimeout] * 2


OK = {"status": "OK", "total": 1, "page": 1, "pageSize": 200, "receipts": [receipt()]}


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, {"error": "BAD_REQUEST"}, SourceRefusedUs),
        (401, {"error": "SIGNATURE_INVALID"}, SourceRefusedUs),
        (401, {"error": "TIME_SKEW"}, SourceRefusedUs),
        (429, {}, SourceQuota),
        (503, {}, SourceClosed),
        (502, {}, SourceUnavailable),
        (200, {"status": "ERROR", "error": "SYSTEM_BUSY"}, SourceUnavailable),
        (200, {"status": "ERROR", "error": f"upstream {SARA}"}, SourceIncoherent),
        (200, {"status": "ERROR"}, SourceIncoherent),
        (200, {"status": "OK"}, SourceIncoherent),
        (200, {**OK, "page": 2}, SourceIncoherent),
        (200, {**OK, "total": "many"}, SourceIncoherent),
        (200, {**OK, "total": 10**9}, SourceIncoherent),
        (200, {**OK, "total": 2}, SourceIncoherent),
        (200, [OK], SourceIncoherent),
    ],
)
async def test_bad_answers_are_clear_failures_without_a_trace(
    talk: Talk, status: int, body: object, failure: type[SourceFailure]
) -> None:
    talk.server.says(json.dumps(body), status=status, headers={"retry-after": "30"} if status in {429, 503} else {})
    said = (await talk.bank.payments_by_payer([SARA_ID]))[SARA_ID]
    assert type(said) is failure
    assert said.source is Source.BANK_REFAH
    assert said.retry_after == (30 if status in {429, 503} else None)
    assert SARA not in str(said)
    assert "upstream" not in str(said)


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>upstream</body></html>",
        json.dumps(OK)[:-30],
        json.dumps(OK, ensure_ascii=False).replace("INTERNET", "اینترنت").encode("cp1256", errors="ignore"),
        "[" * 100_000,
        "",
        "NaN",
    ],
    ids=["HTML", "truncated", "cp1256", "endless nesting", "nothing", "NaN"],
)
async def test_what_is_no_json_is_incoherent(talk: Talk, body: str | bytes) -> None:
    talk.server.says(body)
    assert type((await talk.bank.payments_by_payer([SARA_ID]))[SARA_ID]) is SourceIncoherent


async def test_an_answer_larger_than_agreed_is_incoherent() -> None:
    async with talking(*[receipt(paymentIdentifier=f"{n:012}") for n in range(50)], max_answer_bytes=1000) as talk:
        assert type((await talk.bank.payments_by_payer([SARA_ID]))[SARA_ID]) is SourceIncoherent
