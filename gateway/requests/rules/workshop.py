"""What the services for employers share: the agreement that opens them, and the debts of a workshop."""

import datetime
from collections.abc import Sequence

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN, Clock
from gateway.domain.debt import PAGES_OF_DEBTS, Debt, DebtPosition, DebtsOfWorkshop, DebtStage
from gateway.domain.failure import Source, SourceUnavailable
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.request import Reason
from gateway.domain.services.electronic_notice_agreement import SERVICE as AGREEMENT
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.requests.reading import UNREAD, Reader, Unread

DEBTS_A_PAGE = 100
BRANCHES = Source.BRANCH_DATABASES


def agreement_is_in_force(agreement: NoticeAgreement | Unread | None) -> Reason | None:
    """Instalments, objections, contract terms and more are open to workshops that agreed: domain.md 1.1, service 9."""
    if agreement is not None:
        return None
    return Reason(
        rule="workshop.agreed-to-electronic-notice",
        found="NONE",
        needed="an electronic notice agreement",
        source=AGREEMENT.office,
        words=Wording(
            fa="برای استفاده از این خدمت، کارگاه باید پیش‌تر توافق‌نامه ابلاغ الکترونیکی را پذیرفته باشد.",
            en="This service needs the workshop's agreement to electronic notice first.",
        ),
    )


def workshop_is_known(workshop: Workshop | Unread | None) -> Reason | None:
    """A workshop is keyed by its code and its branch (domain.md 2.1): another branch does not know it."""
    if workshop is not None:
        return None
    return Reason(
        rule="workshop.is-known",
        found="NOT_KNOWN",
        needed="a workshop of this branch",
        source=BRANCHES,
        words=Wording(fa="شعبه کارگاهی با این کد نمی‌شناسد.", en="The branch knows no workshop of this code."),
    )


def debts_are_the_workshops(numbers: Sequence[str], debts: Sequence[Debt] | Unread) -> Reason | None:
    """Of the debts that are named, those that the workshop's branch does not know as this workshop's."""
    if debts is UNREAD:
        return None
    known = {debt.number for debt in debts}
    strange = [number for number in numbers if number not in known]
    if not strange:
        return None
    return Reason(
        rule="debt.is-the-workshops",
        found=f"no debt {', '.join(strange)}",
        needed="debts of this workshop at this branch",
        source=BRANCHES,
        words=Wording(
            fa="شعبه بدهی با این شماره برای این کارگاه ثبت نکرده است.",
            en="The branch has no debt of this number on the workshop's account.",
        ),
    )


async def agreement_of(reader: Reader, workshop: WorkshopKey) -> NoticeAgreement | Unread | None:
    return await reader.value(reader.loaders.notice_agreements_by_workshop.load(workshop), AGREEMENT.office)


async def workshop_of(reader: Reader, workshop: WorkshopKey) -> Workshop | Unread | None:
    return await reader.value(reader.loaders.workshops_by_key.load(workshop), BRANCHES)


async def debts_of(reader: Reader, workshop: WorkshopKey) -> tuple[Debt, ...] | Unread:
    """All of them, the newest first. Without some of them nothing is judged."""
    found: list[Debt] = []
    position: DebtPosition | None = None
    for _ in range(PAGES_OF_DEBTS):
        asked = DebtsOfWorkshop(workshop=workshop, first=DEBTS_A_PAGE, after=position)
        page = await reader.value(reader.loaders.debt_pages_by_workshop.load(asked), BRANCHES)
        if isinstance(page, Unread):
            return UNREAD
        if page is None:
            return tuple(found)
        for gap in page.gaps:
            reader.unread.append(
                SourceUnavailable(BRANCHES, "a branch is missing", retry_after=gap.retry_after, branch=gap.branch)
            )
            return UNREAD
        found += page.items
        if not page.has_next:
            return tuple(found)
        last = page.items[-1]
        position = DebtPosition(issued=_yyyymmdd(last.issued), branch=last.branch, number=last.number)
    reader.unread.append(SourceUnavailable(BRANCHES, f"a workshop with more than {len(found)} debts"))
    return UNREAD


def named(numbers: Sequence[str], debts: Sequence[Debt] | Unread) -> tuple[Debt, ...]:
    """Those of the debts that are meant, in the order of the numbers."""
    by_number = {} if debts is UNREAD else {debt.number: debt for debt in debts}
    return tuple(by_number[number] for number in numbers if number in by_number)


def before_execution(debt: Debt) -> bool:
    """The stages harden in their order; from the execution order on there are no instalments (service 27)."""
    stages = list(DebtStage)
    return stages.index(debt.stage) < stages.index(DebtStage.EXECUTION_ORDER)


def days_later(day: Day, days: int) -> Day:
    """Raises ValueError where the day is not known."""
    if day.gregorian is None:
        raise ValueError("days are counted from a day")
    return Day.from_gregorian(day.gregorian + datetime.timedelta(days=days))


def today(clock: Clock) -> Day:
    return Day.from_gregorian(clock.now().astimezone(TEHRAN).date())


def _yyyymmdd(day: Day | None) -> int:
    return day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0) if day else 0
