"""The scenario of a referral, with everything that can happen to one: pending assessment, delivery, information asked
for and supplied, a refusal, an appeal, and the approval in the end. The commission is the twin's, over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters import medical_commission
from adapters.medical_commission.settings import MedicalCommissionSettings
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.request import RequestState, ServiceRequest
from gateway.domain.services import RequestKind
from gateway.domain.services.medical_commission import CommissionGround, CommissionRequest
from gateway.loading.loaders import Loaders
from gateway.requests.assessing import details_from
from gateway.requests.desk import RequestDesk, Wish
from gateway.requests.engine import Observer, working
from gateway.requests.kinds import Inquiry, Kind
from gateway.requests.life import FLOW
from gateway.requests.opening import desk_of
from gateway.requests.services.medical_commission import RULES
from gateway.requests.settings import Terms
from gateway.rights.policy import ContractPolicy
from tests.requests.story_ground import folder_of, settings_in, steps_of, story_ground
from tests.requests.systems import answering
from tests.resolvers.conftest import NO_CONTRACTS, Registers
from twin.named import NAMED

SARA = NationalId(NAMED["sara"].code)
CERTIFICATE = b"%PDF-1.4 certified incurable %%EOF"
PATIENCE_SECONDS = 60.0


FACTS = {
    "insurances_by_person": Insurance(status=InsuranceStatus.ACTIVE),
    "citizens_by_national_id": Citizen(
        national_id=SARA, first_name="سارا", last_name="صادقی", gender=Gender.FEMALE, life_status=LifeStatus.ALIVE
    ),
}


class Story:
    """One request, whose client repeats everything under its keys until it has come to its end."""

    def __init__(self, desk: RequestDesk, steps: dict[str, tuple[str, ...]], inquiry: Inquiry, place: Path) -> None:
        self._desk, self.steps, self._inquiry, self._place = desk, steps, inquiry, place

    async def live(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            request = await self._asked()
            receipts = {request.receipt}
            while request.state is not RequestState.APPROVED:
                if request.state is RequestState.NEEDS_INFORMATION and not request.acts:
                    await self._desk.supply(request, "supply", [await self._document("report")], "گزارش")
                if request.state is RequestState.REJECTED:
                    await self._desk.appeal(request, "appeal", "نتیجه را قبول ندارم")
                await asyncio.sleep(0.02)
                found = await self._desk.by_id(request.id)
                assert found
                request = found
                receipts.add(request.receipt)
        return {
            "reference": request.id,
            "tracking_code": request.tracking_code,
            "receipts": sorted(receipts),
            "steps": [step.state.value for step in request.steps],
            "acts": [act.kind.value for act in request.acts],
            "number": request.office_number,
            "listed": list(self.steps[FLOW]),
        }

    async def _asked(self) -> ServiceRequest:
        details = details_from(
            CommissionRequest(
                applicant=SARA,
                subject=SARA,
                ground=CommissionGround.ILLNESS,
                documents=(await self._document("certificate"),),
            )
        )
        wish = Wish(kind=RequestKind("MEDICAL_COMMISSION"), applicant=SARA, details=details, key="ask")
        answer = await self._desk.ask(wish, self._inquiry)
        assert isinstance(answer, ServiceRequest), answer
        return answer

    async def _document(self, name: str) -> str:
        """Uploaded once: the client keeps the id that it was given."""
        kept = self._place / f"{name}.id"
        if not kept.exists():
            kept.write_text((await self._desk.documents.add(SARA, CERTIFICATE)).id)
        return kept.read_text()


@asynccontextmanager
async def story(place: dict[str, Any], observe: Observer) -> AsyncIterator[Story]:
    """`place`: `folder`, `office` (where the commission listens), `story`."""
    clock, folder = SystemClock(), folder_of(place)
    settings = settings_in(folder, assess_seconds=0.0)  # so that the workflow has to assess
    terms = Terms(service_days=7, follow_seconds=0.05)
    policy = ContractPolicy(NO_CONTRACTS, Registers(), clock)
    sources = answering(FACTS, clock)
    office = medical_commission.connect(MedicalCommissionSettings(**place["office"]), clock)
    async with story_ground(settings, observe) as ground, office as board:
        desk = await desk_of(
            ground, [Kind(rules=RULES, terms=terms, office=board)], lambda: Loaders(sources, clock=clock), policy
        )
        loaders = Loaders(sources, clock=clock)
        (folder / "jwks.json").write_text(json.dumps(ground.receipts.jwks))
        async with working(ground.engine):
            yield Story(desk, steps_of(ground), Inquiry(loaders, policy, clock), folder)
        await loaders.close()
