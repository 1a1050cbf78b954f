"""The one shape of every question to the outside: many keys in, a mapping out.

A `Lookup` is any async callable of that shape. Cache, single flight, time-out and metering each wrap a Lookup and are
one; a batch loader takes one; a test double is a dict behind one. Its contract, which `tests/contracts` proves:

- asked with distinct keys, one or many, it answers for all of them; asked with none, it asks nobody;
- a key that is absent from the answer does not exist: the system was asked and knows of none;
- a key whose value is a `SourceFailure` could not be answered; the others were. A failure of all may also be raised;
- an answer holds no key that was not asked, whatever the system sent;
- cancelling it leaves nothing behind.
"""

import datetime
import enum
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import BranchCode

K = TypeVar("K")
V = TypeVar("V")


class Freshness(enum.Enum):
    """LIVE: asked for this request. CACHED: remembered, within its age. STALE: older, given since the source fails."""

    LIVE = "LIVE"
    CACHED = "CACHED"
    STALE = "STALE"


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact comes from and when its source said it (aware, UTC)."""

    source: Source
    fetched_at: datetime.datetime
    freshness: Freshness = Freshness.LIVE


class Fact(msgspec.Struct, Generic[V], frozen=True):
    """What a source said."""

    value: V
    provenance: Provenance


class BranchGap(msgspec.Struct, frozen=True, kw_only=True):
    """A branch that could not be asked, so that a merged list is not complete. `retry_after` in seconds."""

    branch: BranchCode
    code: str
    retryable: bool
    retry_after: float | None = None


class Page(msgspec.Struct, Generic[V], frozen=True, kw_only=True):
    """Part of a list, in its stable order. `gaps` names the branches that are missing from it."""

    items: tuple[V, ...] = ()
    has_next: bool = False
    gaps: tuple[BranchGap, ...] = ()


Answer = Mapping[K, Fact[V] | SourceFailure]


class Lookup(Protocol[K, V]):
    async def __call__(self, keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]: ...
