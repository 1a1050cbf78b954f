"""The executor itself lets no refused field through, and nothing at all before somebody has decided."""

from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError, parse

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.engine import executed, executor_of


@strawberry.type
class Nest:
    leaf: int | None = 1
    egg: int | None = 2


@strawberry.type
class Query:
    @strawberry.field
    def nests(self) -> list[Nest]:
        return [Nest(), Nest()]

    @strawberry.field
    def nest(self, info: strawberry.Info) -> Nest | None:
        info.context.called.append(info.path.key)
        return Nest()


async def run(text: str, closed: set[int] | None) -> tuple[ExecutionResult, list[str | int]]:
    context = SimpleNamespace(closed_fields=None if closed is None else dict.fromkeys(closed, "-"), called=[])
    executor = executor_of(strawberry.Schema(Query), parse(text), variables={}, operation_name=None, context=context)
    assert not isinstance(executor, list)
    return await executed(executor), context.called


def refused(result: ExecutionResult) -> list[list[str | int]]:
    def code(error: GraphQLError) -> Any:
        assert isinstance(error.original_error, Refused)
        return error.original_error.code

    assert {code(error) for error in result.errors or ()} <= {Code.FORBIDDEN}
    return sorted(error.path or [] for error in result.errors or ())


async def test_what_nobody_admitted_is_refused_whole() -> None:
    result, called = await run("{ nest { leaf } again: nest { leaf } }", None)
    assert result.data == {"nest": None, "again": None}
    assert refused(result) == [["again"], ["nest"]]
    assert called == []


async def test_a_refused_field_is_null_and_its_resolver_is_not_called() -> None:
    text = "{ nest { leaf egg } again: nest { leaf } }"
    result, called = await run(text, {text.index("again"), text.index("egg")})
    assert result.data == {"nest": {"leaf": 1, "egg": None}, "again": None}
    assert refused(result) == [["again"], ["nest", "egg"]]
    assert called == ["nest"]


@pytest.mark.parametrize("both", [True, False])
async def test_a_field_mentioned_twice_is_refused_where_both_mentions_are(both: bool) -> None:
    text = "{ nest { leaf } nest { egg } }"
    egg, second = text.index("egg"), text.rindex("nest")
    closed = {second, egg} | ({text.index("nest"), text.index("leaf")} if both else set())
    result, called = await run(text, closed)
    assert result.data == ({"nest": None} if both else {"nest": {"leaf": 1, "egg": None}})
    assert called == ([] if both else ["nest"])


async def test_with_nothing_refused_all_is_answered() -> None:
    result, called = await run("{ nest { leaf egg } }", set())
    assert result.data == {"nest": {"leaf": 1, "egg": 2}}
    assert not result.errors
    assert called == ["nest"]


async def test_a_field_that_is_refused_in_a_list_says_so_for_each_entry() -> None:
    text = "{ nests { leaf ...E } other: nests { leaf ...E } } fragment E on Nest {\n egg }"
    result, _ = await run(text, {text.index("egg")})
    assert result.data == {name: [{"leaf": 1, "egg": None}] * 2 for name in ("nests", "other")}
    assert refused(result) == [[name, n, "egg"] for name in ("nests", "other") for n in (0, 1)]
    assert {(at.line, at.column) for error in result.errors or () for at in error.locations or ()} == {(2, 2)}
    assert {error.message for error in result.errors or ()} == {"This caller may not see this field."}
