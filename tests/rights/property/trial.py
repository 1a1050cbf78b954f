"""One case: papers on disk, two callers, the real application; both ask at once, and the judge reads what came of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
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
from gateway.resolvers.sealing import seal_for
from gateway.rights.contract_files import Contracts
from gateway.rights.policy import ContractPolicy
from tests.rights.property.callers import KnownCallers, SteppingClock, posted
from tests.rights.property.country import PEOPLE, WORKSHOPS, Country, built, name_of
from tests.rights.property.operations import Operation, operations
from tests.rights.property.oracle import Law, Request, Verdict, judged
from tests.rights.property.papers import Paper, Registers, fields_in_force, papers, registers
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
    """`renewed` replaces the first agency's paper while the requests are under way; `again` asks all a second time."""

    papers: tuple[Paper, Paper]
    registers: Registers
    callers: tuple[str, str]
    operations: tuple[Operation, Operation]
    remembers: bool
    again: bool
    renewed: Paper | None


@st.composite
def cases(draw: Any) -> Case:
    both = draw(papers("court", AGENCIES["court"], "cases")), draw(papers("fund", AGENCIES["fund"], "members"))
    subject = PEOPLE[draw(st.integers(0, 3))]
    callers = draw(
        st.sampled_from(
            (
                *(4 * [("court", "fund")]),
                ("court", "court"),
                ("court", "citizen"),
                ("citizen", "fund"),
                ("citizen", "supporter"),
                ("court", "employer"),
                ("employer", "stranger"),
            )
        )
    )
    first = draw(operations(NAMED, subject))
    second = first if draw(st.integers(0, 2)) else draw(operations(NAMED, subject))
    renewed = draw(papers("court", AGENCIES["court"], "cases")) if draw(st.integers(0, 5)) == 0 else None
    return Case(
        papers=both,
        registers=draw(registers(("cases", "members"))),
        callers=callers,
        operations=(first, second),
        remembers=draw(st.booleans()),
        again=draw(st.integers(0, 3)) == 0,
        renewed=renewed,
    )


CALLERS = {
    "court": Caller(kind=CallerKind.AGENCY, client=AGENCIES["court"], thumbprint="k"),
    "fund": Caller(kind=CallerKind.AGENCY, client=AGENCIES["fund"], thumbprint="k"),
    "stranger": Caller(kind=CallerKind.AGENCY, client="no-contract", thumbprint="k"),
    "citizen": Caller(kind=CallerKind.CITIZEN, subject=NationalId(PEOPLE[0])),
    "supporter": Caller(kind=CallerKind.CITIZEN, subject=NationalId(PEOPLE[3])),
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


@dataclass
class HeldRegisters:
    """The registers of a case, as a policy asks them."""

    said: Registers

    def holds(self, register: str, person: NationalId) -> bool:
        return person.digits in self.said.relations.get(register, frozenset())

    def protected(self, person: NationalId) -> bool:
        return person.digits in self.said.protected

    def represents(self, representative: NationalId, person: NationalId) -> bool:
        return person.digits in self.said.represented.get(representative.digits, frozenset())

    def revoked(self, token_id: str) -> bool:
        return False


class Court:
    """The application of many cases: what does not depend on a case is made once."""

    def __init__(self, schema: strawberry.Schema, folder: Path, grantable: Any) -> None:
        self._schema = schema
        self._folder = folder
        self._grantable = grantable

    async def tried(self, case: Case) -> Outcome:
        for paper in case.papers:
            self._write(paper)
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
                policy=ContractPolicy(contracts, HeldRegisters(case.registers), clock),
                entitlement_rules=EntitlementRules(),
                http=HttpSettings(),
            )
        )
        outcome = Outcome()
        for round_ in range(1 + case.again):
            requests = [
                Request(f"{round_}{n}", op.text, op.variables, self._law(caller, case.registers))
                for n, (caller, op) in enumerate(zip(case.callers, case.operations, strict=True))
            ]
            systems.gate.clear()
            waiting = [
                asyncio.create_task(posted(app, request.name, caller, request.text, dict(request.variables)))
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
        if memory:
            await memory.aclose()
        return outcome

    def _write(self, paper: Paper) -> None:
        (self._folder / f"{paper.name}.toml").write_text(paper.text())

    def _law(self, caller: str, said: Registers) -> Law:
        who = CALLERS[caller]
        subject = who.subject.digits if who.subject else None
        common: Mapping[str, Any] = {
            "subject": subject,
            "protected": said.protected,
            "represented": said.represented.get(subject or "", frozenset()),
            "workshops": frozenset(map(name_of, who.workshops)),
        }
        if who.kind is not CallerKind.AGENCY:
            return Law(**common)
        if caller not in AGENCIES:
            return Law(**common, named=frozenset())
        fields, relation = fields_in_force(self._folder / f"{caller}.toml")
        return Law(**common, named=fields, covered=said.relations[relation] if fields else frozenset())


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
