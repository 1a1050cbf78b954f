"""Many requests over several replicas on PostgreSQL, which are killed in between: none lost, none twice.

`python -m tests.requests.replicas --requests 10000 --replicas 3 --kills 30` prints a page of figures.
"""

import argparse
import asyncio
import json
import queue
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.domain.request import ServiceRequest
from gateway.requests.database import Database
from gateway.requests.life import FLOW
from gateway.requests.receipt import NotAReceipt, verified
from gateway.requests.sealing import Sealing
from gateway.requests.tables import REQUESTS, RUNS
from tests.journeys.processes import ends_with_us
from tests.requests.commission_story import KEYRING
from tests.requests.conftest import Board, running_board
from tests.requests.postgres import running_postgresql

WINDOW = 16  # questions that one replica holds at once
CLAIM_SECONDS = 5.0


@dataclass
class Outcome:
    """`answers` are the first that came for each number; `twice` are numbers that were answered with two references."""

    requests: int
    kills: int = 0
    seconds: float = 0.0
    asked_again: int = 0
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    bad_receipts: int = 0
    repeated_deliveries: int = 0
    states: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        approved = self.states == {"APPROVED": self.requests}
        return approved and not (self.twice or self.lost or self.strange or self.bad_receipts)

    def page(self) -> str:
        took = sorted(answer["ms"] for answer in self.answers.values())
        ninety_fifth = took[int(len(took) * 0.95)] if took else 0.0
        return "\n".join(
            [
                f"{self.requests:,} requests, {self.kills} kills, {self.seconds:.0f} s "
                f"({self.requests / self.seconds:.0f} a second, from asking to approval)",
                f"lost: {len(self.lost)}   twice at the commission: {len(self.strange)}   "
                f"two answers for one: {len(self.twice)}   receipts that do not verify: {self.bad_receipts}",
                f"asked again after a death: {self.asked_again}   delivered again, and taken once: "
                f"{self.repeated_deliveries}",
                f"accepted in {statistics.median(took):.0f} ms (median), {ninety_fifth:.0f} ms (95 of 100)",
                f"states at the end: {self.states}",
            ]
        )


class Replica:
    """A child. `waiting` are the numbers that it was told and has not answered."""

    def __init__(self, place: dict[str, Any], heard: "queue.Queue[tuple[Replica, dict[str, Any] | None]]") -> None:
        self.waiting: set[int] = set()
        self.ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.requests.replica", json.dumps(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            preexec_fn=ends_with_us,
        )
        self._listener = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self._listener.start()

    def ask(self, number: int) -> None:
        assert self._process.stdin
        self.waiting.add(number)
        try:
            self._process.stdin.write(json.dumps({"number": number}) + "\n")
        except BrokenPipeError:
            return  # it died just now; its end will be heard

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Lets it end by itself."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(10)
        self._process.stdout.close()

    def _listen(self, heard: "queue.Queue[tuple[Replica, dict[str, Any] | None]]") -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            try:
                heard.put((self, json.loads(line)))
            except ValueError:
                break  # half a line of one that was killed
        heard.put((self, None))


def run(requests: int, replicas: int, kills: int, *, seed: int = 1, most_seconds: float = 7_200) -> Outcome:
    chance, outcome = random.Random(seed), Outcome(requests)
    with running_postgresql() as store, running_board() as board, tempfile.TemporaryDirectory() as folder:
        board.set(stage_seconds=0.01)
        place = {"store": store, "documents": folder, "office": board.office, "claim_seconds": CLAIM_SECONDS}
        began = time.monotonic()
        _ask_all(place, replicas, kills, chance, outcome, began + most_seconds)
        outcome.seconds = time.monotonic() - began
        _look(store, board, Path(folder), outcome)
    return outcome


