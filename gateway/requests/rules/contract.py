"""What the services about contracts (پیمان) share: how a contract is named, and what it is worth."""

import re

from gateway.domain.request import Reason
from gateway.requests.rules.reason import broken

ROW = re.compile(r"[0-9]{3}")


def row_is_of_three_digits(row: str | None) -> Reason | None:
    """A contract row (ردیف پیمان) has three characters in the branches' lists (MON_PYM C3, domain.md 2.3)."""
    if row is None or ROW.fullmatch(row):
        return None
    return broken(
        "contract.row-has-three-digits",
        found=f"{len(row)} characters",
        needed="three digits, such as 001",
        source=None,
        fa="ردیف پیمان سه رقم است.",
        en="A contract row has three digits.",
    )


def is_worth_something(amount: int | None) -> Reason | None:
    if amount is None or amount > 0:
        return None
    return broken(
        "contract.is-worth-something",
        found=str(amount),
        needed="more than 0 rial",
        source=None,
        fa="مبلغ پیمان باید بیشتر از صفر باشد.",
        en="A contract is worth more than 0 rial.",
    )
