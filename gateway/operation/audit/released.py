"""What really left: worked out from the answer itself, for each person and workshop that its values are about.

A value is about the nearest person above it. What a branch lists of a dependant is about both, the dependant and the
supporter; what is said of a workshop is about the workshop and, where it is one, the person who runs it. Released is
what is there: neither null nor an error. An empty list is there, since it says that there is none.

Below a place where everything is about the same, a list is read only until each of its fields was found somewhere.
"""

import functools
from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import GraphQLNamedType, GraphQLObjectType, is_abstract_type

from executor import Fragment, fields_of
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.loading.context import RequestContext
from gateway.operation.audit.selections import Here, Selected, Selections

Subject = NationalId | WorkshopKey
Place = tuple[str | int, ...]

FOUND = "released"  # among the notes of a fragment


class Released:
    """`by_subject`: the coordinates of all values that left, by whom they are about."""

    def __init__(self, context: RequestContext, types: Mapping[str, GraphQLNamedType]) -> None:
        self.by_subject: dict[Subject, frozenset[str]] = {}
        self._context, self._types = context, types
        self._persons, self._workshops = context.persons_at, context.workshops_at

    def walk(self, data: dict[str, Any] | None, root: GraphQLObjectType, selections: Selections) -> None:
        if data is not None:
            self._object(data, selections.here(root), (), ())

    def _object(self, value: Any, here: Here, place: Place, about: tuple[Subject, ...]) -> None:
        about = self._about(here, place, about)
        if about and not here.reaches_others:
            found = _found(value, here)
            for subject in about:
                self._note(subject, found)
            return
        for selected, alone, below in zip(here.fields, here.alone, fields_of(value, here.keys), strict=True):
            if below is None:
                continue
            if alone is not None and below != []:
                if about:
                    self._all_about(about, below, alone)
            elif not selected.whole and below != []:
                self._below(below, selected, (*place, selected.key), about)
            elif _is_something(below):
                for subject in about:
                    self._note(subject, selected.alone)

    def _all_about(self, about: tuple[Subject, ...], value: Any, here: Here) -> None:
        """Of a value below which nobody else can stand."""
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, list):
                self._all_about(about, item, here)
            elif item is not None:
                found = _found(item, here)
                for subject in about:
                    self._note(subject, found)

    def _note(self, subject: Subject, found: frozenset[str]) -> None:
        known = self.by_subject.get(subject)
        self.by_subject[subject] = found if known is None or known is found else _both(known, found)

    def _below(self, value: Any, selected: Selected, place: Place, about: tuple[Subject, ...]) -> None:
        if not isinstance(value, list):
            self._object(value, selected.below.here(self.runtime(selected.kind, place)), place, about)
            return
        kind = selected.kind
        here = selected.below.here(kind) if isinstance(kind, GraphQLObjectType) else None
        for index, item in enumerate(value):
            if item is None:
                continue
            if here is None or isinstance(item, list):
                self._below(item, selected, (*place, index), about)
            else:
                self._object(item, here, (*place, index), about)

    def _about(self, here: Here, place: Place, above: tuple[Subject, ...]) -> tuple[Subject, ...]:
        about = () if here.is_anew else above
        person = self._persons.get(place)
        if person is not None and person not in about:
            about = (*about, person)
        if self._workshops:
            workshop = self._workshops.get(place)
            if workshop is not None and workshop not in about:
                about = (*about, workshop)
        return about

    def runtime(self, kind: GraphQLNamedType, place: Place) -> GraphQLObjectType:
        """The type of an object. Where the schema leaves it open, by what was noticed in its place."""
        if is_abstract_type(kind):
            noticed = self._context.types_at.get(place)
            kind = self._types[noticed or ("Workshop" if place in self._context.workshops_at else "Person")]
        assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - only objects have fields
        return kind


def _found(value: Any, here: Here) -> frozenset[str]:
    """The coordinates of what is there. What was written once is read once."""
    if isinstance(value, Fragment):
        known = value.notes.get(FOUND)
        if known is None:
            known = value.notes[FOUND] = " ".join(sorted(_found(msgspec.json.decode(bytes(value.json)), here)))
        return _coordinates(known)
    values = fields_of(value, here.keys)
    if here.is_flat and None not in values:
        return here.coordinates
    found: set[str] = set()
    for selected, below in zip(here.fields, values, strict=True):
        if below is None:
            continue
        if selected.whole or below == []:
            if _is_something(below):
                found.add(selected.coordinate)
        elif isinstance(selected.kind, GraphQLObjectType):
            found |= _found_in(below, selected.below.here(selected.kind))
    return here.coordinates if len(found) == len(here.coordinates) else frozenset(found)


def _found_in(value: Any, here: Here) -> frozenset[str]:
    if not isinstance(value, list):
        return _found(value, here)
    found: frozenset[str] = frozenset()
    for item in value:
        if item is not None:
            new = _found_in(item, here)
            found = new if not found else found | new
            if len(found) == len(here.coordinates):
                break
    return found


@functools.lru_cache(maxsize=4_096)
def _coordinates(note: str) -> frozenset[str]:
    return frozenset(note.split())


@functools.lru_cache(maxsize=4_096)
def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Few sets of coordinates come again and again: the same set is the same object, which is grouped by fast."""
    return one | other


def _is_something(value: Any) -> bool:
    """A list of nothing but nulls says nothing; an empty one says that there is none."""
    return not isinstance(value, list) or not value or any(item is not None for item in value)
