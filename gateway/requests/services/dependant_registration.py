"""Who is registered as a dependant: domain.md 1.1 and 1.4, service 6 (S0, S1, S3, S4). By an insured person, or by a
pensioner of retirement or total disability; of the first degree only; after the registry was asked.

Until which age somebody is covered the branch decides: the ages of Art. 58 are known from an older text only (domain.md
2.8). Parents and a husband are covered once their dependency was found (requestDependency).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.citizen import Citizen
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance
from gateway.domain.pension import Pension, PensionKind
from gateway.domain.request import Reason
from gateway.domain.services.dependant_registration import SERVICE, DependantRegistration
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, insurance_of, pension_of
from gateway.requests.rules.inquiry import inquire, of_the_registry
from gateway.requests.rules.kinship import fits_the_registry, kin_of
from gateway.requests.rules.link import is_insured_or_pensioner
from gateway.requests.rules.listing import listed
from gateway.requests.rules.reason import broken


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFacts:
    """`known` is how the branches list the dependant under the applicant already; `candidate` is the registry's, `kin`
    whether it has them in that relation (None: it does not say)."""

    applicant: NationalId
    dependant: NationalId | None = None
    relation: Relation | None = None
    insurance: Insurance | Unread = UNREAD
    pension: Pension | Unread | None = UNREAD
    known: Dependent | Unread | None = UNREAD
    candidate: Citizen | Unread | None = UNREAD
    kin: bool | None = None


def reasons(facts: RegistrationFacts) -> Iterable[Reason | None]:
    yield is_insured_or_pensioner("dependant.applicant-is-linked", facts.insurance)
    yield _own_pension(facts)
    yield _another(facts)
    yield _new(facts)
    yield from of_the_registry("dependant", facts.candidate, facts.relation)
    yield from fits_the_registry("dependant.is-kin", facts.relation, facts.kin)


def _own_pension(facts: RegistrationFacts) -> Reason | None:
    """Retired and totally disabled pensioners (S1): a survivor's pension is not their own."""
    pension = facts.pension
    if not isinstance(pension, Pension) or pension.kind is not PensionKind.SURVIVOR:
        return None
    if isinstance(facts.insurance, Unread) or facts.insurance.status.value != "PENSIONER":
        return None
    return broken(
        "dependant.pension-is-own",
        found=pension.kind.value,
        needed=f"{PensionKind.RETIREMENT.value} or {PensionKind.DISABILITY.value}",
        source=BRANCHES,
        fa="بازماندگانی که مستمری می‌گیرند نمی‌توانند فرد تبعی معرفی کنند.",
        en="Those who draw a survivor's pension cannot register dependants.",
    )


def _another(facts: RegistrationFacts) -> Reason | None:
    if facts.dependant != facts.applicant:
        return None
    return broken(
        "dependant.is-another",
        found="the applicant",
        needed="another person",
        source=None,
        fa="متقاضی نمی‌تواند فرد تبعی خود باشد.",
        en="Nobody is their own dependant.",
    )


def _new(facts: RegistrationFacts) -> Reason | None:
    """S1: the menu adds a new person. Whose cover has ended may be registered again."""
    if not isinstance(facts.known, Dependent) or facts.known.coverage.status is not CoverageStatus.COVERED:
        return None
    return broken(
        "dependant.is-new",
        found=f"{facts.known.relation.value}, {CoverageStatus.COVERED.value}",
        needed="somebody who is not covered yet",
        source=BRANCHES,
        fa="این فرد هم‌اکنون تحت پوشش متقاضی است.",
        en="This person is covered under the applicant already.",
    )


async def read(reader: Reader, request: DependantRegistration) -> RegistrationFacts:
    insurance, pension, known, (candidate, kin) = await asyncio.gather(
        insurance_of(reader, request.applicant),
        pension_of(reader, request.applicant),
        _known(reader, request),
        _inquired(reader, request),
    )
    return RegistrationFacts(
        applicant=request.applicant,
        dependant=request.dependant,
        relation=request.relation,
        insurance=insurance,
        pension=pension,
        known=known,
        candidate=candidate,
        kin=kin,
    )


async def _known(reader: Reader, request: DependantRegistration) -> Dependent | Unread | None:
    return UNREAD if request.dependant is None else await listed(reader, request.applicant, request.dependant)


async def _inquired(reader: Reader, request: DependantRegistration) -> tuple[Citizen | Unread | None, bool | None]:
    """Whose birth date is not known to the applicant, of them no kinship is asked for."""
    candidate = await inquire(reader, request.dependant, request.birth)
    if not isinstance(candidate, Citizen):
        return candidate, None
    return candidate, await kin_of(reader, request.relation, request.applicant, request.dependant)


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
