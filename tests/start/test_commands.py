"""The commands as a shell runs them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from gateway.domain.caller import CallerKind
from gateway.domain.clock import SystemClock
from gateway.http.sandbox_tokens import SandboxAuthenticator
from gateway.sandbox import caller_of, sandbox_key
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


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "key"
    monkeypatch.setenv("TAMIN_SANDBOX_KEY_FILE", str(path))
    return path


def test_schema_prints_what_is_committed() -> None:
    printed = run("schema")
    assert printed.returncode == 0
    assert printed.stdout == (ROOT / "schema.graphql").read_text()


async def test_token_prints_a_token_alone_and_it_is_good_for_any_dev_of_this_machine(key_file: Path) -> None:
    printed = run("token", "citizen:sara", TAMIN_SANDBOX_KEY_FILE=str(key_file))
    assert printed.returncode == 0
    assert len(printed.stdout.split()) == 1
    caller = await SandboxAuthenticator(sandbox_key(), SystemClock()).authenticate(f"Bearer {printed.stdout.strip()}")
    assert caller == caller_of("citizen:sara")


def test_the_key_is_made_once_and_only_its_owner_can_read_it(key_file: Path) -> None:
    assert sandbox_key() == sandbox_key()
    assert len(sandbox_key()) == 32
    assert key_file.stat().st_mode & 0o077 == 0
    assert list(key_file.parent.iterdir()) == [key_file]


@pytest.mark.parametrize(
    ("whom", "kind"),
    [
        ("citizen:0013542419", CallerKind.CITIZEN),
        ("citizen:۰۰۱۳۵۴۲۴۱۹", CallerKind.CITIZEN),
        ("employer:kaveh", CallerKind.EMPLOYER),
        ("employer:0070012345@0070", CallerKind.EMPLOYER),
        ("agency:court", CallerKind.AGENCY),
        ("developer", CallerKind.DEVELOPER),
        ("operator", CallerKind.OPERATOR),
    ],
)
def test_callers_have_short_names(whom: str, kind: CallerKind) -> None:
    assert caller_of(whom).kind is kind


@pytest.mark.parametrize(
    "whom", ["", "sara", "citizen:", "citizen:nobody", "citizen:0013542418", "king:sara", "agency:A B"]
)
def test_a_caller_that_nobody_is_gets_a_sentence_and_no_token(whom: str) -> None:
    refused = run("token", whom)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.startswith("No such caller: ")
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
        refused = run("serve", **ENOUGH, TAMIN_LISTENING__PORT=port)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert port in refused.stderr


def test_check_says_which_system_cannot_be_reached() -> None:
    nowhere = {**ENOUGH, "TAMIN_CIVIL_REGISTRY__URL": "http://127.0.0.1:9"}
    said = run("check", **nowhere)
    assert said.returncode == 1
    lines = said.stdout.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("FAIL")
    assert "civil registry" in lines[0]


@pytest.mark.parametrize("command", ["", "dev", "serve", "token", "schema", "check"])
def test_help_helps(command: str) -> None:
    said = run(*filter(None, [command, "--help"]))
    assert said.returncode == 0
    assert "Usage" in said.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_dev_brings_all_up_and_leaves_nothing_behind(ending: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TAMIN_SANDBOX_KEY_FILE": str(tmp_path / "key"), "COLUMNS": "80"}
    command = [sys.executable, "-m", "gateway.cli", "dev", "--port", "0", "--people", "100"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout is not None
    try:
        greeting = ""
        until = time.monotonic() + START_SECONDS
        while "Break it" not in greeting and time.monotonic() < until:
            line = process.stdout.readline()
            assert line, f"dev ended:\n{greeting}"
            greeting += line
        url = next(word for word in greeting.split() if word.endswith("/graphql"))
        assert "0013542419" in greeting
        tokens = [line for line in greeting.splitlines() if line.startswith("eyJ")]
        assert len(tokens) == 5, "each alone on its line, so that it can be copied"
        answer = httpx.post(
            url, json={"query": "{ me { identity { firstName } } }"}, headers={"authorization": f"Bearer {tokens[0]}"}
        )
        assert answer.json()["data"]["me"]["identity"]["firstName"]
        family = psutil.Process(process.pid).children(recursive=True)
        assert any("postgres" in child.name() for child in family)
        process.send_signal(ending)
        code = process.wait(30)
        assert code == (0 if ending is not signal.SIGKILL else -signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        process.stdout.close()
