"""Questions to an issuer of tokens: its keys, its word on a token, a new token. Small answers, in little time."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping

import aiohttp
import httpx

from adapters.outbound.http_clients import Reply, open_httpx

TIMEOUT = 3.0
MAX_ANSWER_BYTES = 256 * 1024
PARALLELISM = 20


class UnfitAnswer(ConnectionError):
    """An answer came that is none of an issuer's."""


class Authority:
    """Whatever keeps an answer from coming whole and in time is an OSError, whose message repeats nothing of it."""

    def __init__(self, client: httpx.AsyncClient, *, timeout: float) -> None:
        self._client = client
        self._timeout = timeout

    async def document(self, url: str) -> bytes:
        """The body of a 200."""
        return _good(await self._call("GET", url, {"accept": "application/json"}))

    async def introspection(self, url: str, token: str, *, client: str, secret: str) -> bytes:
        """The body of a 200 (RFC 7662)."""
        basic = httpx.BasicAuth(client, secret)
        return _good(await self.form(url, {"token": token, "token_type_hint": "access_token"}, auth=basic))

    async def form(
        self,
        url: str,
        fields: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
    ) -> Reply:
        """A POST as a form, whatever its status."""
        return await self._call("POST", url, {"accept": "application/json", **(headers or {})}, fields, auth)

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        return await self._call("POST", url, headers, content=content)

    async def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        fields: Mapping[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
        content: bytes | None = None,
    ) -> Reply:
        try:
            async with asyncio.timeout(self._timeout):
                stream = self._client.stream(method, url, headers=headers, data=fields, content=content, auth=auth)
                async with stream as response:
                    return Reply(response.status_code, response.headers, await _read(response))
        except UnfitAnswer:
            raise
        except TimeoutError:
            raise TimeoutError(f"no whole answer in {self._timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError) as error:
            raise ConnectionError(f"no answer ({type(error).__name__})") from None


async def _read(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnfitAnswer("a compressed answer nobody asked for")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise UnfitAnswer("an answer too large")
    return bytes(body)


def _good(reply: Reply) -> bytes:
    if reply.status != 200:
        raise UnfitAnswer(f"answered {reply.status}")
    return reply.body


@contextlib.asynccontextmanager
async def open_authority(
    *,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - of each question, not of one coroutine
    ca_file: str | None = None,
) -> AsyncIterator[Authority]:
    """Follows no redirect, keeps no cookie, obeys no proxy variable. `ca_file` replaces the machine's certificates."""
    trust = ssl.create_default_context(cafile=ca_file)

    client = open_httpx(parallelism=PARALLELISM, trust=trust)
    async with client:
        yield Authority(client, timeout=timeout)
