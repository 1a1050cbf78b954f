"""A small world and the three HTTP systems on loopback, and a caller that shares no code with them."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from twin.counts import Counts
from twin.faults import Faults
from twin.population import build_world
from twin.sandbox import open_http_systems
from twin.world import World

PEOPLE = 400


class Caller:
    """Speaks the three wires by hand, from docs/systems alone."""

    def __init__(self, descriptor: dict[str, Any], http: httpx.AsyncClient) -> None:
        self.descriptor = descriptor
        self.http = http

    async def registry(self, nin: int | str, operation: str = "getEstelam3", **more: Any) -> httpx.Response:
        """`body`, `auth`, `action`, `birth_date` instead of the right ones."""
        place = self.descriptor["civil_registry"]
        body = more.get("body") or (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:est="http://est">'
            f"<soapenv:Body><est:{operation}><arg4><nin>{int(nin)}</nin>"
            f"<birthDate>{more.get('birth_date', 0)}</birthDate></arg4></est:{operation}></soapenv:Body>"
            "</soapenv:Envelope>"
        )
        return await self.http.post(
            place["url"],
            content=body,
            auth=more.get("auth", (place["username"], place["password"])),
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": more.get("action", '"urn:mediate"'),
            },
        )

    async def bank(self, path: str, content: Any = None, *, method: str = "POST", **wrong: str) -> httpx.Response:
        """`time`, `client`, `signature` instead of the right ones."""
        place = self.descriptor["bank_refah"]
        body = b"" if content is None else json.dumps(content).encode()
        moment = wrong.get("time", str(int(time.time())))
        text = f"{method}\n{path}\n{moment}\n{hashlib.sha256(body).hexdigest()}"
        signature = hmac.new(place["secret"].encode(), text.encode(), "sha256").hexdigest()
        headers = {
            "X-Refah-Client": wrong.get("client", place["client_id"]),
            "X-Refah-Time": moment,
            "X-Refah-Signature": wrong.get("signature", signature),
        }
        return await self.http.request(method, place["url"] + path, content=body, headers=headers)

    async def receipts(self, *payers: str, **more: Any) -> httpx.Response:
        return await self.bank("/v1/receipts/query", {"payers": list(payers), "page": 1, "pageSize": 200} | more)

    async def pays(self, order: dict[str, Any]) -> httpx.Response:
        return await self.http.post(self.descriptor["bank_refah"]["payment_page"], json=order)

    async def token(self, secret: str | None = None) -> httpx.Response:
        place = self.descriptor["labour_ministry"]
        return await self.http.post(
            place["url"] + "/oauth2/token",
            data={"grant_type": "client_credentials", "scope": "unemployment.read"},
            auth=(place["client_id"], secret or place["client_secret"]),
        )

    async def cases(self, *codes: str, token: str | None = None, page: int = 1, limit: int = 50) -> httpx.Response:
        if token is None:
            token = (await self.token()).json()["access_token"]
        return await self.http.post(
            self.descriptor["labour_ministry"]["url"] + "/api/v1/unemployment-cases/search",
            json={"nationalCodes": list(codes), "page": page, "limit": limit},
            headers={"Authorization": f"Bearer {token}"},
        )

    async def control(self, method: str, path: str, content: Any = None) -> Any:
        """The answer's JSON; raises for anything but 200."""
        answer = await self.http.request(method, f"{self.descriptor['control']}/_twin/{path}", json=content)
        answer.raise_for_status()
        return answer.json()

    async def fault(self, system: str, **fault: Any) -> None:
        await self.control("PUT", f"faults/{system}", fault)

    async def ask(self, system: str) -> httpx.Response:
        """Some question about Sara."""
        sara = self.descriptor["persons"]["sara"]
        if system == "civil_registry":
            return await self.registry(sara)
        if system == "bank_refah":
            return await self.receipts(sara)
        return await self.cases(sara)


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(3070, PEOPLE)


@pytest.fixture
async def twin(world: World) -> AsyncIterator[Caller]:
    async with (
        open_http_systems(world, Faults(), Counts()) as descriptor,
        httpx.AsyncClient(timeout=5, trust_env=False) as http,
    ):
        yield Caller(descriptor, http)
