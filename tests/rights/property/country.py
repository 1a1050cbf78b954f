"""A country of eight people in which each value says whose it is and of which field."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.citizen import Citizen, Gender, LifeStatus, Photo, Shenasname
from gateway.domain.contribution import (
    ContributionGap,
    ContributionRecord,
    ContributionSummary,
    KindSum,
    WageBase,
)
from gateway.domain.debt import ClaimOrder, ClaimOrderKind, Debt, DebtKey, DebtStage, LedgerEntry, LedgerKind
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import BranchCode, InsuranceNumber, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.money import Rial, rial
from gateway.domain.payment import PaymentState, PremiumPayment
from gateway.domain.pension import Pension, PensionKind, PensionStatus
from gateway.domain.unemployment import Approval, CaseStage, UnemploymentCase
from gateway.domain.workshop import Workshop

NOW = datetime.datetime(2026, 10, 23, 8, 0, tzinfo=datetime.UTC)
BRANCH = BranchCode("0070")
KINDS = (Relation.WIFE, Relation.SON, Relation.DAUGHTER, Relation.MOTHER)


def _code(nine: int) -> str:
    digits = f"{nine:09}"
    remainder = sum(int(d) * (10 - i) for i, d in enumerate(digits)) % 11
    return digits + str(remainder if remainder < 2 else 11 - remainder)


PEOPLE = tuple(_code(301_000_007 + 7_919 * n) for n in range(8))
STRANGER = PEOPLE[7]  # a good code that no system knows
# supporter -> (dependant, covered): a chain (3 -> 0 -> 1 -> 4), so that "not transitively" is tried
SUPPORTS = {0: ((1, True), (2, False), (5, True)), 3: ((0, True),), 1: ((4, True),)}
WORKSHOPS = tuple(WorkshopKey(WorkshopCode(f"00700{n:05}"), BRANCH) for n in (11, 12))


@dataclass
class Country:
    """`facts` by question and key, as `Sources` names them. `told` says whose and which field a value is.

    `owner_of_debt` names the owner as `told` does: a national code, or CODE@BRANCH of a workshop.
    """

    facts: dict[str, dict[Any, Any]] = field(default_factory=dict)
    told: dict[str | int, tuple[str, str]] = field(default_factory=dict)
    owner_of_debt: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(700_001, 999_999)))
    days: Iterator[int] = field(default_factory=lambda: iter(range(12 * 28 * 150)))

    def text(self, whose: str, coordinate: str) -> str:
        return str(self._tell(f"v{next(self.numbers)}", whose, coordinate))

    def digits(self, whose: str, coordinate: str) -> str:
        return str(self._tell(str(next(self.numbers)).zfill(10), whose, coordinate))

    def number(self, whose: str, coordinate: str) -> int:
        return int(self._tell(next(self.numbers), whose, coordinate))

    def rial(self, whose: str, coordinate: str) -> Rial:
        amount = next(self.numbers) * 1_000
        self._tell(str(amount), whose, coordinate)
        return rial(amount)

    def day(self, whose: str, coordinate: str, since: int = 1200) -> Day:
        n = next(self.days)
        day = Day(since + n // 336, n // 28 % 12 + 1, n % 28 + 1)
        self._tell(day.jalali, whose, coordinate)
        return day

    def month(self, whose: str, coordinate: str) -> YearMonth:
        # Months repeat, so they tell nothing by themselves.
        return YearMonth.from_ordinal(1210 * 12 + next(self.numbers) % 4_000)

    def _tell(self, value: str | int, whose: str, coordinate: str) -> str | int:
        self.told[value] = (whose, coordinate)
        return value


def built() -> Country:
    country = Country()
    names = (
        "citizens_by_national_id photos_by_national_id payments_by_payer unemployment_cases_by_person "
        "insurances_by_person dependents_by_supporter contribution_summaries_by_person contribution_pages "
        "pensions_by_person debt_pages_by_person workshops_by_key debt_pages_by_workshop ledgers_by_debt "
        "claim_orders_by_workshop"
    )
    country.facts = {name: {} for name in names.split()}
    for number, code in enumerate(PEOPLE[:-1]):
        _settle(country, number, code)
    for number, key in enumerate(WORKSHOPS):
        _open_workshop(country, number, key)
    return country


def _settle(c: Country, number: int, code: str) -> None:
    person = NationalId(code)
    c.facts["citizens_by_national_id"][person] = Citizen(
        national_id=person,
        first_name=c.text(code, "Identity.firstName"),
        last_name=c.text(code, "Identity.lastName"),
        father_name=c.text(code, "Identity.fatherName"),
        gender=Gender.FEMALE,
        birth=c.day(code, "Identity.birth"),
        life_status=LifeStatus.DECEASED,
        death=c.day(code, "Identity.death"),
        shenasname=Shenasname(
            number=c.text(code, "Shenasname.number"),
            series=c.text(code, "Shenasname.series"),
            serial=c.text(code, "Shenasname.serial"),
            issue_place=c.text(code, "Shenasname.issuePlace"),
        ),
    )
    c.facts["photos_by_national_id"][person] = Photo(media_type="image/png", content=b"\x89PNG" + code.encode())
    c.facts["payments_by_payer"][person] = tuple(
        PremiumPayment(
            identifier=c.text(code, "PremiumPayment.identifier"),
            payer=person,
            state=PaymentState.CONFIRMED,
            amount=c.rial(code, "PremiumPayment.amount"),
            due=c.rial(code, "PremiumPayment.due"),
            kind=InsuranceKind.VOLUNTARY,
            paid_at=NOW - datetime.timedelta(days=30 * n + 1),
            rrn=c.text(code, "PremiumPayment.rrn"),
            trace_number=c.text(code, "PremiumPayment.traceNumber"),
        )
        for n in range(3)
    )
    c.facts["unemployment_cases_by_person"][person] = UnemploymentCase(
        national_id=person,
        tracking_code=c.text(code, "UnemploymentCase.trackingCode"),
        stage=CaseStage.REFERRED_TO_SSO,
        approval=Approval.GRANTED,
        registered_on=c.day(code, "UnemploymentCase.registeredOn"),
        lost_job_on=c.day(code, "UnemploymentCase.lostJobOn"),
        married=True,
        dependants=2,
        drawn_months=3,
        also_registered_as=(c.text(code, "UnemploymentCase.alsoRegisteredAs"),),
    )
    link = InsuranceLink(
        insurance_number=InsuranceNumber(c.digits(code, "InsuranceLink.insuranceNumber")),
        branch=BRANCH,
        kind=InsuranceKind.COMPULSORY,
        status=InsuranceStatus.ACTIVE,
        workshop=WorkshopCode(c.digits(code, "InsuranceLink.workshop")),
        workshop_name=c.text(code, "InsuranceLink.workshopName"),
        since=c.day(code, "InsuranceLink.since"),
    )
    c.facts["insurances_by_person"][person] = Insurance(status=InsuranceStatus.ACTIVE, current=link, links=(link,))
    c.facts["contribution_summaries_by_person"][person] = ContributionSummary(
        days=c.number(code, "ContributionSummary.days"),
        months=next(c.numbers),  # tells nothing by itself: an entitlement says the same number
        by_kind=(
            KindSum(
                kind=InsuranceKind.COMPULSORY,
                days=c.number(code, "KindSum.days"),
                months=c.number(code, "KindSum.months"),
            ),
        ),
        first_month=c.month(code, "ContributionSummary.firstMonth"),
        gaps=(
            ContributionGap(
                since=YearMonth(1390, 1), until=YearMonth(1390, 2), months=c.number(code, "ContributionGap.months")
            ),
        ),
        last_ninety_days=WageBase(days=90, wage=c.rial(code, "WageBase.wage")),
    )
    c.facts["contribution_pages"][person] = tuple(
        ContributionRecord(
            record_id=n,
            month=YearMonth.from_ordinal(YearMonth(1405, 7).ordinal - n),
            workshop=WorkshopCode(c.digits(code, "ContributionRecord.workshop")),
            workshop_name=c.text(code, "ContributionRecord.workshopName"),
            branch=BRANCH,
            kind=InsuranceKind.COMPULSORY,
            days=c.number(code, "ContributionRecord.days"),
            wage=c.rial(code, "ContributionRecord.wage"),
            premium=c.rial(code, "ContributionRecord.premium"),
            job=c.text(code, "ContributionRecord.job"),
            list_number=c.text(code, "ContributionRecord.listNumber"),
        )
        for n in range(3)
    )
    c.facts["pensions_by_person"][person] = Pension(
        number=c.text(code, "Pension.number"),
        kind=PensionKind.SURVIVOR,
        status=PensionStatus.ACTIVE,
        base_date=c.day(code, "Pension.baseDate"),
        monthly_amount=c.rial(code, "Pension.monthlyAmount"),
        last_payment=c.day(code, "Pension.lastPayment"),
        last_payment_amount=c.rial(code, "Pension.lastPaymentAmount"),
        branch=BRANCH,
    )
    c.facts["debt_pages_by_person"][person] = (_debt(c, code, debtor=person),)
    if number in SUPPORTS:
        c.facts["dependents_by_supporter"][person] = tuple(
            Dependent(
                national_id=NationalId(PEOPLE[other]),
                relation=KINDS[other % len(KINDS)],
                first_name=c.text(code, "Dependent.firstName"),
                last_name=c.text(code, "Dependent.lastName"),
                birth=c.day(code, "Dependent.birth"),
                since=c.day(code, "Dependent.since"),
                coverage=Coverage(
                    status=CoverageStatus.COVERED if covered else CoverageStatus.ENDED,
                    # A cover that has ended before its last day: the status alone tells.
                    until=None if covered else c.day(code, "Coverage.until", since=1500),
                ),
                branch=BRANCH,
            )
            for other, covered in SUPPORTS[number]
        )


def _debt(c: Country, whose: str, **of: Any) -> Debt:
    debt = Debt(
        number=c.digits(whose, "Debt.number"),
        branch=BRANCH,
        stage=DebtStage.NOTICED,
        reason=c.text(whose, "Debt.reason"),
        issued=c.day(whose, "Debt.issued"),
        served=c.day(whose, "Debt.served"),
        amount=c.rial(whose, "Debt.amount"),
        remaining=c.rial(whose, "Debt.remaining"),
        premium=c.rial(whose, "Debt.premium"),
        unemployment_premium=c.rial(whose, "Debt.unemploymentPremium"),
        other=c.rial(whose, "Debt.other"),
        **of,
    )
    c.owner_of_debt[debt.number] = whose
    c.facts["ledgers_by_debt"][DebtKey(debt.number, BRANCH)] = (
        LedgerEntry(
            sequence=c.number(whose, "LedgerEntry.sequence"),
            date=c.day(whose, "LedgerEntry.date"),
            kind=LedgerKind.CHARGE,
            amount=c.rial(whose, "LedgerEntry.amount"),
            balance=c.rial(whose, "LedgerEntry.balance"),
            description=c.text(whose, "LedgerEntry.description"),
        ),
    )
    return debt


def name_of(key: WorkshopKey) -> str:
    return f"{key.code.digits}@{key.branch.digits}"


def _open_workshop(c: Country, number: int, key: WorkshopKey) -> None:
    whose = name_of(key)
    c.facts["workshops_by_key"][key] = Workshop(
        code=key.code,
        branch=key.branch,
        name=c.text(whose, "Workshop.name"),
        employer_name=c.text(whose, "Workshop.employerName"),
        employer=NationalId(PEOPLE[6 - number]),
        address=c.text(whose, "Workshop.address"),
        active=True,
    )
    c.facts["debt_pages_by_workshop"][key] = (_debt(c, whose, workshop=key.code),)
    c.facts["claim_orders_by_workshop"][key] = (
        ClaimOrder(
            number=c.text(whose, "ClaimOrder.number"),
            kind=ClaimOrderKind.WARNING,
            branch=BRANCH,
            debt_number=c.text(whose, "ClaimOrder.debtNumber"),
            issued=c.day(whose, "ClaimOrder.issued"),
            amount=c.rial(whose, "ClaimOrder.amount"),
        ),
    )
