"""The twin as a child process, and the gateway's settings that point at it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

TWIN_START_SECONDS = 600.0  # the template of 50,000 people takes minutes, once
TWIN_STOP_SECONDS = 10.0
OPTIONAL = (
    *("medical_commission", "branch_counter", "short_term_benefits"),
    *("registry_events", "insurance_funds", "finance", "sms", "branch_intake"),
)


@dataclass(frozen=True, slots=True)
class Twin:
    """A running twin, and where its systems listen (the line it printed)."""

    process: asyncio.subprocess.Process
    descriptor: dict[str, Any]


def settings_for(descriptor: dict[str, Any]) -> dict[str, Any]:
    """The gateway's settings that point at a twin, from the line it printed."""
    registry, branches = descriptor["civil_registry"], descriptor["branch_databases"]
    endpoint, issuer = urlsplit(registry["url"]), descriptor["issuer"]
    asked = ("jwks_url", "introspection_url", "client_id", "client_secret")
    return {
        "tokens": {
            "issuers": [{"issuer": issuer["url"]} | {name: issuer[name] for name in asked}],
            "audience": issuer["audience"],
        },
        "civil_registry": registry | {"url": f"{endpoint.scheme}://{endpoint.netloc}", "path": endpoint.path},
        "bank_refah": descriptor["bank_refah"],
        "labour_ministry": descriptor["labour_ministry"],
        **{face: descriptor.get(face) for face in OPTIONAL},
        "branch_databases": {"directory_url": branches["directory"], "branches": branches["branches"]},
    }


@asynccontextmanager
async def running_twin(
    *, people: int, seed: int, branches: str = "postgres", cache: Path | None = None
) -> AsyncIterator[Twin]:
    """Starts `python -m twin` in a session of its own and waits for the line it prints; ends it with the block.

    Ctrl-C in a terminal reaches only us; the twin ends when its standard input closes, so also if we are killed.
    Raises RuntimeError with a sentence if it does not start.
    """
    command = [sys.executable, "-m", "twin", "--people", str(people), "--seed", str(seed), "--branches", branches]
    if cache:
        command += ["--cache", str(cache)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=2**20,
    )
    assert process.stdin is not None  # noqa: S101 - asked for by PIPE
    assert process.stdout is not None  # noqa: S101
    try:
        async with asyncio.timeout(TWIN_START_SECONDS):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"the twin ended with code {await process.wait()} before it was ready; its last words are above"
            )
        yield Twin(process, msgspec.json.decode(line))
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(TWIN_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
