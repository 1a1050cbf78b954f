"""Systems of a cycle that are dicts, and cycles over them whose clock the test moves."""

import datetime
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionQuery, ContributionRecord
from gateway.domain.dependent import Dependent
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceStatus
from gateway.domain.lookup import BranchGap, Fact, Lookup, Page, Provenance
from gateway.domain.messages import Message, Sending
from gateway.domain.money import rial
from gateway.domain.office import Delivery, OfficeFile, OfficeState
from gateway.domain.payment_document import DocumentState, PaymentDocument, PaymentOrder
from gateway.domain.registry_event import EventKind, EventParty, FeedPage, PartyRole, RegistryEvent
from gateway.loading.keyring import Keyring
from gateway.loading.sources import Sources
from gateway.requests.cycles.book import Report
from gateway.requests.cycles.cycle import MonthlyCycles
from gateway.requests.cycles.opening import monthly_cycles
from gateway.requests.cycles.settings import CycleSettings
from gateway.requests.cycles.tables import METADATA
from gateway.requests.engine import EngineSettings
from gateway.requests.ground import Ground, open_ground
from gateway.requests.settings import RequestSettings
from tests.requests.fakes import SteppingClock

KEYRING = Keyring(b"k" * 32)
MONTH = YearMonth(1405, 7)
NOON = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)  # 1405-09-01
WORKSHOP, BRANCH = WorkshopCode("0070012345"), BranchCode("0070")


def person(number: int) -> NationalId:
    """A code of its own for each number."""
    for check in range(10):
        try:
            return NationalId(f"{100_000_000 + number}{check}")
        except ValueError:
            continue
    raise AssertionError


@dataclass
class Systems:
    """The feed and the facts; what `failing` says of a question's name is said instead. Orders, messages and cases are
    kept by reference, and `received` counts how often each came."""

    clock: SteppingClock
    events: list[RegistryEvent] = field(default_factory=list)
    records: dict[NationalId, list[ContributionRecord]] = field(default_factory=dict)
    insured: dict[NationalId, Insurance] = field(default_factory=dict)
    dependents: dict[NationalId, tuple[Dependent, ...]] = field(default_factory=dict)
    without_account: set[NationalId] = field(default_factory=set)
    without_number: set[NationalId] = field(default_factory=set)
    failing: dict[str, Callable[[], SourceFailure]] = field(default_factory=dict)
    gaps: dict[NationalId, BranchGap] = field(default_factory=dict)
    orders: dict[str, PaymentOrder] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    cases: dict[str, Delivery] = field(default_factory=dict)
    received: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    pages: list[tuple[int, int]] = field(default_factory=list)

    def marries(
        self, husband: NationalId, wife: NationalId, day: Day, *, permanent: bool = True, first: bool = True
    ) -> None:
        self._add(
            EventKind.MARRIAGE,
            day,
            EventParty(person=husband, role=PartyRole.HUSBAND, first_marriage=first),
            EventParty(person=wife, role=PartyRole.WIFE, first_marriage=first),
            permanent=permanent,
            official_office=True,
        )

    def parts(self, husband: NationalId, wife: NationalId, day: Day) -> None:
        self._add(
            EventKind.DIVORCE,
            day,
            EventParty(person=husband, role=PartyRole.HUSBAND),
            EventParty(person=wife, role=PartyRole.WIFE),
        )

    def dies(self, whom: NationalId, day: Day) -> None:
        self._add(EventKind.DEATH, day, EventParty(person=whom, role=PartyRole.SELF))

    def is_born(self, whom: NationalId, day: Day, *, father: NationalId | None = None) -> None:
        parents = (EventParty(person=father, role=PartyRole.FATHER),) if father else ()
        self._add(EventKind.BIRTH, day, EventParty(person=whom, role=PartyRole.SELF), *parents)

    def works(self, whom: NationalId, since: str, until: str, days: int = 30, wage: int = 24_000) -> None:
        """In one workshop, each month of these."""
        first, last = YearMonth.parse(since).ordinal, YearMonth.parse(until).ordinal
        self.insured[whom] = Insurance(status=InsuranceStatus.ACTIVE)
        self.records.setdefault(whom, []).extend(
            ContributionRecord(
                record_id=ordinal,
                month=YearMonth.from_ordinal(ordinal),
                workshop=WORKSHOP,
                branch=BRANCH,
                kind=InsuranceKind.COMPULSORY,
                days=days,
                wage=rial(wage),
                premium=rial(0),
            )
            for ordinal in range(last, first - 1, -1)
        )

    def sources(self) -> Sources:
        known: dict[str, Callable[[Any], Any]] = {
            "events_by_person": lambda one: tuple(e for e in self.events if one in e.own) or None,
            "insurances_by_person": lambda one: self.insured.get(one, Insurance(status=InsuranceStatus.NO_LINK)),
            "dependents_by_supporter": lambda one: self.dependents.get(one),
            "contribution_pages": self._page,
        }

        def lookup(name: str) -> Lookup[Any, Any]:
            async def ask(keys: Sequence[Any], /) -> Mapping[Any, Fact[Any] | SourceFailure]:
                self.asked[name] += 1
                if name in self.failing:
                    raise self.failing[name]()
                provenance = Provenance(source=Source.BRANCH_DATABASES, fetched_at=self.clock.now())
                said = {key: known[name](key) for key in keys}
                return {key: Fact(value, provenance) for key, value in said.items() if value is not None}

            return ask

        return Sources(**{question.name: lookup(question.name) for question in fields(Sources)})

    def _page(self, query: ContributionQuery) -> Page[ContributionRecord]:
        if gap := self.gaps.get(query.person):
            return Page(gaps=(gap,))
        assert query.since
        assert query.until is None, "a later list says that the lists of the marriage's month have come"
        rows = [r for r in self.records.get(query.person, ()) if query.since <= r.month]
        rows.sort(key=lambda r: r.record_id, reverse=True)
        if query.after is not None:
            last = query.after.record_id
            rows = [r for r in rows if r.record_id < last]
        return Page(items=tuple(rows[: query.first]), has_next=len(rows) > query.first)

    def _add(self, kind: EventKind, day: Day, *parties: EventParty, **more: Any) -> None:
        self.events.append(
            RegistryEvent(
                sequence=len(self.events) + 1, kind=kind, registered_on=day, occurred_on=day, parties=parties, **more
            )
        )

    # RegistryFeed
    async def read(self, after: int, limit: int) -> FeedPage:
        self.pages.append((after, limit))
        self._may_fail("feed")
        return FeedPage(events=tuple(self.events[after : after + limit]), last=len(self.events))

    # Finance
    async def issue(self, order: PaymentOrder) -> PaymentDocument | None:
        self._may_fail("finance")
        self.received[order.reference] += 1
        if order.payee in self.without_account:
            return None
        self.orders[order.reference] = order
        self._may_fail("finance, deaf")
        return PaymentDocument(
            number=f"PD-{len(self.orders)}",
            amount=order.amount,
            state=DocumentState.ISSUED,
            account_ending="0017",
            issued_on=Day(1405, 9, 1),
        )

    # Outbox
    async def send(self, message: Message) -> Sending:
        self._may_fail("sms")
        self.received[f"sms {message.reference}"] += 1
        if message.person in self.without_number:
            return Sending.NO_NUMBER
        self.messages[message.reference] = message
        return Sending.TAKEN

    # Office
    async def deliver(self, delivery: Delivery) -> OfficeFile:
        self._may_fail("office")
        self.received[delivery.reference] += 1
        self.cases[delivery.reference] = delivery
        return OfficeFile(number=f"BC-{len(self.cases)}", state=OfficeState.RECEIVED, changed_at=self.clock.now())

    def _may_fail(self, name: str) -> None:
        if name in self.failing:
            raise self.failing[name]()


