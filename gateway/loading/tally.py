"""What a request really asked of the back offices: counted where a question leaves for its adapter, below memory.

In calls at most, by the same shapes as the worst case that was reserved; so what is left of it can be given back. A
question that joins another request's flight counts for both.
"""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import contextvars
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from gateway.domain.failure import Source
from gateway.domain.lookup import Answer, Lookup
from gateway.loading.shapes import CallShapes

K = TypeVar("K")
V = TypeVar("V")

_tally: contextvars.ContextVar[Counter[Source] | None] = contextvars.ContextVar("tally", default=None)


def begin_tally() -> Counter[Source]:
    """A fresh count for the request that begins here. Before its loaders are made: they keep this context."""
    tally: Counter[Source] = Counter()
    _tally.set(tally)
    return tally


def tallied(lookup: Lookup[K, V], source: Source, shapes: CallShapes, *, one_branch: bool = False) -> Lookup[K, V]:
    """The same Lookup; what it is asked counts for the request that asks."""

    async def ask(keys: Sequence[K], /) -> Answer[K, V]:
        tally = _tally.get()
        if tally is not None:
            tally[source] += shapes.calls(source, len(keys), one_branch=one_branch)
        return await lookup(keys)

    return ask
