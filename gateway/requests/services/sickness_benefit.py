"""Who may have sickness benefit: domain.md 1.1, service 12 (S0, S4). The compulsorily insured who work in a covered
workshop and have a positive COVID test. No system of tests is known, so that the test is enclosed and the office reads
it; how the benefit is computed no source says, so that the office says what it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.request import Figure, Reason
from gateway.domain.services.sickness_benefit import SERVICE, SicknessBenefitRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, insurance_of, today_of
from gateway.requests.rules.period import days_of, is_a_period
from gateway.requests.rules.reason import broken, figure


@dataclass(frozen=True, slots=True, kw_only=True)
class SicknessFacts:
    today: Day
    since: Day | None = None
    until: Day | None = None
    insurance: Insurance | Unread = UNREAD


def reasons(facts: SicknessFacts) -> Iterable[Reason | None]:
    yield _works(facts)
    yield is_a_period("sickness.illness-is-over", facts.since, facts.until, facts.today)


def _works(facts: SicknessFacts) -> Reason | None:
    if isinstance(facts.insurance, Unread) or any(_at_work(link) for link in facts.insurance.links):
        return None
    return broken(
        "sickness.works-in-a-covered-workshop",
        found=", ".join(f"{link.kind.value} {link.status.value}" for link in facts.insurance.links)
        or InsuranceStatus.NO_LINK.value,
        needed=f"{InsuranceKind.COMPULSORY.value} {InsuranceStatus.ACTIVE.value}, in a workshop",
        source=BRANCHES,
        fa="متقاضی اکنون بیمه‌شده اجباری شاغل در کارگاه مشمول نیست.",
        en="The applicant is not at present compulsorily insured by work in a covered workshop.",
    )


def _at_work(link: InsuranceLink) -> bool:
    employed = link.kind is InsuranceKind.COMPULSORY and link.status is InsuranceStatus.ACTIVE
    return employed and link.workshop is not None


def figures(facts: SicknessFacts) -> Iterable[Figure]:
    days = days_of(facts.since, facts.until)
    if days is not None:
        yield figure("days", days, "روزهای بیماری", "Days of illness")


async def read(reader: Reader, request: SicknessBenefitRequest) -> SicknessFacts:
    return SicknessFacts(
        today=today_of(reader),
        since=request.since,
        until=request.until,
        insurance=await insurance_of(reader, request.applicant),
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
