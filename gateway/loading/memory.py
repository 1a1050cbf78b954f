"""What the sources said is remembered: a Lookup that asks a Memory first, and its own Lookup for the rest.

It asks the memory once a batch. A value that cannot be read (another version, damaged, sealed with a lost key) is a
miss. Failures are never remembered, nor are lists from which a branch is missing: they are answers of the moment. Keys
that do not exist are remembered too, for a shorter time.
"""

import dataclasses
import datetime
import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.lookup import Fact, Freshness, Lookup, Page, Provenance

K = TypeVar("K")
V = TypeVar("V")

SETTLING = datetime.timedelta(seconds=10)  # an answer that began before a write may end, and be remembered, after it
JITTER = 0.1  # an entry lives for 90 to 100 % of its age, so that what was asked together does not expire together


class Entry(NamedTuple):
    """What a memory keeps: `key` and `value` are opaque, `ttl` is in seconds."""

    key: bytes
    value: bytes
    ttl: float


class Changed(Protocol):
    """When writes of ours last changed a fact, of those keys whose fact they ever did. Asked once a batch; never
    raises: what cannot be known is said to have changed now."""

    async def __call__(self, keys: Sequence[Any], /) -> Mapping[Any, datetime.datetime]: ...


class Memory(Protocol):
    """A store of bytes that may forget at any time. `key` holds personal data: an implementation keeps only a hash."""

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """One value for each key, in their order; None for what is not known."""
        ...

    async def set_many(self, entries: Sequence[Entry]) -> None: ...

    async def ping(self) -> bool:
        """Whether it can be reached now."""
        ...

    async def aclose(self) -> None: ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FactKind(Generic[V]):
    """A group of facts and how long it is worth remembering.

    `value` is the type of its facts, `age` and `absent_age` are in seconds. Raise `revision` when the meaning of a
    value changes; a change of its shape is noticed by itself.
    """

    source: Source
    operation: str
    value: Any
    age: float
    absent_age: float
    revision: int = 1

    @property
    def version(self) -> str:
        """Differs as soon as the shape of the value does, so that no release reads what another one wrote."""
        shape = msgspec.json.encode(msgspec.json.schema(self.value), order="sorted")
        return f"{self.revision}.{hashlib.blake2b(shape, digest_size=8).hexdigest()}"


def remembered(
    lookup: Lookup[K, V],
    memory: Memory,
    kind: FactKind[V],
    clock: Clock,
    jitter: float = JITTER,
    changed: Changed | None = None,
) -> Lookup[K, V]:
    """The same Lookup, remembered. An age of 0 turns the memory off for facts, an absent age of 0 for absent keys.

    What was said before `changed`, or in the seconds after it, is not used: on no replica, wherever it is remembered.
    """
    return _Remembered(lookup, memory, kind, clock, jitter, changed)


class _Said(msgspec.Struct, Generic[V], frozen=True, array_like=True):
    """A remembered fact. A value of None says that the source knows of none."""

    said_at: datetime.datetime
    value: V | None


class _Remembered(Generic[K, V]):
    def __init__(
        self,
        lookup: Lookup[K, V],
        memory: Memory,
        kind: FactKind[V],
        clock: Clock,
        jitter: float = JITTER,
        changed: Changed | None = None,
    ) -> None:
        self._lookup = lookup
        self._changed = changed
        self._memory = memory
        self._kind = kind
        self._clock = clock
        self._jitter = jitter
        self._random = random.SystemRandom()
        self._prefix = (kind.source.value, kind.operation, kind.version)
        self._decoder: msgspec.msgpack.Decoder[_Said[V]] = msgspec.msgpack.Decoder(_Said[kind.value])  # type: ignore[name-defined]  # known at run time only
        self._encoder = msgspec.msgpack.Encoder()

    async def __call__(self, keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        if not keys:
            return {}
        answer: dict[K, Fact[V] | SourceFailure] = {}
        missing: list[K] = []
        names = [self._encoder.encode((*self._prefix, key)) for key in keys]
        found = {
            key: said
            for key, value in zip(keys, await self._memory.get_many(names), strict=True)
            if (said := self._read(value)) is not None
        }
        changed = await self._changed(list(found)) if self._changed and found else {}
        for key in keys:
            said = found.get(key)
            if said is None or (key in changed and said.said_at <= changed[key] + SETTLING):
                missing.append(key)
            elif said.value is not None:
                answer[key] = self._fact(said.value, said.said_at)
        if missing:
            answer.update(await self._asked(missing, known=bool(answer)))
        return answer

    async def _asked(self, keys: Sequence[K], known: bool) -> Mapping[K, Fact[V] | SourceFailure]:
        """What the source says now. A failure of all becomes one of each key where other keys are known."""
        try:
            live = await self._lookup(keys)
        except SourceFailure as failure:
            if not known:
                raise
            return dict.fromkeys(keys, failure)
        entries = [entry for key in keys if (entry := self._entry(key, live.get(key)))]
        if entries:
            await self._memory.set_many(entries)
        return {key: live[key] for key in keys if key in live}

    def _entry(self, key: K, said: Fact[V] | SourceFailure | None) -> Entry | None:
        if isinstance(said, SourceFailure):
            return None
        if said is None:
            age, what = self._kind.absent_age, _Said[V](self._clock.now(), None)
        elif said.provenance.freshness is not Freshness.LIVE or _has_gaps(said.value):
            return None
        else:
            age, what = self._kind.age, _Said(said.provenance.fetched_at, said.value)
        if age <= 0:
            return None
        ttl = age * (1 - self._jitter * self._random.random())
        return Entry(self._encoder.encode((*self._prefix, key)), self._encoder.encode(what), ttl)

    def _read(self, value: bytes | None) -> _Said[V] | None:
        if value is None:
            return None
        try:
            said = self._decoder.decode(value)
        except (msgspec.MsgspecError, ValueError):
            return None
        # A memory may keep longer than we wish today: the setting may have been lowered since.
        limit = self._kind.absent_age if said.value is None else self._kind.age
        return said if (self._clock.now() - said.said_at).total_seconds() < limit else None

    def _fact(self, value: V, said_at: datetime.datetime) -> Fact[V]:
        return Fact(value, Provenance(source=self._kind.source, fetched_at=said_at, freshness=Freshness.CACHED))


def _has_gaps(value: object) -> bool:
    return isinstance(value, Page) and bool(value.gaps)
