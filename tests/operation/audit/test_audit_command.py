"""The record from the command line: what it says, and its exit codes."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.audit_command import app
from gateway.operation.audit.checkpoints import Checkpoints, public_key_of, signed_checkpoint_from
from gateway.operation.audit.merkle import includes
from gateway.operation.audit.sinks import FileSink
from gateway.operation.audit.store import Store
from tests.operation.audit.conftest import KEY, Events, StandingClock


@pytest.fixture
def record(place: Path, sink: FileSink, events: Events, clock: StandingClock) -> Path:
    """Seven events; a checkpoint after five."""

    async def write() -> None:
        store = Store(f"sqlite:///{place}")
        await store.open()
        await store.append("a", [events.one("sara") for _ in range(5)])
        await Checkpoints(store, KEY, clock, sink=sink, every=1).keep()
        await store.append("a", [events.one("mina") for _ in range(2)])
        await store.close()

    asyncio.run(write())
    return place


def audit(place: Path, command: str, *words: str) -> Result:
    return CliRunner().invoke(app, [command, "--store", f"sqlite:///{place}", *words])


def test_a_whole_record_is_said_to_be_whole(record: Path, tmp_path: Path) -> None:
    key = public_key_of(KEY)
    said = audit(record, "verify", "--checkpoints", str(tmp_path / "elsewhere.jsonl"), "--key", key)
    assert said.exit_code == 0
    expected = "whole: 7 events of 1 writers, about 2 persons; 1 checkpoints, 1 held elsewhere; signed by "
    assert said.stdout == f"{expected}{key}\n"
    assert "--checkpoints" in audit(record, "verify").stderr


def test_each_finding_is_a_line_and_the_exit_code_is_1(record: Path) -> None:
    with closing(sqlite3.connect(record)) as connection:
        connection.execute("DELETE FROM record_events WHERE number = 3")
        connection.commit()
    said = audit(record, "verify")
    assert said.exit_code == 1
    assert "FOUND  a, event 3: missing" in said.stdout
    assert "NOT whole" in said.stdout


def test_another_key_is_found(record: Path) -> None:
    said = audit(record, "verify", "--key", "00" * 32)
    assert said.exit_code == 1
    assert "signature" in said.stdout


def test_a_record_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    said = audit(tmp_path / "nowhere.db", "verify")
    assert said.exit_code == 2
    assert not (tmp_path / "nowhere.db").exists()


def test_the_latest_checkpoint_is_printed_as_a_sink_holds_it(record: Path, tmp_path: Path) -> None:
    said = audit(record, "checkpoint")
    assert said.stdout == (tmp_path / "elsewhere.jsonl").read_text()


def test_an_event_is_shown_with_a_proof_that_the_checkpoint_covers_it(record: Path, tmp_path: Path) -> None:
    shown = json.loads(audit(record, "show", "--event", "request-2").stdout)
    assert (shown["event"]["operation"], shown["writer"], shown["number"]) == ("Profile", "a", 2)
    chain = signed_checkpoint_from((tmp_path / "elsewhere.jsonl").read_bytes().strip()).checkpoint.chains[0]
    proof = [bytes.fromhex(node) for node in shown["proof"]]
    assert includes(bytes.fromhex(shown["hash"]), 1, shown["size"], proof, bytes.fromhex(chain.root))
    assert "proof" not in json.loads(audit(record, "show", "--event", f"{7:032x}").stdout)
    assert audit(record, "show", "--event", "none").exit_code == 2
