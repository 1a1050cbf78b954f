"""Whatever is done to a record behind its back is found, and where; what is whole is found to be."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.operation.audit.chain import BEGINNING, Link, ThreadLink
from gateway.operation.audit.checkpoints import Checkpoints, public_key_of, signed_checkpoint_from
from gateway.operation.audit.entries import NONE, listed_persons
from gateway.operation.audit.event import Refusal, event_from
from gateway.operation.audit.rows import event_row
from gateway.operation.audit.sinks import FileSink
from gateway.operation.audit.store import Store
from gateway.operation.audit.verifying import Verdict, verified
from tests.operation.audit.conftest import KEY, Events, StandingClock, nobody

PUBLIC = public_key_of(KEY)


@pytest.fixture
async def record(store: Store, checkpoints: Checkpoints, events: Events, place: Path) -> Path:
    """Twelve events in three commits, with a checkpoint after the first two: 4, 8; the last four came after."""
    for group in range(3):
        await store.append("a", [events.one("sara", f"person {group}"), events.one("sara"), events.one("mina")])
        await store.append("a", [events.one("reza")])
        if group < 2:
            await checkpoints.keep()
    return place


def lines(sink: FileSink) -> list[bytes]:
    return sink._path.read_bytes().splitlines()


async def verify(store: Store, sink: FileSink | None = None, key: str | None = PUBLIC) -> Verdict:
    return await verified(store, elsewhere=lines(sink) if sink else (), keys=[key] if key else ())


def change(place: Path, *statements: str) -> None:
    with closing(sqlite3.connect(place)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount, statement
        connection.commit()


def rewrite(place: Path, forge: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], *, threads: bool) -> None:
    """What somebody who owns the store can do: change the events and make all hashes fit again, and the indexes."""
    with closing(sqlite3.connect(place)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM record_events ORDER BY number")]
        rows = forge(rows)
        head = BEGINNING
        ends: dict[str, tuple[int, bytes]] = {}
        newest: dict[bytes, bytes] = {}
        connection.execute("DELETE FROM record_events")
        for number, row in enumerate(rows, 1):
            kept = msgspec.json.decode(row["threads"], type=tuple[ThreadLink, ...])
            if threads:
                places = {thread.person: ends.get(thread.person, (0, BEGINNING)) for thread in kept}
                kept = tuple(ThreadLink(p, at + 1, last.hex()) for p, (at, last) in places.items())
            link = Link(writer="a", number=number, previous=head, threads=msgspec.json.encode(kept), body=row["body"])
            head = link.hash
            ends |= {thread.person: (thread.number, head) for thread in kept}
            event = event_from(row["body"])
            persons = listed_persons(event)
            listed = b"".join(person + newest.get(person, NONE) for person in persons)
            newest |= dict.fromkeys(persons, bytes.fromhex(event.id))
            values = event_row(event, link, head, listed)
            marks = ",".join("?" * len(values))
            connection.execute(f"INSERT INTO record_events VALUES ({marks})", values)  # noqa: S608 - marks only
        connection.execute("UPDATE record_writers SET number=?, hash=?", (len(rows), head))
        connection.execute("DELETE FROM record_thread_ends")
        for person, (number, last) in ends.items():
            key = bytes.fromhex(person)
            connection.execute(
                "INSERT INTO record_thread_ends VALUES (?,?,?,?)", (key, number, last, newest.get(key, NONE))
            )
        connection.commit()


def touched(verdict: Verdict) -> list[int]:
    return sorted({n for finding in verdict.findings for n in range(finding.first, finding.last + 1) if finding.writer})


async def test_an_untouched_record_is_whole(store: Store, sink: FileSink, record: Path) -> None:
    verdict = await verify(store, sink)
    assert verdict.findings == []
    assert (verdict.events, verdict.chains, verdict.checkpoints, verdict.held_elsewhere) == (12, 1, 2, 2)
    assert verdict.persons == len({nobody(n) for n in ("sara", "mina", "reza", "person 0", "person 1", "person 2")})
    assert verdict.keys == {PUBLIC}


async def test_a_changed_event_is_found_by_its_number(store: Store, record: Path) -> None:
    change(record, "UPDATE record_events SET body = replace(body, 'court', 'bench') WHERE number = 6")
    verdict = await verify(store)
    assert touched(verdict) == [6]
    assert "is not what it was" in str(verdict.findings[0])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_events SET previous = zeroblob(32) WHERE number = 6",
        "UPDATE record_events SET threads = '[]' WHERE number = 6",
        "UPDATE record_events SET event = 'another' WHERE number = 6",
        "UPDATE record_events SET body = '{' WHERE number = 6",
    ],
)
async def test_no_part_of_an_event_can_be_changed(store: Store, record: Path, statement: str) -> None:
    change(record, statement)
    assert 6 in touched(await verify(store))


async def test_a_changed_hash_is_found_where_it_stands(store: Store, record: Path) -> None:
    change(record, "UPDATE record_events SET hash = zeroblob(32) WHERE number = 6")
    assert {6, 7} <= set(touched(await verify(store)))


async def test_a_dropped_event_is_found_by_its_number(store: Store, record: Path) -> None:
    change(record, "DELETE FROM record_events WHERE number = 6")
    verdict = await verify(store)
    assert any((f.first, f.last, f.sentence) == (6, 6, "missing") for f in verdict.findings)


async def test_two_events_that_changed_places_are_found(store: Store, record: Path) -> None:
    change(
        record,
        "UPDATE record_events SET number = -1 WHERE number = 10",
        "UPDATE record_events SET number = 10 WHERE number = 11",
        "UPDATE record_events SET number = 11 WHERE number = -1",
    )
    assert {10, 11} <= set(touched(await verify(store)))


async def test_a_cut_tail_is_found_by_the_writers_end(store: Store, record: Path) -> None:
    change(record, "DELETE FROM record_events WHERE number > 10")
    verdict = await verify(store)
    assert any((f.first, f.last) == (11, 12) and "missing" in f.sentence for f in verdict.findings)


async def test_a_tail_cut_with_every_index_is_found_up_to_the_last_checkpoint_held_elsewhere(
    store: Store, sink: FileSink, record: Path
) -> None:
    rewrite(record, lambda rows: rows[:5], threads=True)
    change(record, "DELETE FROM record_checkpoints WHERE number = 2")
    assert (await verify(store)).findings == []  # from the store alone it cannot be seen
    verdict = await verify(store, sink)
    assert any((f.first, f.last) == (6, 8) and "missing" in f.sentence for f in verdict.findings)
    assert any("checkpoint 2, held elsewhere, is not in the store" in str(f) for f in verdict.findings)


async def test_what_came_after_the_last_checkpoint_held_elsewhere_can_be_cut_unseen(
    store: Store, sink: FileSink, record: Path
) -> None:
    """The limit of the method: hence a checkpoint every few seconds."""
    rewrite(record, lambda rows: rows[:8], threads=True)
    assert (await verify(store, sink)).findings == []


def _other_court(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows[5]["body"] = rows[5]["body"].replace(b"proceedings", b"interesting")
    return rows


async def test_a_chain_rewritten_whole_is_found_between_two_checkpoints(store: Store, record: Path) -> None:
    rewrite(record, _other_court, threads=True)
    verdict = await verify(store)
    assert [(f.first, f.last) for f in verdict.findings] == [(5, 8)]
    assert "not what it was at checkpoint 2" in str(verdict.findings[0])


async def test_an_event_left_out_of_a_rewritten_chain_is_missed_in_the_threads_of_its_persons(
    store: Store, record: Path
) -> None:
    rewrite(record, lambda rows: [row for row in rows if row["number"] != 9], threads=False)
    verdict = await verify(store)
    assert any("thread of a person" in finding.sentence for finding in verdict.findings)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_events SET listed = x'' WHERE number = 2",
        "UPDATE record_events SET listed = CAST(substr(listed, 1, 16) || zeroblob(16) AS BLOB) WHERE number = 6",
        "UPDATE record_events SET sealed_until = at + 1000 WHERE number = 2",
        "UPDATE record_events SET at = at + 1 WHERE number = 2",
        "UPDATE record_thread_ends SET number = number - 1 WHERE number = 3",
        "UPDATE record_thread_ends SET listed = zeroblob(16) WHERE number = 3",
        "DELETE FROM record_thread_ends WHERE number = 3",
        "DELETE FROM record_writers",
    ],
)
async def test_an_index_that_hides_events_is_found(store: Store, record: Path, statement: str) -> None:
    change(record, statement)
    assert (await verify(store)).findings


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM record_checkpoints WHERE number = 1", "checkpoint 1 of the store is missing"),
        (
            "UPDATE record_checkpoints SET signed = replace(signed, '2026-10-23', '2026-10-24') WHERE number = 2",
            "checkpoint 2 of the store does not bear the signature",
        ),
        ("UPDATE record_checkpoints SET signed = '{}' WHERE number = 2", "cannot be read"),
    ],
)
async def test_a_touched_checkpoint_is_found(store: Store, record: Path, statement: str, said: str) -> None:
    change(record, statement)
    assert any(said in str(finding) for finding in (await verify(store)).findings)


async def test_checkpoints_signed_anew_by_a_forger_are_found_by_the_key_or_by_those_held_elsewhere(
    store: Store, sink: FileSink, record: Path, clock: StandingClock
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    rewrite(record, _other_court, threads=True)
    change(record, "DELETE FROM record_checkpoints")
    forger = Checkpoints(store, Ed25519PrivateKey.from_private_bytes(b"f" * 32), clock, sink=None, every=1)
    await forger.keep()
    assert (await verify(store, key=None)).findings == []  # whole, but by a key that nobody knows
    assert any("does not bear the signature" in str(f) for f in (await verify(store)).findings)
    verdict = await verify(store, sink, key=None)
    assert any((f.first, f.last) == (5, 8) for f in verdict.findings)


async def test_a_forged_line_elsewhere_is_found(store: Store, sink: FileSink, record: Path) -> None:
    held = lines(sink)
    signed = signed_checkpoint_from(held[1])
    chain = signed.checkpoint.chains[0]
    forged = msgspec.structs.replace(
        signed, checkpoint=msgspec.structs.replace(signed.checkpoint, chains=(type(chain)("a", 8, "00" * 32),))
    )
    verdict = await verified(store, elsewhere=[held[0], forged.line()], keys=[PUBLIC])
    said = " ".join(map(str, verdict.findings))
    assert "does not bear the signature" in said
    assert "does not have the root of its chains" in said


async def test_a_record_of_several_writers_is_whole_and_each_is_named(
    store: Store, sink: FileSink, checkpoints: Checkpoints, events: Events, place: Path
) -> None:
    for _ in range(3):
        await store.append("a", [events.one("sara"), events.one("mina")])
        await store.append("b", [events.one("sara")])
        await checkpoints.keep()
    verdict = await verify(store, sink)
    assert (verdict.findings, verdict.chains, verdict.persons) == ([], 2, 2)
    change(place, "DELETE FROM record_events WHERE writer = 'b' AND number = 2")
    assert any(f.writer == "b" and f.first == 2 for f in (await verify(store)).findings)


async def test_a_refusal_is_in_the_thread_of_whom_it_was_about(store: Store, events: Events) -> None:
    refused = events.one(released=(), refusals=(Refusal(code="FORBIDDEN", persons=(nobody("leila"),)),))
    await store.append("a", [refused])
    verdict = await verify(store)
    assert (verdict.findings, verdict.persons) == ([], 1)


async def test_an_empty_record_is_whole(store: Store) -> None:
    assert (await verify(store)).whole
