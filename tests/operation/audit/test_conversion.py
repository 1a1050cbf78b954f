"""A record of the form before is whole in today's, goes on there, and hides nothing that was done to it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.access import AccessLogQuery
from gateway.operation.audit.event import Refusal, Release, ReleaseEvent
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.reading import AccessLogs
from gateway.operation.audit.store import Store, StoreUnavailable
from gateway.operation.audit.verifying import verified
from tests.operation.audit.conftest import Events, StandingClock, nobody
from tests.operation.audit.earlier_form import write_earlier
from tests.operation.audit.recorded_gateway import KEYRING
from tests.resolvers.conftest import SARA

SARA_IN_IT = Pseudonyms(KEYRING).person(SARA)


@pytest.fixture
def written(events: Events, clock: StandingClock) -> list[ReleaseEvent]:
    """Of Sara: listed, listed and sealed, not listed, refused, listed. And of six hundred others once each."""

    def about_sara(*fields: str, **more: Any) -> ReleaseEvent:
        persons = tuple(sorted([SARA_IN_IT, nobody("mina")]))
        return events.one(released=(Release(fields=fields, persons=persons),), **more)

    return [
        about_sara("Identity.firstName"),
        about_sara("Identity.firstName", sealed_until=clock.now().replace(hour=23)),
        about_sara("Person.id"),
        events.one(released=(), refusals=(Refusal(code="FORBIDDEN", persons=(SARA_IN_IT,)),)),
        events.one(*(f"person {n}" for n in range(600))),
        about_sara("Debt.amount"),
    ]


@pytest.fixture
def earlier(place: Path, written: list[ReleaseEvent]) -> Path:
    engine = sa.create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        write_earlier(connection, written)
    engine.dispose()
    return place


async def opened(place: Path) -> Store:
    store = Store(f"sqlite:///{place}", seconds=5)
    await store.open()
    return store


async def log_of_sara(store: Store, clock: StandingClock) -> Sequence[str]:
    read = AccessLogs(store, Pseudonyms(KEYRING), clock)
    first = await read(AccessLogQuery(person=SARA, first=1))
    rest = await read(AccessLogQuery(person=SARA, first=10, after=first.items[0].position))
    return [entry.position.event for entry in (*first.items, *rest.items)]


async def test_it_is_whole_and_goes_on(
    earlier: Path, written: list[ReleaseEvent], events: Events, clock: StandingClock
) -> None:
    store = await opened(earlier)
    verdict = await verified(store)
    assert (verdict.findings, verdict.events, verdict.persons) == ([], 6, 602)
    assert await log_of_sara(store, clock) == [written[5].id, written[0].id]
    clock.move(days=1)
    assert await log_of_sara(store, clock) == [written[5].id, written[1].id, written[0].id]

    later = events.one(released=(Release(fields=("Identity.firstName",), persons=(SARA_IN_IT,)),))
    await store.append("a", [later])
    assert (await verified(store)).findings == []
    assert await log_of_sara(store, clock) == [later.id, written[5].id, written[1].id, written[0].id]
    await store.close()
    again = await opened(earlier)
    assert (await verified(again)).findings == []
    await again.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_events SET body = replace(body, 'court', 'bench') WHERE number = 2",
        "UPDATE record_events SET body = '{' WHERE number = 2",
        "DELETE FROM record_events WHERE number = 2",
        "DELETE FROM record_events WHERE number = 6",
        "UPDATE record_threads SET number = 1 WHERE number = 5",
        "DELETE FROM record_threads WHERE number = 5",
        "UPDATE record_mentions SET listed = 0 WHERE number = 2",
        "DELETE FROM record_mentions WHERE number = 1",
    ],
)
async def test_what_was_done_to_it_is_found_afterwards(earlier: Path, statement: str) -> None:
    with closing(sqlite3.connect(earlier)) as connection:
        assert connection.execute(statement).rowcount
        connection.commit()
    store = await opened(earlier)
    assert (await verified(store)).findings
    await store.close()


async def test_whoever_may_only_read_is_told_what_to_do(earlier: Path) -> None:
    reader = Store(f"sqlite:///{earlier}", read_only=True)
    with pytest.raises(StoreUnavailable, match="start the gateway on it once, or on a copy of it"):
        await verified(reader)
    await reader.close()


async def test_a_conversion_that_fails_leaves_it_as_it_was(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("gateway.operation.audit.conversion._times", lambda _: {"at": None, "sealed_until": None})
        failing = Store(f"sqlite:///{earlier}")
        with pytest.raises(StoreUnavailable):
            await failing.open()
        await failing.close()
    store = await opened(earlier)
    assert (await verified(store)).whole
    await store.close()
