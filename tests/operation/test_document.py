"""A document is understood once, and a hostile one cheaply."""

import sys

import pytest
import strawberry
from graphql import GraphQLError

from gateway.domain.refusal import Refused
from gateway.operation import document as module
from gateway.operation.document import Documents, Understood
from gateway.operation.limits import DocumentLimits


@strawberry.type
class Thing:
    name: str = "n"

    @strawberry.field
    def thing(self, n: int = 0) -> "Thing":
        return self


@strawberry.type
class Query:
    thing: Thing


SCHEMA = strawberry.Schema(Query)


def test_the_same_text_is_parsed_and_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents(SCHEMA)
    first = documents.understood("{ thing { name } }")
    monkeypatch.delattr(module, "parse")
    assert documents.understood("{ thing { name } }") is first


def test_those_used_last_are_kept() -> None:
    documents = Documents(SCHEMA, kept=2)
    a, b, c = ("{ thing { name } }", "{ a: thing { name } }", "{ b: thing { name } }")
    first = documents.understood(a)
    second = documents.understood(b)
    assert documents.understood(a) is first
    documents.understood(c)
    assert len(documents) == 2
    assert documents.understood(a) is first
    assert documents.understood(b) is not second


def test_their_text_is_bounded_too() -> None:
    documents = Documents(SCHEMA, kept_bytes=3_000)
    for i in range(10):
        documents.understood(f"{{ a{i}: thing {{ name }} }} #" + "x" * 1_000)
    assert len(documents) == 2


def test_a_bad_document_is_not_kept() -> None:
    documents = Documents(SCHEMA)
    for text in (
        "{",
        "{ nothing }",
        "",
        "fragment F on Query { thing { name } }",
        "{ thing { name } } type A { b: Int }",
    ):
        assert not isinstance(documents.understood(text), Understood)
    assert len(documents) == 0


def test_names_are_not_suggested() -> None:
    [error] = errors_of("{ thing { nane } }")
    assert error.message == "Cannot query field 'nane' on type 'Thing'."


def test_the_operation_is_chosen_by_name() -> None:
    several = Documents(SCHEMA).understood("query A { thing { name } } query B { thing { name } }")
    assert isinstance(several, Understood)
    assert several.operation("B").name.value == "B"  # type: ignore[union-attr]
    for name in (None, "C", ""):
        with pytest.raises(Refused):
            several.operation(name)


def test_a_lone_surrogate_is_an_error_and_no_fault() -> None:
    assert errors_of('{ thing(n: "\ud800") { name } }')
    assert errors_of("{ \ud800 }")


HOSTILE = {
    "the same field": "{" + " thing{name}" * 1_600 + "}",
    "fields that are not there": "{" + " xx" * 4_900 + "}",
    "the same field below itself": "{thing{" + ("thing{thing{" + "thing{name} " * 10 + "}}") * 45 + "}}",
    "arguments that differ": "{thing{" + "".join(f"thing(n:{i}){{name}} " for i in range(500)) + "}}",
    "a circle of fragments": "{...F0}"
    + "".join(f" fragment F{i} on Query{{...F{(i + 1) % 200} ...F{(i + 7) % 200}}}" for i in range(200)),
    "fragments that cross": "{...F0}"
    + "".join(
        f" fragment F{i} on Query{{{' '.join(f'...F{j}' for j in range(i + 1, 60))} thing{{name}}}}" for i in range(60)
    ),
    "unused fragments": "{thing{name}}" + "".join(f"fragment F{i} on Query{{thing{{name}}}}" for i in range(450)),
    "many operations": "".join(f"query Q{i}{{...F}} " for i in range(600)) + "fragment F on Query{thing{name}}",
    "directives": "{thing" + " @skip(if:true)" * 600 + "{name}}",
    "comments": "{thing{name}}" + "#\n" * 30_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_document_costs_little(kind: str) -> None:
    """Counted in calls of functions, which no other work on the machine changes; 300,000 are 0.1 s of an idle core."""
    documents, calls = Documents(SCHEMA), 0

    def counted(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        documents.understood(HOSTILE[kind])
    finally:
        sys.setprofile(before)
    assert calls < 30 * len(HOSTILE[kind]), "worst measured: 18 calls a character"


def test_a_limit_of_tokens_is_told() -> None:
    [error] = errors_of("{ thing { name name name name name } }", DocumentLimits(tokens=6))
    assert "more than 6 tokens" in error.message


def errors_of(text: str, limits: DocumentLimits | None = None) -> list[GraphQLError]:
    found = Documents(SCHEMA, limits).understood(text)
    assert isinstance(found, list)
    return found
