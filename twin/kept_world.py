"""A world built once and kept in the cache, by seed, people and a digest of the code that builds it."""

import fcntl
import gc
import hashlib
import os
from pathlib import Path

import msgspec

from twin.population import Progress, build_world
from twin.world import World


def kept_world(seed: int, people: int, cache: Path, progress: Progress | None = None) -> World:
    """From the cache, or built and put there. Blocks; waits while another process builds one of the same cache."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"world-{seed}-{people}-{_version()}.msgpack"
    gc.disable()  # millions of young objects, none of them garbage
    try:
        with (cache / "worlds.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            world = _read(kept)
            if world is None:
                world = build_world(seed, people, progress)
                _write(kept, world)
        return world
    finally:
        gc.enable()


def _read(kept: Path) -> World | None:
    """None where there is none, or it is damaged."""
    try:
        return msgspec.msgpack.decode(kept.read_bytes(), type=World)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _write(kept: Path, world: World) -> None:
    """Whole or not at all; older versions of the same world go."""
    partial = kept.with_name(f"{kept.name}.{os.getpid()}.partial")
    partial.write_bytes(msgspec.msgpack.encode(world))
    partial.replace(kept)
    for other in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-*.msgpack"):
        if other != kept:
            other.unlink(missing_ok=True)


def _version() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
