"""The loaders of a request mirror the catalogue of questions, and so does what is remembered of each."""

import dataclasses
import datetime
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.citizen import Citizen, Gender, LifeStatus, Photo
from gateway.domain.clock import SystemClock
from gateway.domain.contribution import ContributionRecord, ContributionSummary, KindSum, WageBase
from gateway.domain.debt import ClaimOrder, ClaimOrderKind, Debt, DebtStage, LedgerEntry, LedgerKind
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.failure import DeadlineExceeded
from gateway.domain.identifiers import BranchCode, InsuranceNumber, NationalId, WorkshopCode
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.lookup import Fact, Freshness, Page, Provenance
from gateway.domain.money import rial
from gateway.domain.other_fund import FundMembership, FundStanding
from gateway.domain.payment import PaymentFinding, PaymentState, PremiumPayment
from gateway.domain.payment_document import DocumentState, PaymentDocument
from gateway.domain.registry_event import EventKind, EventParty, PartyRole, RegistryEvent
from gateway.domain.unemployment import Approval, CaseStage, UnemploymentCase
from gateway.domain.workshop import Workshop
from gateway.loading.ages import MemoryAges, fact_kinds, remembered_sources
from gateway.loading.batch import Batch
from gateway.loading.loaders import Loaders
from gateway.loading.local_memory import LocalMemory
from gateway.loading.sources import Sources
from tests.loading.pensions import SARA, pension

BRANCH, WORKSHOP, DAY = BranchCode("0070"), WorkshopCode("0070012345"), Day(1399, 9)
QUESTIONS = [field.name for field in dataclasses.fields(Sources)]
KINDS = fact_kinds(MemoryAges())

# One fact of each question, with what is hardest to keep: bytes, times, money, dates known in part.
SAMPLES: dict[str, Any] = {
    "citizens_by_national_id": Citizen(
        national_id=SARA,
        first_name="سارا",
        last_name="احمدی",
        gender=Gender.FEMALE,
        birth=Day(1360),
        life_status=LifeStatus.ALIVE,
    ),
    "photos_by_national_id": Photo(media_type="image/png", content=bytes(range(256))),
    "payments_by_payer": (
        PremiumPayment(
            identifier="1",
            payer=SARA,
            state=PaymentState.PAID_UNCONFIRMED,
            amount=rial(10**12),
            period=YearMonth(1404, 12),
            paid_at=datetime.datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=datetime.UTC),
            findings=(PaymentFinding.AMOUNT_DIFFERS,),
        ),
    ),
    "unemployment_cases_by_person": UnemploymentCase(
        national_id=SARA,
        tracking_code="7",
        stage=CaseStage.APPROVED,
        approval=Approval.WITHDRAWN,
        registered_on=DAY,
        married=True,
        dependants=2,
        drawn_months=3,
        also_registered_as=("8",),
    ),
    "insurances_by_person": Insurance(
        status=InsuranceStatus.ACTIVE,
        links=(
            InsuranceLink(
                insurance_number=InsuranceNumber("12345678"),
                branch=BRANCH,
                kind=InsuranceKind.VOLUNTARY,
                status=InsuranceStatus.ACTIVE,
                workshop=WORKSHOP,
            ),
        ),
    ),
    "dependents_by_supporter": (
        Dependent(
            national_id=SARA,
            relation=Relation.DAUGHTER,
            coverage=Coverage(status=CoverageStatus.COVERED, until=Day(1405, 1, 31)),
            branch=BRANCH,
        ),
    ),
    "contribution_summaries_by_person": ContributionSummary(
        days=90,
        months=3,
        by_kind=(KindSum(kind=InsuranceKind.COMPULSORY, days=90, months=3),),
        last_ninety_days=WageBase(days=90, wage=rial(3)),
    ),
    "contribution_pages": Page(
        items=(
            ContributionRecord(
                record_id=1,
                month=YearMonth(1399, 9),
                branch=BRANCH,
                kind=InsuranceKind.COMPULSORY,
                days=30,
                wage=rial(2**40),
                premium=rial(-1),
            ),
        ),
        has_next=True,
    ),
    "pensions_by_person": pension(),
    "debt_pages_by_person": Page(items=()),
    "workshops_by_key": Workshop(code=WORKSHOP, branch=BRANCH, name="نان", employer=SARA, active=True),
    "debt_pages_by_workshop": Page(
        items=(
            Debt(
                number="5",
                branch=BRANCH,
                stage=DebtStage.FINAL,
                amount=rial(3),
                remaining=rial(2),
                premium=rial(1),
                unemployment_premium=rial(1),
                other=rial(1),
            ),
        )
    ),
    "ledgers_by_debt": (LedgerEntry(sequence=1, kind=LedgerKind.PENALTY, amount=rial(1), balance=rial(1)),),
    "claim_orders_by_workshop": (ClaimOrder(number="1", kind=ClaimOrderKind.WARNING, branch=BRANCH, amount=rial(9)),),
    "events_by_person": (
        RegistryEvent(
            sequence=7,
            kind=EventKind.MARRIAGE,
            registered_on=Day(1405, 7, 10),
            parties=(EventParty(person=SARA, role=PartyRole.WIFE, first_marriage=True),),
            permanent=True,
            official_office=False,
        ),
    ),
    "fund_memberships_by_person": (
        FundMembership(fund="11", fund_name="صندوق", standing=FundStanding.PENSIONER, since=DAY),
    ),
    "payment_documents_by_number": PaymentDocument(
        number="PD-1",
        amount=rial(10**12),
        state=DocumentState.RETURNED,
        account_ending="0017",
        issued_on=Day(1405, 8, 1),
    ),
}


