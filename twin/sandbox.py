"""Opens the whole twin: the HTTP systems, the branches, the issuer of tokens and the control API.

Each has its own port of loopback.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from twin import (
    bank_refah,
    bank_refah_signing,
    branch_intake,
    civil_registry,
    finance,
    insurance_funds,
    labour_ministry,
    medical_commission,
    registry_events,
    sms,
)
from twin.bank_refah import BankRefah
from twin.branch_intake import BranchIntake
from twin.branches import open_branches
from twin.branches.clerk import Clerk
from twin.civil_registry import CivilRegistry
from twin.clock import Clock
from twin.control import Control
from twin.counts import OFFICES, Counts
from twin.faults import Faults
from twin.finance import Finance
from twin.insurance_funds import InsuranceFunds
from twin.issuer import Issuer
from twin.labour_ministry import LabourMinistry
from twin.listener import Listener, listening
from twin.medical_commission import MedicalCommission
from twin.named import NAMED
from twin.offices.office import PASSWORD, USERNAME, CaseOffice
from twin.ready_made import ReadyAnswers
from twin.registry_events import RegistryEvents
from twin.sms import Sms
from twin.world import BRANCHES, World

QUESTIONS = {  # by path, what changes nothing and is answered alike each time
    civil_registry.NAME: (civil_registry.PATH,),
    bank_refah.NAME: ("/v1/receipts/query",),
    labour_ministry.NAME: ("/api/v1/unemployment-cases/search",),
}
SETTLING_SECONDS = 0.02  # the doors of the branches take a few rounds of the loop to close


@asynccontextmanager
async def open_twin(
    world: World,
    *,
    branches: str,
    cache: Path,
    control_port: int = 0,
    progress: Callable[[str], None],
    ready_made: bool = False,
) -> AsyncIterator[dict[str, Any]]:
    """Serves while the block runs; yields the descriptor that tells where everything is and how to get in.

    `branches` is postgres, sqlite, or the URL of a MariaDB server. `ready_made` is for measurements: answers are kept
    (`twin.ready_made`), and PostgreSQL can be reached without its doors. Raises what `open_branches` raises.
    """
    faults, counts = Faults(world.seed), Counts()
    async with (
        open_branches(
            world, where=branches, cache=cache, faults=faults, counts=counts, progress=progress, direct=ready_made
        ) as databases,
        open_http_systems(
            world, faults, counts, control_port=control_port, ready_made=ready_made, clerk=databases.clerk
        ) as descriptor,
    ):
        yield descriptor | {"branch_databases": databases.descriptor}


@asynccontextmanager
async def open_http_systems(
    world: World,
    faults: Faults,
    counts: Counts,
    *,
    control_port: int = 0,
    ready_made: bool = False,
    clerk: Clerk | None = None,
) -> AsyncIterator[dict[str, Any]]:
    """The twin without its branches: what the descriptor says of the rest. Without a clerk no branch takes lists."""
    clock = Clock()
    registry = CivilRegistry(world, faults, counts, clock)
    bank = BankRefah(world, faults, counts, clock)
    labour = LabourMinistry(world, faults, counts, clock)
    commission = MedicalCommission(faults, counts, clock)
    intake = BranchIntake(clerk, faults, counts, clock) if clerk else None
    offices = {name: CaseOffice(name, world, faults, counts, clock) for name in OFFICES}
    treasury, messages = Finance(world, faults, counts, clock), Sms(world, faults, counts, clock)
    issuer = Issuer()
    apps: dict[str, ASGIApp] = {
        civil_registry.NAME: registry.app,
        bank_refah.NAME: bank.app,
        labour_ministry.NAME: labour.app,
        medical_commission.NAME: commission.app,
        **{f"{branch_intake.NAME}.{branch}": app for branch, app in (intake.apps if intake else {}).items()},
        **{name: office.app for name, office in offices.items()},
        registry_events.NAME: RegistryEvents(world, faults, counts).app,
        insurance_funds.NAME: InsuranceFunds(world, faults, counts).app,
        finance.NAME: treasury.app,
        sms.NAME: messages.app,
    }

    async with AsyncExitStack() as opened:
        opened.push_async_callback(bank.close)

        def ready(name: str, app: ASGIApp) -> ReadyAnswers | None:
            if not ready_made or name not in QUESTIONS:  # commands are answered by whoever carries them out
                return None
            return ReadyAnswers(app, name, QUESTIONS[name], faults, counts)

        systems = {
            name: await opened.enter_async_context(listening(app, ready=ready(name, app))) for name, app in apps.items()
        }

        def obey(changed: str) -> None:
            for name, listener in systems.items():
                if changed in (name, name.partition(".")[0]):
                    _open_or_refuse(listener, faults, name)

        async def settled() -> None:
            await asyncio.gather(*(listener.settled() for listener in systems.values()))
            await asyncio.sleep(SETTLING_SECONDS)

        faults.subscribe(obey)
        control = Control(
            world,
            faults=faults,
            counts=counts,
            clock=clock,
            registry=registry,
            bank=bank,
            labour=labour,
            commission=commission,
            intake=intake,
            offices=offices,
            treasury=treasury,
            messages=messages,
            issuer=issuer,
            settled=settled,
        )
        issuer.url = (await opened.enter_async_context(listening(issuer.app))).url
        controls = await opened.enter_async_context(listening(control.app, control_port))
        yield {
            "control": controls.url,
            "issuer": issuer.descriptor,
            "persons": {name: who.code for name, who in NAMED.items()},
            "civil_registry": {
                "url": systems[civil_registry.NAME].url + civil_registry.PATH,
                "username": civil_registry.USERNAME,
                "password": civil_registry.PASSWORD,
            },
            "bank_refah": {
                "url": systems[bank_refah.NAME].url,
                "client_id": bank_refah_signing.CLIENT_ID,
                "secret": bank_refah_signing.SECRET,
                "callback_secret": bank_refah_signing.CALLBACK_SECRET,
                "payment_page": systems[bank_refah.NAME].url + "/pay",
            },
            "labour_ministry": {
                "url": systems[labour_ministry.NAME].url,
                "client_id": labour_ministry.CLIENT_ID,
                "client_secret": labour_ministry.CLIENT_SECRET,
            },
            "medical_commission": {
                "url": systems[medical_commission.NAME].url,
                "username": medical_commission.USERNAME,
                "password": medical_commission.PASSWORD,
            },
            **{name: {"url": systems[name].url, "username": USERNAME, "password": PASSWORD} for name in offices},
            **{
                face.NAME: {"url": systems[face.NAME].url, "username": face.USERNAME, "password": face.PASSWORD}
                for face in (registry_events, insurance_funds, finance, sms)
            },
        } | ({"branch_intake": _intake_at(systems)} if intake else {})


def _intake_at(systems: dict[str, Listener]) -> dict[str, Any]:
    return {
        "branches": {branch: systems[f"{branch_intake.NAME}.{branch}"].url for branch in BRANCHES},
        "username": branch_intake.USERNAME,
        "password": branch_intake.PASSWORD,
    }


def _open_or_refuse(listener: Listener, faults: Faults, system: str) -> None:
    if faults.find(system, "refused"):
        listener.refuse()
    else:
        listener.open()
