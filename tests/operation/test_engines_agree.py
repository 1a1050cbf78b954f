"""Whoever asks whatever of our schema: compiled plans answer as graphql-core does, byte by byte, errors in any order,
and put the same on record.

hypothesis-graphql draws operations over the printed schema; both applications stand before the same dicts as systems,
under the same contracts and registers, and remember.
"""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import graphql
import msgspec
import pytest
import strawberry
from graphql import DocumentNode, FieldNode, Visitor
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries
from starlette.types import ASGIApp

import executor
from gateway.app import Dependencies, create_app
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.entitlement import EntitlementRules
from gateway.http.settings import HttpSettings
from gateway.loading.local_memory import LocalMemory
from gateway.operation.audit.opening import Record
from gateway.operation.execution import Engine, ExecutionSettings
from gateway.rights.contract_files import Contracts
from gateway.rights.policy import ContractPolicy
from gateway.rights.registers import Registers as GatewayRegisters
from gateway.schema import build_schema
from gateway.schema.grantable import grantable_of
from tests.executor.oracle.documents import Asked, Rewriting
from tests.operation.audit.recorded_gateway import PSEUDONYMS, Kept
from tests.rights.property.callers import KnownCallers, SteppingClock, posted
from tests.rights.property.country import PEOPLE, WORKSHOPS, built
from tests.rights.property.operations import LEFT_OUT, SCHEMA, operation_of
from tests.rights.property.papers import paper_of, registers_of
from tests.rights.property.sources import Systems
from tests.rights.property.trial import AGENCIES, CALLERS, KEYRING, NAMED

# The least share of the requests. docs/guide/proofs.md has what was reached.
# A request whose values are bad runs nothing: plans are counted among the others.
FLOORS = {
    "release data": (0.25, "cases"),
    "are on record": (0.4, "cases"),
    "refuse some": (0.25, "cases"),
    "run a plan": (0.95, "have good values"),
}
ENOUGH_FOR_FLOORS = 100
CASES = int(os.environ.get("EXECUTOR_CASES", "500")) // 4
FRESH = "EXECUTOR_CASES" in os.environ and "EXECUTOR_SEED" not in os.environ
FIRST_SEED = int(os.environ.get("EXECUTOR_SEED", "0")) or (random.SystemRandom().randrange(10**9) if FRESH else 1)
PAPERS = 4  # sets of contracts and registers, each with applications of its own
A_DOCUMENT = 5  # cases of one drawn document

CODES = [f'"{code}"' for code in (*PEOPLE, "3010000079")]
VALUES = {
    "NationalId": CODES,
    "PersonRef": CODES,
    "WorkshopCode": [f'"{shop.code.digits}"' for shop in WORKSHOPS],
    "BranchCode": ['"0070"'],
    "RequestKind": ["MEDICAL_COMMISSION"],
    "YearMonth": ['"1404-01"', '"1405-07"', '"1405-08"'],
    "Int": ["1", "2", "3"],
    "String": ["null"],
    "ID": [f'"{id_}"' for id_ in NAMED.values()],
}


