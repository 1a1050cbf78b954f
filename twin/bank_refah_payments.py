"""What a payer does at the bank: pays by bill and payment identifier, on its page or anywhere else.

The bank knows a payment of the Organisation by the check digits of the two identifiers (domain.md 2.1); nobody
registers it before. What goes wrong there is a condition, set through the control API.
"""

from random import Random

import msgspec

from twin.clock import Clock
from twin.jalali import of_datetime
from twin.world import Receipt


class BankConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How the bank takes payments until it is told otherwise; where it calls when it has taken one.

    card: pays, refuses (nothing is taken), or pays twice (two debits for one order). `differs` is rial taken more than
    ordered. `clearing_hours`: how long a confirmation stays PENDING, 48 to 72 in the old days. `calls`: how often it
    calls about each payment: once, never, twice (the same call again). `beneath` is the state in which the debit stands
    in the books: PAID_UNCONFIRMED, or VERIFYING. `reference` is the rrn that debits bear, also one that was used.
    `mute` names orders, such as receipts/confirm, that are carried out and not answered.
    """

    callback_url: str | None = None
    card: str = "pays"
    differs: int = 0
    clearing_hours: float = 0.0
    calls: str = "once"
    beneath: str = "PAID_UNCONFIRMED"
    reference: str | None = None
    mute: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for value, among in (
            (self.card, ("pays", "refuses", "pays twice")),
            (self.calls, ("once", "never", "twice")),
            (self.beneath, ("PAID_UNCONFIRMED", "VERIFYING")),
        ):
            if value not in among:
                raise ValueError(f"one of {', '.join(among)}")
        if not 0 <= self.clearing_hours <= 240:
            raise ValueError("`clearing_hours` must be between 0 and 240")


class Payment(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What the payer orders. Raises ValueError where the identifiers do not belong together."""

    bill_identifier: str
    payment_identifier: str
    amount: int
    payer: str
    channel: str = "INTERNET"

    def __post_init__(self) -> None:
        bill, payment = self.bill_identifier, self.payment_identifier
        if not (bill.isdecimal() and payment.isdecimal() and 6 <= len(bill) <= 13 and len(payment) == 12):
            raise ValueError("not the identifiers of a payment")
        digits = (bill[-1], payment[-2], payment[-1])
        if digits != (_check(bill[:-1]), _check(payment[:-2]), _check(bill + payment[:-1])):
            raise ValueError("a check digit is wrong")
        if self.amount <= 0:
            raise ValueError("`amount` must be positive")


def _check(digits: str) -> str:
    weights = [2, 3, 4, 5, 6, 7]
    rest = sum(int(digit) * weights[place % 6] for place, digit in enumerate(digits[::-1])) % 11
    return "0" if rest < 2 else str(11 - rest)


class Till:
    """Makes the debits; draws their numbers from a seed, so that a run can be repeated."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._draws = Random(seed)
        self._clock = clock
        self._given: set[str] = set()

    def debits(self, payment: Payment, conditions: BankConditions) -> list[Receipt]:
        """Nothing where the card is refused."""
        count = {"refuses": 0, "pays": 1, "pays twice": 2}[conditions.card]
        return [self._debit(payment, conditions) for _ in range(count)]

    def _debit(self, payment: Payment, conditions: BankConditions) -> Receipt:
        now = self._clock.now()
        return Receipt(
            identifier=payment.payment_identifier,
            payer=payment.payer,
            amount=payment.amount + conditions.differs,
            due=None,
            state=conditions.beneath,
            kind=None,
            period=0,
            rrn=conditions.reference or self._reference(),
            trace=f"{self._draws.randrange(1, 10**6):06}",
            terminal="01234567",
            channel=payment.channel,
            paid_on=of_datetime(now),
            paid_time=f"{now:%H%M%S}",
            confirmed_ms=None,
        )

    def _reference(self) -> str:
        """Twelve digits that no other debit has."""
        while (rrn := f"{self._draws.randrange(10**11, 10**12)}") in self._given:
            pass
        self._given.add(rrn)
        return rrn
