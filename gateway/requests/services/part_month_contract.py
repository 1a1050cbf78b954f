"""Who may complete part-months: domain.md 1.1, service 7 (S0, S3, S4). Months of compulsory insurance that have some
days and lack others, of one half-year; the applicant agrees to the terms. It is paid at the end of the half-year.

The sums are those that the payment will be for (gateway/requests/payments/amounts.py); the rate is unknown and set.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionQuery, ContributionRecord, Standing
from gateway.domain.insurance import InsuranceKind
from gateway.domain.request import Figure, Reason
from gateway.domain.services.part_month_contract import SERVICE, PartMonthContractRequest
from gateway.requests.assessing import Rules
from gateway.requests.payments.amounts import months_of_half, part_month_wage, share
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, records_of, today_of
from gateway.requests.rules.reason import broken, figure

HALVES = frozenset({1, 2})
YEARS = range(1300, 1500)
ROWS_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMonthFacts:
    """Of the half-year that was said, or of the last one that is over. `first` is None for what is no half-year."""

    today: Day
    first: YearMonth | None
    agrees: bool | None = None
    records: tuple[ContributionRecord, ...] | Unread = UNREAD
    rate: int | None = None


def reasons(facts: PartMonthFacts) -> Iterable[Reason | None]:
    yield _half(facts)
    yield _terms(facts)
    yield _missing(facts)


def _half(facts: PartMonthFacts) -> Reason | None:
    if facts.first is not None and facts.first <= _month(facts.today):
        return None
    return broken(
        "part-month.half-has-begun",
        found=str(facts.first or "no half-year"),
        needed=f"a half-year, 1 or 2, that began by {facts.today.jalali}",
        source=None,
        fa="نیم‌سال باید ۱ یا ۲ باشد و آغاز شده باشد.",
        en="It must be half-year 1 or 2, and have begun.",
    )


def _terms(facts: PartMonthFacts) -> Reason | None:
    """By-law, agreement, contract: in this order (S4)."""
    if facts.agrees is not False:
        return None
    return broken(
        "part-month.terms-are-agreed",
        found="not agreed",
        needed="agreed",
        source=None,
        fa="برای بستن قرارداد باید شرایط دستورالعمل پذیرفته شود.",
        en="The terms of the by-law have to be agreed to.",
    )


def _missing(facts: PartMonthFacts) -> Reason | None:
    if isinstance(facts.records, Unread) or _shortfall(facts.records)[0] > 0:
        return None
    return broken(
        "part-month.days-are-missing",
        found="0 days",
        needed="1 day or more, in a month that has others",
        source=BRANCHES,
        fa="در این نیم‌سال ماهی ثبت نشده است که تنها بخشی از روزهای آن حق بیمه داشته باشد.",
        en="No month of this half-year has some days and lacks others.",
    )


def figures(facts: PartMonthFacts) -> Iterable[Figure]:
    if facts.first is None or isinstance(facts.records, Unread):
        return
    missing, lost = _shortfall(facts.records)
    yield figure("since", facts.first, "از ماه", "From the month")
    yield figure("missingDays", missing, "روزهای کسری", "Missing days")
    if facts.rate is not None:
        yield figure("premium", share(lost, facts.rate), "حق بیمه (ریال)", "Premium (rial)")


def _shortfall(records: Iterable[ContributionRecord]) -> tuple[int, int]:
    return part_month_wage(record for record in records if record.standing is Standing.COUNTED)


async def read(reader: Reader, request: PartMonthContractRequest) -> PartMonthFacts:
    today = today_of(reader)
    first = _first_month(request, today)
    records: tuple[ContributionRecord, ...] | Unread = UNREAD
    if first is not None and first <= _month(today):
        last = YearMonth(first.year, first.month + 5)
        query = ContributionQuery(
            person=request.applicant, first=ROWS_A_PAGE, since=first, until=last, kind=InsuranceKind.COMPULSORY
        )
        records = await records_of(reader, query)
    return PartMonthFacts(
        today=today, first=first, agrees=request.agrees, records=records, rate=reader.decrees.part_month_rate
    )


def _first_month(request: PartMonthContractRequest, today: Day) -> YearMonth | None:
    if request.year is None or request.half is None:
        month = _month(today)
        return YearMonth(month.year, 1) if month.month > 6 else YearMonth(month.year - 1, 7)
    if request.half not in HALVES or request.year not in YEARS:
        return None
    return months_of_half(request.year, request.half)[0]


def _month(day: Day) -> YearMonth:
    return YearMonth(day.year, day.month or 1)


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
