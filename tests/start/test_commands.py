"""The commands as a shell runs them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.start.test_settings import ENOUGH

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 100


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *words],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_schema_prints_what_is_committed() -> None:
    printed = run("schema")
    assert printed.returncode == 0
    assert printed.stdout == (ROOT / "schema.graphql").read_text()


def test_token_without_a_sandbox_says_how_to_start_one(tmp_path: Path) -> None:
    refused = run("token", "citizen:sara", TAMIN_SANDBOX_STATE=str(tmp_path))
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "tamin-gateway dev" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_serve_without_settings_refuses_with_one_line_each() -> None:
    refused = run("serve")
    assert refused.returncode == 2
    assert "TAMIN_MASTER_KEY: is not set" in refused.stderr
    assert "TAMIN_BANK_REFAH: is not set" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_serve_refuses_a_variable_that_sets_nothing() -> None:
    refused = run("serve", **ENOUGH, TAMIN_MEMROY="off")
    assert refused.returncode == 2
    assert "TAMIN_MEMROY" in refused.stderr


def test_serve_says_that_its_port_is_taken(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        store = f"sqlite:///{tmp_path}/record.db"
        refused = run("serve", **ENOUGH, TAMIN_LISTENING__PORT=port, TAMIN_AUDIT__STORE=store)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert port in refused.stderr


def test_check_says_which_system_cannot_be_reached(tmp_path: Path) -> None:
    nowhere = {**ENOUGH, "TAMIN_CIVIL_REGISTRY__URL": "http://127.0.0.1:9"}
    said = run("check", **nowhere, TAMIN_AUDIT__STORE=f"sqlite:///{tmp_path}/record.db")
    assert said.returncode == 1
    lines = said.stdout.splitlines()
    assert len(lines) == 7
    assert lines[0].startswith("FAIL")
    assert "civil registry" in lines[0]
    assert lines[-1].startswith("ok    record")
    assert not list(tmp_path.iterdir()), "a check makes no record"


def test_check_says_that_the_record_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(b"not a database, whatever its name says " * 100)
    said = run("check", **ENOUGH, TAMIN_AUDIT__STORE=f"sqlite:///{tmp_path}/record.db")
    assert said.returncode == 1
    assert said.stdout.splitlines()[-1].startswith("FAIL  record")


@pytest.mark.parametrize("setting", ["TAMIN_AUDIT__STORE", "TAMIN_REQUESTS__STORE"])
def test_serve_says_which_store_cannot_be_opened(tmp_path: Path, setting: str) -> None:
    (tmp_path / "a file").touch()
    stores = {name: f"sqlite:///{tmp_path}/{name}.db" for name in ("TAMIN_AUDIT__STORE", "TAMIN_REQUESTS__STORE")}
    said = run("serve", **ENOUGH, **{**stores, setting: f"sqlite:///{tmp_path}/a file/store.db"})
    assert said.returncode == 2
    assert setting in said.stderr
    assert "FileExistsError" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("command", ["", "dev", "serve", "token", "schema", "check"])
def test_help_helps(command: str) -> None:
    said = run(*filter(None, [command, "--help"]))
    assert said.returncode == 0
    assert "Usage" in said.stdout


class Dev:
    """A running `tamin-gateway dev`, and what it said of itself. `scratch` takes what a killed one leaves."""

    def __init__(self, state: Path, scratch: str) -> None:
        self.state = state
        command = [sys.executable, "-m", "gateway.cli", "dev", "--port", "0", "--people", "100"]
        environment = {**os.environ, "TAMIN_SANDBOX_STATE": str(state), "COLUMNS": "80", "TMPDIR": scratch}
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.greeting = ""
        assert self.process.stdout is not None
        until = time.monotonic() + START_SECONDS
        while "-X DELETE" not in self.greeting and time.monotonic() < until:
            line = self.process.stdout.readline()
            assert line, f"dev ended:\n{self.greeting}"
            self.greeting += line
        self.url = next(word for word in self.greeting.split() if word.endswith("/graphql"))
        self.tokens = [line for line in self.greeting.splitlines() if line.startswith("eyJ")]

    def ask(self, query: str, headers: dict[str, str]) -> dict[str, Any]:
        said: dict[str, Any] = httpx.post(self.url, json={"query": query}, headers=headers).json()
        return said

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Dev]:
    # Not below tmp_path: a path to PostgreSQL's socket may have 107 characters.
    with tempfile.TemporaryDirectory() as scratch:
        running = Dev(tmp_path, scratch)
        yield running
        running.end()


def test_what_dev_and_token_print_works_as_printed(dev: Dev) -> None:
    assert "0013542419" in dev.greeting
    assert len(dev.tokens) == 4, "each alone on its line, so that it can be copied"
    sara = "{ me { identity { firstName } } }"
    assert dev.ask(sara, {"authorization": f"Bearer {dev.tokens[0]}"})["data"]["me"]["identity"]["firstName"]

    printed = run("token", "citizen:sara", TAMIN_SANDBOX_STATE=str(dev.state))
    assert len(printed.stdout.split()) == 1
    assert dev.ask(sara, {"authorization": f"Bearer {printed.stdout.strip()}"})["data"]["me"]

    proven = run("token", "agency:court", "--proof", "POST", dev.url, TAMIN_SANDBOX_STATE=str(dev.state))
    headers = dict(line.split(": ", 1) for line in proven.stdout.splitlines())
    court = '{ person(nationalId: "0013542419") { identity { firstName } } }'
    assert dev.ask(court, headers)["data"]["person"]["identity"]["firstName"]

    for whom in ("", "sara", "citizen:nobody", "citizen:0013542418", "king:sara"):
        refused = run("token", whom, TAMIN_SANDBOX_STATE=str(dev.state))
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert "no such caller" in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_dev_leaves_nothing_behind(ending: signal.Signals, dev: Dev) -> None:
    family = psutil.Process(dev.process.pid).children(recursive=True)
    assert any("postgres" in child.name() for child in family)
    dev.process.send_signal(ending)
    code = dev.process.wait(30)
    assert code == (0 if ending is not signal.SIGKILL else -signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
