"""What the sources said is remembered: a Lookup that asks a Memory first, and its own Lookup for the rest.

It asks the memory once a batch. A value that cannot be read (another version, damaged, sealed with a lost key) is a
miss. Failures are never remembered, nor are lists from which a branch is missing: they are answers of the moment. Keys
that do not exist are remembered too, for a shorter time.
"""

import dataclasses
import datetime
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.lookup import Fact, Freshness, Lookup, Page, Provenance, RememberedFact
from gateway.loading.faces import Face, Faces
from gateway.loading.near_memory import Known, NearMemory
from gateway.loading.stores import Entry, Memory
from gateway.loading.written_later import WrittenLater

K = TypeVar("K")
V = TypeVar("V")

SETTLING = datetime.timedelta(seconds=10)  # an answer that began before a write may end, and be remembered, after it
JITTER = 0.1  # an entry lives for 90 to 100 % of its age, so that what was asked together does not expire together


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FactKind(Generic[V]):
    """A group of facts and how long it is worth remembering.

    `value` is the type of its facts, `age` and `absent_age` are in seconds. Raise `revision` when the meaning of a
    value changes; a change of its shape is noticed by itself. `keeps_faces`: answers write its facts as they are, so
    what they wrote is kept with them.
    """

    source: Source
    operation: str
    value: Any
    age: float
    absent_age: float
    revision: int = 1
    keeps_faces: bool = False

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
    near: NearMemory | None = None,
    found: "Found | None" = None,
    changed: "Changed | None" = None,
) -> Lookup[K, V]:
    """The same Lookup, remembered. An age of 0 turns the memory off for facts, an absent age of 0 for absent keys.

    `near` holds facts that were read, for a moment, so that they need not be read again. What was said before a write
    of ours `changed` it, or in the seconds after, is not used: on no replica, wherever it is remembered.
    """
    return _Remembered(lookup, memory, kind, clock, jitter, near, found, changed)


class Changed(Protocol):
    """When writes of ours last changed a fact, of those keys whose fact they ever did. Asked once a batch; never
    raises: what cannot be known is said to have changed now."""

    def at_hand(self, keys: Sequence[Any], /) -> Mapping[Any, datetime.datetime] | None:
        """The same without waiting; None where that cannot be."""
        ...

    async def __call__(self, keys: Sequence[Any], /) -> Mapping[Any, datetime.datetime]: ...


Found = Callable[[str, int, int], None]
"""Is told of each look into the memory: the question, how many keys were known, how many were not."""


class _Said(msgspec.Struct, frozen=True, array_like=True):
    """A remembered fact. A value of None says that the source knows of none."""

    said_at: datetime.datetime
    value: msgspec.Raw
    faces: dict[str, Face] = {}


_NONE = msgspec.msgpack.encode(None)
_SAID = msgspec.msgpack.Decoder(_Said)
_ENCODER = msgspec.msgpack.Encoder()


