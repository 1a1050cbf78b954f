"""Logs: one line an event on standard error, JSON for machines or plain for people. Values never hold personal data.

Of JSON, what is no warning is written a moment later, with the lines of the same moment: a call of the system for each
request would cost a tenth of a small one.
"""

import asyncio
import atexit
import contextlib
import contextvars
import datetime
import json
import logging
import sys
from typing import Any, BinaryIO, Literal

import msgspec
import structlog
from structlog.contextvars import merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper, add_log_level, format_exc_info
from structlog.typing import EventDict, Processor

MOMENT = 0.05  # seconds
MOST_LINES = 1_000


class Lines:
    """A logger of structlog's that writes lines of bytes. What waits is lost only with a process that is killed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: list[bytes] = []
        self._told: asyncio.AbstractEventLoop | None = None  # to write what waits
        atexit.register(self.flush)

    def msg(self, line: bytes) -> None:
        self._waiting.append(line)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
            return
        if len(self._waiting) >= MOST_LINES:
            self.flush()
        elif self._told is not loop:
            self._told = loop
            loop.call_later(MOMENT, self.flush, context=contextvars.Context())

    debug = info = msg

    def warning(self, line: bytes) -> None:
        self._waiting.append(line)
        self.flush()

    warn = error = err = critical = fatal = exception = warning

    def flush(self) -> None:
        waiting, self._waiting, self._told = self._waiting, [], None
        if waiting:
            with contextlib.suppress(OSError, ValueError):  # closed or full: nobody is left who could be told
                self._stream.write(b"\n".join((*waiting, b"")))
                self._stream.flush()


def as_json(event: EventDict) -> bytes:
    try:
        return msgspec.json.encode(event, enc_hook=repr)
    except (UnicodeEncodeError, TypeError, ValueError):  # half a character of an odd text, a key that is no text
        return json.dumps(event, default=repr, skipkeys=True).encode()


def as_line(logger: Any, method: str, event: EventDict) -> bytes:
    """What structlog's processors of these names do one after the other, as one step: a request has a line at least."""
    event = add_log_level(logger, method, merge_contextvars(logger, method, event))
    event["timestamp"] = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
    return as_json(format_exc_info(logger, method, event) if "exc_info" in event else event)


def configure_logs(style: Literal["json", "console"]) -> None:
    """Ours and the libraries' alike. Tracebacks are printed without local variables."""
    shared: list[Processor] = [merge_contextvars, add_log_level, TimeStamper(fmt="iso", utc=True)]
    renderer: Processor
    ours: list[Processor]
    if style == "json":
        renderer, ours = JSONRenderer(), [as_line]
        lines = Lines(sys.stderr.buffer)
        factory: Any = lambda *_: lines  # noqa: E731 - all write into one
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        ours = [*shared, format_exc_info, renderer]
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=ours,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
