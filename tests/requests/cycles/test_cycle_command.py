"""`tamin-gateway cycle`: what it prints, and how it ends."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway import cycle_command
from gateway.cycle_command import commands
from gateway.domain.calendar import Day
from gateway.domain.failure import Source, SourceIncoherent
from gateway.requests.cycles.cycle import MonthlyCycles
from gateway.requests.engine import Engine
from tests.requests.cycles.fakes import Systems, bureau, person
from tests.requests.fakes import SteppingClock

Command = Callable[..., Result]


@pytest.fixture
def systems() -> Systems:
    systems = Systems(SteppingClock())
    systems.marries(person(1), person(2), Day(1405, 7, 10))
    systems.works(person(1), "1402-01", "1405-07")
    return systems


@pytest.fixture
def command(systems: Systems, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[MonthlyCycles, Engine]]:
        async with bureau(tmp_path, systems) as desk:
            yield desk.cycles, desk.ground.engine

    monkeypatch.setattr(cycle_command, "_opened", opened)
    return lambda *words: CliRunner().invoke(commands, list(words))


def test_a_run_tells_how_far_it_is_and_then_the_figures(command: Command) -> None:
    said = command("run", "marriage-allowance", "--month", "1405-07")
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert lines[:2] == ["cycle         marriage-allowance:1405-07", "persons       2"]
    assert "  marriage.720-days                 refused     1" in lines
    assert "amount        24,000 rial" in lines
    assert "2/2 assessed, 1/1 carried out, 1 told" in said.stderr


def test_a_report_counts_and_lists_persons_by_keyed_hash_alone(command: Command) -> None:
    figures = command("run", "marriage-allowance", "--month", "1405-07").stdout
    assert command("report", "marriage-allowance", "--month", "1405-07").stdout == figures
    listed = command("report", "marriage-allowance", "--month", "1405-07", "--persons").stdout
    hashes = [line.split() for line in listed.removeprefix(figures).splitlines()]
    assert sorted(row[1] for row in hashes) == ["GRANTED", "REFUSED"]
    assert all(len(row[0]) == 40 for row in hashes)
    assert person(1).digits not in listed
    assert person(2).digits not in listed


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("run", "marriage-allowance", "--month", "1405-09"), 2, "has not ended"),
        (("run", "marriage-allowance", "--month", "1405-13"), 2, "Jalali month"),
        (("run", "births", "--month", "1405-07"), 2, "no such cycle here"),
        (("report", "daughters", "--month", "1405-07"), 1, "has not been begun"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    command: Command, words: tuple[str, ...], code: int, sentence: str
) -> None:
    said = command(*words)
    assert said.exit_code == code
    assert sentence in said.stderr
    assert "Traceback" not in said.output


def test_somebody_who_was_left_out_is_an_exit_code(command: Command, systems: Systems) -> None:
    systems.failing["events_by_person"] = lambda: SourceIncoherent(Source.REGISTRY_EVENTS, "nonsense")
    said = command("run", "marriage-allowance", "--month", "1405-07")
    assert said.exit_code == 1
    assert "unread.registry-events" in said.stdout
    systems.failing.clear()
    assert command("run", "marriage-allowance", "--month", "1405-07").exit_code == 0


def test_its_help_says_what_it_does(command: Command) -> None:
    assert "broken off goes on where it stood" in " ".join(command("run", "--help").stdout.split())
    assert "by rule" in command("report", "--help").stdout
