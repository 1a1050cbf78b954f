"""Runs one operation of a small schema by both executors, and holds their answers against each other."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, parse, validate

from executor import Compiler, Plan, Traits, coerced_variables, plain, run, written
from executor.contacts import graph_of
from executor.plan import IsDenied
from tests.executor.oracle.judge import face_of
from tests.executor.oracle.reference import referred


@dataclass
class Small:
    """A schema, and how it is run. `denied` names fields."""

    schema: strawberry.Schema
    traits: Traits = field(default_factory=Traits)
    denied: frozenset[str] = frozenset()

    @property
    def is_denied(self) -> IsDenied | None:
        return (lambda nodes: all(node.name.value in self.denied for node in nodes)) if self.denied else None

    def plan(self, text: str, variables: Mapping[str, Any] | None = None) -> tuple[Plan, Any]:
        """The plan, and the variables' values. Raises what compiling raises, and GraphQLError for bad variables."""
        graph, document = graph_of(self.schema), parse(text)
        assert not (wrong := validate(graph, document)), wrong
        operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        values = coerced_variables(graph, operation, variables or {}, most_errors=5)
        if isinstance(values, list):
            raise values[0]
        return Compiler(self.schema, self.traits).compiled(operation, fragments, values, self.is_denied), values

    async def compiled(
        self, text: str, variables: Mapping[str, Any] | None = None, *, context: Any = None, root: Any = None
    ) -> "Said":
        plan, values = self.plan(text, variables)
        outcome = await run(plan, values, context=context, root=root)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "tasks were left running"
        return Said(plain(outcome.data), written(outcome.data), outcome.errors)

    async def both(
        self, text: str, variables: Mapping[str, Any] | None = None, *, context: Callable[[], Any] = lambda: None
    ) -> "Said":
        """The compiled executor's answer, which is graphql-core's: same data in the same order, same errors."""
        said = await self.compiled(text, variables, context=context())
        result = await referred(
            self.schema, parse(text), variables or {}, context=context(), traits=self.traits, is_denied=self.is_denied
        )
        assert list(_flat(said.data)) == list(_flat(result.data))
        ours, theirs = sorted(map(face_of, said.errors)), sorted(map(face_of, result.errors or ()))
        assert ours == theirs, f"{ours}, not {theirs}"
        return said


@dataclass
class Said:
    data: Any
    json: bytes
    errors: list[GraphQLError]

    @property
    def messages(self) -> list[str]:
        return [error.message for error in self.errors]

    @property
    def paths(self) -> list[list[str | int] | None]:
        return [list(error.path) if error.path is not None else None for error in self.errors]


def _flat(data: Any) -> Any:
    """Data with the order of their keys."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _flat(value)
    elif isinstance(data, list):
        yield len(data)
        for item in data:
            yield from _flat(item)
    else:
        yield data
