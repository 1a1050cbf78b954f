"""The scenario of a month of weddings: gathered, assessed, paid and told. Finance and SMS are the twin's, over HTTP."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters import finance, sms
from adapters.finance.settings import FinanceSettings
from adapters.sms.settings import SmsSettings
from gateway.domain.calendar import Day, YearMonth
from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId
from gateway.loading.keyring import Keyring
from gateway.requests.cycles.cycle import FLOW, MonthlyCycles
from gateway.requests.cycles.opening import monthly_cycles
from gateway.requests.cycles.settings import CycleSettings
from gateway.requests.cycles.tables import METADATA
from gateway.requests.engine import Observer, working
from tests.requests.cycles.fakes import Systems
from tests.requests.fakes import SteppingClock
from tests.requests.story_ground import folder_of, settings_in, steps_of, story_ground
from twin.named import IN_SERVICES, NAMED

MONTH = YearMonth(1405, 7)
PATIENCE_SECONDS = 60.0
WORKING = ("omid", "farhad", "bahram", "peyman")
WIVES = ("sara", "nasrin", "mina", "parisa")


class Story:
    """Begun by each life; the first alone begins anything."""

    def __init__(self, cycles: MonthlyCycles, steps: dict[str, tuple[str, ...]]) -> None:
        self._cycles, self.steps = cycles, steps

    async def live(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            cycle = await self._cycles.begin("marriage-allowance", MONTH)
            while not cycle.over:
                await asyncio.sleep(0.02)
                found = await self._cycles.book.cycle(cycle.name)
                assert found
                cycle = found
        report = await self._cycles.book.report(cycle)
        return {
            "gathered": report.gathered,
            "outcomes": dict(report.outcomes),
            "effects": dict(report.effects),
            "told": dict(report.told),
            "amount": report.amount,
            "listed": list(self.steps[FLOW]),
        }


@asynccontextmanager
async def story(place: dict[str, Any], observe: Observer) -> AsyncIterator[Story]:
    """`place`: `folder`, `finance` and `sms` (where they listen), `story`."""
    clock = SystemClock()
    keyring = Keyring(hashlib.sha256(place["story"].encode()).digest())  # so that each story has references of its own
    async with (
        story_ground(settings_in(folder_of(place)), observe, keyring, [METADATA]) as ground,
        finance.connect(FinanceSettings.model_validate(place["finance"]), clock) as treasury,
        sms.connect(SmsSettings.model_validate(place["sms"]), clock) as outbox,
    ):
        systems = weddings()
        limits = CycleSettings(batch=3, page=2)
        cycles = monthly_cycles(ground, limits, systems.sources(), systems, treasury.orders, {}, outbox)
        assert cycles
        async with working(ground.engine):
            yield Story(cycles, steps_of(ground))


def weddings() -> Systems:
    """Four couples: the husbands have worked for years, the wives have not."""
    systems = Systems(SteppingClock())
    codes = {name: NationalId(who.code) for name, who in (NAMED | IN_SERVICES).items()}
    for number, (husband, wife) in enumerate(zip(WORKING, WIVES, strict=True)):
        systems.marries(codes[husband], codes[wife], Day(1405, 7, 5 + number))
        systems.works(codes[husband], "1402-01", "1405-07")
    systems.marries(codes["reza"], codes["leila"], Day(1405, 8, 1))
    return systems
