"""How the cost grows: persons, records, processes, branches, documents. Of this gateway alone, as CPU a request.

The branches of a larger country are further codes for the same five databases, in a directory of their own: what grows
is how many are asked.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bench.measure import Sample, job, load, sample, told
from bench.processes import LOAD_CORE, SERVER_CORE
from bench.queries import OURS, bodies
from bench.session import Session
from bench.tables import short
from bench.targets import PATIENCE, Target

PERSONS = (1, 10, 100, 1000)
RECORDS = ((1, 1), (1, 20), (1, 100), (10, 100), (50, 100))  # persons, records of each: a page holds 100 at most
BRANCHES = (5, 20, 50, 100)
DOCUMENTS = (10, 100, 1_000, 10_000)
WORKERS = (1, 2)
MOST_BODIES = 200
AT_ONCE = 2
SHOWING_SECONDS = 300.0
WIDE = {  # nothing of this is about limits
    "TAMIN_LIMITS__DEVELOPER": json.dumps(
        {
            "operations_per_minute": 10**9,
            "cost_per_minute": 10**12,
            "type_cost": 10**7,
            "field_cost": 10**7,
            "calls": {
                "civil_registry": 10**6,
                "branch_databases": 10**6,
                "bank_refah": 10**6,
                "labour_ministry": 10**6,
            },
        }
    ),
    "TAMIN_LIMITS": "{}",
}
RECORDS_TEXT = (
    "query R($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { contributionRecords(first: %d) "
    "{ nodes { month workshop workshopName kind days wage } } } } }"
)


def grow(session: Session, target: Target, *, seconds: float, rounds: int) -> str:
    """All of them, as Markdown."""
    wide = replace(target, environment={**target.environment, **WIDE})
    parts = [
        _persons(session, wide, seconds, rounds),
        _records(session, wide, seconds, rounds),
        _workers(session, wide, seconds, rounds),
        _branches(session, wide, seconds, rounds),
        _documents(session, wide, seconds, rounds),
    ]
    return "\n".join(parts)


def _persons(session: Session, target: Target, seconds: float, rounds: int) -> str:
    everybody = session.place.persons

    def asked(count: int) -> list[bytes]:
        chosen = _at_least(everybody, count)
        return bodies("Q2", OURS, chosen, max(4, MOST_BODIES // count), "growth", at_once=count)

    return _series(session, target, "Q2, persons at once", PERSONS, asked, seconds, rounds, per=lambda count: count)


def _records(session: Session, target: Target, seconds: float, rounds: int) -> str:
    long = [code for code, records in session.place.records.items() if records >= 100]

    def asked(which: tuple[int, int]) -> list[bytes]:
        persons, records = which
        texts = {"Q2": RECORDS_TEXT % records}
        made = bodies("Q2", texts, _at_least(long, persons), MOST_BODIES // persons, "growth", at_once=persons)
        return [body.replace(b'"operationName": "Q2", ', b"") for body in made]

    return _series(
        session, target, "records (persons, of each)", RECORDS, asked, seconds, rounds, per=lambda w: w[0] * w[1]
    )


def _documents(session: Session, target: Target, seconds: float, rounds: int) -> str:
    persons = session.place.persons

    def asked(count: int) -> list[bytes]:
        return [
            body.replace(b"identity {", b"seen%d: identity {" % number)
            for number, body in enumerate(bodies("Q3", OURS, persons, count, "growth"))
        ]

    return _series(
        session,
        target,
        "Q3, documents seen, each thrice before it counts",
        DOCUMENTS,
        asked,
        seconds,
        rounds,
        per=lambda _: 1,
        shown=lambda count: 3 * count,
    )


def _branches(session: Session, target: Target, seconds: float, rounds: int) -> str:
    lines = _head("Q2 of 50 persons, branches", "a branch")
    for count in BRANCHES:
        with _more_branches(session, target, count) as wider:
            line = _measured(session, wider, session.bodies(target, "Q2"), str(count), seconds, rounds, per=count)
        lines.append(line)
    return "\n".join(lines)


def _workers(session: Session, target: Target, seconds: float, rounds: int) -> str:
    """One process on one core; two on a core each, where the load and the systems take their share of one."""
    lines = [
        "\n**Q1, processes: the load shares the second core with them and with the systems**\n",
        "| processes | a second | CPU ms a request |",
        "| --- | --- | --- |",
    ]
    session.past_the_doors(True)
    for count in WORKERS:
        with ExitStack() as stack:
            cores = (SERVER_CORE, LOAD_CORE)
            runnings = [
                stack.enter_context(session.running(target, warm=False, core=cores[n % 2])) for n in range(count)
            ]
            path = session.bodies(target, "Q1")
            best: tuple[float, float] = (0.0, 0.0)
            for _ in range(rounds + 1):
                before = sum(running.child.cpu_seconds() for running in runnings)
                jobs = [job(session, each, path, connections=32 // count, seconds=seconds) for each in runnings]
                with ThreadPoolExecutor(count) as pool:
                    figures = list(pool.map(load, jobs))
                used = sum(running.child.cpu_seconds() for running in runnings) - before
                done = sum(each.done for each in figures)
                best = max(best, (sum(each.per_second for each in figures), used * 1000 / max(done, 1)))
            lines.append(f"| {count} | {short(best[0])} | {short(best[1])} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


def _series(
    session: Session,
    target: Target,
    title: str,
    sizes: Sequence[object],
    asked: Callable[..., list[bytes]],
    seconds: float,
    rounds: int,
    *,
    per: Callable[..., int],
    shown: Callable[..., int] = lambda _: 0,
) -> str:
    session.past_the_doors(True)
    lines = _head(title, "a unit")
    for size in sizes:
        path = session.place.folder / f"growth-{len(list(session.place.folder.iterdir()))}.jsonl"
        path.write_bytes(b"\n".join(asked(size)))
        line = _measured(session, target, path, str(size), seconds, rounds, per=per(size), shown=shown(size))
        lines.append(line)
    return "\n".join(lines)


def _measured(
    session: Session,
    target: Target,
    path: Path,
    size: str,
    seconds: float,
    rounds: int,
    *,
    per: int,
    shown: int = 0,
) -> str:
    """A process of its own for each size, so that none has seen what another was asked. `shown`: before it counts."""
    taken: list[Sample] = []
    with session.running(target, warm=False) as running:
        if shown:
            load(job(session, running, path, connections=AT_ONCE, seconds=SHOWING_SECONDS, most=shown))
        for number in range(rounds + 1):
            one = sample(
                session,
                running,
                "growth",
                mode="cold",
                delay=0,
                number=number,
                seconds=seconds,
                connections=AT_ONCE,
                bodies=path,
            )
            if number:
                told(one)
                taken.append(one)
    best = min(taken, key=lambda one: one.cpu_ms)
    wrong = f" ({best.bad} BAD)" if best.bad else ""
    figures = map(short, (best.cpu_ms, best.cpu_ms / per, best.p50, best.calls, best.memory_mb))
    return f"| {size}{wrong} | {' | '.join(figures)} | {best.bytes} |"


def _head(title: str, unit: str) -> list[str]:
    return [
        f"\n**{title}**\n",
        f"| size | CPU ms a request | CPU ms {unit} | p50 ms | calls | MB | bytes of an answer |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]


@contextmanager
def _more_branches(session: Session, target: Target, count: int) -> Iterator[Target]:
    """The target, for which persons are spread over so many branches."""
    session.past_the_doors(True)
    databases = session.place.description["branch_databases"]
    homes = _homes(session, databases["directory"])
    known = sorted(databases["branches"])
    shares = {code: [f"{9000 + number}" for number in range(at, count, len(known))] for at, code in enumerate(known)}
    directory = session.place.folder / f"directory-{count}.sqlite"
    _write_directory(directory, homes, shares)
    branches = {alias: databases["branches"][code] for code, aliases in shares.items() for alias in aliases}
    said = {"directory_url": f"sqlite:///{directory}", "branches": branches, "pool_size": 4, "timeout": PATIENCE}
    yield replace(target, environment={**target.environment, "TAMIN_BRANCH_DATABASES": json.dumps(said)})


def _homes(session: Session, directory: str) -> dict[str, list[str]]:
    """Which branches really hold each whole person."""
    import asyncio

    import asyncpg

    async def read() -> Mapping[str, list[str]]:
        connection = await asyncpg.connect(directory.replace("postgresql+asyncpg://", "postgresql://"))
        try:
            homes: dict[str, list[str]] = {}
            for row in await connection.fetch("SELECT natcod, brcode FROM insured_branch"):
                homes.setdefault(row["natcod"].strip(), []).append(row["brcode"].strip())
            return homes
        finally:
            await connection.close()

    found = asyncio.run(read())
    return {person: found[person] for person in session.place.persons}


def _write_directory(path: Path, homes: Mapping[str, Sequence[str]], shares: Mapping[str, Sequence[str]]) -> None:
    path.unlink(missing_ok=True)
    rows = [
        (person, shares[branch][number % len(shares[branch])], at)
        for number, (person, branches) in enumerate(homes.items())
        for at, branch in enumerate(branches, start=number * 10 + 1)
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE insured_branch (natcod CHAR(10), brcode CHAR(4), seq BIGINT)")
        database.execute(
            "CREATE TABLE workshop_branch (wshid CHAR(10), brcode CHAR(4), employer_natcod CHAR(10), seq BIGINT)"
        )
        database.executemany("INSERT INTO insured_branch VALUES (?, ?, ?)", rows)
        database.execute("INSERT INTO workshop_branch VALUES ('0000000001', '9000', '', 1)")


def _at_least(persons: Sequence[str], count: int) -> list[str]:
    """Enough of them, the same ones again where the country has fewer."""
    return [*persons] * (count // len(persons) + 1) if len(persons) < count else list(persons)
