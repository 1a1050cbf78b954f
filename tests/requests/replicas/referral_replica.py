"""One replica that takes referrals to the commission and carries them out: see `questions`."""

import json
from pathlib import Path
from typing import Any

from adapters import medical_commission
from adapters.medical_commission.settings import MedicalCommissionSettings
from gateway.domain.clock import SystemClock
from gateway.domain.request import ServiceRequest
from gateway.domain.services import RequestKind
from gateway.domain.services.medical_commission import CommissionGround, CommissionRequest
from gateway.loading.loaders import Loaders
from gateway.requests.assessing import details_from
from gateway.requests.desk import RequestDesk, Wish
from gateway.requests.engine import EngineSettings, working
from gateway.requests.ground import open_ground
from gateway.requests.kinds import Inquiry, Kind
from gateway.requests.opening import desk_of
from gateway.requests.services.medical_commission import RULES
from gateway.requests.settings import RequestSettings, Terms
from gateway.rights.policy import ContractPolicy
from tests.requests.commission_story import CERTIFICATE, FACTS
from tests.requests.replicas.persons import person
from tests.requests.replicas.questions import Answering, answer_all, run
from tests.requests.story_ground import KEYRING
from tests.requests.systems import answering
from tests.resolvers.conftest import NO_CONTRACTS, Registers


async def main(place: dict[str, Any]) -> None:
    clock = SystemClock()
    settings = RequestSettings(
        store=place["store"],
        documents=Path(place["documents"]).as_uri(),
        commit_seconds=20.0,
        assess_seconds=5.0,
        retry_first_seconds=0.2,
        engine=EngineSettings(claim_seconds=place["claim_seconds"], poll_seconds=0.2, at_once=16),
    )
    sources = answering(FACTS, clock)
    policy = ContractPolicy(NO_CONTRACTS, Registers(), clock)
    office = medical_commission.connect(MedicalCommissionSettings(**place["office"], parallelism=16), clock)
    async with open_ground(settings, KEYRING, clock) as ground, office as board:
        kind = Kind(rules=RULES, office=board, terms=Terms(service_days=7, follow_seconds=0.5))
        desk = await desk_of(ground, [kind], lambda: Loaders(sources, clock=clock), policy)
        (Path(place["documents"]) / "jwks.json").write_text(json.dumps(ground.receipts.jwks))
        async with working(ground.engine):
            await answer_all(_answering(desk, lambda: Inquiry(Loaders(sources, clock=clock), policy, clock)))


def _answering(desk: RequestDesk, inquiry: Any) -> Answering:
    async def answer(question: dict[str, Any]) -> dict[str, Any]:
        applicant = person(question["applicant"])
        if question["do"] == "upload":
            return {"document": (await desk.documents.add(applicant, CERTIFICATE)).id}
        details = CommissionRequest(
            applicant=applicant,
            subject=applicant,
            ground=CommissionGround.ILLNESS,
            documents=(question["document"],),
        )
        wish = Wish(
            kind=RequestKind("MEDICAL_COMMISSION"), applicant=applicant, details=details_from(details), key="ask"
        )
        request = await desk.ask(wish, inquiry())
        assert isinstance(request, ServiceRequest), request
        return {"reference": request.id, "code": request.tracking_code, "receipt": request.receipt}

    return answer


if __name__ == "__main__":
    run(main)
