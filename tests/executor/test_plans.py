"""What is compiled, when, and for how long it is kept."""

import gc
import weakref
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse
from strawberry.directive import DirectiveLocation

from executor import Compiler, Left, Plan, Plans, Unsupported, VariableValues, chosen, coerced_variables, conditions_of
from tests.executor.running import Small


@strawberry.type
class Thing:
    a: str = "a"
    b: str = "b"


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, n: int = 1) -> Thing:
        return Thing()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def things(self) -> AsyncGenerator[Thing, None]:
        yield Thing()


SMALL = Small(strawberry.Schema(Query))


def compiled(text: str = "{ thing { a } }") -> Plan:
    return SMALL.plan(text)[0]


def test_an_operation_is_compiled_at_its_second_sight() -> None:
    plans = Plans()
    assert plans.plan("a", None, compiled) is Left.NEW
    plan = plans.plan("a", None, compiled)
    assert isinstance(plan, Plan)
    assert plans.plan("a", None, lambda: pytest.fail("compiled again")) is plan
    assert plans.plan("b", None, compiled) is Left.NEW


def test_what_is_known_beforehand_is_compiled_at_once() -> None:
    assert isinstance(Plans().plan("a", None, compiled, at_once=True), Plan)
    assert isinstance(Plans(sights=1).plan("a", None, compiled), Plan)


def test_plans_are_kept_up_to_their_bytes_and_those_used_last() -> None:
    one = compiled()
    plans = Plans(size=one.size * 3)
    for name in "abc":
        plans.plan(name, None, compiled, at_once=True)
    plans.plan("a", None, compiled, at_once=True)
    plans.plan("d", None, compiled, at_once=True)
    assert (len(plans), plans.size) == (3, one.size * 3)
    kept = plans.plan("a", None, lambda: pytest.fail("dropped"), at_once=True)
    assert isinstance(kept, Plan)
    again: list[int] = []

    def noted() -> Plan:
        again.append(1)
        return compiled()

    plans.plan("b", None, noted, at_once=True)
    assert again == [1]


def test_a_failure_to_compile_is_not_kept() -> None:
    plans = Plans(sights=1)

    def fails() -> Plan:
        raise RuntimeError("for the moment")

    with pytest.raises(RuntimeError):
        plans.plan("a", None, fails)
    assert isinstance(plans.plan("a", None, compiled), Plan)


def test_that_only_graphql_core_runs_an_operation_is_kept() -> None:
    plans, tried = Plans(sights=1), []

    def unsupported() -> Plan:
        tried.append(1)
        raise Unsupported("introspection")

    assert plans.plan("a", None, unsupported) is Left.UNSUPPORTED
    assert plans.plan("a", "another variant", unsupported) is Left.UNSUPPORTED
    assert tried == [1]


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Thing") { name } }',
        "{ thing { ...on Thing { a } } __schema { description } }",
    ],
)
def test_introspection_is_left_to_graphql_core(text: str) -> None:
    with pytest.raises(Unsupported, match="introspection"):
        compiled(text)


def test_directives_of_ones_own_are_left_to_graphql_core() -> None:
    @strawberry.directive(locations=[DirectiveLocation.FIELD])
    def loud(value: str) -> str:
        return value.upper()

    small = Small(strawberry.Schema(Query, directives=[loud]))
    with pytest.raises(Unsupported, match="a directive of its own"):
        small.plan('{ thing { a @loud(value: "x") } }')
    with pytest.raises(Unsupported, match="a directive of its own"):
        small.plan('{ thing { ...F } } fragment F on Thing { a @loud(value: "x") }')


def test_subscriptions_are_left_to_graphql_core() -> None:
    small = Small(strawberry.Schema(Query, subscription=Subscription))
    with pytest.raises(Unsupported, match="a subscription"):
        small.plan("subscription { things { a } }")


CONDITIONED = """
query ($yes: Boolean! = true, $no: Boolean) { thing { a @include(if: $yes) b @skip(if: $no) ...F } }
fragment F on Thing { c: a @skip(if: $more) }
"""


def values_of(text: str, said: dict[str, Any]) -> VariableValues:
    operation = next(each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode))
    values = coerced_variables(SMALL.schema._schema, operation, said, most_errors=5)
    assert isinstance(values, VariableValues)
    return values


def test_a_plan_is_good_for_the_coerced_values_of_its_conditions() -> None:
    """A default that is left out and the same value said are one plan; another value is another."""
    text = "query ($yes: Boolean! = true) { thing { a b @include(if: $yes) } }"
    conditions = conditions_of(parse(text))
    keys = [chosen(conditions, values_of(text, said).coerced) for said in ({}, {"yes": True}, {"yes": False})]
    assert keys == [(True,), (True,), (False,)]


def test_the_conditions_of_fragments_count_and_other_variables_do_not() -> None:
    assert conditions_of(parse(CONDITIONED)) == ("more", "no", "yes")
    assert conditions_of(parse("query ($n: Int) { thing(n: $n) { a @skip(if: true) } }")) == ()


async def test_what_a_condition_leaves_out_is_not_in_the_plan() -> None:
    text = "query ($yes: Boolean!) { thing { a b @include(if: $yes) } }"
    for yes, keys in ((True, ["a", "b"]), (False, ["a"])):
        said = await SMALL.both(text, {"yes": yes})
        assert list(said.data["thing"]) == keys


def test_a_plan_holds_nothing_of_the_request_that_it_was_made_for() -> None:
    """Neither the values of its variables nor what was told of its caller: it outlives them."""

    class Caller:
        def denies(self, _nodes: Any) -> bool:
            return False

    text = "query ($n: Int) { thing(n: $n) { a } }"
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    caller, values = Caller(), values_of(text, {"n": 61274801})
    seen = weakref.ref(caller)
    plan = Compiler(SMALL.schema).compiled(operation, {}, values, caller.denies)
    del caller
    gc.collect()
    assert seen() is None
    assert not any(
        value is values for holder in vars(plan).values() for value in (holder, getattr(holder, "coerced", None))
    )


def test_a_deep_plan_is_counted_by_its_fields() -> None:
    assert compiled("{ thing { a b } }").size == compiled("{ thing { a } }").size * 3 / 2
