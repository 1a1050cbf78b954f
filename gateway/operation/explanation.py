"""What an operation would cost and ask at worst, told to the developer who writes it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLError

from executor import coerced_variables
from gateway.domain.refusal import Refused
from gateway.operation.allowances import Allowance
from gateway.operation.budget import Budget, Estimate
from gateway.operation.document import Documents, Understood
from gateway.operation.engine import MAX_COERCION_ERRORS, graph_of
from gateway.operation.masking import masked


class NotExplained(ValueError):
    """Why there is nothing to explain, in a sentence without any value of the variables."""


class Measure(NamedTuple):
    """`limit` is None where there is none."""

    what: str
    amount: int
    limit: int | None

    @property
    def within(self) -> bool:
        return self.limit is None or self.amount <= self.limit


def explained(
    schema: strawberry.Schema,
    documents: Documents,
    budget: Budget,
    text: str,
    variables: Mapping[str, Any],
    operation_name: str | None = None,
) -> Estimate:
    """Raises NotExplained for a document, an operation or variables that would not run."""
    understood = documents.understood(text)
    if not isinstance(understood, Understood):
        raise NotExplained(_told(understood[0]))
    try:
        operation = understood.operation(operation_name)
        values = coerced_variables(graph_of(schema), operation, variables, most_errors=MAX_COERCION_ERRORS)
        if isinstance(values, list):
            raise NotExplained(_told(values[0]))
        return budget.estimate(understood, operation, values.coerced)
    except Refused as refused:
        raise NotExplained(refused.message) from None


def measures(estimate: Estimate, allowance: Allowance) -> Iterator[Measure]:
    yield Measure("type cost", round(estimate.cost.types), allowance.type_cost)
    yield Measure("field cost", round(estimate.cost.fields), allowance.field_cost)
    for source, calls in estimate.reach.calls.items():
        yield Measure(f"calls to {source.value}", calls, allowance.calls.of(source))
    yield Measure("persons", estimate.reach.persons, None)


def _told(error: GraphQLError) -> str:
    where = f"line {error.locations[0].line}: " if error.locations else ""
    return where + masked(error)
