"""What a person may read of the record: who read what about them, when and why."""

import datetime

import sqlalchemy as sa

from gateway.domain.access import AccessLogEntry, AccessLogPosition, AccessLogQuery, Wording
from gateway.domain.caller import CallerKind
from gateway.domain.clock import Clock
from gateway.domain.lookup import Page
from gateway.operation.audit.event import ReleaseEvent, Who, event_from
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.rows import microseconds
from gateway.operation.audit.store import Store
from gateway.operation.audit.tables import EVENTS, MENTIONS
from gateway.operation.audit.wording import ONESELF, READERS, groups_of


class AccessLogs:
    """Callable as an `AccessLogReader`: the newest first. What is sealed is left out, uncounted, until its time."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms, clock: Clock) -> None:
        self._store, self._pseudonyms, self._clock = store, pseudonyms, clock

    async def __call__(self, query: AccessLogQuery) -> Page[AccessLogEntry]:
        """Raises StoreUnavailable."""
        names = self._pseudonyms.persons(query.person)
        place = sa.tuple_(MENTIONS.c.at, MENTIONS.c.event)
        open_now = MENTIONS.c.sealed_until.is_(None) | (MENTIONS.c.sealed_until <= microseconds(self._clock.now()))
        question = (
            sa.select(EVENTS.c.body)
            .join(MENTIONS, MENTIONS.c.event == EVENTS.c.event)
            .where(MENTIONS.c.person.in_(names), MENTIONS.c.listed, open_now)
            .order_by(MENTIONS.c.at.desc(), MENTIONS.c.event.desc())
            .limit(query.first + 1)
        )
        if query.after is not None:
            after = sa.tuple_(sa.literal(query.after.at), sa.literal(query.after.event))
            question = question.where(place < after)
        async with self._store.reading() as connection:
            bodies = (await connection.scalars(question)).all()
        entries = [_entry(event_from(bytes(body)), names) for body in bodies]
        return Page(items=tuple(entries[: query.first]), has_next=len(entries) > query.first)


def _entry(event: ReleaseEvent, names: tuple[str, ...]) -> AccessLogEntry:
    about = set(names)
    coordinates = {name for release in event.released if about & set(release.persons) for name in release.fields}
    agreement = event.agreement
    return AccessLogEntry(
        position=AccessLogPosition(at=microseconds(event.at), event=event.id),
        at=event.at.astimezone(datetime.UTC),
        reader=agreement.agency if agreement else _reader(event.who, about),
        purpose=agreement.purpose if agreement else None,
        legal_basis=agreement.legal_basis if agreement else None,
        groups=groups_of(coordinates),
    )


def _reader(who: Who, about: set[str]) -> Wording:
    if who.kind in {CallerKind.CITIZEN.value, CallerKind.EMPLOYER.value} and who.subject in about:
        return ONESELF
    return READERS[who.kind]
