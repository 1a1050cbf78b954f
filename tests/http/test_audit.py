"""All 61 checks of the GraphQL over HTTP audit (npm package graphql-http), against a gateway on a real socket."""

import asyncio
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import platformdirs
import pytest

AUDIT = Path(__file__).with_name("audit")
FILES = ("package.json", "package-lock.json", "audit.mjs")
CHECKS = 61


async def command(*words: str, cwd: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *words, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    return said.decode()


async def installed(fresh: Path) -> Path:
    """A folder with the audit and its packages, kept between runs by the hash of its files."""
    digest = hashlib.sha256(b"".join((AUDIT / name).read_bytes() for name in FILES)).hexdigest()[:16]
    kept = platformdirs.user_cache_path("tamin-gateway") / f"graphql-http-audit-{digest}"
    if kept.exists():
        return kept
    for name in FILES:
        shutil.copy(AUDIT / name, fresh)
    await command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fresh)
    kept.parent.mkdir(parents=True, exist_ok=True)
    own = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.copytree(fresh, own)
    try:
        own.rename(kept)
    except OSError:  # another run was first
        shutil.rmtree(own)
    return kept


@pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="no Node on this machine")
async def test_all_checks_of_the_audit_are_ok(served: Any, tmp_path: Path) -> None:
    folder = await installed(tmp_path)
    results = json.loads(await command("node", "audit.mjs", served.url, served.token, cwd=folder))
    assert [f"{r['id']} {r['name']}: {r['reason']}" for r in results if r["status"] != "ok"] == []
    assert len(results) == CHECKS
