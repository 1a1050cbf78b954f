import datetime
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from adapters.bank_refah.translate import payments_by_payer
from gateway.domain.calendar import YearMonth
from gateway.domain.failure import SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.payment import PaymentFinding, PaymentState, PremiumPayment
from tests.adapters.bank_refah.conftest import PARISA, REZA, SARA, receipt

SARA_ID, PARISA_ID = NationalId(SARA), NationalId(PARISA)


def translated(*rows: Any) -> Mapping[NationalId, tuple[PremiumPayment, ...] | SourceIncoherent]:
    return payments_by_payer([msgspec.Raw(msgspec.json.encode(row)) for row in rows], [SARA_ID, PARISA_ID])


def of_sara(*rows: Any) -> tuple[PremiumPayment, ...]:
    payments = translated(*rows)[SARA_ID]
    assert isinstance(payments, tuple)
    return payments


def test_a_receipt_becomes_a_payment() -> None:
    (payment,) = of_sara(receipt())
    assert payment == PremiumPayment(
        identifier="000000104217",
        payer=SARA_ID,
        state=PaymentState.CONFIRMED,
        amount=18_432_000,  # type: ignore[arg-type]
        due=18_432_000,  # type: ignore[arg-type]
        kind=InsuranceKind.VOLUNTARY,
        period=YearMonth(1405, 7),
        # 1405-07-03 10:15:30 in Tehran
        paid_at=datetime.datetime(2026, 9, 25, 6, 45, 30, tzinfo=datetime.UTC),
        confirmed_at=datetime.datetime.fromtimestamp(1_790_000_000, datetime.UTC),
        rrn="630512345678",
        trace_number="104217",
    )


@pytest.mark.parametrize("state", [state.value for state in PaymentState])
def test_every_state_is_known(state: str) -> None:
    assert of_sara(receipt(state=state))[0].state.value == state


@pytest.mark.parametrize("payer", [SARA, SARA.lstrip("0"), int(SARA), f" {SARA} "])
def test_a_payer_that_lost_its_zeros_is_found(payer: str | int) -> None:
    assert of_sara(receipt(payer=payer))[0].payer == SARA_ID


@pytest.mark.parametrize("period", ["", "0", "null", None])
@pytest.mark.parametrize("paid", [("", ""), ("00000000", "000000"), (None, None), ("null", "")])
@pytest.mark.parametrize("confirmed", [None, 0, "null"])
def test_empty_markers_are_none(period: str | None, paid: tuple[str | None, str | None], confirmed: int | None) -> None:
    (payment,) = of_sara(
        receipt(
            period=period, paidDate=paid[0], paidTime=paid[1], confirmedAt=confirmed, rrn="", traceNo=None,
            dueAmount=None, premiumKind=None,
        )
    )  # fmt: skip
    nothing = (payment.period, payment.paid_at, payment.confirmed_at, payment.rrn, payment.trace_number)
    assert nothing == (None,) * 5
    assert (payment.due, payment.kind, payment.findings) == (None, None, ())


def test_midnight_is_a_time_and_no_empty_marker() -> None:
    (payment,) = of_sara(receipt(paidTime="000000"))
    assert payment.paid_at == datetime.datetime(2026, 9, 24, 20, 30, tzinfo=datetime.UTC)


def test_two_confirmations_are_one_payment_with_a_finding() -> None:
    (payment,) = of_sara(
        receipt(state="PAID_UNCONFIRMED", rrn="630512345679"), receipt(), receipt(rrn="630512345680", traceNo="9")
    )
    assert payment.state is PaymentState.CONFIRMED
    assert payment.rrn == "630512345678"
    assert payment.findings == (PaymentFinding.DUPLICATE_CONFIRMATION,)


def test_one_row_met_on_two_pages_is_no_finding() -> None:
    (payment,) = of_sara(receipt(), receipt())
    assert payment.findings == ()


def test_another_amount_than_was_due_is_a_finding() -> None:
    (payment,) = of_sara(receipt(amount=1))
    assert payment.findings == (PaymentFinding.AMOUNT_DIFFERS,)


def test_newest_comes_first_and_what_is_not_paid_last() -> None:
    payments = of_sara(
        receipt(paymentIdentifier="000000000001", paidDate="", paidTime=""),
        receipt(paymentIdentifier="000000000002", paidDate="14010101"),
        receipt(paymentIdentifier="000000000003", paidDate="14050101"),
        receipt(paymentIdentifier="000000000004", paidDate="14050101"),
    )
    assert [payment.identifier[-1] for payment in payments] == ["4", "3", "2", "1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 10**15},
        {"amount": 10**25},
        {"amount": -1},
        {"amount": "18432000 rial"},
        {"amount": None},
        {"dueAmount": 10**15},
        {"state": "LOST"},
        {"premiumKind": "PIRATE"},
        {"period": "140513"},
        {"paidDate": "14051301"},
        {"paidTime": "256161"},
        {"paidTime": ""},
        {"confirmedAt": 10**17},
        {"paymentIdentifier": "12"},
    ],
)
def test_a_receipt_that_makes_no_sense_costs_its_payer_and_nobody_else(changes: dict[str, Any]) -> None:
    said = translated(receipt(), receipt(**changes), receipt(payer=PARISA))
    failure = said[SARA_ID]
    assert isinstance(failure, SourceIncoherent)
    assert SARA.lstrip("0") not in str(failure)
    assert isinstance(said[PARISA_ID], tuple)


def test_receipts_of_nobody_who_was_asked_for_are_dropped_unread() -> None:
    assert set(translated(receipt(payer=REZA), receipt(payer="12", amount="nonsense"), receipt())) == {SARA_ID}


@pytest.mark.parametrize("row", [receipt(payer=None), receipt(payer=""), receipt(payer="Sara"), 7, "text", {}])
def test_a_row_that_names_nobody_could_be_anyones_and_costs_all(row: Any) -> None:
    with pytest.raises(SourceIncoherent, match="names nobody"):
        translated(receipt(), row)
