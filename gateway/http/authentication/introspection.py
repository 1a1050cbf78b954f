"""Opaque tokens: the issuer says what they are (RFC 7662), and its word is remembered for a moment."""

import asyncio
import contextvars
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog

from gateway.domain.clock import Clock
from gateway.http.authentication.access_token import check_audience, check_times
from gateway.http.authentication.jose import MAX_LENGTH, seconds_of
from gateway.http.authentication.shown import Unauthenticated, Undecided

REMEMBERED = 10_000  # tokens
ASKED_AT_ONCE = 200  # invented tokens must not become a flood of questions to the issuer
RETRY_SECONDS = 5.0

Ask = Callable[[str], Awaitable[bytes]]
Claims = dict[str, Any]

_log = structlog.get_logger("gateway.tokens")


class Introspection:
    """`ask` puts a token to the issuer and gives the body of a 200, or raises OSError.

    A yes is remembered for `active` seconds and never beyond the token's own end; a no for `inactive` seconds.
    """

    def __init__(
        self, issuer: str, ask: Ask, audience: str, clock: Clock, *, active: float, inactive: float, skew: float
    ) -> None:
        self.issuer = issuer
        self._ask = ask
        self._audience = audience
        self._clock = clock
        self._active = active
        self._inactive = inactive
        self._skew = skew
        # By hash, so that a dump of this process hands out no tokens. None is a no.
        self._remembered: OrderedDict[bytes, tuple[float, Claims | None]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Claims | None]] = {}

    async def claims(self, token: str) -> Claims:
        """Raises Unauthenticated, or Undecided where the issuer does not answer."""
        if len(token) > MAX_LENGTH or not token.isascii() or not token.isprintable():
            raise Unauthenticated("no token of any issuer")
        name = hashlib.sha256(token.encode()).digest()
        until, claims = self._remembered.get(name, (0.0, None))
        if self._clock.monotonic() >= until:
            claims = await self._asked(name, token)
        if claims is None:
            raise Unauthenticated("not active")
        check_times(claims, self._clock.now().timestamp(), self._skew)
        return claims

    async def aclose(self) -> None:
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking)

    async def _asked(self, name: bytes, token: str) -> Claims | None:
        """One question for all who show the same token at once."""
        asking = self._asking.get(name)
        if asking is None:
            if len(self._asking) >= ASKED_AT_ONCE:
                raise Undecided("too many questions to the issuer at once", retry_after=RETRY_SECONDS)
            asking = asyncio.create_task(self._ask_and_keep(name, token), context=contextvars.Context())
            self._asking[name] = asking
            asking.add_done_callback(lambda _: self._asking.pop(name, None))
        try:
            return await asyncio.shield(asking)
        except (OSError, ValueError) as error:
            _log.warning("tokens.not_introspected", fault=type(error).__name__)
            raise Undecided("the issuer does not answer", retry_after=RETRY_SECONDS) from None

    async def _ask_and_keep(self, name: bytes, token: str) -> Claims | None:
        said = orjson.loads(await self._ask(token))
        if not isinstance(said, dict) or not isinstance(said.get("active"), bool):
            raise ValueError("no answer to an introspection")
        claims = self._judged(said)
        age = self._inactive
        if claims is not None:
            age = self._active
            expires = seconds_of(claims, "exp")
            if expires is not None:
                age = min(age, expires - self._clock.now().timestamp())
        self._remembered[name] = (self._clock.monotonic() + age, claims)
        self._remembered.move_to_end(name)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return claims

    def _judged(self, said: Claims) -> Claims | None:
        """None is a no: not active, or not meant for us."""
        if not said["active"]:
            return None
        try:
            if said.get("iss", self.issuer) != self.issuer:
                return None
            check_audience(said, self._audience)
            check_times(said, self._clock.now().timestamp(), self._skew)
        except Unauthenticated:
            return None
        return said