class _Remembered(Generic[K, V]):
    def __init__(
        self,
        lookup: Lookup[K, V],
        memory: Memory,
        kind: FactKind[V],
        clock: Clock,
        jitter: float = JITTER,
        near: NearMemory | None = None,
        found: Found | None = None,
        changed: Changed | None = None,
    ) -> None:
        self._found = found
        self._changed = changed
        self._lookup = lookup
        self._memory = memory
        self._kind = kind
        self._clock = clock
        self._jitter = jitter
        self._near = near
        self._random = random.Random()  # noqa: S311 - nobody gains by guessing it
        self._prefix = (kind.source.value, kind.operation, kind.version)
        self._age = datetime.timedelta(seconds=kind.age)
        self._absent_age = datetime.timedelta(seconds=kind.absent_age)
        self._decoder: msgspec.msgpack.Decoder[V] = msgspec.msgpack.Decoder(kind.value)
        self._later: WrittenLater[Faces] = WrittenLater(memory, self._with_faces)

    def at_hand(self, keys: Sequence[K], /) -> dict[K, Fact[V] | None]:
        """What was read a moment ago and still holds, where that is known without waiting. None: there is no fact."""
        if self._near is None:
            return {}
        found = self._nearby(keys)
        if found and self._changed is not None:
            changed = self._changed.at_hand(list(found))
            if changed is None:
                return {}
            found = {key: known for key, known in found.items() if _still_holds(known, changed.get(key))}
        if found and self._found is not None:
            self._found(self._kind.operation, len(found), 0)
        return {key: known.fact for key, known in found.items()}

    async def __call__(self, keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        near = self.at_hand(keys)
        answer: dict[K, Fact[V] | SourceFailure] = {key: fact for key, fact in near.items() if fact is not None}
        if len(near) < len(keys):
            far = [key for key in keys if key not in near]
            answer.update(await self.beyond(far, known=bool(answer)))
        return answer

    async def beyond(self, keys: Sequence[K], /, *, known: bool = True) -> Mapping[K, Fact[V] | SourceFailure]:
        """Of keys that were not at hand. `known`: others were, so that a failure of all is one of each of these."""
        names = {key: self._name(key) for key in keys}
        # What is near and could not be used without waiting.
        found = self._nearby(keys) if self._changed is not None else {}
        far = [key for key in names if key not in found]
        if far:
            values = await self._memory.get_many([names[key] for key in far])
            is_young = self._youth()
            for key, value in zip(far, values, strict=True):
                if value is not None and (said := self._read(names[key], value)) is not None and is_young(said):
                    found[key] = said
                    if self._near is not None:
                        self._near.hold(names[key], said, len(value))
        if found and self._changed is not None:
            changed = self._changed.at_hand(list(found))
            if changed is None:
                changed = await self._changed(list(found))
            found = {key: said for key, said in found.items() if _still_holds(said, changed.get(key))}
        missing = [key for key in names if key not in found]
        if self._found is not None:
            self._found(self._kind.operation, len(found), len(missing))
        answer: dict[K, Fact[V] | SourceFailure] = {
            key: said.fact for key, said in found.items() if said.fact is not None
        }
        if missing:
            answer.update(await self._asked(missing, known=known or bool(answer)))
        return answer

    def _name(self, key: K) -> bytes:
        return _ENCODER.encode((*self._prefix, key))

    def _nearby(self, keys: Sequence[K]) -> dict[K, Known[V]]:
        """Which keys were read a moment ago, as far as they are not too old by now."""
        if self._near is None or not len(self._near):
            return {}
        held = self._near.held([self._name(key) for key in keys])
        is_young = self._youth()
        return {key: known for key, known in zip(keys, held, strict=True) if known is not None and is_young(known)}

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
            age, what = self._kind.absent_age, _Said(self._clock.now(), msgspec.Raw(_NONE))
        elif said.provenance.freshness is not Freshness.LIVE or _has_gaps(said.value):
            return None
        else:
            age = self._kind.age
            what = _Said(said.provenance.fetched_at, msgspec.Raw(_ENCODER.encode(said.value)))
        if age <= 0:
            return None
        ttl = age * (1 - self._jitter * self._random.random())
        return Entry(self._name(key), _ENCODER.encode(what), ttl)

    def _read(self, name: bytes, value: bytes) -> Known[V] | None:
        """What was remembered; None where it cannot be read.

        Its value is read at once, unless an answer was made of it before: then it could be read, and may not be needed.
        """
        try:
            said = _SAID.decode(value)
            known: Known[V] = Known(said.said_at, None)
            if bytes(said.value) != _NONE:
                known = Known(said.said_at, self._fact(name, said))
                if not said.faces and known.fact is not None:
                    known.fact.value  # noqa: B018 - reads it
        except (msgspec.MsgspecError, ValueError):
            return None
        return known

    def _youth(self) -> Callable[[Known[V]], bool]:
        """Whether a fact is young enough now. A memory may keep it longer than we wish today: the setting may have been
        lowered since."""
        now = self._clock.now()
        of_facts, of_none = now - self._age, now - self._absent_age
        return lambda known: known.said_at > (of_none if known.fact is None else of_facts)

    def _fact(self, name: bytes, said: _Said) -> Fact[V]:
        provenance = Provenance(source=self._kind.source, fetched_at=said.said_at, freshness=Freshness.CACHED)
        faces = Faces(said.faces, self._later.add, (name, said)) if self._kind.keeps_faces else None
        return RememberedFact(self._decoder.decode, said.value, provenance, faces)

    def _with_faces(self, faces: Faces) -> Entry | None:
        """The fact once more, with what answers have made of it since; None where its time is over."""
        name, said = faces.tag
        left = self._kind.age - (self._clock.now() - said.said_at).total_seconds()
        return Entry(name, _ENCODER.encode(_Said(said.said_at, said.value, faces.all())), left) if left > 0 else None


def _still_holds(known: Known[Any], changed_at: datetime.datetime | None) -> bool:
    return changed_at is None or known.said_at > changed_at + SETTLING


def _has_gaps(value: object) -> bool:
    return isinstance(value, Page) and bool(value.gaps)