def _ask_all(
    place: dict[str, Any], replicas: int, kills: int, chance: random.Random, outcome: Outcome, until: float
) -> None:
    heard: queue.Queue[tuple[Replica, dict[str, Any] | None]] = queue.Queue()
    left = deque(range(outcome.requests))
    # Kills are spread over the whole of the work: while things are asked, and while they are carried out.
    marks = deque(sorted(chance.randrange(1, max(2, int(outcome.requests * 0.98))) for _ in range(kills)))
    living = [Replica(place, heard) for _ in range(replicas)]
    looked = 0.0
    try:
        while time.monotonic() < until:
            try:
                replica, said = heard.get(timeout=0.5)
            except queue.Empty:
                replica, said = living[0], {}
            if said is None:
                outcome.asked_again += len(replica.waiting)
                left.extend(replica.waiting)
                living[living.index(replica)] = Replica(place, heard)
                replica.close()
            elif "ready" in said:
                replica.ready = True
            elif said:
                _note(replica, said, outcome)
            for each in living:
                while left and each.ready and len(each.waiting) < WINDOW:
                    each.ask(left.popleft())
            if marks and len(outcome.answers) >= marks[0]:
                marks.popleft()
                outcome.kills += 1
                chance.choice([each for each in living if each.ready] or living).kill()
            if len(outcome.answers) == outcome.requests and time.monotonic() - looked > 1.0:
                looked = time.monotonic()
                if not marks and not asyncio.run(_left(place["store"])):
                    return
        raise RuntimeError("not done in time")
    finally:
        for each in living:
            each.close()


def _note(replica: Replica, said: dict[str, Any], outcome: Outcome) -> None:
    number = said["number"]
    replica.waiting.discard(number)
    known = outcome.answers.setdefault(number, said)
    if known["reference"] != said["reference"]:
        outcome.twice.append(number)


def _look(store: str, board: Board, folder: Path, outcome: Outcome) -> None:
    """Compares what clients were answered, what we hold, and what the commission's books say."""
    files, jwks = board.files(), json.loads((folder / "jwks.json").read_text())
    held = {request.id: request for request in asyncio.run(_held(store))}
    outcome.lost = [n for n in range(outcome.requests) if n not in outcome.answers]
    for number, answer in outcome.answers.items():
        file, request = files.get(answer["reference"]), held.get(answer["reference"])
        if file is None or request is None or file["trackingCode"] != answer["code"]:
            outcome.lost.append(number)
            continue
        outcome.repeated_deliveries += file["received"] - 1
        try:
            said = verified(answer["receipt"], jwks)
        except NotAReceipt:
            outcome.bad_receipts += 1
            continue
        outcome.bad_receipts += (said.id, said.tracking_code) != (request.id, request.tracking_code)
    outcome.strange = sorted(files.keys() ^ {answer["reference"] for answer in outcome.answers.values()})
    outcome.strange += sorted(held.keys() ^ files.keys())
    outcome.states = dict(Counter(request.state.value for request in held.values()))


async def _held(store: str) -> list[ServiceRequest]:
    sealing, database = Sealing(KEYRING), Database(store, seconds=120)
    try:
        async with database.reading() as connection:
            rows = (await connection.execute(sa.select(REQUESTS.c.id, REQUESTS.c.sealed))).all()
    finally:
        await database.close()
    return [sealing.open_record(row.sealed, row.id, ServiceRequest) for row in rows]


async def _left(store: str) -> int:
    """How many runs are not over."""
    database = Database(store, seconds=30)
    try:
        async with database.reading() as connection:
            asked = sa.select(sa.func.count()).select_from(RUNS).where(RUNS.c.over.is_(False), RUNS.c.flow == FLOW)
            left: int = (await connection.execute(asked)).scalar_one()
    finally:
        await database.close()
    return left


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--requests", type=int, default=10_000)
    words.add_argument("--replicas", type=int, default=3)
    words.add_argument("--kills", type=int, default=30)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    outcome = run(asked.requests, asked.replicas, asked.kills, seed=asked.seed)
    print(outcome.page())  # noqa: T201
    return 0 if outcome.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
