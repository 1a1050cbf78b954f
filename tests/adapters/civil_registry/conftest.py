import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.civil_registry import connect
from adapters.civil_registry.settings import CivilRegistrySettings
from adapters.civil_registry.source import CivilRegistry
from gateway.domain.clock import SystemClock
from tests.adapters.civil_registry.samples import AMIR, SARA, answer, messages, photo, record
from tests.adapters.outbound.stand_in import Seen, StandIn, standing_in


@dataclass(frozen=True)
class Talk:
    server: StandIn
    registry: CivilRegistry


async def registry_desk(seen: Seen) -> web.StreamResponse:
    """Knows Sara and Amir, and nobody else."""
    found = re.search(rb"<nin>([0-9]+)</nin>", seen.body)
    code = found[1].decode() if found else ""
    known = {str(int(SARA)): record(), str(int(AMIR)): record(nin=str(int(AMIR)), birthDate="13200000", gender="1")}
    operation = "getEstelamC" if b"getEstelamC" in seen.body else "getEstelam3"
    returned = known.get(code, messages("err.record.not.found"))
    if operation == "getEstelamC" and code in known:
        returned = photo(nin=code)
    return web.Response(text=answer(returned, operation), content_type="text/xml")


def settings_for(url: str, **changes: object) -> CivilRegistrySettings:
    given = {"url": url, "username": "tamin", "password": SecretStr("of the tests"), "timeout": 1.0, **changes}
    return CivilRegistrySettings.model_validate(given)


@contextlib.asynccontextmanager
async def talking(**changes: object) -> AsyncIterator[Talk]:
    async with (
        standing_in(registry_desk) as server,
        connect(settings_for(server.url, **changes), SystemClock()) as registry,
    ):
        yield Talk(server, registry)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    async with talking() as talk:
        yield talk
