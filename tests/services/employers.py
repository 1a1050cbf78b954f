"""Debts, days and an agreement, as the rules of services for employers see them."""

import datetime
from collections.abc import Iterable
from typing import Any

from gateway.domain.calendar import Day
from gateway.domain.debt import Debt, DebtStage
from gateway.domain.money import rial
from gateway.domain.request import Figure, Reason
from gateway.domain.workshop import NoticeAgreement
from tests.resolvers.conftest import BRANCH, WORKSHOP

AGREED = NoticeAgreement(agreed_at=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
TODAY = Day(1405, 9, 5)


def days_ago(days: int, today: Day = TODAY) -> Day:
    assert today.gregorian
    return Day.from_gregorian(today.gregorian - datetime.timedelta(days=days))


def debt(number: str = "007000000001", **more: Any) -> Debt:
    said: dict[str, Any] = {
        "stage": DebtStage.NOTICED,
        "amount": rial(90_000_000),
        "remaining": rial(90_000_000),
    } | more
    return Debt(
        number=number,
        branch=BRANCH,
        workshop=WORKSHOP.code,
        premium=said["amount"],
        unemployment_premium=rial(0),
        other=rial(0),
        **said,
    )


def rules_of(reasons: Iterable[Reason | None]) -> list[str]:
    """Names of the rules that do not hold; each of them says all that a reason has to say."""
    broken = [reason for reason in reasons if reason]
    assert all(one.found and one.needed and one.words.fa and one.words.en for one in broken)
    return [one.rule for one in broken]


def values_of(figures: Iterable[Figure]) -> dict[str, str]:
    return {figure.name: figure.value for figure in figures}
