"""What the civil registry has entered about persons, in its order: births, marriages, divorces, deaths."""

import enum
from collections.abc import Iterable
from typing import Protocol

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import NationalId


class EventKind(enum.Enum):
    BIRTH = "BIRTH"
    MARRIAGE = "MARRIAGE"
    DIVORCE = "DIVORCE"
    DEATH = "DEATH"


class PartyRole(enum.Enum):
    """SELF is who was born or has died; FATHER and MOTHER are named with a birth, where they are known."""

    SELF = "SELF"
    FATHER = "FATHER"
    MOTHER = "MOTHER"
    HUSBAND = "HUSBAND"
    WIFE = "WIFE"


OWN = frozenset({PartyRole.SELF, PartyRole.HUSBAND, PartyRole.WIFE})  # whose event it is: a birth is the child's


class EventParty(msgspec.Struct, frozen=True, kw_only=True):
    """`first_marriage` is said of marriages alone, and of each of the two."""

    person: NationalId
    role: PartyRole
    first_marriage: bool | None = None


class RegistryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`sequence` is the registry's own and grows with each event. `permanent` and `official_office` are said of
    marriages alone. Old births may be known by month or year only."""

    sequence: int
    kind: EventKind
    registered_on: Day
    occurred_on: Day | None = None
    parties: tuple[EventParty, ...]
    permanent: bool | None = None
    official_office: bool | None = None

    @property
    def own(self) -> tuple[NationalId, ...]:
        """Whose event it is."""
        return tuple(party.person for party in self.parties if party.role in OWN)


class Marriage(msgspec.Struct, frozen=True, kw_only=True):
    """One marriage as it concerns one person. `divorced_on` is when its end was registered; None: it was not."""

    sequence: int
    person: NationalId
    spouse: NationalId
    registered_on: Day
    permanent: bool
    first: bool
    official_office: bool
    divorced_on: Day | None = None


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Events after a sequence, oldest first; `last` is the newest sequence that the registry has."""

    events: tuple[RegistryEvent, ...]
    last: int


class RegistryFeed(Protocol):
    async def read(self, after: int, limit: int) -> FeedPage:
        """At most `limit` events; none where there is nothing new. Raises SourceFailure."""
        ...


def marriages_of(events: Iterable[RegistryEvent], person: NationalId) -> tuple[Marriage, ...]:
    """A person's marriages by registration, each with its divorce; of events of others nothing is read."""
    found: list[Marriage] = []
    for event in sorted(events, key=lambda each: each.sequence):
        own = next((party for party in event.parties if party.person == person), None)
        other = next((party for party in event.parties if party.person != person), None)
        if own is None or other is None:
            continue
        if event.kind is EventKind.MARRIAGE:
            found.append(
                Marriage(
                    sequence=event.sequence,
                    person=person,
                    spouse=other.person,
                    registered_on=event.registered_on,
                    permanent=bool(event.permanent),
                    first=bool(own.first_marriage),
                    official_office=bool(event.official_office),
                )
            )
        if event.kind is EventKind.DIVORCE:
            standing = [n for n, each in enumerate(found) if each.spouse == other.person and each.divorced_on is None]
            if standing:
                found[standing[-1]] = msgspec.structs.replace(found[standing[-1]], divorced_on=event.registered_on)
    return tuple(found)


def parents_of(events: Iterable[RegistryEvent], person: NationalId) -> tuple[NationalId, ...]:
    """As their birth was entered: none, one or both."""
    return tuple(
        party.person
        for event in events
        if event.kind is EventKind.BIRTH and person in event.own
        for party in event.parties
        if party.role not in OWN
    )


def death_of(events: Iterable[RegistryEvent], person: NationalId) -> RegistryEvent | None:
    return next(
        (
            event
            for event in events
            if event.kind is EventKind.DEATH and any(party.person == person for party in event.parties)
        ),
        None,
    )
