"""A country behind its wires, a cycle that is killed and started again, and what must have come of it.

The judge reckons from the world alone, in its own way: who is concerned by the feed, who is granted what. It shares
with the gateway what docs/systems say, and no code. `proof` runs it over many thousands, `test_cycle_kills` over some
hundreds.
"""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jdatetime

from gateway.sandbox import settings_for
from tests.journeys.processes import ends_with_us
from twin.branches.spells import month_length, premium_months
from twin.population import build_world
from twin.vital_events import VitalEvents
from twin.world import Kind, World

LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Wanted:
    """By national code: who is granted how much; and how often each marriage of a person is a case."""

    cases: Counter[str]
    granted: dict[str, int]


def wanted_of(world: World, month: int, since: int) -> Wanted:
    """`month` and `since` are Jalali, such as 140507."""
    book = VitalEvents(world)
    spells = defaultdict(list)
    for spell in world.spells:
        spells[spell.person].append(spell)
    active = {m.person: m.since for m in world.memberships if (m.status, m.kind) == ("A", Kind.COMPULSORY)}
    cases: Counter[str] = Counter()
    granted: dict[str, int] = {}
    for row in book.rows(0, len(book)):
        if row["kind"] != 2 or not since <= row["registeredOn"] // 100 <= month:
            continue
        for party in row["parties"]:
            code = f"{party['nin']:010}"
            cases[code] += 1
            good = row["permanent"] and row["officeKind"] == 1 and party["first"]
            amount = _amount(spells[code], row["registeredOn"], active.get(code))
            if good and amount is not None and code not in granted:
                granted[code] = amount
    return Wanted(cases, granted)


@dataclass(frozen=True)
class Ends:
    """Whom the daughters' cycle has to look at, and which of them (supporter and daughter) are ended."""

    persons: set[str]
    ended: set[tuple[str, str]]


def ends_of(world: World, month: int, since: int) -> Ends:
    book = VitalEvents(world)
    persons: set[str] = set()
    own: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in book.rows(0, len(book)):
        for party in row["parties"]:
            code = f"{party['nin']:010}"
            if party["role"] in ("WIFE", "SELF") and row["kind"] != 1:
                own[code].append(row)
                if since <= row["registeredOn"] // 100 <= month:
                    persons.add(code)
    listed = defaultdict(list)
    for bail in world.bails:
        if bail.relation == "04" and bail.supporter in (
            world.people[bail.person].father,
            world.people[bail.person].mother,
        ):
            listed[bail.person].append(bail)
    ended: set[tuple[str, str]] = set()
    for code in persons:
        covered = [bail.supporter for bail in listed[code] if bail.covered]
        weddings = [row for row in own[code] if row["kind"] == 2]
        standing = len(weddings) - sum(row["kind"] == 3 for row in own[code])
        died = any(row["kind"] == 4 for row in own[code])
        if covered and (died or (standing > 0 and weddings[-1]["permanent"])):
            ended.add((covered[0], code))
    return Ends(persons, ended)


def _amount(spells: list[Any], day: int, active_since: tuple[int, int, int] | None) -> int | None:
    """Rial; None where days or employment are wanting."""
    year, month, of_month = day // 10_000, day // 100 % 100, day % 100
    last = jdatetime.date(year, month, of_month)
    first = jdatetime.date(year - 5, month, min(of_month, month_length((year - 5) * 12 + month - 1)))
    first += jdatetime.timedelta(days=1)
    here = year * 12 + month - 1
    paid: Counter[int] = Counter()
    wages = 0
    employed: set[int] = set()
    for spell in spells:
        for each in premium_months(spell):
            paid[each.month] += each.days
            if here - 24 <= each.month < here:
                wages += each.insurable
            if spell.kind is Kind.COMPULSORY and spell.workshop and first.year * 12 <= each.month <= here:
                employed.add(each.month)
    days = sum(min(count, _overlap(ordinal, first, last)) for ordinal, count in paid.items())
    works = here in employed or (active_since is not None and active_since <= (year, month, of_month))
    return wages // 24 if days >= 720 and works else None


