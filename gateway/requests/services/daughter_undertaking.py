"""Who gives the daughters' undertaking: domain.md 1.1, service 24 (S0). Daughters who draw a parent's pension, to go on
being covered: an undertaking and an address. That the pension is a parent's and not a husband's the branch knows: its
record here says a survivor's only.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.citizen import Citizen, Gender
from gateway.domain.pension import Pension, PensionKind, PensionStatus
from gateway.domain.request import Reason
from gateway.domain.services.daughter_undertaking import SERVICE, DaughterUndertaking
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, REGISTRY, citizen_of, pension_of
from gateway.requests.rules.reason import broken

LONGEST_ADDRESS = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class UndertakingFacts:
    gender: Gender | Unread = UNREAD
    pension: Pension | Unread | None = UNREAD
    undertakes: bool | None = None
    address: str | None = None


def reasons(facts: UndertakingFacts) -> Iterable[Reason | None]:
    return _daughter(facts), _pension(facts), _given(facts), _address(facts)


def _daughter(facts: UndertakingFacts) -> Reason | None:
    if facts.gender is not Gender.MALE:
        return None
    return broken(
        "daughter.is-a-daughter",
        found=Gender.MALE.value,
        needed=Gender.FEMALE.value,
        source=REGISTRY,
        fa="این تعهدنامه ویژه فرزندان دختر است.",
        en="The undertaking is for daughters.",
    )


def _pension(facts: UndertakingFacts) -> Reason | None:
    pension = facts.pension
    if isinstance(pension, Unread):
        return None
    if pension and (pension.kind, pension.status) == (PensionKind.SURVIVOR, PensionStatus.ACTIVE):
        return None
    return broken(
        "daughter.draws-a-pension",
        found=f"{pension.kind.value}, {pension.status.value}" if pension else "no pension",
        needed=f"{PensionKind.SURVIVOR.value}, {PensionStatus.ACTIVE.value}",
        source=BRANCHES,
        fa="متقاضی مستمری بازماندگان دریافت نمی‌کند.",
        en="The applicant does not draw a survivor's pension.",
    )


def _given(facts: UndertakingFacts) -> Reason | None:
    if facts.undertakes is not False:
        return None
    return broken(
        "daughter.undertaking-is-given",
        found="not given",
        needed="given",
        source=None,
        fa="تعهد باید پذیرفته شود.",
        en="The undertaking has to be given.",
    )


def _address(facts: UndertakingFacts) -> Reason | None:
    if facts.address is None or 0 < len(facts.address.strip()) <= LONGEST_ADDRESS:
        return None
    return broken(
        "daughter.address-is-said",
        found=f"{len(facts.address.strip())} characters",
        needed=f"1 to {LONGEST_ADDRESS} characters",
        source=None,
        fa=f"نشانی باید نوشته شود و از {LONGEST_ADDRESS} نویسه بیشتر نباشد.",
        en=f"An address of at most {LONGEST_ADDRESS} characters has to be given.",
    )


async def read(reader: Reader, request: DaughterUndertaking) -> UndertakingFacts:
    citizen, pension = await asyncio.gather(
        citizen_of(reader, request.applicant), pension_of(reader, request.applicant)
    )
    return UndertakingFacts(
        gender=citizen.gender if isinstance(citizen, Citizen) else UNREAD,
        pension=pension,
        undertakes=request.undertakes,
        address=request.address,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
