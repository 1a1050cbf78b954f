"""Who is given a funeral grant, and how much: domain.md 1.1 (S0). One month's minimum wage at the time of death, to the
family of an insured person or pensioner, and to an insured person or pensioner whose spouse died.

Which kin are "family" the sources do not say: whom the branches or the registry have as kin is checked here, of others
the office judges the papers (gateway/requests/rules/deceased.py).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.dependent import Dependent
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance
from gateway.domain.money import Rial, rial
from gateway.domain.request import Figure, Reason
from gateway.domain.services.funeral_grant import SERVICE, FuneralGrantRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.deceased import Deceased, has_died, is_another, read_deceased
from gateway.requests.rules.facts import insurance_of
from gateway.requests.rules.link import is_insured_or_pensioner
from gateway.requests.rules.reason import figure

DAYS_OF_A_MONTH = 30  # as the benefits of domain.md 2.7 reckon a month


@dataclass(frozen=True, slots=True, kw_only=True)
class FuneralFacts:
    applicant: NationalId
    person: NationalId | None = None
    deceased: Deceased = Deceased()  # noqa: RUF009 (frozen)
    insurance: Insurance | Unread = UNREAD
    wages: EntitlementRules = EntitlementRules()  # noqa: RUF009 (frozen)


def reasons(facts: FuneralFacts) -> Iterable[Reason | None]:
    yield from is_another("funeral.is-another", facts.applicant, facts.person)
    yield has_died("funeral.has-died", facts.deceased)
    if isinstance(facts.deceased.spouse, Dependent) and not isinstance(facts.deceased.survivor, Dependent):
        # Whom the applicant covered was not insured: then it is the applicant who has to be
        yield is_insured_or_pensioner("funeral.applicant-is-linked", facts.insurance)


def figures(facts: FuneralFacts) -> Iterable[Figure]:
    amount = amount_of(facts)
    if amount is not None:
        yield figure("amount", amount, "مبلغ کمک‌هزینه (ریال)", "Amount of the grant (rial)")


def amount_of(facts: FuneralFacts) -> Rial | None:
    """One month's minimum wage of the year of death; None where the day or the year's wage is not known."""
    died = facts.deceased.died_on
    daily = facts.wages.minimum_daily_wage.get(died.year) if died else None
    return None if daily is None else rial(daily * DAYS_OF_A_MONTH)


async def read(reader: Reader, request: FuneralGrantRequest) -> FuneralFacts:
    insurance, deceased = await asyncio.gather(
        insurance_of(reader, request.applicant), read_deceased(reader, request.applicant, request.deceased)
    )
    return FuneralFacts(
        applicant=request.applicant,
        person=request.deceased,
        deceased=deceased,
        insurance=insurance,
        wages=reader.decrees.entitlement,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
