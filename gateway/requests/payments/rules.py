"""What a payment can be started for: reads the facts, and says what is owed or which rule does not hold.

Nothing is judged by a fact that was not read: a source that fails ends the assessment, and the payer is asked to come
again. Only what can be paid gets a ticket, since a ticket invites money.
"""

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.access import Wording
from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionQuery, ContributionRecord, Standing
from gateway.domain.debt import Debt, DebtKey, DebtPosition, DebtsOfPerson, DebtsOfWorkshop
from gateway.domain.failure import Source, SourceUnavailable
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.insurance import InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.lookup import Fact, Page
from gateway.domain.money import Rial, rial
from gateway.domain.payment import PaymentState, PremiumPayment
from gateway.domain.payment_ticket import Obligation, PaymentPurpose
from gateway.domain.request import Reason
from gateway.loading.loaders import Loaders
from gateway.requests.payments.amounts import chosen_wage, months_of_half, part_month_wage, share

PAID_BY_THEMSELVES = frozenset(
    {InsuranceKind.VOLUNTARY, InsuranceKind.SELF_EMPLOYED, InsuranceKind.STUDENT, InsuranceKind.HOUSEWIFE}
)
STANDING = frozenset(
    {PaymentState.CONFIRMED, PaymentState.PAID_UNCONFIRMED, PaymentState.VERIFYING, PaymentState.PENDING}
)
PAGES_OF_DEBTS, DEBTS_A_PAGE = 5, 100
BRANCHES = Source.BRANCH_DATABASES


@dataclass(frozen=True, slots=True)
class Owed:
    obligation: Obligation
    amount: Rial


@dataclass(frozen=True, slots=True)
class Unpayable:
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PaidAlready:
    """A payment for the same stands in the bank's books: it must not be paid again."""

    payment: PremiumPayment


async def premium_owed(
    loaders: Loaders,
    payer: NationalId,
    period: YearMonth,
    kind: InsuranceKind | None,
    *,
    rates: Mapping[InsuranceKind, int],
    today: datetime.date,
) -> Owed | Unpayable | PaidAlready:
    """`kind`: None for the one of the person's link. Raises SourceFailure."""
    insurance, payments = await asyncio.gather(
        loaders.insurances_by_person.load(payer), loaders.payments_by_payer.load(payer)
    )
    link = _link(insurance.value.links if insurance else (), kind)
    if link is None:
        return Unpayable((_no_link(kind),))
    standing = _standing(payments.value if payments else (), link.kind, period)
    if standing is not None:
        return PaidAlready(standing)
    newest = ContributionQuery(person=payer, first=24, kind=link.kind)
    of_the_month = ContributionQuery(person=payer, first=24, since=period, until=period)
    pages = await asyncio.gather(loaders.contribution_pages.load(newest), loaders.contribution_pages.load(of_the_month))
    wage, rate = chosen_wage(_records(pages[0])), rates.get(link.kind)
    reasons = (
        *_period_fits(period, link, today),
        *_unpaid(_records(pages[1])),
        *([_no_wage(link.kind)] if wage is None else []),
        *([_no_rate(link.kind.value)] if rate is None else []),
    )
    if reasons or wage is None or rate is None:
        return Unpayable(reasons)
    obligation = Obligation(purpose=PaymentPurpose.PREMIUM, kind=link.kind, period=period)
    return Owed(obligation, share(wage, rate))


async def part_month_owed(
    loaders: Loaders, payer: NationalId, year: int, half: int, *, rate: int | None, today: datetime.date
) -> Owed | Unpayable:
    """For the missing days of a half-year, once it has ended. Raises SourceFailure."""
    months = months_of_half(year, half)
    if rate is None:
        return Unpayable((_no_rate("PART_MONTH"),))
    if _month(today) <= months[-1]:
        return Unpayable((_half_not_over(months[-1]),))
    query = ContributionQuery(person=payer, first=100, since=months[0], until=months[-1], kind=InsuranceKind.COMPULSORY)
    missing, lost = part_month_wage(_records(await loaders.contribution_pages.load(query)))
    if not missing or not lost:
        return Unpayable((_nothing_missing(),))
    obligation = Obligation(purpose=PaymentPurpose.PART_MONTH, kind=InsuranceKind.COMPULSORY, period=months[0])
    return Owed(obligation, share(lost, rate))


