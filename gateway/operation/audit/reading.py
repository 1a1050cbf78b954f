"""What a person may read of the record: who read what about them, when and why.

A log is read from its newest entry back, each event naming the one before it (`entries.py`), in one statement: so a
page costs its own entries, wherever in the log it begins.
"""

import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.access import AccessLogEntry, AccessLogPosition, AccessLogQuery, Wording
from gateway.domain.caller import CallerKind
from gateway.domain.clock import Clock
from gateway.domain.lookup import Page
from gateway.operation.audit.entries import entries_of
from gateway.operation.audit.event import ReleaseEvent, Who, event_from
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.rows import microseconds
from gateway.operation.audit.store import Store, octets
from gateway.operation.audit.tables import EVENTS, THREADS
from gateway.operation.audit.wording import ONESELF, READERS, groups_of

_SPELLED = {  # the place of a person in what an event lists, the id that follows it, and an id as the events have it
    "sqlite": ("instr(e.listed, :person)", "substr(e.listed, {} + 16, 16)", "lower(hex({}))"),
    "postgresql": ("position(:person in e.listed)", "substring(e.listed from {} + 16 for 16)", "encode({}, 'hex')"),
}


def _question(dialect: str) -> sa.TextClause:
    place, following, as_text = _SPELLED[dialect]
    entry = f"SELECT e.event, e.at, e.sealed_until, e.body, {following.format(place)}"
    return sa.text(
        f"""WITH RECURSIVE log (event, at, sealed_until, body, before) AS (
            {entry} FROM record_events e WHERE e.event = :newest AND {place} > 0
            UNION ALL
            {entry} FROM log JOIN record_events e ON e.event = {as_text.format("log.before")} WHERE {place} > 0
        )
        SELECT body FROM log
        WHERE (sealed_until IS NULL OR sealed_until <= :now) AND (at, event) < (:at, :event)
        LIMIT :most"""  # noqa: S608 - of our own words only
    )


_QUESTIONS = {dialect: _question(dialect) for dialect in _SPELLED}
_BEGINNING = AccessLogPosition(at=2**62, event="g")  # before it, whatever there is


class AccessLogs:
    """Callable as an `AccessLogReader`: the newest first. What is sealed is left out, uncounted, until its time."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms, clock: Clock) -> None:
        self._store, self._pseudonyms, self._clock = store, pseudonyms, clock

    async def __call__(self, query: AccessLogQuery) -> Page[AccessLogEntry]:
        """Raises StoreUnavailable."""
        names = self._pseudonyms.persons(query.person)
        events: list[ReleaseEvent] = []
        async with self._store.reading() as connection:
            for name in names:
                events += await self._log_of(connection, bytes.fromhex(name), query)
        if len(names) > 1:  # each has a log of its own
            events.sort(key=lambda event: (event.at, event.id), reverse=True)
        entries = [_entry(event, names) for event in events[: query.first]]
        return Page(items=tuple(entries), has_next=len(events) > query.first)

    async def _log_of(self, connection: AsyncConnection, person: bytes, query: AccessLogQuery) -> list[ReleaseEvent]:
        """The next entries of one log, and one more."""
        newest = await connection.scalar(sa.select(THREADS.c.listed).where(THREADS.c.person == person))
        after, within = query.after or _BEGINNING, _BEGINNING
        if query.after is not None:
            passed = await connection.scalar(sa.select(EVENTS.c.listed).where(EVENTS.c.event == after.event))
            before = dict(entries_of(octets(passed or b""))).get(person)
            # The cursor stands in the person's log under another key: then this one is read from its newest on.
            newest, within = (before, within) if before is not None else (newest, after)
        asked = {
            "person": person,
            "newest": octets(newest or b"").hex(),
            "now": microseconds(self._clock.now()),
            "at": within.at,
            "event": within.event,
            "most": query.first + 1,
        }
        bodies = await connection.scalars(_QUESTIONS[connection.dialect.name], asked)
        return [event_from(bytes(body)) for body in bodies]


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
