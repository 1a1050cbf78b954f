"""Whom the bench measures, and how each is started."""

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench import queries
from bench.processes import ROOT
from bench.proofs import Holder
from gateway.sandbox import papers, settings_for

MODES = ("cold", "warm")
DAY = 86_400
PARALLELISM = 200  # calls to the registry at once, as the peers' pools have them
PATIENCE = 60.0  # seconds
UNLIMITED = 1_000_000_000


@dataclass(frozen=True)
class Place:
    """Where everything is that a target needs. `twin` is its own description, `direct` past the branches' doors."""

    folder: Path  # of this run
    twin: Mapping[str, Any]
    redis: str
    token: str
    holder: Holder
    node: Path | None
    node_folder: Path
    records: Mapping[str, int]  # of each whole person, by national code
    direct: bool = True

    @property
    def persons(self) -> list[str]:
        return list(self.records)

    @property
    def description(self) -> dict[str, Any]:
        databases = self.twin["branch_databases"]
        chosen = databases["direct"] if self.direct else {k: v for k, v in databases.items() if k != "direct"}
        return {**self.twin, "branch_databases": chosen}


@dataclass(frozen=True)
class Target:
    """`kind` is ours, python or node. `modes` in which it says anything. `caller`: with a token, a token and proofs of
    its key, or nameless. `near`: ours holds in the process what it read a moment ago.
    """

    name: str
    kind: str
    title: str
    app: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    modes: tuple[str, ...] = MODES
    caller: str = "nameless"
    near: bool = True

    @property
    def texts(self) -> dict[str, str]:
        return queries.OURS if self.kind == "ours" else queries.PEERS

    def command(self, port: int, place: Place) -> list[str]:
        if self.kind == "ours":
            return [sys.executable, "-m", "bench.ours"]
        if self.kind == "node":
            return [str(place.node), str(place.node_folder / self.app)]
        server = ["--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools"]
        quiet = ["--no-access-log", "--log-level", "warning"]
        return [sys.executable, "-m", "uvicorn", f"bench.peers.python.{self.app}:app", *server, *quiet]

    def variables(self, port: int, place: Place, *, warm: bool) -> dict[str, str]:
        """The environment of its process."""
        own = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
        if self.kind == "ours":
            return own | our_variables(port, place, warm=warm, near=self.near) | dict(self.environment)
        description = place.folder / f"twin-{'direct' if place.direct else 'doors'}.json"
        description.write_text(json.dumps(place.description))
        return own | {
            "PORT": str(port),
            "NODE_ENV": "production",
            "BENCH_TWIN": str(description),
            "BENCH_REDIS": place.redis,
            "BENCH_PERSONS": ",".join(place.persons[:50]),
            "WARM": "1" if warm else "0",
            **self.environment,
        }

    def headers(self, place: Place) -> list[str]:
        """Of each request; proofs, which are good once, come beside them."""
        match self.caller:
            case "token":
                return [f"authorization: Bearer {place.token}"]
            case "proof":
                return [f"authorization: DPoP {place.holder.token}"]
        return []


def our_variables(port: int, place: Place, *, warm: bool, near: bool) -> dict[str, str]:
    """Production settings, but for what a bench would run into: rates, ages that would end under way, and time-outs.

    A peer waits for ever; one that gives up answers less, and would look the better for it.
    """
    systems = settings_for(place.description)
    for system in ("civil_registry", "bank_refah", "labour_ministry"):
        systems[system] = {**systems[system], "parallelism": PARALLELISM, "timeout": PATIENCE, "patience": PATIENCE}
    systems["branch_databases"] = {**systems["branch_databases"], "timeout": PATIENCE}
    developer = {"operations_per_minute": UNLIMITED, "cost_per_minute": UNLIMITED * 1000}
    ages: dict[str, float] = dict.fromkeys(
        ("citizens_by_national_id", "payments_by_payer", "unemployment_cases_by_person", "dependents_by_supporter",
         "contribution_pages", "debt_pages_by_person"), DAY,
    )  # fmt: skip
    if not near:
        ages["near"] = 0
    return {
        "TAMIN_MASTER_KEY": secrets.token_hex(32),
        "TAMIN_LISTENING": json.dumps({"port": port, "idle_seconds": 600}),
        "TAMIN_HTTP": json.dumps({"request_seconds": PATIENCE}),
        "TAMIN_MEMORY": place.redis if warm else "off",
        "TAMIN_MEMORY_AGES": json.dumps(ages),
        "TAMIN_LIMITS": json.dumps({"developer": developer}),
        "TAMIN_AUDIT__STORE": f"sqlite:///{place.folder}/record-{port}.db",
        **{f"TAMIN_{name.upper()}": str(path) for name, path in papers().items()},
        **{f"TAMIN_{system.upper()}": json.dumps(said) for system, said in systems.items()},
    }


OURS = (
    Target("ours", "ours", "this gateway, guards on", caller="token"),
    Target("ours-open", "ours", "this gateway, guards off", environment={"BENCH_GUARDS": "off"}),
    Target("ours-dpop", "ours", "this gateway, guards on, a proof (DPoP) a request", caller="proof"),
    Target(
        "ours-far",
        "ours",
        "this gateway, guards on, nothing held in the process: Redis alone, as the peers",
        modes=("warm",),
        caller="token",
        near=False,
    ),
    Target(
        "ours-process",
        "ours",
        "this gateway, guards on, facts remembered in the process",
        environment={"TAMIN_MEMORY": "process"},
        modes=("warm",),
        caller="token",
    ),
)
PEERS = (
    Target("raw", "python", "raw Starlette endpoint, ready bytes", "raw", modes=("cold",)),
    Target(
        "handwritten", "python", "hand-written Starlette endpoint on aiohttp, the gateway's client", "handwritten",
        {"CLIENT": "aiohttp"},
    ),
    Target(
        "handwritten-httpx", "python", "hand-written Starlette endpoint on httpx over aiohttp", "handwritten",
        {"CLIENT": "httpx-aiohttp"},
    ),
    Target("mercurius-jit", "node", "Mercurius + jit", "mercurius.mjs"),
    Target("yoga-jit", "node", "GraphQL Yoga + graphql-jit", "yoga.mjs"),
    Target("apollo", "node", "Apollo Server + DataLoader + undici", "apollo.mjs"),
    Target("strawberry", "python", "Strawberry + httpx, as documented", "strawberry_peer"),
    Target(
        "strawberry-tuned", "python", "Strawberry + aiohttp, caches, orjson, tuned", "strawberry_peer",
        {"CLIENT": "aiohttp", "TUNED": "1"},
    ),
)  # fmt: skip
ALL = {target.name: target for target in (*OURS, *PEERS)}


def with_engines(targets: Sequence[Target], engines: Sequence[str], more: Mapping[str, str]) -> list[Target]:
    """Each of ours once for each engine (TAMIN_EXECUTION__ENGINE), and with further settings of the command line."""
    made: list[Target] = []
    for target in targets:
        if target.kind != "ours":
            made.append(target)
            continue
        for engine in engines or ("",):
            chosen = {"TAMIN_EXECUTION__ENGINE": engine} if engine else {}
            name = f"{target.name}@{engine}" if engine and len(engines) > 1 else target.name
            title = f"{target.title}, {engine}" if engine else target.title
            environment = {**target.environment, **chosen, **more}
            made.append(replace(target, name=name, title=title, environment=environment))
    return made
