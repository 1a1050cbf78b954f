"""One replica: takes what it is told to ask on standard input, answers on standard output, and carries requests out.

A line is `{"number": n}`; the answer `{"number", "reference", "code", "receipt", "ms"}`. It ends with its input.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from adapters import medical_commission
from adapters.medical_commission.settings import MedicalCommissionSettings
from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId
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
from tests.requests.commission_story import CERTIFICATE, FACTS, KEYRING, answering
from tests.resolvers.conftest import NO_CONTRACTS, Registers
from twin.national_codes import check_digit

AT_ONCE = 8


def person(number: int) -> NationalId:
    """The so-manieth of as many synthetic persons as are wanted."""
    nine = f"{100_000_000 + number:09}"
    return NationalId(nine + check_digit(nine))


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
            print(json.dumps({"ready": True}), flush=True)  # noqa: T201
            await _serve(desk, lambda: Inquiry(Loaders(sources, clock=clock), policy, clock))


async def _serve(desk: RequestDesk, inquiry: Any) -> None:
    slots = asyncio.Semaphore(AT_ONCE)
    asking: set[asyncio.Task[None]] = set()

    async def one(number: int) -> None:
        async with slots:
            began = time.perf_counter()
            applicant = person(number)
            document = await desk.documents.add(applicant, CERTIFICATE)
            uploaded = time.perf_counter()
            details = CommissionRequest(
                applicant=applicant, subject=applicant, ground=CommissionGround.ILLNESS, documents=(document.id,)
            )
            wish = Wish(
                kind=RequestKind("MEDICAL_COMMISSION"), applicant=applicant, details=details_from(details), key="ask"
            )
            answer: Any = await desk.ask(wish, inquiry())
            # Asked again after a death, with a certificate that was uploaded anew: the key says that it was asked.
            if not isinstance(answer, ServiceRequest):
                (answer,) = await desk.of_applicant(applicant, 2, None)
            print(  # noqa: T201
                json.dumps(
                    {
                        "number": number,
                        "reference": answer.id,
                        "code": answer.tracking_code,
                        "receipt": answer.receipt,
                        "ms": (time.perf_counter() - uploaded) * 1000,
                        "upload_ms": (uploaded - began) * 1000,
                    }
                ),
                flush=True,
            )

    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = asyncio.create_task(one(json.loads(line)["number"]))
        asking.add(task)
        task.add_done_callback(asking.discard)
    await asyncio.gather(*asking)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
