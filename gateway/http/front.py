"""What each HTTP request passes first and its answer last: ids, a line in the log, headers, and a net under it all.

One layer, since a layer for each would cost every request two coroutines and a closure more. What is done to a request
and to its answer stands in the modules of those names.
"""

from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from gateway.domain.clock import Clock
from gateway.http import access_log, correlation, faults, origins, security_headers
from gateway.http.security_headers import Header

_OURS = security_headers.NAMES | {correlation.NAME, origins.VARY}


class Front:
    """Before `app`, and before `ways`: applications of one path each, found without going through routes.

    `cors` stands around both for requests that come with an Origin; most come without.
    """

    def __init__(
        self,
        app: ASGIApp,
        clock: Clock,
        *,
        ways: Mapping[str, ASGIApp] | None = None,
        cors: Callable[[ASGIApp], ASGIApp] | None = None,
    ) -> None:
        self._app, self._clock, self._ways = app, clock, dict(ways or {})
        self._cors = cors(self._caught) if cors else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock.monotonic()
        ids = correlation.ids_of(scope["headers"])
        scope.setdefault("state", {})["correlation_id"] = ids["correlation_id"]
        crosses = self._cors is not None and any(name == origins.ORIGIN for name, _ in scope["headers"])
        begun = scope[_BEGUN] = _Begun()
        outgoing = _Outgoing(send, scope, begun, ids["correlation_id"], is_varied=crosses)
        bound = bind_contextvars(**ids)
        try:
            if crosses and self._cors is not None:
                await self._cors(scope, receive, outgoing.send)
            else:
                await self._caught(scope, receive, outgoing.send)
        finally:
            access_log.tell(scope, begun.status, self._clock.monotonic() - began)
            reset_contextvars(**bound)

    async def _caught(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Inside of CORS, so that other sites that may read answers can read of a fault, too."""
        way = None if scope.get("root_path") else self._ways.get(scope["path"])
        try:
            await (way or self._app)(scope, receive, send)
        except Exception as error:
            begun: _Begun = scope[_BEGUN]
            answer = faults.answer_to(error, scope, has_begun=begun.status is not None)
            await answer(scope, receive, send)


_BEGUN = "tamin.begun"


class _Begun:
    """Whether an answer has begun, and as what. The scope has it, and so it must not lead to who sends: who sends has
    the scope, and a request that holds itself stays until the collector comes."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status: int | None = None


class _Outgoing:
    """Sends an answer with the headers that each has."""

    __slots__ = ("_begun", "_id", "_is_over_tls", "_is_varied", "_send")

    def __init__(self, send: Send, scope: Scope, begun: _Begun, correlation_id: str, *, is_varied: bool) -> None:
        self._send, self._begun, self._id = send, begun, correlation_id.encode("ascii")
        self._is_over_tls, self._is_varied = scope.get("scheme") == "https", is_varied

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun.status = message["status"]
            message["headers"] = self._headers(list(message.get("headers", ())))
        await self._send(message)

    def _headers(self, said: list[Header]) -> list[Header]:
        if any(name in _OURS for name, _ in said):
            said = said if self._is_varied else origins.varied(said)
            said = security_headers.guarded(said, is_over_tls=self._is_over_tls)
            said = [header for header in said if header[0] != correlation.NAME]
        else:
            if not self._is_varied:
                said.append(origins.VARIES)
            said += security_headers.OVER_TLS if self._is_over_tls else security_headers.HEADERS
        said.append((correlation.NAME, self._id))
        return said
