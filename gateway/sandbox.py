"""What only a developer's machine has: the twin as a child, a key for sandbox tokens, callers by short names."""

import asyncio
import os
import re
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import platformdirs

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from twin.named import KAVEHS_WORKSHOP, NAMED

TWIN_START_SECONDS = 600.0  # the template of 50,000 people takes minutes, once
TWIN_STOP_SECONDS = 10.0

EXAMPLES = ("citizen:sara", "employer:kaveh", "agency:court", "developer", "operator")


def sandbox_key() -> bytes:
    """The key of this machine's sandbox tokens, made on first use and readable by its owner alone.

    `dev` and `token` share it, so that a token is good for any `dev`; `serve` never reads it. TAMIN_SANDBOX_KEY_FILE
    names another place.
    """
    place = os.environ.get("TAMIN_SANDBOX_KEY_FILE")
    path = Path(place) if place else platformdirs.user_state_path("tamin-gateway") / "sandbox.key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        try:
            path.hardlink_to(fresh)  # unlike a rename, never replaces the key of another process
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_bytes()


def caller_of(whom: str) -> Caller:
    """Any of EXAMPLES, or with a national code or a workshop's CODE@BRANCH for the name.

    Raises ValueError with a sentence for anything else.
    """
    kind, _, name = whom.partition(":")
    match kind:
        case "citizen" if name:
            return Caller(kind=CallerKind.CITIZEN, subject=_person(name))
        case "employer" if name in NAMED:
            keys = frozenset({_workshop("@".join(KAVEHS_WORKSHOP))}) if name == "kaveh" else frozenset()
            return Caller(kind=CallerKind.EMPLOYER, subject=_person(name), workshops=keys)
        case "employer" if name:
            return Caller(kind=CallerKind.EMPLOYER, workshops=frozenset({_workshop(name)}))
        case "agency" if re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
            return Caller(kind=CallerKind.AGENCY, client=name)
        case "developer" | "operator" if not name:
            return Caller(kind=CallerKind(kind.upper()), client=kind)
    raise ValueError(f"say one of {', '.join(EXAMPLES)}; a national code or CODE@BRANCH serves for a name")


def _person(name: str) -> NationalId:
    if name in NAMED:
        return NationalId(NAMED[name].code)
    if name.isalpha() and name.isascii():
        raise ValueError(f"the sandbox has no person of that name; it knows {', '.join(NAMED)}")
    return NationalId.parse(name)


def _workshop(name: str) -> WorkshopKey:
    """In the sandbox a workshop's code begins with its branch's, so `@BRANCH` can be left out."""
    code, _, branch = name.partition("@")
    return WorkshopKey(WorkshopCode.parse(code), BranchCode.parse(branch or code[:4]))


@dataclass(frozen=True, slots=True)
class Twin:
    """A running twin, and where its systems listen (the line it printed)."""

    process: asyncio.subprocess.Process
    descriptor: dict[str, Any]


def settings_for(descriptor: dict[str, Any]) -> dict[str, Any]:
    """The gateway's settings that point at a twin, from the line it printed."""
    registry, branches = descriptor["civil_registry"], descriptor["branch_databases"]
    endpoint = urlsplit(registry["url"])
    return {
        "civil_registry": registry | {"url": f"{endpoint.scheme}://{endpoint.netloc}", "path": endpoint.path},
        "bank_refah": descriptor["bank_refah"],
        "labour_ministry": descriptor["labour_ministry"],
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
