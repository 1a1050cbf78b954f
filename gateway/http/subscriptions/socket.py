"""Subscriptions over a WebSocket: the protocol graphql-transport-ws, at /graphql. Subscriptions alone: no query here.

The token stands in `connection_init`'s payload (`{"authorization": "Bearer …"}`), where browsers can put it, or in the
Authorization header. A token that is bound to a key needs its proof (`dpop`) for GET and the address of the socket.

Closed with 4400 for what is no message, 4401 without a good token and when it ends, 4408 where none came in time, 4409
for an id in use, 4429 for a second connection_init or too many subscriptions.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from gateway.domain.caller import Caller
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.http.asked import Asked, from_said
from gateway.http.authentication import Authenticator, Shown, Unauthenticated, Undecided
from gateway.http.authentication.shown import CERTIFICATE
from gateway.http.errors import Rejected
from gateway.http.settings import HttpSettings
from gateway.http.subscriptions.watching import NotRecorded, NotRun, Watching
from gateway.operation.answers import refusal_error
from gateway.operation.sentences import language_of

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10.0
MOST_SUBSCRIPTIONS = 20
LONGEST_ID = 200

_log = structlog.get_logger("gateway.subscriptions")


class Sockets:
    """The endpoint of the route. `ending` is true once the server drains."""

    def __init__(
        self, watching: Watching, authenticator: Authenticator, settings: HttpSettings, ending: Callable[[], bool]
    ) -> None:
        self._watching, self._authenticator = watching, authenticator
        self._settings, self._ending = settings, ending

    async def answer(self, socket: WebSocket) -> None:
        if PROTOCOL not in socket.scope.get("subprotocols", ()):
            await socket.close(4406, f"The subprotocol is {PROTOCOL}.")
            return
        await socket.accept(PROTOCOL)
        conversation = _Conversation(socket, self._watching, self._ending)
        with contextlib.suppress(WebSocketDisconnect):
            try:
                caller = await self._introduced(socket)
                await conversation.run(caller)
            except _Close as close:
                if socket.application_state is WebSocketState.CONNECTED:
                    await socket.close(close.code, close.reason)

    async def _introduced(self, socket: WebSocket) -> Caller:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                message = await _message(socket)
        except TimeoutError:
            raise _Close(4408, "Connection initialisation timeout") from None
        if message.get("type") != "connection_init":
            raise _Close(4401, "Unauthorized")
        payload = message.get("payload") or {}
        if not isinstance(payload, dict):
            raise _Close(4400, "Invalid message")
        try:
            caller = await self._authenticator.authenticate(self._shown(socket, payload))
        except Unauthenticated:
            raise _Close(4401, "Unauthorized") from None
        except Undecided:
            raise _Close(1013, "Try again later") from None
        if caller is None or self._watching.over(caller):
            raise _Close(4401, "Unauthorized")
        await _send(socket, {"type": "connection_ack"})
        return caller

    def _shown(self, socket: WebSocket, payload: dict[str, Any]) -> Shown:
        said = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}
        authorization = [said["authorization"]] if "authorization" in said else socket.headers.getlist("authorization")
        proofs = [said["dpop"]] if "dpop" in said else socket.headers.getlist("dpop")
        scheme = {"ws": "http", "wss": "https"}.get(socket.url.scheme, socket.url.scheme)
        origin = (self._settings.origin or f"{scheme}://{socket.url.netloc}").rstrip("/")
        return Shown(
            authorization=tuple(authorization),
            proofs=tuple(proofs),
            certificate=socket.scope.get(CERTIFICATE),
            method="GET",
            url=origin + socket.url.path,
        )


class _Conversation:
    """After the introduction: subscriptions by the client's ids, each a task of its own."""

    def __init__(self, socket: WebSocket, watching: Watching, ending: Callable[[], bool]) -> None:
        self._socket, self._watching, self._ending = socket, watching, ending
        self._language = language_of(socket.headers.get("accept-language"))
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self, caller: Caller) -> None:
        ended = asyncio.create_task(self._until_over(caller))
        try:
            while True:
                heard = asyncio.create_task(_message(self._socket))
                await asyncio.wait({heard, ended}, return_when=asyncio.FIRST_COMPLETED)
                if not heard.done():
                    heard.cancel()
                    await asyncio.gather(heard, return_exceptions=True)
                    raise ended.result()
                await self._obey(heard.result(), caller)
        finally:
            tasks = [ended, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_over(self, caller: Caller) -> "_Close":
        while not self._watching.over(caller):
            if self._ending():
                return _Close(1012, "Service restart")
            await asyncio.sleep(1.0)
        return _Close(4401, "Unauthorized")

    async def _obey(self, message: dict[str, Any], caller: Caller) -> None:
        match message.get("type"):
            case "ping":
                await _send(self._socket, {"type": "pong"})
            case "pong":
                pass
            case "subscribe":
                self._subscribe(_id(message), message.get("payload"), caller)
            case "complete":
                task = self._running.pop(_id(message), None)
                if task is not None:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
            case "connection_init":
                raise _Close(4429, "Too many initialisation requests")
            case _:
                raise _Close(4400, "Invalid message")

    def _subscribe(self, id_: str, payload: object, caller: Caller) -> None:
        if id_ in self._running:
            raise _Close(4409, f"Subscriber for {id_} already exists")
        if len(self._running) >= MOST_SUBSCRIPTIONS:
            raise _Close(4429, "Too many subscriptions")
        if not isinstance(payload, dict):
            raise _Close(4400, "Invalid message")
        try:
            asked = from_said(payload)
        except Rejected:
            raise _Close(4400, "Invalid message") from None
        self._running[id_] = asyncio.create_task(self._watch(id_, asked, caller))

    async def _watch(self, id_: str, asked: Asked, caller: Caller) -> None:
        try:
            understood = self._watching.understood(asked, caller, self._language)
            answers = self._watching.answers(understood, asked, caller, self._language)
            async with contextlib.aclosing(answers):
                async for said in answers:
                    if said is not None:
                        await _send(self._socket, {"id": id_, "type": "next", "payload": said})
            if not self._watching.over(caller):
                await _send(self._socket, {"id": id_, "type": "complete"})
        except NotRun as problem:
            await _send(self._socket, {"id": id_, "type": "error", "payload": problem.errors})
        except WebSocketDisconnect:
            return
        except NotRecorded:
            await self._broken(id_)
        except Exception as problem:
            _log.error("subscription.broken", exception=type(problem).__qualname__)
            await self._broken(id_)
        finally:
            self._running.pop(id_, None)

    async def _broken(self, id_: str) -> None:
        error = refusal_error(Refused(Code.INTERNAL, "An error of this service."), self._language)
        await _send(self._socket, {"id": id_, "type": "error", "payload": [error]})


class _Close(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__()
        self.code, self.reason = code, reason


def _id(message: dict[str, Any]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not 1 <= len(id_) <= LONGEST_ID:
        raise _Close(4400, "Invalid message")
    return id_


async def _message(socket: WebSocket) -> dict[str, Any]:
    """Raises _Close for what is no message, WebSocketDisconnect."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1000))
    text = received.get("text")
    try:
        message = orjson.loads(text) if text is not None else None
    except orjson.JSONDecodeError:
        message = None
    if not isinstance(message, dict):
        raise _Close(4400, "Invalid message")
    return message


async def _send(socket: WebSocket, message: dict[str, Any]) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        await socket.send_text(orjson.dumps(message).decode())
