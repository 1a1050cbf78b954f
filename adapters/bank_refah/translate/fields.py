"""Single values of Bank Refah's receipts. Each raises ValueError, which repeats nothing of them."""

import datetime
import re

from adapters.outbound.legacy import day
from gateway.domain.clock import TEHRAN
from gateway.domain.failure import Source
from gateway.domain.money import Rial, rial
from gateway.domain.payment import PaymentState

BANK = Source.BANK_REFAH
_TIME = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")


def amount_of(value: int) -> Rial:
    if value < 0:
        raise ValueError("a payment is never negative")
    return rial(value)


def state_of(value: str) -> PaymentState:
    try:
        return PaymentState(value)
    except ValueError:
        raise ValueError("an unknown state") from None


def paid_at(date: str | int | None, time: str | None) -> datetime.datetime | None:
    """Both or neither: an instant is not made up from a date alone. Midnight is 000000, which is a time here."""
    paid_on = day(date)
    if paid_on is None:
        return None
    gregorian = paid_on.gregorian
    clock = _TIME.fullmatch((time or "").strip())
    if gregorian is None or clock is None:
        raise ValueError("a payment's date and time belong together")
    hour, minute, second = (int(part) for part in clock.groups())
    here = datetime.datetime.combine(gregorian, datetime.time(hour, minute, second), TEHRAN)
    return here.astimezone(datetime.UTC)
