"""Who may conclude a contract of voluntary insurance: domain.md 1.1, service 8, and 1.6 (S0, S3, S4). Up to 50 years
completed with 30 days of history, or over 50 with as much history as the age is over it.

The end-of-service card of men goes along where the applicant encloses it: S4 lists it as if it were an alternative, and
it is evidently a further condition, so that the branch decides on it. The rate is set (27 %, domain.md 2.8).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.citizen import Citizen
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import Rial
from gateway.domain.request import Figure, Reason
from gateway.domain.services.voluntary_contract import SERVICE, VoluntaryContractRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.age_and_history import AgeAndHistory, age_and_history, figures_of
from gateway.requests.rules.facts import citizen_of, contributions_of, today_of
from gateway.requests.rules.wage import is_a_wage, premium_of

LEAST_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class VoluntaryFacts:
    standing: AgeAndHistory
    monthly_wage: Rial | None = None
    rate: int | None = None


def reasons(facts: VoluntaryFacts) -> Iterable[Reason | None]:
    yield age_and_history("voluntary.age-and-history", facts.standing)
    yield is_a_wage("voluntary.wage", facts.monthly_wage)


def figures(facts: VoluntaryFacts) -> Iterable[Figure]:
    yield from figures_of(facts.standing)
    yield from premium_of(facts.monthly_wage, facts.rate)


async def read(reader: Reader, request: VoluntaryContractRequest) -> VoluntaryFacts:
    citizen, contributions = await asyncio.gather(
        citizen_of(reader, request.applicant), contributions_of(reader, request.applicant)
    )
    return VoluntaryFacts(
        standing=AgeAndHistory(
            birth=citizen.birth if isinstance(citizen, Citizen) else UNREAD,
            today=today_of(reader),
            history=contributions if isinstance(contributions, Unread) else contributions.days,
            least_days=LEAST_DAYS,
            below=reader.decrees.voluntary_below_fifty,
        ),
        monthly_wage=request.monthly_wage,
        rate=reader.decrees.rates.get(InsuranceKind.VOLUNTARY),
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
