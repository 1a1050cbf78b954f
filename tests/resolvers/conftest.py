"""A small world of back offices, each a dict behind a Lookup, which writes down what it was asked."""

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pytest
import strawberry

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.citizen import Citizen, Gender, LifeStatus, Photo
from gateway.domain.contribution import ContributionQuery, ContributionRecord, ContributionSummary, WageBase
from gateway.domain.debt import (
    ClaimOrder,
    ClaimOrderKind,
    Debt,
    DebtKey,
    DebtsOfPerson,
    DebtsOfWorkshop,
    DebtStage,
    LedgerEntry,
    LedgerKind,
)
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, InsuranceNumber, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.lookup import Fact, Page, Provenance
from gateway.domain.money import rial
from gateway.domain.payment import PaymentState, PremiumPayment
from gateway.domain.pension import Pension, PensionKind, PensionStatus
from gateway.domain.unemployment import Approval, CaseStage, UnemploymentCase
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders
from gateway.loading.sources import Sources
from gateway.rights.policy import ContractPolicy
from gateway.schema import build_schema

SARA = NationalId("0013542419")
REZA = NationalId("0061274801")
MINA = NationalId("1278450939")
BRANCH = BranchCode("0070")
WORKSHOP = WorkshopKey(WorkshopCode("0070012345"), BRANCH)
DEVELOPER = Caller(kind=CallerKind.DEVELOPER, client="tests")
NO_MINIMUM_WAGE = EntitlementRules()
NOW = datetime.datetime(2026, 10, 23, 8, 0, tzinfo=datetime.UTC)

SYSTEMS = {
    "citizens_by_national_id": Source.CIVIL_REGISTRY,
    "photos_by_national_id": Source.CIVIL_REGISTRY,
    "payments_by_payer": Source.BANK_REFAH,
    "unemployment_cases_by_person": Source.LABOUR_MINISTRY,
    "events_by_person": Source.REGISTRY_EVENTS,
    "fund_memberships_by_person": Source.INSURANCE_FUNDS,
    "payment_documents_by_number": Source.FINANCE,
}


class StandingClock:
    def now(self) -> datetime.datetime:
        return NOW

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def records() -> tuple[ContributionRecord, ...]:
    """45 months of Sara, the newest first."""
    newest = YearMonth(1405, 7).ordinal
    return tuple(
        ContributionRecord(
            record_id=n,
            month=YearMonth.from_ordinal(newest - n),
            workshop=WORKSHOP.code,
            branch=BRANCH,
            kind=InsuranceKind.COMPULSORY,
            days=30,
            wage=rial(30_000_000),
            premium=rial(2_100_000),
        )
        for n in range(45)
    )


def payments() -> tuple[PremiumPayment, ...]:
    """Five of Sara: one not paid, and two at the same moment."""
    times = [None, NOW, NOW, NOW - datetime.timedelta(days=30), NOW - datetime.timedelta(days=60)]
    return tuple(
        PremiumPayment(
            identifier=f"{n:012}",
            payer=SARA,
            state=PaymentState.CONFIRMED,
            amount=rial(3_000_000_000 + n),
            paid_at=paid,
        )
        for n, paid in enumerate(times)
    )


DEBT = Debt(
    number="000000000001",
    branch=BRANCH,
    workshop=WORKSHOP.code,
    stage=DebtStage.NOTICED,
    issued=Day(1405, 3),
    amount=rial(30),
    remaining=rial(30),
    premium=rial(20),
    unemployment_premium=rial(5),
    other=rial(5),
)


def facts() -> dict[str, dict[Any, Any]]:
    """What each question is answered; pages are keyed by their person or workshop."""
    link = InsuranceLink(
        insurance_number=InsuranceNumber("12345678"),
        branch=BRANCH,
        kind=InsuranceKind.COMPULSORY,
        status=InsuranceStatus.ACTIVE,
    )
    covered = Coverage(status=CoverageStatus.COVERED)
    return {
        "citizens_by_national_id": {
            person: Citizen(
                national_id=person,
                first_name=name,
                last_name="صادقی",
                gender=Gender.FEMALE,
                birth=Day(1360),
                life_status=LifeStatus.ALIVE,
            )
            for person, name in ((SARA, "سارا"), (MINA, "مینا"))
        },
        "photos_by_national_id": {SARA: Photo(media_type="image/png", content=b"\x89PNG")},
        "payments_by_payer": {SARA: payments()},
        "unemployment_cases_by_person": {
            SARA: UnemploymentCase(
                national_id=SARA,
                tracking_code="UB-1405-0000001",
                stage=CaseStage.REFERRED_TO_SSO,
                approval=Approval.GRANTED,
                lost_job_on=Day(1405, 6, 12),
                married=True,
                dependants=2,
                drawn_months=3,
            )
        },
        "insurances_by_person": {
            person: Insurance(status=InsuranceStatus.ACTIVE, current=link, links=(link,)) for person in (SARA, MINA)
        },
        "dependents_by_supporter": {
            SARA: (
                Dependent(national_id=MINA, relation=Relation.DAUGHTER, coverage=covered, branch=BRANCH),
                Dependent(
                    national_id=REZA,
                    relation=Relation.FATHER,
                    coverage=Coverage(status=CoverageStatus.ENDED),
                    branch=BRANCH,
                ),
            )
        },
        "contribution_summaries_by_person": {
            SARA: ContributionSummary(days=1350, months=45, last_ninety_days=WageBase(days=90, wage=rial(90_000_000)))
        },
        "contribution_pages": {SARA: records()},
        "pensions_by_person": {
            SARA: Pension(
                number="1",
                kind=PensionKind.SURVIVOR,
                status=PensionStatus.ACTIVE,
                monthly_amount=rial(10**11),
                branch=BRANCH,
            )
        },
        "debt_pages_by_person": {SARA: (DEBT,)},
        "workshops_by_key": {
            WORKSHOP: Workshop(code=WORKSHOP.code, branch=BRANCH, name="نجاری", employer=SARA, active=True)
        },
        "debt_pages_by_workshop": {WORKSHOP: (DEBT,)},
        "ledgers_by_debt": {
            DebtKey(DEBT.number, BRANCH): (
                LedgerEntry(sequence=1, kind=LedgerKind.CHARGE, amount=rial(30), balance=rial(30)),
            )
        },
        "claim_orders_by_workshop": {
            WORKSHOP: tuple(
                ClaimOrder(number=str(n), kind=kind, branch=BRANCH, amount=rial(30))
                for n, kind in enumerate(ClaimOrderKind)
            )
        },
    }


