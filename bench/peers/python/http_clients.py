"""The HTTP clients that the Python peers are measured over: CLIENT=httpx, httpx-aiohttp or aiohttp."""

from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp
import httpx
from httpx_aiohttp import HttpxAiohttpClient

MOST_CONNECTIONS = 200


class Client(Protocol):
    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes: ...


class Httpx:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        response = await self._client.post(url, content=body, headers=headers)
        response.raise_for_status()
        return response.content


class Aiohttp:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        async with self._session.post(url, data=body, headers=headers) as response:
            response.raise_for_status()
            return await response.read()


def open_client(name: str) -> Client:
    """Inside the running loop. httpx by itself keeps its own limits: its documentation advises no others."""
    if name == "httpx":
        return Httpx(httpx.AsyncClient(timeout=30))
    if name == "httpx-aiohttp":
        limits: Any = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS)
        return Httpx(HttpxAiohttpClient(timeout=30, limits=limits))
    if name == "aiohttp":
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
        return Aiohttp(aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)))
    raise ValueError(f"no such client: {name}")
