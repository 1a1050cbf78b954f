"""Debts as services judge them: all of a workshop's or a person's, and what is owed on each."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from gateway.domain.calendar import Day
from gateway.domain.debt import (
    PAGES_OF_DEBTS,
    Debt,
    DebtKey,
    DebtPosition,
    DebtsOfPerson,
    DebtsOfWorkshop,
    DebtStage,
)
from gateway.domain.failure import Source, SourceUnavailable
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopKey
from gateway.domain.lookup import Fact, Page
from gateway.domain.money import Rial, rial
from gateway.domain.request import Reason
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.reason import broken

DEBTS_A_PAGE = 100
BRANCHES = Source.BRANCH_DATABASES

Ask = Callable[[DebtPosition | None], Awaitable[Fact[Page[Debt]] | None]]


def debts_are_the_workshops(numbers: Sequence[str], debts: Sequence[Debt] | Unread) -> Reason | None:
    """Of the debts that are named, those that the workshop's branch does not know as this workshop's."""
    if debts is UNREAD:
        return None
    known = {debt.number for debt in debts}
    strange = [number for number in numbers if number not in known]
    if not strange:
        return None
    return broken(
        "debt.is-the-workshops",
        found=f"no debt {', '.join(strange)}",
        needed="debts of this workshop at this branch",
        source=BRANCHES,
        fa="شعبه بدهی با این شماره برای این کارگاه ثبت نکرده است.",
        en="The branch has no debt of this number on the workshop's account.",
    )


def named(numbers: Sequence[str], debts: Sequence[Debt] | Unread) -> tuple[Debt, ...]:
    """Those of the debts that are meant, in the order of the numbers."""
    by_number = {} if debts is UNREAD else {debt.number: debt for debt in debts}
    return tuple(by_number[number] for number in numbers if number in by_number)


def before_execution(debt: Debt) -> bool:
    """The stages harden in their order; from the execution order on there are no instalments (service 27)."""
    stages = list(DebtStage)
    return stages.index(debt.stage) < stages.index(DebtStage.EXECUTION_ORDER)


async def debts_of_workshop(reader: Reader, workshop: WorkshopKey) -> tuple[Debt, ...] | Unread:
    """All of them, the newest first. Without some of them nothing is judged."""

    def page(after: DebtPosition | None) -> Awaitable[Fact[Page[Debt]] | None]:
        asked = DebtsOfWorkshop(workshop=workshop, first=DEBTS_A_PAGE, after=after)
        return reader.loaders.debt_pages_by_workshop.load(asked)

    return await _all(reader, page, workshop.branch)


async def debts_of_person(reader: Reader, person: NationalId, branch: BranchCode) -> tuple[Debt, ...] | Unread:
    """Those that this branch claims; another branch that is down is not missed."""

    def page(after: DebtPosition | None) -> Awaitable[Fact[Page[Debt]] | None]:
        asked = DebtsOfPerson(person=person, first=DEBTS_A_PAGE, after=after)
        return reader.loaders.debt_pages_by_person.load(asked)

    found = await _all(reader, page, branch)
    return found if found is UNREAD else tuple(debt for debt in found if debt.branch == branch)


async def paid_here_of(reader: Reader, debts: Iterable[Debt]) -> Mapping[str, Rial]:
    """By number: what was paid through this gateway, and the branch may not have booked."""
    keys = [DebtKey(debt.number, debt.branch) for debt in debts]
    paid = await asyncio.gather(*(_paid_here(reader, key) for key in keys))
    return {key.number: amount for key, amount in zip(keys, paid, strict=True)}


async def _paid_here(reader: Reader, key: DebtKey) -> Rial:
    paid = await reader.value(reader.loaders.paid_here_by_debt.load(key), Source.BANK_REFAH)
    return rial(0) if paid is None or isinstance(paid, Unread) else paid


async def _all(reader: Reader, page: Ask, branch: BranchCode) -> tuple[Debt, ...] | Unread:
    found: list[Debt] = []
    position: DebtPosition | None = None
    for _ in range(PAGES_OF_DEBTS):
        read = await reader.value(page(position), BRANCHES)
        if isinstance(read, Unread):
            return UNREAD
        if read is None:
            return tuple(found)
        if gap := next((gap for gap in read.gaps if gap.branch == branch), None):
            missing = SourceUnavailable(BRANCHES, "a branch is missing", retry_after=gap.retry_after, branch=branch)
            reader.unread.append(missing)
            return UNREAD
        found += read.items
        if not read.has_next:
            return tuple(found)
        last = read.items[-1]
        position = DebtPosition(issued=_yyyymmdd(last.issued), branch=last.branch, number=last.number)
    reader.unread.append(SourceUnavailable(BRANCHES, f"more than {len(found)} debts"))
    return UNREAD


def _yyyymmdd(day: Day | None) -> int:
    return day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0) if day else 0
