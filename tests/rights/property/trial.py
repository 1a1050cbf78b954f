"""One case: papers on disk, two callers who ask the real application at once, and the judge."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import strawberry
from hypothesis import strategies as st

from gateway.app import Dependencies, create_app
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.identifiers import NationalId
from gateway.http.settings import HttpSettings
from gateway.loading.keyring import Keyring
from gateway.loading.local_memory import LocalMemory
from gateway.operation.execution import ExecutionSettings
from gateway.resolvers.sealing import seal_for
from gateway.rights.contract_files import Contracts
from gateway.rights.policy import ContractPolicy
from gateway.rights.registers import Registers as GatewayRegisters
from tests.rights.property.callers import KnownCallers, SteppingClock, posted
from tests.rights.property.country import PEOPLE, WORKSHOPS, Country, built, name_of
from tests.rights.property.operations import Operation, operation_of
from tests.rights.property.oracle import Law, Request, Verdict, judged
from tests.rights.property.papers import Paper, Registers, fields_in_force, held_today, paper_of, registers_of
from tests.rights.property.sources import Systems

KEYRING = Keyring(b"k" * 32)
COUNTRY: Country = built()
NAMED = {
    **{code: seal_for(KEYRING, "node").seal(b"Person:" + code.encode(), [b"node"]) for code in PEOPLE},
    **{
        name_of(key): seal_for(KEYRING, "node").seal(
            b"Workshop:" + (key.code.digits + key.branch.digits).encode(), [b"node"]
        )
        for key in WORKSHOPS
    },
}
BY_ID = {id_: named for named, id_ in NAMED.items()}
AGENCIES = {"court": "court-system", "fund": "fund-system"}
QUIET_TURNS = 60  # turns of the loop without a new question: then nobody is on the way to a source any more
MOST_TURNS = 3_000


@dataclass(frozen=True)
class Case:
    """`renewed` replaces the first agency's paper while the requests are under way; `again` asks all a second
    time; `whole` asks for
    all or nothing; `flips` asks the second time with the opposite of every flag; `sights` is 1 where plans run at once,
    2 where the first time is graphql-core's."""

    papers: tuple[Paper, Paper]
    registers: Registers
    callers: tuple[str, str]
    operations: tuple[Operation, Operation]
    remembers: bool
    again: bool
    whole: bool
    flips: bool
    sights: int
    renewed: Paper | None


PAIRS = (
    *(3 * [("court", "fund")]),
    *(3 * [("court", "court")]),
    ("court", "citizen"),
    ("citizen", "fund"),
    ("citizen", "supporter"),
    ("citizen", "reader"),
    ("court", "employer"),
    ("employer", "stranger"),
    ("supporter", "relative"),
    ("citizen", "foreman"),
)


def case_of(random: Random) -> Case:
    def court() -> Paper:
        return paper_of(random, "court", AGENCIES["court"], "cases")

    subject = PEOPLE[random.randrange(4)]
    first = operation_of(random, NAMED, subject)
    return Case(
        papers=(court(), paper_of(random, "fund", AGENCIES["fund"], "members")),
        registers=registers_of(random, ("cases", "members")),
        callers=random.choice(PAIRS),
        operations=(first, first if random.randrange(4) else operation_of(random, NAMED, subject)),
        remembers=random.randrange(3) > 0,
        again=random.randrange(2) == 0,
        whole=random.randrange(10) == 0,
        flips=random.randrange(2) == 0,
        sights=1 + (random.randrange(3) == 0),
        renewed=court() if random.randrange(6) == 0 else None,
    )


def cases(*, shrinkable: bool) -> st.SearchStrategy[Case]:
    """Drawn by a seeded generator, evenly; `shrinkable` ones by Hypothesis itself, which then finds a small failure."""
    return st.randoms(use_true_random=not shrinkable).map(case_of)


CALLERS = {
    "court": Caller(kind=CallerKind.AGENCY, client=AGENCIES["court"], thumbprint="k"),
    "fund": Caller(kind=CallerKind.AGENCY, client=AGENCIES["fund"], thumbprint="k"),
    "stranger": Caller(kind=CallerKind.AGENCY, client="no-contract", thumbprint="k"),
    "citizen": Caller(kind=CallerKind.CITIZEN, subject=NationalId(PEOPLE[0])),
    "reader": Caller(
        kind=CallerKind.CITIZEN, subject=NationalId(PEOPLE[0]), scopes=frozenset({"identity:read", "payments:read"})
    ),
    "supporter": Caller(kind=CallerKind.CITIZEN, subject=NationalId(PEOPLE[3])),
    # Tokens that open a group without what hangs below it, or what hangs below without the group.
    "relative": Caller(
        kind=CallerKind.CITIZEN,
        subject=NationalId(PEOPLE[3]),
        scopes=frozenset({"dependents:read", "unemployment:read"}),
    ),
    "foreman": Caller(
        kind=CallerKind.EMPLOYER,
        subject=NationalId(PEOPLE[6]),
        workshops=frozenset(WORKSHOPS),
        scopes=frozenset({"identity:read", "debts:read"}),
    ),
    "employer": Caller(kind=CallerKind.EMPLOYER, subject=NationalId(PEOPLE[6]), workshops=frozenset({WORKSHOPS[0]})),
}


