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
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import BranchCode

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


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


class Fact(Generic[V]):
    """What a source said.

    `faces` is where whoever remembers the fact keeps what answers have made of it; None for one that is not remembered.
    """

    __slots__ = ("_each", "faces", "provenance", "value")

    def __init__(self, value: V, provenance: Provenance) -> None:
        self.value = value
        self.provenance = provenance
        self.faces: Any = None
        self._each: tuple[Fact[Any], ...] | None = None

    def each(self: "Fact[tuple[T, ...]]") -> "tuple[Fact[T], ...]":
        """Of a list, what the source said of each entry."""
        if self._each is None:
            self._each = tuple([Fact(one, self.provenance) for one in self.value])
        return self._each

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fact):
            return NotImplemented
        return bool(self.provenance == other.provenance and self.value == other.value)

    def __hash__(self) -> int:
        return hash((self.value, self.provenance))

    def __repr__(self) -> str:
        return f"Fact(value={self.value!r}, provenance={self.provenance!r})"


class RememberedFact(Fact[V]):
    """One that may still be unread: `read` makes its value of what is `unread`, when it is first asked for."""

    __slots__ = ("_read", "_unread", "_value")

    def __init__(self, read: Callable[[Any], V], unread: Any, provenance: Provenance, faces: Any) -> None:
        self._read: Callable[[Any], V] | None = read
        self._unread = unread
        self.provenance = provenance
        self.faces = faces
        self._each = None

    @property
    def value(self) -> V:  # type: ignore[override]  # a slot in the others, which are read far more often
        if self._read is not None:
            self._value = self._read(self._unread)
            self._read = self._unread = None
        return self._value


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