def _overlap(ordinal: int, first: Any, last: Any) -> int:
    begin: Any = jdatetime.date(ordinal // 12, ordinal % 12 + 1, 1)
    end = jdatetime.date(ordinal // 12, ordinal % 12 + 1, month_length(ordinal))
    return max(0, int((min(end, last) - max(begin, first)).days) + 1)


@dataclass
class Country:
    """A running twin, and where the gateway's command keeps what it does."""

    world: World
    descriptor: dict[str, Any]
    folder: Path
    control: httpx.Client
    batch: int

    def environment(self) -> dict[str, str]:
        # A batch has to be done within its claim, on a busy machine too; and who was killed holds it for so long.
        engine = {"claim_seconds": 4 + self.batch / 10, "poll_seconds": 0.1}
        requests = {"engine": engine, "commit_seconds": 20, "retry_first_seconds": 0.1, "retry_most_seconds": 1.0}
        return {
            "PATH": os.environ["PATH"],
            "TAMIN_MASTER_KEY": "ab" * 32,
            "TAMIN_AUDIT__STORE": f"sqlite:///{self.folder}/record.db",
            "TAMIN_REQUESTS": json.dumps(requests),
            "TAMIN_CYCLES__BATCH": str(self.batch),
            "TAMIN_BRANCH_DATABASES__TIMEOUT": "60",  # the machine may be busy with other work
            **{f"TAMIN_{system.upper()}": json.dumps(said) for system, said in settings_for(self.descriptor).items()},
        }

    def command(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "cycle", *words],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=ends_with_us,
        )

    def count(self, where: str) -> int:
        """Of the cases as the command has committed them; 0 before there is a table."""
        path = self.folder / "requests.db"
        if not path.exists():
            return 0
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
            try:
                asked = f"SELECT count(*) FROM service_cycle_cases WHERE {where}"  # noqa: S608 - words of the tests' own
                row = connection.execute(asked).fetchone()
            except sqlite3.OperationalError:
                return 0
        return int(row[0])

    def killed_once(self, where: str, count: int, *words: str) -> int:
        """Runs the command until so many cases are like that, and kills it (SIGKILL): how many there were then."""
        running = self.command(*words)
        try:
            while self.count(where) < count:
                if running.poll() is not None:
                    raise AssertionError(f"it ended before it could be killed: {running.communicate()}")
                time.sleep(LOOK_SECONDS)
            running.send_signal(signal.SIGKILL)
        finally:
            running.kill()
            running.communicate()
        return self.count(where)

    def runs(self, *words: str) -> str:
        """To its end; what it prints."""
        running = self.command(*words)
        told, errors = running.communicate()
        assert running.returncode == 0, errors[-4_000:]
        return told

    def documents(self) -> dict[str, Any]:
        said: dict[str, Any] = self.control.get("/_twin/finance/documents").raise_for_status().json()
        return said

    def messages(self) -> list[dict[str, Any]]:
        said = self.control.get("/_twin/sms", params={"last": 10_000_000}).raise_for_status().json()
        messages: list[dict[str, Any]] = said["messages"]
        return messages

    def files(self) -> list[dict[str, Any]]:
        """What the branches' counter was told."""
        said = self.control.get("/_twin/offices/branch_counter/files").raise_for_status().json()
        files: list[dict[str, Any]] = said["files"]
        return files


@contextlib.contextmanager
def running_country(
    folder: Path, *, people: int, seed: int, branches: str, batch: int, cache: Path
) -> Iterator[Country]:
    command = [sys.executable, "-m", "twin", "--people", str(people), "--seed", str(seed), "--branches", branches]
    process = subprocess.Popen(
        [*command, "--cache", str(cache)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ends_with_us,
    )
    assert process.stdin
    assert process.stdout
    try:
        descriptor = json.loads(process.stdout.readline())
        with httpx.Client(base_url=descriptor["control"], timeout=120) as control:
            yield Country(build_world(seed, people), descriptor, folder, control, batch)
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def judged(country: Country, wanted: Wanted, told: str) -> dict[str, int]:
    """Nobody twice, nobody left out. Raises AssertionError; gives the figures."""
    figures = {line.split()[0]: line.split()[-1] for line in told.splitlines() if line and not line.startswith(" ")}
    documents, messages = country.documents(), country.messages()
    assert int(figures["persons"]) == wanted.cases.total()
    assert country.count("outcome IS NULL OR outcome = 'UNREAD'") == 0
    assert country.count("1 = 1") == wanted.cases.total()
    granted = wanted.granted
    assert int(figures.get("granted", 0)) == len(granted)
    assert country.count("outcome = 'GRANTED' AND (effect IS NULL OR told IS NULL)") == 0
    paid = country.count("effect = 'DOCUMENT'")
    assert documents["documents"] == paid
    assert len(set(documents["references"])) == paid
    with contextlib.closing(sqlite3.connect(country.folder / "requests.db")) as connection:
        rows = connection.execute("SELECT id, amount, effect, told FROM service_cycle_cases WHERE outcome = 'GRANTED'")
        cases = {row[0]: row[1:] for row in rows}
    assert {id_ for id_, row in cases.items() if row[1] == "DOCUMENT"} == set(documents["references"])
    assert sum(row[0] for row in cases.values()) == sum(granted.values()), "to the rial"
    assert documents["amount"] == sum(row[0] for row in cases.values() if row[1] == "DOCUMENT")
    persons = [message["nationalCode"] for message in messages]
    assert len(set(persons)) == len(persons), "nobody is told twice"
    assert {message["reference"] for message in messages} == {i for i, row in cases.items() if row[2] == "TAKEN"}
    assert set(persons) <= set(granted)
    untold = [code for code, amount in granted.items() if amount and code not in set(persons)]
    assert len(untold) == sum(row[2] == "NO_NUMBER" for row in cases.values()), "nobody is left out"
    return {
        "persons": len(wanted.cases),
        "cases": wanted.cases.total(),
        "granted": len(granted),
        "documents": paid,
        "orders received": documents["received"],
        "messages": len(messages),
        "messages received": sum(message["received"] for message in messages),
    }


def ends_judged(country: Country, ends: Ends, told: str) -> dict[str, int]:
    """As `judged`, of the daughters' cycle."""
    figures = {line.split()[0]: line.split()[-1] for line in told.splitlines() if line and not line.startswith(" ")}
    assert int(figures["persons"]) == len(ends.persons)
    assert int(figures.get("ended", 0)) == len(ends.ended)
    assert country.count("cycle LIKE 'daughters%'") == len(ends.persons)
    assert country.count("outcome = 'ENDED' AND (effect IS NULL OR told IS NULL)") == 0
    files = country.files()
    with contextlib.closing(sqlite3.connect(country.folder / "requests.db")) as connection:
        rows = connection.execute("SELECT id, told FROM service_cycle_cases WHERE outcome = 'ENDED'")
        cases = dict(rows.fetchall())
    assert len(files) == len(cases), "the counter was told of each once"
    assert {file["reference"] for file in files} == set(cases)
    messages = {message["reference"]: message["nationalCode"] for message in country.messages()}
    supporters = Counter(messages[id_] for id_, said in cases.items() if said == "TAKEN")
    assert supporters <= Counter(supporter for supporter, _ in ends.ended)
    return {"looked at": len(ends.persons), "ended": len(ends.ended), "told": supporters.total()}