def _literals(texts: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from([graphql.parse_value(text, no_location=True) for text in texts])


SCALARS = {
    name: _literals(texts)
    for name, texts in VALUES.items()
    if name not in ("Int", "String", "ID", "InsuranceKind", "RequestKind")
}
DOCUMENTS = queries(print_ast=lambda document: document, schema=SCHEMA, custom_scalars=SCALARS)


class Pair:
    """Two applications that differ by their engine alone."""

    def __init__(self, schema: strawberry.Schema, folder: Path, chance: Random) -> None:
        for name, relation in (("court", "cases"), ("fund", "members")):
            paper = paper_of(chance, name, AGENCIES[name], relation)
            (folder / f"{name}.toml").write_text(paper.text())
        registers_of(chance, ("cases", "members")).write(folder / "registers")
        self.callers = CALLERS | {"developer": Caller(kind=CallerKind.DEVELOPER, client="tests")}
        self._contracts = Contracts(folder, grantable_of(schema._schema))
        self._folder = folder
        self._schema = schema
        self._memories: list[LocalMemory] = []
        self.kept = (Kept(), Kept())
        self.compiled = self._app(ExecutionSettings(engine=Engine.COMPILED, sights=1), self.kept[0])
        self.reference = self._app(ExecutionSettings(engine=Engine.REFERENCE), self.kept[1])

    def _app(self, execution: ExecutionSettings, kept: Kept) -> ASGIApp:
        clock, systems = SteppingClock(), Systems(built())
        systems.gate.set()
        self._memories.append(LocalMemory(clock=clock))
        registers = GatewayRegisters(self._folder / "registers", clock)
        return create_app(
            Dependencies(
                schema=self._schema,
                sources=systems.sources(self._memories[-1], clock),
                authenticator=KnownCallers(self.callers),
                readiness=_ready,
                keyring=KEYRING,
                clock=clock,
                policy=ContractPolicy(self._contracts, registers, clock, sandbox_developers=True),
                entitlement_rules=EntitlementRules(),
                http=HttpSettings(request_seconds=3600.0),  # however slow the machine
                execution=execution,
                record=Record(recorder=kept, pseudonyms=PSEUDONYMS, access_log=None, sealed_days={}),  # type: ignore[arg-type]
            )
        )

    async def close(self) -> None:
        for memory in self._memories:
            await memory.aclose()


async def _ready() -> Any:
    raise AssertionError("nobody asks")


def _asked(document: DocumentNode, chance: Random) -> Asked:
    """What was drawn, written anew with other fields, names, fragments and variables; ids are real ones."""
    ids = VALUES["ID"]

    class WithIds(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> Any:
            if node.name.value != "node" or not node.arguments:
                return None
            fields = {key: getattr(node, key) for key in node.keys if key != "loc"}
            value = graphql.parse_value(chance.choice(ids), no_location=True)
            argument = graphql.ArgumentNode(name=node.arguments[0].name, value=value)
            return FieldNode(**{**fields, "arguments": (argument,)})

    document = graphql.visit(document, WithIds())
    return Rewriting(SCHEMA, chance, VALUES, is_left_out=lambda name: name in LEFT_OUT).asked(document, sets=2)


def _answer(body: bytes) -> tuple[bytes, list[bytes], Any]:
    """The data as they were written, the errors in an order of their own, and the rest."""
    parts = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    errors = msgspec.json.decode(parts.pop("errors", msgspec.Raw(b"[]")), type=list[msgspec.Raw])
    return bytes(parts.pop("data", b"")), sorted(map(bytes, errors)), {key: bytes(each) for key, each in parts.items()}


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("paper", range(PAPERS))
def test_both_engines_answer_alike_whoever_asks_whatever(
    paper: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair(build_schema(), tmp_path, Random(FIRST_SEED + paper))
    names = (*pair.callers, *3 * ("developer", "citizen", "supporter"))
    count: Counter[str] = Counter()
    run = executor.run

    async def counted(*plan: Any, **more: Any) -> Any:
        count["run a plan"] += 1
        return await run(*plan, **more)

    monkeypatch.setattr(executor, "run", counted)

    async def agreed(caller: str, text: str, variables: dict[str, Any], *, whole: bool) -> None:
        bodies = [
            await posted(app, "one", caller, text, variables, whole=whole) for app in (pair.compiled, pair.reference)
        ]
        compiled, reference = map(_answer, bodies)
        assert compiled == reference, f"{caller} asked {variables}\n{text}\n{bodies[0].decode()}\n{bodies[1].decode()}"
        recorded = [[(one.decision, one.released, one.refusals) for one in kept.events] for kept in pair.kept]
        assert recorded[0] == recorded[1], f"{caller} asked {variables}\n{text}"
        count["are on record"] += bool(recorded[0])
        for kept in pair.kept:
            kept.events.clear()
        count["cases"] += 1
        count["have good values"] += b'"data":' in bodies[0]
        count["release data"] += len(compiled[0]) > 80
        count["refuse some"] += any(b'"FORBIDDEN"' in error for error in compiled[1])

    with asyncio.Runner() as runner:

        @seed(FIRST_SEED + paper)
        @settings(
            max_examples=max(CASES // PAPERS // A_DOCUMENT, 1),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(DOCUMENTS, st.integers(0, 2**32))
        def hold(document: DocumentNode, first: int) -> None:
            for number in range(A_DOCUMENT):
                chance = Random(first + number)
                caller, whole = chance.choice(names), chance.random() < 0.05
                if number == 0:
                    operation = operation_of(chance, NAMED, PEOPLE[0])
                    runner.run(agreed(caller, operation.text, operation.variables, whole=whole))
                    continue
                asked = _asked(document, chance)
                for variables in asked.variables:
                    runner.run(agreed(caller, asked.text, variables, whole=whole))

        hold()
        runner.run(pair.close())

    for what, (floor, among) in FLOORS.items() if CASES >= ENOUGH_FOR_FLOORS else ():
        assert count[what] >= floor * count[among], f"too few cases {what} for this to prove anything: {count}"
    print(f"seed {FIRST_SEED + paper}: {dict(count)}")  # noqa: T201 - shown with -rP, and where it fails
