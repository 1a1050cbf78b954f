import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.labour_ministry import connect
from adapters.labour_ministry.settings import LabourMinistrySettings
from adapters.labour_ministry.source import LabourMinistry
from tests.adapters.outbound.stand_in import Seen, SetClock, StandIn, standing_in

SARA, PARISA, REZA = "0013542419", "0064982033", "0061274801"
MIDNIGHT = 1_790_022_600_000 - 1_790_022_600_000 % 86_400_000 + 73_800_000  # 20:30 UTC, midnight in Tehran


def case(**changes: Any) -> dict[str, Any]:
    return {
        "natinoalCode": SARA,
        "trackingCode": "UB-1404-0001234",
        "stage": "REFERRED_TO_SSO",
        "approval": "GRANTED",
        "registeredAt": MIDNIGHT,
        "referredAt": MIDNIGHT + 5 * 86_400_000,
        "jobLossDate": "14040612",
        "maritalStatus": "MARRIED",
        "dependantCount": 2,
        "paidMonths": 3,
        **changes,
    }


@dataclass
class Ministry:
    """Gives out numbered tokens, honours the newest alone, and pages its cases."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0
    expires_in: float = 300

    async def desk(self, seen: Seen) -> web.StreamResponse:
        if seen.target == "/oauth2/token":
            self.tokens += 1
            return web.json_response(
                {"access_token": f"t{self.tokens}", "token_type": "Bearer", "expires_in": self.expires_in}
            )
        if seen.headers["authorization"] != f"Bearer t{self.tokens}":
            return web.json_response({}, status=401, headers={"www-authenticate": 'Bearer error="invalid_token"'})
        asked = json.loads(seen.body)
        codes = {code.lstrip("0") for code in asked["nationalCodes"]}
        rows = [row for row in self.cases if str(row["natinoalCode"]).lstrip("0") in codes]
        page = rows[(asked["page"] - 1) * asked["limit"] : asked["page"] * asked["limit"]]
        return web.json_response(envelope(len(rows), page))


def envelope(total: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    data = {"total": total, "list": rows}
    return {"status": 200, "family": "SUCCESSFUL", "reason": "OK", "problems": [], "data": data}


@dataclass(frozen=True)
class Talk:
    server: StandIn
    ministry: Ministry
    labour: LabourMinistry
    clock: SetClock

    def asked(self) -> list[Seen]:
        """The questions about cases, tokens left out."""
        return [seen for seen in self.server.seen if seen.target != "/oauth2/token"]


@contextlib.asynccontextmanager
async def talking(*cases: dict[str, Any], **changes: Any) -> AsyncIterator[Talk]:
    ministry, clock = Ministry(list(cases)), SetClock()
    async with standing_in(ministry.desk) as server:
        given = {"url": server.url, "client_id": "ta min", "client_secret": SecretStr("of:tests"), "timeout": 1.0}
        settings = LabourMinistrySettings.model_validate({**given, **changes})
        async with connect(settings, clock) as labour:
            yield Talk(server, ministry, labour, clock)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    async with talking(case(), case(natinoalCode=PARISA.lstrip("0"), trackingCode="UB-1")) as talk:
        yield talk
