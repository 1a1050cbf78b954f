"""One case: a document, a hostile world, two sets of variables; run by both executors and compared."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec
from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, parse

from executor import Compiler, Inputs, Plan, Plans, VariableValues, chosen, conditions_of, run, written
from tests.executor.oracle.documents import Asked, Rewriting
from tests.executor.oracle.hostile import SCHEMA, World, traits_of
from tests.executor.oracle.judge import Answer, agree, differences
from tests.executor.oracle.reference import referred, settled

VALUES = {
    "Int": ("0", "2", "13", "-7"),
    "Float": ("1.5", "2"),
    "String": ('"x"', '""', "null"),
    "Day": ('"2001-02-03"',),
    "Stamp": ('"5"',),
    "Box": ("{size: 1}", '{size: 2, name: null, items: [], inner: {size: 3, name: "in"}}', "{size: 4, items: 7}"),
}
RARITIES = (1, 4, 20, 60, 300, 3_000)


@dataclass(frozen=True)
class Case:
    asked: Asked
    seed: int
    rarity: int
    denied: frozenset[str]


@dataclass
class Tally:
    """Of how many cases did what, so that nothing is proved on empty answers."""

    cases: int = 0
    of: Counter[str] = field(default_factory=Counter)


def case_of(document: DocumentNode, seed: int) -> Case:
    random = Random(seed)
    asked = Rewriting(SCHEMA._schema, random, VALUES).asked(document, sets=2)
    denied = frozenset(random.sample(("s", "leaf", "kids", "told", "row", "name"), 2)) if random.random() < 0.1 else ()
    return Case(asked, seed, random.choice(RARITIES), frozenset(denied))


async def tried(case: Case, tally: Tally) -> list[str]:
    """What is wrong with the compiled executor's answers; empty where nothing is."""
    document = parse(case.asked.text)
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    world = World(case.seed, case.rarity)
    traits = traits_of(world)
    compiler, plans, conditions = Compiler(SCHEMA, traits), Plans(), conditions_of(document)
    is_denied = (lambda nodes: all(node.name.value in case.denied for node in nodes)) if case.denied else None
    inputs = Inputs(SCHEMA._schema, operation)
    seen: Counter[str] = Counter()
    wrongs: list[str] = []
    for variables in case.asked.variables:
        values = inputs.coerced(variables, most_errors=50)
        if isinstance(values, list):
            refused = await referred(SCHEMA, document, variables, context=World(case.seed, case.rarity))
            wrongs += _refusals(values, refused.errors or [])
            seen["refuse a variable"] = 1
            continue
        plan = plans.plan(
            "operation",
            chosen(conditions, values.coerced),
            lambda values=values: compiler.compiled(operation, fragments, values, is_denied),  # type: ignore[misc]
            at_once=True,
        )
        assert isinstance(plan, Plan), plan
        for _again in range(2 if case.seed % 4 == 0 else 1):  # from remembered fragments, where there are any
            ours = await _ours(plan, values, world)
            theirs = await _theirs(case, document, variables, traits, is_denied)
            unhidden = None
            if not agree(ours, theirs):
                unhidden = await _theirs(case, document, variables, traits, is_denied, propagates=False)
            wrongs += [f"{wrong}\nvariables {variables}" for wrong in differences(ours, theirs, unhidden or theirs)]
            _note(seen, case, ours, theirs, world)
    tally.cases += 1
    tally.of.update(seen.keys())
    return wrongs


async def _ours(plan: Plan, values: VariableValues, world: World) -> Answer:
    world.calls.clear()
    world.told.clear()
    world.order.clear()
    outcome = await run(plan, values, context=world)
    left = asyncio.all_tasks() - {asyncio.current_task()} - world.futures
    assert not left, f"tasks were left running: {left}"
    await settled()
    world.futures.clear()
    return Answer(
        written(outcome.data), tuple(outcome.errors), Counter(world.calls), Counter(world.told), tuple(world.order)
    )


async def _theirs(
    case: Case,
    document: DocumentNode,
    variables: dict[str, Any],
    traits: Any,
    is_denied: Any,
    *,
    propagates: bool = True,
) -> Answer:
    world = World(case.seed, case.rarity)
    result = await referred(
        SCHEMA, document, variables, context=world, traits=traits, is_denied=is_denied, propagates=propagates
    )
    json = msgspec.json.encode(result.data, enc_hook=str)
    return Answer(json, tuple(result.errors or ()), world.calls, world.told, tuple(world.order))


def _note(seen: Counter[str], case: Case, ours: Answer, theirs: Answer, world: World) -> None:
    noted = {
        "answer data": len(ours.json) > 60,
        "have errors": bool(theirs.errors),
        "bubble a null": theirs.bubbles,
        "run generated code": world.written > 0,
        "run a column of several": world.widest_column > 1,
        "meet an abstract type": world.typed > 0,
        "remember a fragment": any(world.kept.values()),
        "are mutations": bool(world.order),
        "deny fields": bool(case.denied),
        "have conditions": "(if: $" in case.asked.text,
        "are as graphql-core's to the last error": ours.faces == theirs.faces,
    }
    seen.update(what for what, is_so in noted.items() if is_so)


def _refusals(ours: Sequence[GraphQLError], theirs: Sequence[GraphQLError]) -> list[str]:
    said, expected = [str(error) for error in ours], [str(error) for error in theirs]
    return [] if said == expected else [f"variables refused differently: {said}, not {expected}"]


def told(case: Case, wrongs: Sequence[str]) -> str:
    """All that it takes to try the case again, however it was drawn: to be read, and to be pasted."""
    return "\n".join([*wrongs, case.asked.text, f"the case, for `tried`: {case!r}"])
