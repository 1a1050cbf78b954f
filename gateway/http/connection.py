"""One connection of a client, under watch: uvicorn's own has no time-out and no size for a request's head.

A client that connects and sends nothing, or a header a minute, or headers without end, holds a connection for as long
as it likes. Here its head must be whole within `head_seconds` and `head_size` bytes of its first chance to send it; and
where too many connections are silent at once, the one silent for longest makes room.
"""

import asyncio
from collections import OrderedDict

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gateway.http.settings import Listening

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Silent:
    """The connections that owe a request's head, those that owe it for longest first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: OrderedDict[WatchedConnection, None] = OrderedDict()

    def add(self, connection: "WatchedConnection") -> None:
        self._waiting[connection] = None
        if len(self._waiting) > self._most:
            oldest, _ = self._waiting.popitem(last=False)
            oldest.give_up()

    def discard(self, connection: "WatchedConnection") -> None:
        self._waiting.pop(connection, None)


class WatchedConnection(HttpToolsProtocol):
    listening: Listening
    silent: Silent

    _overdue: asyncio.TimerHandle | None = None
    _head: int | None = None  # bytes of the head that is being read

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.access_log = False  # uvicorn's line holds the client's address and the query string
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_whole()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # The next request, or the rest of a body that was answered unread: that is discarded here, within the same
        # time, so that its sender can read the answer.
        if self._overdue is None and self._is_between_requests():
            self._expect_head()
        super().data_received(data)
        if self._head is None or self.transport.is_closing():
            return
        self._head += len(data)
        if self._head > self.listening.head_size:
            self.transport.write(_TOO_LARGE)
            self.give_up()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        if self._overdue is None:  # sent before the request ahead of it was answered
            self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_is_whole()
        super().on_headers_complete()

    def give_up(self) -> None:
        self._head_is_whole()
        if not self.transport.is_closing():
            self.transport.close()

    def _is_between_requests(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _expect_head(self) -> None:
        self._overdue = self.loop.call_later(self.listening.head_seconds, self.give_up)
        self.silent.add(self)

    def _head_is_whole(self) -> None:
        self._head = None
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None
        self.silent.discard(self)


def connections(listening: Listening) -> type[WatchedConnection]:
    """The protocol for one server: uvicorn makes each connection from the class alone."""
    return type(
        "Connection", (WatchedConnection,), {"listening": listening, "silent": Silent(listening.silent_connections)}
    )
