"""The one seam to HTTP: a pool a system, a total time-out a call, no answer larger than agreed."""

import asyncio
import contextlib
import http.cookiejar
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from gateway.domain.failure import Source, SourceIncoherent, SourceTimeout, SourceUnavailable

# Shorter than the 5 s after which common servers drop an idle connection: a POST on a connection that the other
# side is just closing would be lost.
IDLE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status. Printing it shows neither headers nor body: both are upstream text."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


class Channel:
    """A conversation with one system over its own pool.

    At most `parallelism` calls are in flight; the others queue. `timeout` is seconds for one call from its first byte
    to the last byte of its answer, queueing left out.
    """

    def __init__(
        self,
        source: Source,
        client: httpx.AsyncClient,
        url: str,
        *,
        timeout: float,
        parallelism: int,
        max_answer_bytes: int,
    ) -> None:
        self.source = source
        self._client = client
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._slots = asyncio.Semaphore(parallelism)
        self._max_answer_bytes = max_answer_bytes

    def target(self, path: str) -> str:
        """The path and query that will stand in the request line, a prefix in the system's URL included."""
        return httpx.URL(self._url + path).raw_path.decode("ascii")

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        """One call. Raises as `ask` does."""
        return await self.ask("POST", path, content, headers)

    async def ask(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Reply:
        """One call. Raises SourceTimeout, SourceUnavailable (refused, reset, cut off), SourceIncoherent (not HTTP,
        compressed, too large). No message repeats what the system wrote."""
        async with self._slots:
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._call(method, path, content, headers)
            except TimeoutError:
                raise SourceTimeout(self.source, f"no whole answer in {self._timeout:g} s") from None
            except aiohttp.ClientResponseError:
                raise SourceIncoherent(self.source, "the answer is not HTTP") from None
            # The transport reports a broken connection as httpx.ConnectTimeout; time is kept above, so all of
            # these mean that no answer came through.
            except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
                raise SourceUnavailable(self.source, f"no answer ({type(error).__name__})") from None

    async def _call(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Reply:
        async with self._client.stream(method, self._url + path, content=content, headers=headers) as response:
            return Reply(response.status_code, response.headers, await self._read(response))

    async def _read(self, response: httpx.Response) -> bytes:
        # We ask for no compression; unpacking what came unasked would defeat the cap below.
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise SourceIncoherent(self.source, "a compressed answer nobody asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._max_answer_bytes:
                raise SourceIncoherent(self.source, f"an answer of more than {self._max_answer_bytes} bytes")
        return bytes(body)


@contextlib.asynccontextmanager
async def open_channel(
    source: Source,
    url: str,
    *,
    timeout: float,  # noqa: ASYNC109 - a setting of the channel, not of one coroutine
    parallelism: int,
    max_answer_bytes: int,
    ca_file: str | None = None,
) -> AsyncIterator[Channel]:
    """A channel that asks nobody before its first call, follows no redirect, keeps no cookie and obeys no proxy
    variable of the environment. `ca_file` holds the certificates to trust instead of the machine's own."""
    trust = ssl.create_default_context(cafile=ca_file)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=parallelism, keepalive_timeout=IDLE_SECONDS, ssl=trust)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    client = httpx.AsyncClient(
        transport=AiohttpTransport(verify=trust, trust_env=False, client=session),
        headers={"accept-encoding": "identity", "user-agent": "tamin-gateway"},
        cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=())),
        timeout=None,  # noqa: S113 - the channel keeps one total time; the transport's parts would blur it
        follow_redirects=False,
        trust_env=False,
    )
    async with client:
        yield Channel(source, client, url, timeout=timeout, parallelism=parallelism, max_answer_bytes=max_answer_bytes)
