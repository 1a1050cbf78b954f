"""Tells how far a long start is: one line written over on a terminal, plain lines elsewhere; nothing if it is short."""

import time
from typing import TextIO

QUIET_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 5.0


class ProgressLine:
    """Called with what is being done and its share, between 0 and 1, if that is known."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._began = time.monotonic()
        self._last = 0.0
        self._shown = False

    def __call__(self, what: str, share: float | None = None) -> None:
        now = time.monotonic()
        wait = 0.1 if self._is_terminal else SECONDS_BETWEEN_LINES
        if now - self._began < QUIET_SECONDS or now - self._last < wait:
            return
        self._last, self._shown = now, True
        text = f"twin: {what}" if share is None else f"twin: {what} {share:4.0%}"
        self._out.write(f"\r{text}\033[K" if self._is_terminal else f"{text}\n")
        self._out.flush()

    def end(self) -> None:
        """Wipes the line."""
        if self._shown and self._is_terminal:
            self._out.write("\r\033[K")
            self._out.flush()
        self._shown = False
