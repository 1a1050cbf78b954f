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

from executor import Fragment, fields_of, getter_of
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
        self._workshops = context.workshops_at

    def walk(self, data: dict[str, Any] | None, root: GraphQLObjectType, selections: Selections) -> None:
        if data is not None:
            self._object(data, selections.here(root), (), ())

    def _object(self, value: Any, here: Here, place: Place, about: tuple[Subject, ...]) -> None:
        about = self._about(here, place, about)
        if about and not here.reaches_others:
            self._note(about, _found(value, here))
            return
        values = fields_of(value, here.keys)
        for selected, alone, kind, below in zip(here.fields, here.alone, here.below, values, strict=True):
            if below is None:
                continue
            if alone is not None and below != []:
                if about:
                    self._all_about(about, below, alone)
            elif not selected.whole and below != []:
                self._below(below, selected, kind, (*place, selected.key), about)
            elif about and _is_something(below):
                self._note(about, selected.alone)

    def _all_about(self, about: tuple[Subject, ...], value: Any, here: Here) -> None:
        """Of a value below which nobody else can stand."""
        if not isinstance(value, list):
            self._note(about, _found(value, here))
            return
        for item in value:
            if item is not None:
                self._all_about(about, item, here)

    def _note(self, about: tuple[Subject, ...], found: frozenset[str]) -> None:
        by_subject = self.by_subject
        for subject in about:
            known = by_subject.setdefault(subject, found)
            if known is not found:
                by_subject[subject] = _both(known, found)

    def _below(
        self, value: Any, selected: Selected, here: Here | None, place: Place, about: tuple[Subject, ...]
    ) -> None:
        """`here` is None where the schema leaves the type open."""
        if not isinstance(value, list):
            self._object(value, here or selected.below.here(self.runtime(selected.kind, place)), place, about)
            return
        persons = self._context.persons_in.get(place)
        if persons is not None and here is not None and not here.reaches_others:
            self._persons_below(value, persons, here, () if here.is_anew else about)
            return
        for index, item in enumerate(value):
            if item is None:
                continue
            if here is None or isinstance(item, list):
                self._below(item, selected, here, (*place, index), about)
            else:
                self._object(item, here, (*place, index), about)

    def _persons_below(
        self, items: list[Any], persons: list[NationalId | None], here: Here, above: tuple[Subject, ...]
    ) -> None:
        """Of a list of persons alone. What is said of each is about those above, too: once for the whole list."""
        together: frozenset[str] | None = None
        by_subject = self.by_subject
        for found, person in zip(_found_of_each(items, here), persons, strict=True):
            if found is None:
                continue
            if person is not None:
                known = by_subject.setdefault(person, found)
                if known is not found:
                    by_subject[person] = _both(known, found)
            if found is not together:
                together = found if together is None else _both(together, found)
        if together is not None:
            self._note(above, together)

    def _about(self, here: Here, place: Place, above: tuple[Subject, ...]) -> tuple[Subject, ...]:
        about = () if here.is_anew else above
        person = self._context.person_at(place)
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


def _found_of_each(items: list[Any], here: Here) -> list[frozenset[str] | None]:
    """None for what is not there. Most objects of a list are of one class, and have all that was selected."""
    kind, coordinates = items[0].__class__, here.coordinates
    getter = getter_of(kind, here.keys) if here.is_flat else None
    if getter is None:
        return [None if item is None else _found(item, here) for item in items]
    return [
        coordinates
        if item.__class__ is kind and None not in getter(item)
        else None
        if item is None
        else _found(item, here)
        for item in items
    ]


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
