"""Databases made once and kept in the cache; each run works on a copy.

A template is named after its server, seed, people, and a digest of the world and of the code that writes it down, so a
template never outlives what it was made from. The newest of each (kind, seed, people) is kept.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from twin.world import World


def template_name(world: World, kind: str) -> str:
    """Such as postgres-18-3070-1000-0f3a…; `kind` holds whatever else changes the bytes on disk."""
    digest = hashlib.sha256(msgspec.msgpack.encode(world))
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return f"{kind}-{world.seed}-{len(world.people)}-{digest.hexdigest()[:16]}"


@contextlib.contextmanager
def template_lock(cache: Path) -> Iterator[None]:
    """Waits until no other run makes or copies a template of this cache. Blocks: call it off the event loop."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep_template(made: Path, template: Path) -> None:
    """Copies `made` into the cache so that the template appears whole or not at all; older ones of its kind go."""
    partial = template.with_name(f"{template.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    copy_tree(made, partial)
    partial.rename(template)
    kind = template.name.rpartition("-")[0]
    for other in template.parent.glob(f"{kind}-*"):
        if other != template:
            shutil.rmtree(other, ignore_errors=True)


def copy_tree(source: Path, target: Path) -> None:
    """Keeps owners and modes, and shares blocks where the file system can. `target` must not exist."""
    flags = ["-a", "--reflink=auto"] if sys.platform == "linux" else ["-Rp"]
    copied = subprocess.run(["cp", *flags, str(source), str(target)], capture_output=True, text=True, check=False)  # noqa: S603, S607  # both paths are ours
    if copied.returncode:
        raise OSError(f"the databases could not be copied: {copied.stderr.strip()}")
