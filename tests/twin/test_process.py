"""`python -m twin` as a parent sees it: one line, then served until its standard input ends."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from twin.kept_world import kept_world
from twin.population import build_world

LIMIT_SECONDS = 60


@asynccontextmanager
async def running(cache: Path, *more: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "twin", "--people", "20", "--branches", "sqlite", "--cache", str(cache), *more),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            yield process, json.loads(await process.stdout.readline())
            assert await process.stdout.read() == b""
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def is_up(descriptor: dict[str, Any]) -> bool:
    async with httpx.AsyncClient(trust_env=False) as http:
        try:
            return bool((await http.get(descriptor["control"] + "/_twin/persons")).json()["people"] == 20)
        except httpx.ConnectError:
            return False


async def test_it_ends_cleanly_when_its_standard_input_ends(tmp_path: Path) -> None:
    async with running(tmp_path) as (process, descriptor):
        assert set(descriptor) == {
            *("control", "persons", "issuer", "civil_registry", "bank_refah", "labour_ministry", "branch_databases"),
            *("branch_counter", "short_term_benefits", "branch_intake"),
            *("medical_commission", "registry_events", "insurance_funds", "finance", "sms"),
        }
        assert set(descriptor["branch_databases"]["branches"]) == {"0070", "0960", "1210", "1530", "2450"}
        assert await is_up(descriptor)
        assert process.stdin
        process.stdin.close()
    assert process.returncode == 0
    assert not await is_up(descriptor)


async def test_it_ends_cleanly_on_sigterm_even_if_told_to_keep_running(tmp_path: Path) -> None:
    async with running(tmp_path, "--keep-running") as (process, descriptor):
        assert process.stdin
        process.stdin.close()
        await asyncio.sleep(0.2)
        assert await is_up(descriptor)
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


async def test_help_helps() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "twin", "--help"), stdout=asyncio.subprocess.PIPE, env=os.environ | {"COLUMNS": "120"}
    )
    said, _ = await process.communicate()
    for word in ("--seed", "--people", "--branches", "--cache", "--control-port", "--keep-running", "/_twin/"):
        assert word in said.decode()


def test_a_kept_world_is_the_world_that_was_built(tmp_path: Path) -> None:
    built = kept_world(9, 50, tmp_path)
    assert kept_world(9, 50, tmp_path) == built == build_world(9, 50)
    assert [path.suffix for path in tmp_path.glob("world-*")] == [".msgpack"]


def test_a_damaged_world_is_built_anew(tmp_path: Path) -> None:
    built = kept_world(9, 50, tmp_path)
    (kept,) = tmp_path.glob("world-*")
    kept.write_bytes(kept.read_bytes()[:1000])
    assert kept_world(9, 50, tmp_path) == built