class One:
    """A Lookup that says the same of every key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0

    async def __call__(self, keys: Sequence[Any]) -> Mapping[Any, Fact[Any]]:
        self.asked += 1
        said = Provenance(source=KINDS[self.name].source, fetched_at=datetime.datetime.now(datetime.UTC))
        return {key: Fact(SAMPLES[self.name], said) for key in keys}


@pytest.fixture
def lookups() -> dict[str, Any]:
    return {name: One(name) for name in QUESTIONS}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_each_question_has_a_loader_of_its_name_that_asks_it(name: str, lookups: dict[str, Any]) -> None:
    loaders = Loaders(Sources(**lookups))
    batch: Batch[str, Any] = getattr(loaders, name)
    fact = await batch.load("any key")
    assert fact is not None
    assert fact.value == SAMPLES[name]
    assert [asked for asked, lookup in lookups.items() if lookup.asked] == [name]
    await loaders.close()


@pytest.mark.parametrize("name", QUESTIONS)
async def test_each_loader_names_the_source_that_its_facts_are_remembered_under(
    name: str, lookups: dict[str, Any]
) -> None:
    loaders = Loaders(Sources(**lookups), deadline=time.monotonic() - 1)
    with pytest.raises(DeadlineExceeded) as late:
        await getattr(loaders, name).load("any key")
    assert late.value.source is KINDS[name].source


@pytest.mark.parametrize("name", QUESTIONS)
async def test_each_fact_comes_out_of_memory_as_it_went_in(name: str, lookups: dict[str, Any]) -> None:
    sources = remembered_sources(Sources(**lookups), LocalMemory(), clock=SystemClock())
    live, cached = [(await getattr(sources, name)(["any key"]))["any key"] for _ in range(2)]
    assert lookups[name].asked == 1
    assert cached.value == live.value == SAMPLES[name]
    assert cached.provenance == Provenance(
        source=live.provenance.source, fetched_at=live.provenance.fetched_at, freshness=Freshness.CACHED
    )


def test_every_question_has_an_age_and_no_age_is_stale() -> None:
    names = [field.name for field in dataclasses.fields(MemoryAges)]
    assert [name for name in names if not name.startswith("absent_") and name != "near"] == QUESTIONS
    assert all(0 < kind.absent_age < kind.age for kind in KINDS.values())


async def test_an_age_of_zero_remembers_nothing(lookups: dict[str, Any]) -> None:
    sources = remembered_sources(Sources(**lookups), LocalMemory(), MemoryAges(payments_by_payer=0))
    for _ in range(2):
        await sources.payments_by_payer([SARA])
        await sources.pensions_by_person([SARA])
    assert lookups["payments_by_payer"].asked == 2
    assert lookups["pensions_by_person"].asked == 1


def test_the_version_of_a_kind_follows_the_shape_of_its_value() -> None:
    versions = {kind.version for kind in KINDS.values()}
    assert len(versions) == len({str(kind.value) for kind in KINDS.values()})
    assert KINDS["pensions_by_person"].version == fact_kinds(MemoryAges())["pensions_by_person"].version


async def test_loaders_that_are_not_used_cost_nothing_to_close(lookups: dict[str, Any]) -> None:
    loaders = Loaders(Sources(**lookups))
    await loaders.close()
    with pytest.raises(RuntimeError, match="ended"):
        loaders.pensions_by_person.load(NationalId("0013542419"))
