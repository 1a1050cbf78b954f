"""Compares an answer of the compiled executor with graphql-core's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from graphql import GraphQLError

Place = tuple[str | int, ...]
Face = tuple[Place, str, tuple[tuple[int, int], ...], str]


@dataclass(frozen=True)
class Answer:
    """`calls` and `told` are what resolvers and watchers noted, by what and of whom."""

    json: bytes
    errors: tuple[GraphQLError, ...]
    calls: Counter[tuple[Any, ...]]
    told: Counter[tuple[Any, ...]]
    order: tuple[Any, ...] = ()

    @cached_property
    def faces(self) -> Counter[Face]:
        return Counter(map(face_of, self.errors))

    @cached_property
    def bubbles(self) -> bool:
        """Whether a null has spread beyond the place of its error."""
        data = msgspec.json.decode(self.json)
        return any(len(nulled(data, path) or ()) < len(path) for path, *_ in self.faces)


def face_of(error: GraphQLError) -> Face:
    """What of an error two executors must agree on."""
    located = tuple((at.line, at.column) for at in error.locations or ())
    return tuple(error.path or ()), error.message, located, repr(sorted((error.extensions or {}).items()))


def nulled(data: Any, path: Place) -> Place | None:
    """The first place on the path that is null. None: there is none."""
    for depth in range(len(path) + 1):
        if data is None:
            return path[:depth]
        if depth < len(path):
            data = data[path[depth]]
    return None


def differences(ours: Answer, theirs: Answer, unhidden: Answer) -> Iterable[str]:
    """Why the answers are not alike. `unhidden` is what graphql-core answers if nulls do not spread."""
    if ours.json != theirs.json:
        yield f"data differ:\n  ours   {ours.json.decode()}\n  theirs {theirs.json.decode()}"
        return
    if ours.order != theirs.order:
        yield f"effects in another order: {ours.order}, not {theirs.order}"
    yield from _of_errors(ours, theirs, unhidden)
    most = theirs
    if theirs.bubbles:
        # Breadth first, siblings are asked before a null spreads over them: but nobody is asked twice, nor for nothing.
        most = unhidden
    if more := ours.calls - most.calls:
        yield f"more calls: {more}"
    if more := ours.told - most.told:
        yield f"told of more: {more}"
    if not theirs.errors and (ours.calls, ours.told) != (theirs.calls, theirs.told):
        yield f"calls or what was told are missing: {theirs.calls - ours.calls}, {theirs.told - ours.told}"


def agree(ours: Answer, theirs: Answer) -> bool:
    return (ours.json, ours.faces, ours.calls, ours.told, ours.order) == (
        theirs.json,
        theirs.faces,
        theirs.calls,
        theirs.told,
        theirs.order,
    )


def _of_errors(ours: Answer, theirs: Answer, unhidden: Answer) -> Iterable[str]:
    if ours.faces == theirs.faces:
        return
    data = msgspec.json.decode(theirs.json)
    mine, its = _by_null(data, ours.faces), _by_null(data, theirs.faces)
    known = theirs.faces | unhidden.faces
    for place in mine.keys() | its.keys():
        here, there = mine.get(place, Counter()), its.get(place, Counter())
        if here == there:
            continue
        said = f"at {place}: ours {sorted(here.elements())}, theirs {sorted(there.elements())}"
        if place is None:
            yield f"errors without a null {said}"
        elif not here:
            yield f"a null without an error {said}"
        elif here.total() > there.total():
            yield f"more errors {said}"
        elif all(len(path) == len(place) for path, *_ in there):
            yield f"errors differ where no null has spread {said}"
        elif invented := here - known:
            yield f"invented errors {sorted(invented.elements())} {said}"


def _by_null(data: Any, faces: Counter[Face]) -> dict[Place | None, Counter[Face]]:
    groups: dict[Place | None, Counter[Face]] = {}
    for face, count in faces.items():
        groups.setdefault(nulled(data, face[0]), Counter())[face] += count
    return groups
