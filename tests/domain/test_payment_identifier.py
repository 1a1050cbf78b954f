"""Check digits of bills and payments, against the four vectors that the public knows (domain.md 2.1)."""

import pytest

from gateway.domain.money import rial
from gateway.domain.payment_identifier import (
    SERIALS,
    BillIdentifier,
    PaymentIdentifier,
    amount_written_in,
    check_digit,
)

BILL = BillIdentifier.of("5893610070")


@pytest.mark.parametrize(
    ("bill", "payment", "amount"),
    [
        ("7748317800142", "1770160", 17_000),
        ("2050327604613", "1070189", 10_000),
        ("1117753200140", "12070160", 120_000),
        ("1177809000142", "570108", 5_000),
    ],
)
def test_public_bills_are_read_as_the_public_reads_them(bill: str, payment: str, amount: int) -> None:
    identifier = PaymentIdentifier(payment)
    assert identifier.belongs_to(BillIdentifier(bill))
    assert amount_written_in(identifier) == rial(amount)


def test_a_payment_of_another_bill_is_found_out() -> None:
    assert not PaymentIdentifier("12908197").belongs_to(BillIdentifier("9174639504124"))


@pytest.mark.parametrize("bill", ["2234322344613", "7748317800143", "12345", "77483178001420", "774831780014x"])
def test_a_bill_with_a_wrong_check_digit_or_shape_is_refused(bill: str) -> None:
    with pytest.raises(ValueError, match="must be 6 to 13 digits"):
        BillIdentifier(bill)


@pytest.mark.parametrize("serial", [SERIALS[0], 1_234_567_890, SERIALS[-1]])
def test_our_payments_have_twelve_digits_that_check_themselves_and_their_bill(serial: int) -> None:
    identifier = PaymentIdentifier.of(serial, BILL)
    assert len(identifier.digits) == 12
    assert identifier.digits.startswith(str(serial))
    assert identifier.belongs_to(BILL)
    for place, digit in enumerate(identifier.digits):
        for other in "0123456789":
            changed = identifier.digits[:place] + other + identifier.digits[place + 1 :]
            if other != digit and _looks_right(changed):
                # Mod 11 written in one digit: the remainders 0 and 1 look alike, and only they.
                assert check_digit(changed[:-2]) == 0 or check_digit(BILL.digits + changed[:-1]) == 0


def _looks_right(digits: str) -> bool:
    return PaymentIdentifier(digits).belongs_to(BILL)


@pytest.mark.parametrize("serial", [0, 999_999_999, 10**10])
def test_a_serial_has_ten_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="ten digits"):
        PaymentIdentifier.of(serial, BILL)
