"""The clients under a channel: one pool, and one call over it. Neither follows a redirect, keeps a cookie or obeys the
environment; which one it is makes no difference but its cost (docs/decisions/0004-aiohttp-behind-one-seam.md).
"""

import contextlib
import enum
import http.cookiejar
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from yarl import URL

# Shorter than the 5 s after which common servers drop an idle connection: a POST on a connection that the other
# side is just closing would be lost.
IDLE_SECONDS = 4.0
HEADERS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "tamin-gateway"}


class HttpClient(enum.StrEnum):
    """Whose calls a channel makes."""

    AIOHTTP = "aiohttp"
    HTTPX = "httpx"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status. Printing it shows neither headers nor body: both are upstream text.

    A header is found whatever the case of its name.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class UnfitAnswer(Exception):
    """HTTP, but not as agreed: compressed though nobody asked for it, or too large."""


class NotHttp(Exception):
    """What came is not HTTP."""


class NoAnswer(Exception):
    """Refused, reset or cut off; its text is the name of what the client raised."""


class Caller(Protocol):
    """One system's pool. Keeps no time: whoever calls does."""

    async def ask(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str], max_answer_bytes: int
    ) -> Reply:
        """Raises NoAnswer, NotHttp or UnfitAnswer. None of them repeats what the system wrote."""
        ...


@contextlib.asynccontextmanager
async def open_caller(client: HttpClient, *, parallelism: int, ca_file: str | None) -> AsyncIterator[Caller]:
    """`ca_file` holds the certificates to trust instead of the machine's own."""
    trust = ssl.create_default_context(cafile=ca_file)
    if client is HttpClient.AIOHTTP:
        async with _session(parallelism, trust) as session:
            yield _OverAiohttp(session)
    else:
        async with open_httpx(parallelism=parallelism, trust=trust) as over_httpx:
            yield _OverHttpx(over_httpx)


def open_httpx(*, parallelism: int, trust: ssl.SSLContext) -> httpx.AsyncClient:
    """httpx's API on aiohttp's connections, without a time-out of its own."""
    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=trust, trust_env=False, client=lambda: _session(parallelism, trust)),
        headers=HEADERS,
        cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=())),
        timeout=None,  # noqa: S113 - one total time is kept above; the transport's parts would blur it
        follow_redirects=False,
        trust_env=False,
    )


def _session(parallelism: int, trust: ssl.SSLContext) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=parallelism, keepalive_timeout=IDLE_SECONDS, ssl=trust),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=HEADERS,
        timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
        auto_decompress=False,  # unpacking what came unasked would defeat the cap
        trust_env=False,
    )


class _OverAiohttp:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._urls: dict[str, URL] = {}  # of a system there are a few, each read once

    async def ask(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str], max_answer_bytes: int
    ) -> Reply:
        try:
            response = await self._session.request(
                method, self._url(url), data=content, headers=headers, allow_redirects=False
            )
            try:
                return Reply(response.status, response.headers, await _read(response, max_answer_bytes))
            except BaseException:  # read to its end it gives its connection back by itself; this one cannot be used
                response.close()
                raise
        except aiohttp.ClientResponseError:
            raise NotHttp from None
        except (aiohttp.ClientError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None

    def _url(self, url: str) -> URL:
        found = self._urls.get(url)
        if found is None:
            found = self._urls[url] = URL(url)
        return found


async def _read(response: aiohttp.ClientResponse, max_answer_bytes: int) -> bytes:
    _expect_plain(response.headers)
    content = response.content
    body = await content.readany()
    while not content.at_eof():
        _expect_small(len(body), max_answer_bytes)
        body += await content.readany()
    _expect_small(len(body), max_answer_bytes)
    return body


class _OverHttpx:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(
        self, method: str, url: str, content: bytes | None, headers: Mapping[str, str], max_answer_bytes: int
    ) -> Reply:
        try:
            async with self._client.stream(method, url, content=content, headers=headers) as response:
                return Reply(response.status_code, response.headers, await _read_over_httpx(response, max_answer_bytes))
        except aiohttp.ClientResponseError:
            raise NotHttp from None
        # The transport reports a broken connection as httpx.ConnectTimeout; no time is kept here, so all of these
        # mean that no answer came through.
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None


async def _read_over_httpx(response: httpx.Response, max_answer_bytes: int) -> bytes:
    _expect_plain(response.headers)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        _expect_small(len(body), max_answer_bytes)
    return bytes(body)


def _expect_plain(headers: Mapping[str, str]) -> None:
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnfitAnswer("a compressed answer nobody asked for")


def _expect_small(size: int, max_answer_bytes: int) -> None:
    if size > max_answer_bytes:
        raise UnfitAnswer(f"an answer of more than {max_answer_bytes} bytes")