@dataclass
class Outcome:
    """Over all requests of a case. `joined` and `remembered` count questions that cost no call."""

    wrongs: list[str] = field(default_factory=list)
    released: int = 0
    refused: int = 0
    joined: int = 0
    remembered: int = 0
    answers: list[str] = field(default_factory=list)


class Court:
    """The application of many cases: what does not depend on a case is made once."""

    def __init__(self, schema: strawberry.Schema, folder: Path, grantable: Any) -> None:
        self._schema = schema
        self._folder = folder
        self._grantable = grantable

    async def tried(self, case: Case) -> Outcome:
        for paper in case.papers:
            self._write(paper)
        case.registers.write(self._folder / "registers")
        contracts = Contracts(self._folder, self._grantable)
        clock = SteppingClock()
        systems = Systems(COUNTRY)
        memory = LocalMemory(clock=clock) if case.remembers else None
        app = create_app(
            Dependencies(
                schema=self._schema,
                sources=systems.sources(memory, clock),
                authenticator=KnownCallers(CALLERS),
                readiness=_ready,
                keyring=KEYRING,
                clock=clock,
                policy=ContractPolicy(contracts, GatewayRegisters(self._folder / "registers", clock), clock),
                entitlement_rules=EntitlementRules(),
                http=HttpSettings(),
                execution=ExecutionSettings(sights=case.sights),
            )
        )
        outcome = Outcome()
        for round_ in range(1 + case.again):
            requests = [
                Request(
                    f"{round_}{n}",
                    op.text,
                    _flipped(op.variables) if round_ and case.flips else op.variables,
                    self._law(caller),
                    case.whole,
                )
                for n, (caller, op) in enumerate(zip(case.callers, case.operations, strict=True))
            ]
            systems.gate.clear()
            waiting = [
                asyncio.create_task(
                    posted(app, request.name, caller, request.text, dict(request.variables), whole=request.whole)
                )
                for request, caller in zip(requests, case.callers, strict=True)
            ]
            await _quiet(systems, waiting)
            if case.renewed and round_ == 0:
                self._write(case.renewed)
                contracts.reload()
            systems.gate.set()
            for request, body in zip(requests, await asyncio.gather(*waiting), strict=True):
                wanted = {(question, whose) for name, question, whose in systems.wanted if name == request.name}
                outcome.answers.append(body.decode())
                _add(outcome, judged(request, body, wanted, COUNTRY, BY_ID), request)
        outcome.joined = systems.flights - len(systems.asked)
        outcome.remembered = len(systems.wanted) - systems.flights
        if memory is not None:
            await memory.aclose()
        return outcome

    def _write(self, paper: Paper) -> None:
        (self._folder / f"{paper.name}.toml").write_text(paper.text())

    def _law(self, caller: str) -> Law:
        who = CALLERS[caller]
        subject = who.subject.digits if who.subject else None
        protected = held_today(self._folder / "registers" / "protected.csv")
        represented = held_today(self._folder / "registers" / "representations.csv")
        common: Mapping[str, Any] = {
            "subject": subject,
            "scopes": who.scopes or None,
            "protected": frozenset(code for (code,) in protected),
            "represented": frozenset(of for by, of in represented if by == subject),
            "workshops": frozenset(map(name_of, who.workshops)),
        }
        if who.kind is not CallerKind.AGENCY:
            return Law(**common)
        if caller not in AGENCIES:
            return Law(**common, named=frozenset())
        fields, relation = fields_in_force(self._folder / f"{caller}.toml")
        held = held_today(self._folder / "registers" / "relations" / f"{relation}.csv")
        return Law(**common, named=fields, covered=frozenset(code for (code,) in held) if fields else frozenset())


def _flipped(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: not value if isinstance(value, bool) else value for name, value in variables.items()}


def _add(outcome: Outcome, verdict: Verdict, request: Request) -> None:
    outcome.wrongs.extend(f"{wrong}\n  in {request.text}\n  with {request.variables}" for wrong in verdict.wrongs)
    outcome.released += verdict.released
    outcome.refused += verdict.refused


async def _quiet(systems: Systems, waiting: list[asyncio.Task[bytes]]) -> None:
    """Returns when all requests have ended or wait for a source."""
    seen, quiet = -1, 0
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        if all(task.done() for task in waiting):
            return
        quiet = quiet + 1 if len(systems.wanted) == seen else 0
        seen = len(systems.wanted)
        if quiet > QUIET_TURNS:
            return


async def _ready() -> Mapping[Any, Any]:
    return {}
