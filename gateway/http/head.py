"""The head of a request, taken apart once; and what its headers mean, worked out once a text."""

import functools
from collections.abc import Callable
from typing import TypeVar

from starlette.types import Scope

T = TypeVar("T")

# A client sends the same few texts with each request. Longer ones are read each time: they must not fill the memory.
KEPT, LONGEST = 512, 256


class Head:
    """Names of headers are in lower case, as ASGI gives them."""

    __slots__ = ("_first", "method", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self._first: dict[bytes, bytes] = dict(reversed(scope["headers"]))

    def said(self, name: bytes) -> str | None:
        """The first header of that name."""
        value = self._first.get(name)
        return None if value is None else value.decode("latin-1")

    def all_said(self, name: bytes) -> tuple[str, ...]:
        if name not in self._first:
            return ()
        return tuple(value.decode("latin-1") for key, value in self.scope["headers"] if key == name)


def once_a_text(read: Callable[[str | None], T]) -> Callable[[str | None], T]:
    """The same function; what it returned for the texts that came last is remembered, what it raised is not."""
    kept = functools.lru_cache(KEPT)(read)

    @functools.wraps(read)
    def known(text: str | None) -> T:
        return kept(text) if text is None or len(text) <= LONGEST else read(text)

    return known
