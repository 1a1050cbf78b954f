"""Inquiry, orders that move money, and the nightly file."""

import datetime
import json
from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.domain.calendar import Day
from gateway.domain.failure import SourceFailure, SourceIncoherent, SourceRefusedUs, SourceTimeout, SourceUnavailable
from gateway.domain.lookup import Fact
from gateway.domain.money import rial
from gateway.domain.payment import PaymentState
from gateway.domain.payment_identifier import BillIdentifier, PaymentIdentifier
from gateway.domain.payment_ticket import BankReceipt, BankVerdict, ReversalVerdict
from tests.adapters.bank_refah.conftest import Talk, receipt, talking
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

BILL = BillIdentifier.of("5893610070")
FIRST, SECOND, NONE = (PaymentIdentifier.of(1_000_000_000 + number, BILL) for number in range(3))
MONEY = BankReceipt(
    identifier=FIRST.digits,
    state=PaymentState.PAID_UNCONFIRMED,
    amount=rial(18_432_000),
    rrn="630512345678",
    trace_number="104217",
    terminal="01234567",
    channel="INTERNET",
    paid_at=datetime.datetime(2026, 9, 25, 6, 45, 30, tzinfo=datetime.UTC),
)


def row(identifier: PaymentIdentifier = FIRST, **changes: object) -> dict[str, object]:
    return receipt(paymentIdentifier=identifier.digits, **changes)


class TestReceiptsByIdentifier(CancellableLookupContract):
    @pytest.fixture
    async def subject(self) -> AsyncIterator[Subject[PaymentIdentifier, tuple[BankReceipt, ...]]]:
        async with talking(row(), row(SECOND)) as talk:
            yield Subject(
                lookup=talk.bank.money.receipts_by_identifier,
                known=[FIRST, SECOND],
                unknown=[NONE],
                asked=lambda: len(talk.server.seen),
                broken=lambda: talk.server.says("oops", status=500),
                silent=talk.server.is_silent,
            )


async def receipts(talk: Talk) -> tuple[BankReceipt, ...]:
    said = (await talk.bank.money.receipts_by_identifier([FIRST]))[FIRST]
    assert isinstance(said, Fact)
    return said.value


async def test_an_inquiry_brings_all_that_a_confirmation_needs() -> None:
    async with talking(row(state="PAID_UNCONFIRMED", confirmedAt=None)) as talk:
        assert await receipts(talk) == (MONEY,)
        asked = json.loads(talk.server.seen[0].body)
        assert asked == {"paymentIdentifiers": [FIRST.digits], "page": 1, "pageSize": 200}


async def test_both_rows_of_a_payment_come_as_they_are() -> None:
    async with talking(row(), row(rrn="630500000002", state="REVERSED")) as talk:
        assert [(r.rrn, r.state.value) for r in await receipts(talk)] == [
            ("630512345678", "CONFIRMED"),
            ("630500000002", "REVERSED"),
        ]


@pytest.mark.parametrize("changes", [{"rrn": "12"}, {"amount": -1}, {"state": "DONE"}, {"paidDate": "14051305"}])
async def test_a_row_that_makes_no_sense_costs_its_own_payment(changes: dict[str, object]) -> None:
    async with talking(row(FIRST, **changes), row(SECOND)) as talk:
        said = await talk.bank.money.receipts_by_identifier([FIRST, SECOND])
        assert isinstance(said[FIRST], SourceIncoherent)
        assert isinstance(said[SECOND], Fact)


async def test_a_confirmation_says_what_the_bank_said_of_the_money(talk: Talk) -> None:
    talk.server.says('{"status": "OK", "result": "CONFIRMED"}')
    assert await talk.bank.money.confirm(MONEY) is BankVerdict.CONFIRMED
    seen = talk.server.seen[-1]
    assert (seen.method, seen.target) == ("POST", "/v1/receipts/confirm")
    assert json.loads(seen.body) == {
        "paymentIdentifier": FIRST.digits,
        "amount": 18_432_000,
        "rrn": "630512345678",
        "traceNo": "104217",
        "terminalId": "01234567",
        "branchOrChannel": "INTERNET",
        "paidAt": "14050703101530",
    }


async def test_a_reversal_names_the_one_debit(talk: Talk) -> None:
    talk.server.says('{"status": "OK", "result": "ALREADY_REVERSED"}')
    assert await talk.bank.money.reverse(MONEY) is ReversalVerdict.ALREADY_REVERSED
    assert talk.server.seen[-1].target == "/v1/receipts/reverse"
    assert json.loads(talk.server.seen[-1].body) == {
        "paymentIdentifier": FIRST.digits, "rrn": "630512345678", "amount": 18_432_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [
        ('{"status": "OK", "result": "PERHAPS"}', 200, SourceIncoherent),
        ('{"status": "OK"}', 200, SourceIncoherent),
        ('{"status": "ERROR", "error": "SYSTEM_BUSY"}', 200, SourceUnavailable),
        ("<html>", 200, SourceIncoherent),
        ('{"error": "SIGNATURE_INVALID"}', 401, SourceRefusedUs),
        ('{"error": "INTERNAL"}', 500, SourceUnavailable),
    ],
)
async def test_any_other_answer_to_an_order_is_a_failure(
    talk: Talk, body: str, status: int, failure: type[SourceFailure]
) -> None:
    talk.server.says(body, status=status)
    with pytest.raises(failure):
        await talk.bank.money.confirm(MONEY)


async def test_an_order_that_is_not_answered_is_not_sent_again() -> None:
    async with talking(timeout=0.2) as talk:
        talk.server.is_silent()
        with pytest.raises(SourceTimeout):
            await talk.bank.money.confirm(MONEY)
        assert len(talk.server.seen) == 1


@pytest.mark.parametrize("hole", ["rrn", "paid_at"])
async def test_money_with_a_hole_is_not_confirmed(talk: Talk, hole: str) -> None:
    with pytest.raises(SourceIncoherent):
        await talk.bank.money.confirm(msgspec.structs.replace(MONEY, **{hole: None}))
    assert talk.server.seen == []


FILE = (
    f"{FIRST.digits},13542419,18432000,630512345678,104217,CONFIRMED\r\n"
    f"{SECOND.digits},0064982033,5000,630500000002,104218,REVERSED\r\n"
    "garbled\r\n"
)


async def test_a_nightly_file_is_read_line_by_line(talk: Talk) -> None:
    talk.server.says(FILE)
    file = await talk.bank.money.reconciliation(Day(1405, 7, 3))
    assert talk.server.seen[-1].method == "GET"
    assert talk.server.seen[-1].target == "/v1/reconciliation/14050703"
    assert [(r.identifier, r.state.value, r.amount, r.rrn) for r in file.receipts] == [
        (FIRST.digits, "CONFIRMED", 18_432_000, "630512345678"),
        (SECOND.digits, "REVERSED", 5_000, "630500000002"),
    ]
    assert file.unreadable == 1


@pytest.mark.parametrize("body", ["<html>\n<body>", '{"status": "ERROR"}'])
async def test_another_document_is_no_file(talk: Talk, body: str) -> None:
    talk.server.says(body)
    with pytest.raises(SourceIncoherent):
        await talk.bank.money.reconciliation(Day(1405, 7, 3))


async def test_a_day_without_payments_has_an_empty_file(talk: Talk) -> None:
    talk.server.says("")
    assert (await talk.bank.money.reconciliation(Day(1405, 7, 3))).receipts == ()
