"""What a certificate rests on: the facts of its kind, read from the systems at one moment, or why there are none.

Nothing is certified that is older than the settings allow, given for want of a fresher answer, or not whole.
"""

import asyncio
import datetime
import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.domain.certificate import CertificateKind, CertifiedFact, Value
from gateway.domain.citizen import Citizen
from gateway.domain.debt import Debt, DebtKey, DebtPosition, DebtsOfPerson, DebtsOfWorkshop
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Fact, Freshness, Page, Provenance
from gateway.domain.pension import Pension
from gateway.loading.loaders import Loaders

V = TypeVar("V")

NO_PENSION = "NO_PENSION"
CLEAR = "CLEAR"
PAID = "PAID"
APPLICANT = "APPLICANT"
_PAGE = 100


class Refusal(enum.Enum):
    """Why a certificate is not issued."""

    FACT_UNAVAILABLE = "FACT_UNAVAILABLE"
    FACT_STALE = "FACT_STALE"
    FACT_INCOMPLETE = "FACT_INCOMPLETE"
    PERSON_UNKNOWN = "PERSON_UNKNOWN"
    WORKSHOP_UNKNOWN = "WORKSHOP_UNKNOWN"
    DEBT_UNKNOWN = "DEBT_UNKNOWN"
    DEBT_OUTSTANDING = "DEBT_OUTSTANDING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """`code` is the failure's own, as in an error; `retry_after` in seconds where it is known."""

    refusal: Refusal
    source: Source
    code: str | None = None
    retry_after: float | None = None


