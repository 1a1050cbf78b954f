"""Opens the whole twin: three HTTP systems, the branches and the control API, each on its own port of loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from twin import bank_refah, civil_registry, labour_ministry
from twin.bank_refah import BankRefah
from twin.branches import open_branches
from twin.civil_registry import CivilRegistry
from twin.clock import Clock
from twin.control import Control
from twin.counts import Counts
from twin.faults import Faults
from twin.labour_ministry import LabourMinistry
from twin.listener import Listener, listening
from twin.named import NAMED
from twin.world import World


@asynccontextmanager
async def open_twin(
    world: World,
    *,
    branches: str,
    cache: Path,
    control_port: int = 0,
    progress: Callable[[str], None],
) -> AsyncIterator[dict[str, Any]]:
    """Serves while the block runs; yields the descriptor that tells where everything is and how to get in.

    `branches` is postgres, sqlite, or the URL of a MariaDB server. Raises what `twin.branches.open_branches` raises.
    """
    faults, counts, clock = Faults(world.seed), Counts(), Clock()
    registry = CivilRegistry(world, faults, counts, clock)
    bank = BankRefah(world, faults, counts, clock)
    labour = LabourMinistry(world, faults, counts, clock)

    async with AsyncExitStack() as opened:
        databases = await opened.enter_async_context(
            open_branches(world, where=branches, cache=cache, faults=faults, counts=counts, progress=progress)
        )
        systems = {
            name: await opened.enter_async_context(listening(system.app))
            for name, system in (
                (civil_registry.NAME, registry),
                (bank_refah.NAME, bank),
                (labour_ministry.NAME, labour),
            )
        }

        def obey(changed: str) -> None:
            if changed in systems:
                _open_or_refuse(systems[changed], faults, changed)

        async def settled() -> None:
            await asyncio.gather(*(listener.settled() for listener in systems.values()))
            await asyncio.sleep(0.02)  # the branches' proxies take a few rounds of the loop

        faults.subscribe(obey)
        control = Control(
            world,
            faults=faults,
            counts=counts,
            clock=clock,
            registry=registry,
            bank=bank,
            labour=labour,
            settled=settled,
        )
        controls = await opened.enter_async_context(listening(control.app, control_port))
        yield {
            "control": controls.url,
            "persons": {name: who.code for name, who in NAMED.items()},
            "civil_registry": {
                "url": systems[civil_registry.NAME].url + civil_registry.PATH,
                "username": civil_registry.USERNAME,
                "password": civil_registry.PASSWORD,
            },
            "bank_refah": {
                "url": systems[bank_refah.NAME].url,
                "client_id": bank_refah.CLIENT_ID,
                "secret": bank_refah.SECRET,
            },
            "labour_ministry": {
                "url": systems[labour_ministry.NAME].url,
                "client_id": labour_ministry.CLIENT_ID,
                "client_secret": labour_ministry.CLIENT_SECRET,
            },
            "branch_databases": databases.descriptor,
        }


def _open_or_refuse(listener: Listener, faults: Faults, system: str) -> None:
    if faults.find(system, "refused"):
        listener.refuse()
    else:
        listener.open()
