"""Bill and payment identifiers (شناسه قبض، شناسه پرداخت) with their check digits: domain.md 2.1.

Each check digit weighs the digits before it with 2 to 7 from the right, over and over, mod 11. A public bill writes its
amount into the payment identifier, in thousands of rial. Ours does not: a debt is owed to the single rial, and the
bank's contract (docs/systems/bank_refah.md) wants one number of twelve digits that is good for one payment.
"""

import re
from typing import Self

from gateway.domain.identifiers import Identifier
from gateway.domain.money import Rial, rial

SERIALS = range(10**9, 10**10)  # ten digits, the first not 0: a system that loses leading zeros loses nothing


def check_digit(digits: str) -> int:
    """Of the digits it is to follow."""
    rest = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits))) % 11
    return 0 if rest < 2 else 11 - rest


class BillIdentifier(Identifier, frozen=True, order=True):
    """شناسه قبض: 6 to 13 digits, the last a check digit. Says who is paid, and for what kind of thing."""

    shape = re.compile(r"[0-9]{6,13}")
    sentence = "must be 6 to 13 digits with a valid check digit"

    def check(self) -> bool:
        return check_digit(self.digits[:-1]) == int(self.digits[-1])

    @classmethod
    def of(cls, digits: str) -> Self:
        """With its check digit put behind."""
        return cls(f"{digits}{check_digit(digits)}")


class PaymentIdentifier(Identifier, frozen=True, order=True):
    """شناسه پرداخت: the last digit but one checks what stands before it; the last checks it together with its bill.

    Numbers that the bank itself gave, before there were tickets of ours, check nothing: so ask `belongs_to`.
    """

    shape = re.compile(r"[0-9]{6,13}")
    sentence = "must be 6 to 13 digits"

    @classmethod
    def of(cls, serial: int, bill: BillIdentifier) -> Self:
        """The twelve digits of one payment of ours. `serial` is one of SERIALS."""
        if serial not in SERIALS:
            raise ValueError("a serial has ten digits")
        checked = f"{serial}{check_digit(str(serial))}"
        return cls(f"{checked}{check_digit(bill.digits + checked)}")

    def belongs_to(self, bill: BillIdentifier) -> bool:
        """Whether both check digits hold."""
        over_itself = check_digit(self.digits[:-2]) == int(self.digits[-2])
        return over_itself and check_digit(bill.digits + self.digits[:-1]) == int(self.digits[-1])


def amount_written_in(identifier: PaymentIdentifier) -> Rial:
    """What a public bill asks for. Says nothing of a payment identifier of ours."""
    return rial(int(identifier.digits[:-5] or "0") * 1000)
