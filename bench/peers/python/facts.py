"""The batch functions that each Python peer has: the wires alone, or behind facts in Redis (WARM=1), one MGET a batch.

Environment: BENCH_TWIN is a file with the twin's own description, BENCH_REDIS a URL, CLIENT an HTTP client.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import redis.asyncio

from bench.peers.python.http_clients import open_client
from bench.peers.python.wires import open_wires

KINDS = ("persons", "dependents", "contributions", "debts", "payments", "unemployment")

Batch = Callable[[Sequence[str]], Awaitable[list[Any]]]


class Facts:
    """Empty until `open` has run, inside the loop that serves."""

    persons: Batch
    dependents: Batch
    contributions: Batch
    debts: Batch
    payments: Batch
    unemployment: Batch

    async def open(self) -> None:
        twin = described()
        wires = await open_wires(twin, open_client(os.environ.get("CLIENT", "httpx")))
        warm = os.environ.get("WARM") == "1"
        store = redis.asyncio.Redis.from_url(os.environ["BENCH_REDIS"], max_connections=200) if warm else None
        for kind in KINDS:
            ask: Batch = getattr(wires, kind)
            setattr(self, kind, _remembered(kind, ask, store) if store else ask)


def described() -> Any:
    """What the twin says of itself."""
    return orjson.loads(Path(os.environ["BENCH_TWIN"]).read_bytes())


def _remembered(kind: str, ask: Batch, store: Any) -> Batch:
    async def read(keys: Sequence[str]) -> list[Any]:
        kept = await store.mget([f"{kind}:{key}" for key in keys])
        rows = [None if value is None else orjson.loads(value) for value in kept]
        missing = [key for key, value in zip(keys, kept, strict=True) if value is None]
        if missing:
            fresh = dict(zip(missing, await ask(missing), strict=True))
            rows = [fresh[key] if value is None else row for key, value, row in zip(keys, kept, rows, strict=True)]
            await store.mset({f"{kind}:{key}": orjson.dumps(row) for key, row in fresh.items()})
        return rows

    return read
