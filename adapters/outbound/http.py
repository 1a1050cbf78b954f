"""The one seam to HTTP: a pool a system, a total time-out a call, no answer larger than agreed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from yarl import URL

from adapters.outbound.http_clients import Caller, HttpClient, NoAnswer, NotHttp, Reply, UnfitAnswer, open_caller
from adapters.outbound.settings import ChannelSettings
from gateway.domain.failure import Source, SourceIncoherent, SourceTimeout, SourceUnavailable
from gateway.domain.patience import Patience

__all__ = ["Channel", "HttpClient", "Reply", "open_channel"]


class Channel:
    """A conversation with one system over its own pool.

    At most `parallelism` calls are in flight; the others queue. `timeout` is seconds for one call from its first byte
    to the last byte of its answer, queueing left out.
    """

    def __init__(self, source: Source, caller: Caller, url: str, settings: ChannelSettings) -> None:
        self.source = source
        self._caller = caller
        self._url = url.rstrip("/")
        self._patience = Patience(settings.timeout)
        self._slots = asyncio.Semaphore(settings.parallelism)
        self._max_answer_bytes = settings.max_answer_bytes
        self._targets: dict[str, str] = {}

    def target(self, path: str) -> str:
        """The path and query that will stand in the request line, a prefix in the system's URL included."""
        found = self._targets.get(path)
        if found is None:
            found = self._targets[path] = URL(self._url + path).raw_path_qs
        return found

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        """One call. Raises as `ask` does."""
        return await self.ask("POST", path, content, headers)

    async def ask(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Reply:
        """One call. Raises SourceTimeout, SourceUnavailable (refused, reset, cut off), SourceIncoherent (not HTTP,
        compressed, too large). No message repeats what the system wrote."""
        async with self._slots:
            try:
                with self._patience.limit():
                    return await self._caller.ask(method, self._url + path, content, headers, self._max_answer_bytes)
            except TimeoutError:
                raise SourceTimeout(self.source, f"no whole answer in {self._patience.seconds:g} s") from None
            except NotHttp:
                raise SourceIncoherent(self.source, "the answer is not HTTP") from None
            except UnfitAnswer as unfit:
                raise SourceIncoherent(self.source, str(unfit)) from None
            except NoAnswer as none:
                raise SourceUnavailable(self.source, f"no answer ({none})") from None


@contextlib.asynccontextmanager
async def open_channel(source: Source, url: str, settings: ChannelSettings) -> AsyncIterator[Channel]:
    """A channel that asks nobody before its first call, follows no redirect, keeps no cookie and obeys no proxy
    variable of the environment."""
    async with open_caller(settings.http_client, parallelism=settings.parallelism, ca_file=settings.ca_file) as caller:
        yield Channel(source, caller, url, settings)