class NoContracts:
    def for_client(self, _client: str) -> None:
        return None


NO_CONTRACTS = NoContracts()


@dataclass
class Registers:
    """`representatives` are pairs of a representative and the person they stand for."""

    protected_persons: set[NationalId] = field(default_factory=set)
    representatives: set[tuple[NationalId, NationalId]] = field(default_factory=set)

    def holds(self, _register: str, _person: NationalId) -> bool:
        return False

    def protected(self, person: NationalId) -> bool:
        return person in self.protected_persons

    def represents(self, representative: NationalId, person: NationalId) -> bool:
        return (representative, person) in self.representatives

    def revoked(self, _token_id: str) -> bool:
        return False


@dataclass
class World:
    """`asked` has one entry a question: its name and its keys. `failing` names questions that raise instead."""

    schema: strawberry.Schema
    facts: dict[str, dict[Any, Any]] = field(default_factory=facts)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    gaps: tuple[Any, ...] = ()
    delay: float = 0
    in_flight: int = 0
    most_in_flight: int = 0
    caller: Caller | None = DEVELOPER
    rules: EntitlementRules = NO_MINIMUM_WAGE
    registers: Registers = field(default_factory=lambda: Registers())

    @property
    def policy(self) -> ContractPolicy:
        return ContractPolicy(NO_CONTRACTS, self.registers, StandingClock(), sandbox_developers=True)

    async def run(self, operation: str, **variables: Any) -> strawberry.types.ExecutionResult:
        loaders = Loaders(self.sources, clock=StandingClock())
        context = RequestContext(
            caller=self.caller,
            rights=self.policy.rights_of(self.caller) if self.caller else None,
            policy=self.policy,
            loaders=loaders,
            clock=StandingClock(),
            keyring=Keyring(b"k" * 32),
            entitlement_rules=self.rules,
            correlation_id="tests",
        )
        try:
            return await self.schema.execute(operation, variable_values=variables, context_value=context)
        finally:
            await loaders.close()

    @property
    def sources(self) -> Sources:
        return Sources(**{f.name: self._lookup(f.name) for f in fields(Sources)})

    @property
    def questions(self) -> list[str]:
        return [name for name, _ in self.asked]

    def system_of(self, question: str) -> Source:
        return SYSTEMS.get(question, Source.BRANCH_DATABASES)

    def _lookup(self, name: str) -> Any:
        provenance = Provenance(source=self.system_of(name), fetched_at=NOW - datetime.timedelta(seconds=7))

        async def ask(keys: Sequence[Any], /) -> Mapping[Any, Any]:
            self.asked.append((name, list(keys)))
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            await asyncio.sleep(self.delay)
            self.in_flight -= 1
            if name in self.failing:
                raise self.failing[name]
            found = {key: self._page_or_value(name, key) for key in keys}
            return {key: Fact(value, provenance) for key, value in found.items() if value is not None}

        return ask

    def _page_or_value(self, name: str, key: Any) -> Any:
        match key:
            case ContributionQuery():
                rows = [
                    r
                    for r in self.facts[name].get(key.person, ())
                    if key.after is None or r.record_id > key.after.record_id
                ]
            case DebtsOfPerson():
                rows = list(self.facts[name].get(key.person, ()))
            case DebtsOfWorkshop():
                rows = list(self.facts[name].get(key.workshop, ()))
            case _:
                return self.facts.get(name, {}).get(key)
        return Page(items=tuple(rows[: key.first]), has_next=len(rows) > key.first, gaps=self.gaps) if rows else None


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
def world(schema: strawberry.Schema) -> World:
    return World(schema)