class NotCertifiable(Exception):
    def __init__(self, reasons: Sequence[Why]) -> None:
        super().__init__(", ".join(one.refusal.value for one in reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is to be certified. `workshop` is for CLEARANCE, `debt` for BUILDING_PREMIUM.

    `contract_number` is what an applicant for CLEARANCE states: no system of ours knows it, and so it is said.
    """

    kind: CertificateKind
    person: NationalId
    workshop: WorkshopKey | None = None
    debt: DebtKey | None = None
    contract_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    outcome: str
    subject: dict[str, str]
    facts: tuple[CertifiedFact, ...]
    at: datetime.datetime


class Certifying:
    """Reads through the loaders of one request: so each system is asked once, and memory keeps what it kept."""

    def __init__(self, loaders: Loaders, now: Callable[[], datetime.datetime], most_age: int) -> None:
        self._loaders, self._now, self._most_age = loaders, now, most_age

    async def grounds(self, application: Application) -> Grounds:
        """Raises NotCertifiable with every reason that was found."""
        match application.kind:
            case CertificateKind.INSURANCE_LINK:
                return await self._insurance_link(application.person)
            case CertificateKind.PENSION_STATUS:
                return await self._pension_status(application.person)
            case CertificateKind.CLEARANCE:
                return await self._clearance(application)
            case CertificateKind.BUILDING_PREMIUM:
                return await self._building_premium(application)

    async def _insurance_link(self, person: NationalId) -> Grounds:
        identity, insurance = await self._together(
            self._identity(person), self._read(self._loaders.insurances_by_person.load(person), Source.BRANCH_DATABASES)
        )
        if insurance is None:  # no branch that holds anybody knows this one
            raise NotCertifiable([Why(refusal=Refusal.PERSON_UNKNOWN, source=Source.BRANCH_DATABASES)])
        return self._grounds(insurance.value.status.value, _names(identity), _of_insurance(insurance))

    async def _pension_status(self, person: NationalId) -> Grounds:
        identity, insurance, pension = await self._together(
            self._identity(person),
            self._read(self._loaders.insurances_by_person.load(person), Source.BRANCH_DATABASES),
            self._read(self._loaders.pensions_by_person.load(person), Source.BRANCH_DATABASES),
        )
        if pension is not None:
            return self._grounds(pension.value.status.value, _names(identity), _of_pension(pension))
        if insurance is None:
            raise NotCertifiable([Why(refusal=Refusal.PERSON_UNKNOWN, source=Source.BRANCH_DATABASES)])
        # That there is none carries no provenance of its own: it is as old as what the branches said of the person.
        absent = _fact("pensionStatus", NO_PENSION, insurance.provenance)
        return self._grounds(NO_PENSION, _names(identity), (absent,))

    async def _clearance(self, application: Application) -> Grounds:
        key = application.workshop
        assert key is not None  # noqa: S101 - the desk asks for it
        workshop, (debts, provenance) = await self._together(
            self._read(self._loaders.workshops_by_key.load(key), Source.BRANCH_DATABASES),
            self._debts_of_workshop(key),
        )
        if workshop is None:
            raise NotCertifiable([Why(refusal=Refusal.WORKSHOP_UNKNOWN, source=Source.BRANCH_DATABASES)])
        outstanding = sum(max(debt.remaining, 0) for debt in debts)
        if outstanding:
            raise NotCertifiable([Why(refusal=Refusal.DEBT_OUTSTANDING, source=Source.BRANCH_DATABASES)])
        found = workshop.value
        subject = {"workshop": key.code.digits, "branch": key.branch.digits, "workshopName": found.name}
        if found.employer_name:
            subject["employerName"] = found.employer_name
        facts = [
            _fact("debtsOutstanding", outstanding, provenance or workshop.provenance),
            _fact("workshopActive", found.active, workshop.provenance),
        ]
        if application.contract_number is not None:
            facts.append(
                CertifiedFact(
                    name="contractNumber",
                    value=application.contract_number,
                    source=APPLICANT,
                    said_at=int(self._now().timestamp()),
                )
            )
        return self._grounds(CLEAR, subject, tuple(facts))

    async def _building_premium(self, application: Application) -> Grounds:
        key = application.debt
        assert key is not None  # noqa: S101 - the desk asks for it
        identity, (debts, provenance) = await self._together(
            self._identity(application.person), self._debts_of_person(application.person)
        )
        found = next((debt for debt in debts if (debt.number, debt.branch) == (key.number, key.branch)), None)
        if found is None or provenance is None:
            raise NotCertifiable([Why(refusal=Refusal.DEBT_UNKNOWN, source=Source.BRANCH_DATABASES)])
        if found.remaining > 0:
            raise NotCertifiable([Why(refusal=Refusal.DEBT_OUTSTANDING, source=Source.BRANCH_DATABASES)])
        said: dict[str, Value] = {
            "debtNumber": found.number,
            "branch": found.branch.digits,
            "amount": found.amount,
            "remaining": found.remaining,
        }
        return self._grounds(PAID, _names(identity), _facts(said, provenance))

    async def _identity(self, person: NationalId) -> Fact[Citizen]:
        found = await self._read(self._loaders.citizens_by_national_id.load(person), Source.CIVIL_REGISTRY)
        if found is None:
            raise NotCertifiable([Why(refusal=Refusal.PERSON_UNKNOWN, source=Source.CIVIL_REGISTRY)])
        return found

    async def _debts_of_workshop(self, key: WorkshopKey) -> tuple[list[Debt], Provenance | None]:
        return await self._all_pages(
            lambda after: self._loaders.debt_pages_by_workshop.load(
                DebtsOfWorkshop(workshop=key, first=_PAGE, after=after)
            )
        )

    async def _debts_of_person(self, person: NationalId) -> tuple[list[Debt], Provenance | None]:
        return await self._all_pages(
            lambda after: self._loaders.debt_pages_by_person.load(
                DebtsOfPerson(person=person, first=_PAGE, after=after)
            )
        )

    async def _all_pages(
        self, page_after: Callable[[DebtPosition | None], Awaitable[Fact[Page[Debt]] | None]]
    ) -> tuple[list[Debt], Provenance | None]:
        """All debts, and the oldest provenance of their pages; None where no branch knows of any."""
        debts: list[Debt] = []
        provenance: Provenance | None = None
        after: DebtPosition | None = None
        while True:
            fact = await self._read(page_after(after), Source.BRANCH_DATABASES)
            if fact is None:
                return debts, provenance
            if fact.value.gaps:
                gap = fact.value.gaps[0]
                raise NotCertifiable(
                    [
                        Why(
                            refusal=Refusal.FACT_INCOMPLETE,
                            source=Source.BRANCH_DATABASES,
                            code=gap.code,
                            retry_after=gap.retry_after,
                        )
                    ]
                )
            debts += fact.value.items
            if provenance is None or fact.provenance.fetched_at < provenance.fetched_at:
                provenance = fact.provenance
            if not fact.value.has_next:
                return debts, provenance
            after = _position(debts[-1])

    async def _read(self, loading: Awaitable[Fact[V] | None], source: Source) -> Fact[V] | None:
        try:
            fact = await loading
        except SourceFailure as failure:
            raise NotCertifiable(
                [
                    Why(
                        refusal=Refusal.FACT_UNAVAILABLE,
                        source=failure.source,
                        code=failure.code.value,
                        retry_after=failure.retry_after,
                    )
                ]
            ) from failure
        if fact is not None and self._too_old(fact.provenance):
            raise NotCertifiable([Why(refusal=Refusal.FACT_STALE, source=source)])
        return fact

    def _too_old(self, provenance: Provenance) -> bool:
        age = (self._now() - provenance.fetched_at).total_seconds()
        return provenance.freshness is Freshness.STALE or age > self._most_age

    async def _together(self, *readings: Awaitable[Any]) -> list[Any]:
        """All at once; every reason why one cannot be read, not only the first."""
        found = await asyncio.gather(*readings, return_exceptions=True)
        reasons: list[Why] = []
        for one in found:
            if isinstance(one, NotCertifiable):
                reasons += one.reasons
            elif isinstance(one, BaseException):
                raise one
        if reasons:
            raise NotCertifiable(reasons)
        return found

    def _grounds(self, outcome: str, subject: dict[str, str], facts: tuple[CertifiedFact, ...]) -> Grounds:
        return Grounds(outcome=outcome, subject=subject, facts=facts, at=self._now())


def _names(identity: Fact[Citizen]) -> dict[str, str]:
    citizen = identity.value
    return {
        "nationalId": citizen.national_id.digits,
        "firstName": citizen.first_name,
        "lastName": citizen.last_name,
    }


def _of_insurance(fact: Fact[Insurance]) -> tuple[CertifiedFact, ...]:
    insurance, current = fact.value, fact.value.current
    said: dict[str, Value] = {"insuranceStatus": insurance.status.value, "branchFiles": len(insurance.links)}
    if current is not None:
        said |= {
            "insuranceKind": current.kind.value,
            "insuranceNumber": current.insurance_number.digits,
            "branch": current.branch.digits,
            "workshop": current.workshop.digits if current.workshop else None,
            "workshopName": current.workshop_name,
            "since": current.since.jalali if current.since else None,
        }
    return _facts(said, fact.provenance)


def _of_pension(fact: Fact[Pension]) -> tuple[CertifiedFact, ...]:
    pension = fact.value
    said: dict[str, Value] = {
        "pensionStatus": pension.status.value,
        "pensionKind": pension.kind.value,
        "pensionNumber": pension.number,
        "branch": pension.branch.digits,
        "baseDate": pension.base_date.jalali if pension.base_date else None,
        "monthlyAmount": pension.monthly_amount,
    }
    return _facts(said, fact.provenance)


def _facts(said: dict[str, Value], provenance: Provenance) -> tuple[CertifiedFact, ...]:
    return tuple(_fact(name, value, provenance) for name, value in said.items())


def _fact(name: str, value: Value, provenance: Provenance) -> CertifiedFact:
    return CertifiedFact(
        name=name, value=value, source=provenance.source.value, said_at=int(provenance.fetched_at.timestamp())
    )


def _position(debt: Debt) -> DebtPosition:
    issued = debt.issued
    number = issued.year * 10_000 + (issued.month or 0) * 100 + (issued.day or 0) if issued else 0
    return DebtPosition(issued=number, branch=debt.branch, number=debt.number)