async def debt_owed(
    loaders: Loaders,
    debtor: NationalId | WorkshopKey,
    key: DebtKey,
    amount: Rial | None,
    *,
    paid_here: Rial,
) -> Owed | Unpayable:
    """`amount`: None for all that is left. `paid_here` is what the branch may not have booked yet.

    Raises SourceFailure, also where a branch that may hold the debt could not be asked.
    """
    debt = await _debt(loaders, debtor, key)
    if debt is None:
        return Unpayable((_no_debt(),))
    left = debt.remaining - paid_here
    if left <= 0:
        return Unpayable((_settled(),))
    if amount is not None and not 0 < amount <= left:
        return Unpayable((_too_much(left),))
    return Owed(Obligation(purpose=PaymentPurpose.DEBT, debt=key), amount or rial(left))


def _link(links: Sequence[InsuranceLink], kind: InsuranceKind | None) -> InsuranceLink | None:
    wanted = PAID_BY_THEMSELVES if kind is None else {kind} & PAID_BY_THEMSELVES
    active = (link for link in links if link.status is InsuranceStatus.ACTIVE and link.kind in wanted)
    return next(active, None)


def _standing(payments: Sequence[PremiumPayment], kind: InsuranceKind, period: YearMonth) -> PremiumPayment | None:
    same = (p for p in payments if p.kind is kind and p.period == period and p.state in STANDING)
    return next(same, None)


def _records(fact: Fact[Page[ContributionRecord]] | None) -> list[ContributionRecord]:
    """Raises SourceFailure where a branch is missing: a sum without it would be wrong."""
    if fact is None:
        return []
    if fact.value.gaps:
        raise _missing_branch(fact.value)
    return [record for record in fact.value.items if record.standing is Standing.COUNTED]


async def _debt(loaders: Loaders, debtor: NationalId | WorkshopKey, key: DebtKey) -> Debt | None:
    position: DebtPosition | None = None
    for _ in range(PAGES_OF_DEBTS):
        if isinstance(debtor, NationalId):
            question = DebtsOfPerson(person=debtor, first=DEBTS_A_PAGE, after=position)
            fact = await loaders.debt_pages_by_person.load(question)
        else:
            asked = DebtsOfWorkshop(workshop=debtor, first=DEBTS_A_PAGE, after=position)
            fact = await loaders.debt_pages_by_workshop.load(asked)
        if fact is None:
            return None
        found = next((d for d in fact.value.items if DebtKey(d.number, d.branch) == key), None)
        if found is not None:
            return found
        if any(gap.branch == key.branch for gap in fact.value.gaps):
            raise _missing_branch(fact.value)
        if not fact.value.has_next:
            return None
        last = fact.value.items[-1]
        position = DebtPosition(issued=_yyyymmdd(last.issued), branch=last.branch, number=last.number)
    return None


def _missing_branch(page: Page[ContributionRecord] | Page[Debt]) -> SourceUnavailable:
    gap = page.gaps[0]
    return SourceUnavailable(BRANCHES, "a branch is missing", retry_after=gap.retry_after, branch=gap.branch)


