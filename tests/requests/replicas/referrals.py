"""Many referrals to the commission over several replicas on PostgreSQL, which are killed in between: none lost, none
twice. What clients were answered, what the gateway holds and what the commission's books say must be one."""

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections import Counter
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
from tests.requests.conftest import Board, running_board
from tests.requests.postgres import running_postgresql
from tests.requests.replicas.fleet import Fleet, sailing
from tests.requests.replicas.patience import MOST_SECONDS, until
from tests.requests.story_ground import KEYRING

MODULE = "tests.requests.replicas.referral_replica"
AT_ONCE = 8  # clients a replica
ASKED_ONCE_MORE = 20  # one client in so many asks again with its key, although it was answered
CLAIM_SECONDS = 5.0


@dataclass
class Outcome:
    """`answers` are those of each number; `twice` are numbers that were answered in two ways."""

    requests: int
    kills: int = 0
    own_deaths: int = 0
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
        return approved and not (self.twice or self.lost or self.strange or self.bad_receipts or self.own_deaths)

    def page(self) -> str:
        took = sorted(answer["ms"] for answer in self.answers.values())
        ninety_fifth = took[int(len(took) * 0.95)] if took else 0.0
        return "\n".join(
            [
                f"{self.requests:,} requests, {self.kills} kills, {self.seconds:.0f} s "
                f"({self.requests / self.seconds:.0f} a second, from asking to approval)",
                f"lost: {len(self.lost)}   twice at the commission: {len(self.strange)}   "
                f"two answers for one: {len(self.twice)}   receipts that do not verify: {self.bad_receipts}   "
                f"deaths that were no kills: {self.own_deaths}",
                f"asked again after a death: {self.asked_again}   delivered again, and taken once: "
                f"{self.repeated_deliveries}",
                f"accepted in {statistics.median(took):.0f} ms (median), {ninety_fifth:.0f} ms (95 of 100)",
                f"states at the end: {self.states}",
            ]
        )


def run(requests: int, replicas: int, kills: int, *, seed: int = 1, pace: float | None = None) -> Outcome:
    """`pace`: so many begin a second; None: as fast as it goes, `AT_ONCE` a replica."""
    outcome = Outcome(requests)
    with running_postgresql() as store, running_board() as board, tempfile.TemporaryDirectory() as folder:
        board.set(stage_seconds=0.01)
        place = {"store": store, "documents": folder, "office": board.office, "claim_seconds": CLAIM_SECONDS}
        fleet = Fleet(random.Random(seed), Path(folder) / "log", work=requests, kills=kills)
        asyncio.run(_ask_all(place, replicas, fleet, outcome, pace))
        asyncio.run(_look(store, board, Path(folder), outcome))
    return outcome


async def _ask_all(place: dict[str, Any], replicas: int, fleet: Fleet, outcome: Outcome, pace: float | None) -> None:
    window = asyncio.Semaphore(AT_ONCE * replicas)

    async def one(applicant: int) -> None:
        async with window:
            uploaded = await fleet.ask(do="upload", applicant=applicant)
            question = {"do": "ask", "applicant": applicant, "document": uploaded["document"]}
            outcome.answers[applicant] = first = await fleet.ask(**question)
            if applicant % ASKED_ONCE_MORE == 0:
                again = await fleet.ask(**question)
                if any(again[what] != first[what] for what in ("reference", "code", "receipt")):
                    outcome.twice.append(applicant)
        fleet.one_done()

    async def nothing_is_left() -> bool:
        return not (fleet.kill_if_left() or await _left(place["store"]))

    async with asyncio.timeout(MOST_SECONDS), sailing(fleet, MODULE, place, replicas):
        began = time.monotonic()
        async with asyncio.TaskGroup() as clients:
            for applicant in range(outcome.requests):
                clients.create_task(one(applicant))
                await asyncio.sleep(1 / pace if pace else 0)
        await until(nothing_is_left, pause=1.0)
        outcome.seconds = time.monotonic() - began
    outcome.kills, outcome.own_deaths, outcome.asked_again = fleet.kills, fleet.own_deaths, fleet.asked_again


async def _look(store: str, board: Board, folder: Path, outcome: Outcome) -> None:
    """Compares what clients were answered, what we hold, and what the commission's books say."""
    files, jwks = board.files(), json.loads((folder / "jwks.json").read_text())
    held = {request.id: request for request in await _held(store)}
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
