"""Keeps one OAuth2 token: fetched once however many wait for it, renewed before it ends."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from gateway.domain.clock import Clock


@dataclass(frozen=True, slots=True)
class Token:
    """`ends_at` on the clock's monotonic scale."""

    secret: str = field(repr=False)
    ends_at: float


class TokenKeeper:
    """`fetch` asks the authority for a new token, with its own time-out. While open it is kept; nothing outlives it."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], clock: Clock, *, renew_before: float) -> None:
        self._fetch = fetch
        self._clock = clock
        self._renew_before = renew_before
        self._token: Token | None = None
        self._renewal: asyncio.Task[Token] | None = None

    async def __aenter__(self) -> Self:
        # Begun at once, so that the first question does not wait for two answers. It may fail: the first question
        # then asks again.
        self._renew()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])

    async def token(self) -> Token:
        """A token that holds now. Near its end it is still handed out while its successor is fetched beside it."""
        now = self._clock.monotonic()
        if self._token is None or self._token.ends_at <= now:
            # Shielded: who waits may be cancelled, the fetch serves the others.
            return await asyncio.shield(self._renew())
        if self._token.ends_at - self._renew_before <= now:
            self._renew()
        return self._token

    def forget(self, refused: Token) -> None:
        """The system refused this token before its end. A newer one, fetched meanwhile by another, is kept."""
        if self._token is refused:
            self._token = None

    def _renew(self) -> asyncio.Task[Token]:
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._fetch_and_keep(), context=contextvars.Context())
            self._renewal.add_done_callback(self._renewed)
        return self._renewal

    async def _fetch_and_keep(self) -> Token:
        self._token = await self._fetch()
        return self._token

    def _renewed(self, renewal: asyncio.Task[Token]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # seen: those who wait get it; a renewal beside a token that still holds may fail
