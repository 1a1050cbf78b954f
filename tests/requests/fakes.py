"""An office that is a dict, and a desk over it whose clock the test moves."""

import datetime
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from gateway.domain.identifiers import NationalId
from gateway.domain.office import Delivery, Enclosure, OfficeFile, OfficeState
from gateway.domain.request import Act, ServiceRequest
from gateway.domain.services import RequestKind
from gateway.domain.services.medical_commission import CommissionGround, CommissionRequest
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders
from gateway.loading.sources import Sources
from gateway.requests.assessing import details_from
from gateway.requests.desk import Answer, RequestDesk, Wish
from gateway.requests.engine import EngineSettings
from gateway.requests.ground import Ground, open_ground
from gateway.requests.kinds import Inquiry, Kind
from gateway.requests.opening import desk_of
from gateway.requests.services.medical_commission import RULES
from gateway.requests.settings import RequestSettings, Terms
from gateway.rights.policy import ContractPolicy
from tests.resolvers.conftest import MINA, NO_CONTRACTS, REZA, SARA, Registers, World

NOON = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)  # a Sunday
PDF = b"%PDF-1.4 certified %%EOF"
KEYRING = Keyring(b"k" * 32)


class SteppingClock:
    """Stands until it is moved; whoever waits for it goes on at once."""

    def __init__(self) -> None:
        self.at = NOON
        self._seconds = 0.0

    def now(self) -> datetime.datetime:
        return self.at

    def monotonic(self) -> float:
        return self._seconds

    async def sleep_until(self, moment: float) -> None:
        self._seconds = max(self._seconds, moment)

    def move(self, **by: float) -> None:
        self.at += datetime.timedelta(**by)


@dataclass
class FakeOffice:
    """`failing` is raised instead of an answer; with `deaf`, only after the work was done."""

    clock: SteppingClock
    files: dict[str, OfficeFile] = field(default_factory=dict)
    delivered: list[Delivery] = field(default_factory=list)
    forwarded: list[tuple[str, Act, tuple[Enclosure, ...]]] = field(default_factory=list)
    failing: Exception | None = None
    deaf: bool = False

    async def deliver(self, delivery: Delivery) -> OfficeFile:
        if self.failing and not self.deaf:
            raise self.failing
        self.delivered.append(delivery)
        if delivery.reference not in self.files:
            self._put(delivery.reference, OfficeState.RECEIVED)
        if self.failing:
            raise self.failing
        return self.files[delivery.reference]

    async def file(self, reference: str) -> OfficeFile | None:
        if self.failing:
            raise self.failing
        return self.files.get(reference)

    async def forward(self, reference: str, act: Act, enclosures: Sequence[Enclosure]) -> OfficeFile:
        if self.failing:
            raise self.failing
        self.forwarded.append((reference, act, tuple(enclosures)))
        match act.kind.value:
            case "WITHDRAW":
                self._put(reference, OfficeState.WITHDRAWN)
            case "APPEAL":
                self._put(reference, OfficeState.IN_REVIEW, instance=2)
            case _:
                self._put(reference, OfficeState.IN_REVIEW)
        return self.files[reference]

    def says(self, request: ServiceRequest, state: OfficeState, **more: Any) -> None:
        self._put(request.id, state, **more)

    def _put(self, reference: str, state: OfficeState, **more: Any) -> None:
        known = self.files.get(reference) or OfficeFile(number="CM-1", state=state, changed_at=self.clock.now())
        kept = {"needs": None, "note": None} | more
        self.files[reference] = msgspec.structs.replace(known, state=state, changed_at=self.clock.now(), **kept)


@dataclass
class Counter:
    """A desk, with what stands around it."""

    desk: RequestDesk
    ground: Ground
    clock: SteppingClock
    office: FakeOffice
    world: World
    policy: ContractPolicy
    certificate: str = ""

    async def ask(
        self,
        key: str = "key",
        *,
        insured: NationalId = SARA,
        subject: NationalId | None = None,
        ground: CommissionGround = CommissionGround.ILLNESS,
        certificate: str | None = None,
    ) -> Answer:
        details = details_from(
            CommissionRequest(
                applicant=insured,
                subject=subject or insured,
                ground=ground,
                documents=(certificate or self.certificate,),
            )
        )
        wish = Wish(kind=RequestKind("MEDICAL_COMMISSION"), applicant=insured, details=details, key=key)
        loaders = Loaders(self.world.sources, clock=self.clock)
        try:
            return await self.desk.ask(wish, Inquiry(loaders, self.policy, self.clock))
        finally:
            await loaders.close()

    async def accepted(self, key: str = "key", **wish: Any) -> ServiceRequest:
        answer = await self.ask(key, **wish)
        assert isinstance(answer, ServiceRequest), answer
        return answer

    async def now(self, request: ServiceRequest) -> ServiceRequest:
        """After all that is due was done."""
        await self.ground.engine.run_due()
        found = await self.desk.by_id(request.id)
        assert found
        return found


@asynccontextmanager
async def counter(
    folder: Path, world: World, *, terms: Terms | None = None, clock: SteppingClock | None = None, **settings: Any
) -> AsyncIterator[Counter]:
    clock = clock or SteppingClock()
    kept = RequestSettings(
        store=f"sqlite:///{folder}/requests.db",
        documents=(folder / "documents").as_uri(),
        engine=EngineSettings(claim_seconds=60.0),
    )
    office = FakeOffice(clock)
    registers = Registers(representatives={(MINA, REZA)})
    policy = ContractPolicy(NO_CONTRACTS, registers, clock)
    sources: Sources = world.sources
    async with open_ground(replace(kept, **settings), KEYRING, clock) as ground:
        kind = Kind(rules=RULES, terms=terms or RULES.terms, office=office)
        desk = await desk_of(ground, [kind], lambda: Loaders(sources, clock=clock), policy)
        made = Counter(desk, ground, clock, office, world, policy)
        made.certificate = (await desk.documents.add(SARA, PDF)).id
        yield made