def _period_fits(period: YearMonth, link: InsuranceLink, today: datetime.date) -> list[Reason]:
    """Not before the insurance began, and not after the month that follows this one; how late is not known."""
    found: list[Reason] = []
    since = link.since
    if since is not None and (period.year, period.month) < (since.year, since.month or 1):
        found.append(
            Reason(
                rule="premium.period-is-insured",
                found=str(period),
                needed=f"{since.year:04}-{since.month or 1:02} or later",
                source=BRANCHES,
                words=Wording(fa="این ماه پیش از آغاز بیمه است.", en="The month is before the insurance began."),
            )
        )
    if period.ordinal > _month(today).ordinal + 1:
        found.append(
            Reason(
                rule="premium.period-has-come",
                found=str(period),
                needed=f"{YearMonth.from_ordinal(_month(today).ordinal + 1)} or earlier",
                source=None,
                words=Wording(
                    fa="حق بیمه این ماه هنوز قابل پرداخت نیست.", en="The month's premium cannot be paid yet."
                ),
            )
        )
    return found


def _unpaid(records: Sequence[ContributionRecord]) -> list[Reason]:
    """`records` are all of the month, by whatever insurance."""
    if not records:
        return []
    return [
        Reason(
            rule="premium.month-is-unpaid",
            found="a record of the branch",
            needed="none",
            source=BRANCHES,
            words=Wording(fa="حق بیمه این ماه ثبت شده است.", en="The branch has the month's premium already."),
        )
    ]


def _no_link(kind: InsuranceKind | None) -> Reason:
    return Reason(
        rule="premium.insured-pays-themselves",
        found="no active link",
        needed=kind.value if kind else " or ".join(sorted(each.value for each in PAID_BY_THEMSELVES)),
        source=BRANCHES,
        words=Wording(
            fa="بیمه فعالی که خود شخص حق بیمه آن را بپردازد یافت نشد.",
            en="There is no active insurance whose premium the person pays.",
        ),
    )


def _no_wage(kind: InsuranceKind) -> Reason:
    return Reason(
        rule="premium.wage-is-known",
        found="no full month",
        needed=kind.value,
        source=BRANCHES,
        words=Wording(fa="دستمزد مبنای حق بیمه ثبت نشده است.", en="The wage that the premium goes by is not recorded."),
    )


def _no_rate(of: str) -> Reason:
    return Reason(
        rule="payment.rate-is-known",
        found="not set",
        needed=of,
        source=None,
        words=Wording(
            fa="نرخ این حق بیمه در این سامانه تعیین نشده است.", en="The rate of this premium is not set here."
        ),
    )


def _half_not_over(last: YearMonth) -> Reason:
    return Reason(
        rule="part-month.half-is-over",
        found="not over",
        needed=f"after {last}",
        source=None,
        words=Wording(
            fa="کسری از ماه در پایان هر نیم‌سال پرداخت می‌شود.",
            en="The premium for missing days is paid at the end of each half-year.",
        ),
    )


def _nothing_missing() -> Reason:
    return Reason(
        rule="part-month.days-are-missing",
        found="none",
        needed="a month with some days of the full number",
        source=BRANCHES,
        words=Wording(fa="در این نیم‌سال کسری از ماه وجود ندارد.", en="No days are missing in this half-year."),
    )


def _no_debt() -> Reason:
    return Reason(
        rule="debt.is-known",
        found="none",
        needed="a debt of this person or workshop",
        source=BRANCHES,
        words=Wording(fa="بدهی با این شماره یافت نشد.", en="There is no debt of this number."),
    )


def _settled() -> Reason:
    return Reason(
        rule="debt.is-owed",
        found="0",
        needed="more than 0",
        source=BRANCHES,
        words=Wording(fa="از این بدهی چیزی نمانده است.", en="Nothing is left of this debt."),
    )


def _too_much(left: int) -> Reason:
    return Reason(
        rule="debt.amount-is-owed",
        found="another amount",
        needed=f"1 to {left}",
        source=BRANCHES,
        words=Wording(
            fa="مبلغ باید بیش از صفر و حداکثر به اندازه مانده بدهی باشد.",
            en="The amount must be more than 0, and at most what is left of the debt.",
        ),
    )


def _month(today: datetime.date) -> YearMonth:
    day = Day.from_gregorian(today)
    return YearMonth(day.year, day.month or 1)


def _yyyymmdd(day: Day | None) -> int:
    return day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0) if day else 0
