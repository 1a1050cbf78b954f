"""Who may be insured as self-employed: domain.md 1.1, service 16 (S0), and 2.8. Up to 50 years completed at the date of
the contract, over 50 with as much history as the age is over it; from 18 on (the portal's own limit). Premiums by what
they cover: 12, 14 or 18 %.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, Gender
from gateway.domain.money import Rial
from gateway.domain.request import Figure, Reason
from gateway.domain.services.self_employed_contract import (
    SERVICE,
    PremiumLevel,
    SelfEmployedContractRequest,
    SelfEmployedGroup,
)
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.age_and_history import AgeAndHistory, age_and_history, figures_of
from gateway.requests.rules.facts import REGISTRY, citizen_of, contributions_of, today_of
from gateway.requests.rules.reason import broken
from gateway.requests.rules.reckoning import Age, ages_on
from gateway.requests.rules.wage import is_a_wage, premium_of

YOUNGEST = Age(18)
LONGEST_OCCUPATION = 100  # characters
RATES: Mapping[PremiumLevel, int] = {
    PremiumLevel.RETIREMENT: 1_200,
    PremiumLevel.RETIREMENT_AND_DEATH: 1_400,
    PremiumLevel.RETIREMENT_DEATH_AND_DISABILITY: 1_800,
}
"""Hundredths of a percent of the wage."""
WOMEN = frozenset({SelfEmployedGroup.HOUSEWIFE, SelfEmployedGroup.UNMARRIED_GIRL})


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfEmployedFacts:
    standing: AgeAndHistory
    gender: Gender | Unread = UNREAD
    group: SelfEmployedGroup | None = None
    occupation: str | None = None
    level: PremiumLevel | None = None
    monthly_wage: Rial | None = None


def reasons(facts: SelfEmployedFacts) -> Iterable[Reason | None]:
    yield _youngest(facts.standing)
    yield age_and_history("self-employed.age-and-history", facts.standing)
    yield _group(facts)
    yield _occupation(facts)
    yield is_a_wage("self-employed.wage", facts.monthly_wage)


def _youngest(standing: AgeAndHistory) -> Reason | None:
    """Domain.md 2.8: the portal takes ages from 18 on."""
    if not isinstance(standing.birth, Day):
        return None
    _, most = ages_on(standing.birth, standing.today)
    if most >= YOUNGEST:
        return None
    return broken(
        "self-employed.age-from",
        found=str(most),
        needed=str(YOUNGEST),
        source=REGISTRY,
        fa="متقاضی باید ۱۸ سال تمام داشته باشد.",
        en="The applicant must have completed 18 years.",
    )


def _group(facts: SelfEmployedFacts) -> Reason | None:
    """Housewives and unmarried girls are women; whether somebody is married the branch looks up."""
    if facts.group not in WOMEN or facts.gender is not Gender.MALE:
        return None
    return broken(
        "self-employed.group-fits",
        found=Gender.MALE.value,
        needed=f"{Gender.FEMALE.value}, for {facts.group.value}",
        source=REGISTRY,
        fa="گروه انتخاب‌شده ویژه زنان است.",
        en="The chosen group is for women.",
    )


def _occupation(facts: SelfEmployedFacts) -> Reason | None:
    """Who is insured for an occupation declares it."""
    said = (facts.occupation or "").strip()
    if facts.group is not SelfEmployedGroup.OCCUPATION or 0 < len(said) <= LONGEST_OCCUPATION:
        return None
    return broken(
        "self-employed.occupation-is-declared",
        found=f"{len(said)} characters",
        needed=f"1 to {LONGEST_OCCUPATION} characters",
        source=None,
        fa="شغل متقاضی باید اعلام شود.",
        en="The applicant's occupation has to be declared.",
    )


def figures(facts: SelfEmployedFacts) -> Iterable[Figure]:
    yield from figures_of(facts.standing)
    yield from premium_of(facts.monthly_wage, RATES[facts.level] if facts.level else None)


async def read(reader: Reader, request: SelfEmployedContractRequest) -> SelfEmployedFacts:
    citizen, contributions = await asyncio.gather(
        citizen_of(reader, request.applicant), contributions_of(reader, request.applicant)
    )
    known = citizen if isinstance(citizen, Citizen) else None
    return SelfEmployedFacts(
        standing=AgeAndHistory(
            birth=known.birth if known else UNREAD,
            today=today_of(reader),
            history=contributions if isinstance(contributions, Unread) else contributions.days,
            least_days=0,
        ),
        gender=known.gender if known else UNREAD,
        group=request.group,
        occupation=request.occupation,
        level=request.level,
        monthly_wage=request.monthly_wage,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