@dataclass
class Bureau:
    cycles: MonthlyCycles
    systems: Systems
    ground: Ground
    clock: SteppingClock

    async def runs(self, kind: str, month: YearMonth = MONTH, since: YearMonth | None = None) -> Report:
        """Begun, and everything done that is due by now."""
        cycle = await self.cycles.begin(kind, month, since)
        return await self.goes_on(cycle.name)

    async def goes_on(self, name: str) -> Report:
        await self.ground.engine.run_due()
        cycle = await self.cycles.book.cycle(name)
        assert cycle
        return await self.cycles.book.report(cycle)


@asynccontextmanager
async def bureau(
    folder: Path,
    systems: Systems | None = None,
    keyring: Keyring = KEYRING,
    former: Sequence[Keyring] = (),
    **settings: Any,
) -> AsyncIterator[Bureau]:
    clock = systems.clock if systems else SteppingClock()
    clock.at = max(clock.at, NOON)
    systems = systems or Systems(clock)
    places = RequestSettings(
        store=f"sqlite:///{folder}/requests.db",
        documents=(folder / "documents").as_uri(),
        retry_first_seconds=1.0,
        engine=EngineSettings(claim_seconds=60.0),
    )
    async with open_ground(places, keyring, clock, former, metadata=[METADATA]) as ground:
        offices: Any = {Source.BRANCH_COUNTER: systems}
        asked = systems.sources()
        limits = CycleSettings(**({"batch": 3, "page": 4, "tries": 3} | settings))
        cycles = monthly_cycles(ground, limits, asked, systems, systems, offices, systems)
        assert cycles
        yield Bureau(cycles, systems, ground, clock)
