"""Turns the feed's rows into RegistryEvents. Knows nothing of HTTP."""

from collections.abc import Collection, Mapping

from adapters.outbound.legacy import day
from adapters.registry_events.wire import Answer, EventOnTheWire
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.registry_event import EventKind, EventParty, FeedPage, PartyRole, RegistryEvent

EVENTS = Source.REGISTRY_EVENTS
KINDS: Mapping[int, EventKind] = {
    1: EventKind.BIRTH,
    2: EventKind.MARRIAGE,
    3: EventKind.DIVORCE,
    4: EventKind.DEATH,
}
_SELF, _COUPLE = (PartyRole.SELF,), (PartyRole.HUSBAND, PartyRole.WIFE)
ROLES: Mapping[EventKind, tuple[tuple[PartyRole, ...], ...]] = {
    EventKind.BIRTH: (
        _SELF,
        (*_SELF, PartyRole.FATHER),
        (*_SELF, PartyRole.MOTHER),
        (*_SELF, PartyRole.FATHER, PartyRole.MOTHER),
    ),
    EventKind.MARRIAGE: (_COUPLE,),
    EventKind.DIVORCE: (_COUPLE,),
    EventKind.DEATH: (_SELF,),
}
OFFICES: Mapping[int, bool] = {1: True, 2: False}


def page_from(said: Answer, after: int, limit: int) -> FeedPage:
    """Raises SourceIncoherent for a page that is not the one asked for: a feed with holes would lose somebody."""
    events = tuple(_event(row) for row in said.events)
    sequences = [event.sequence for event in events]
    wanted = list(range(after + 1, after + 1 + len(events)))
    if said.last is None or said.last < after + len(events) or sequences != wanted or len(events) > limit:
        raise SourceIncoherent(EVENTS, "not the page that was asked for")
    if len(events) < min(limit, said.last - after):
        raise SourceIncoherent(EVENTS, "a page that lacks events")
    return FeedPage(events=events, last=said.last)


def events_by_person(said: Answer, asked: Collection[NationalId]) -> Mapping[NationalId, tuple[RegistryEvent, ...]]:
    """Each person's events, oldest first; persons without one are absent, and events of others are dropped.

    A row that makes no sense costs all: it could be anyone's. Raises SourceIncoherent.
    """
    wanted = frozenset(asked)
    found: dict[NationalId, dict[int, RegistryEvent]] = {}
    for event in map(_event, said.events):
        for person in wanted.intersection(event.own):
            found.setdefault(person, {})[event.sequence] = event
    return {person: tuple(mine[sequence] for sequence in sorted(mine)) for person, mine in found.items()}


def _event(row: EventOnTheWire) -> RegistryEvent:
    try:
        return event_from(row)
    except (ValueError, KeyError):
        raise SourceIncoherent(EVENTS, "an event that makes no sense") from None


def event_from(row: EventOnTheWire) -> RegistryEvent:
    """Raises ValueError or KeyError for what no registry can say."""
    kind = KINDS[row.kind]
    registered = day(row.registered_on)
    parties = tuple(
        EventParty(
            person=NationalId.from_number(party.nin),
            role=PartyRole(party.role),
            first_marriage=_needed(party.first) if kind is EventKind.MARRIAGE else None,
        )
        for party in row.parties
    )
    roles = tuple(party.role for party in parties)
    if registered is None or row.sequence < 1:
        raise ValueError("an event without its day or its place")
    if roles not in ROLES[kind]:
        raise ValueError("parties that such an event does not have")
    marriage = kind is EventKind.MARRIAGE
    if marriage and registered.gregorian is None:
        raise ValueError("a marriage registered on no day")
    return RegistryEvent(
        sequence=row.sequence,
        kind=kind,
        registered_on=registered,
        occurred_on=day(row.occurred_on),
        parties=parties,
        permanent=_needed(row.permanent) if marriage else None,
        official_office=OFFICES[row.office_kind or 0] if marriage else None,
    )


def _needed(said: bool | None) -> bool:
    if said is None:
        raise ValueError("a marriage of which something is not said")
    return said
