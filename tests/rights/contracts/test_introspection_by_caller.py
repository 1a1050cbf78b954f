"""Introspection in execution: each caller is shown their own part, also beside other fields."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
import strawberry
from graphql import GraphQLSchema, build_client_schema, get_introspection_query, validate_schema

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId
from gateway.loading.context import RequestContext
from gateway.operation.admission import Admissions
from gateway.operation.document import Documents, Understood
from gateway.operation.execution import Bound, Execution
from gateway.operation.introspection import _showing, graph_for
from gateway.rights.contract_files import Contracts
from gateway.rights.grantable import Grantable
from gateway.rights.policy import ContractPolicy
from gateway.rights.registers import Registers
from gateway.schema.pruning import pruned
from gateway.schema.sample_query import sample_query
from tests.rights.contracts.conftest import SHIPPED

COURT = Caller(kind=CallerKind.AGENCY, client="court")
FUND = Caller(kind=CallerKind.AGENCY, client="insurance-fund")
STRANGER = Caller(kind=CallerKind.AGENCY, client="nobody")
SARA = Caller(kind=CallerKind.CITIZEN, subject=NationalId("0013542419"))
DEVELOPER = Caller(kind=CallerKind.DEVELOPER, client="developer")


@pytest.fixture
def policy(grantable: Grantable) -> ContractPolicy:
    clock = SystemClock()
    return ContractPolicy(Contracts(SHIPPED, grantable, renewed_by=clock), Registers(None, clock), clock)


def context(caller: Caller, policy: ContractPolicy) -> RequestContext:
    return cast(
        RequestContext,
        SimpleNamespace(caller=caller, rights=policy.rights_of(caller), policy=policy, closed_fields=frozenset()),
    )


def understood(schema: strawberry.Schema, text: str) -> Understood:
    found = Documents(schema).understood(text)
    assert isinstance(found, Understood)
    return found


async def answered(schema: strawberry.Schema, text: str, caller: Caller, policy: ContractPolicy) -> Any:
    execution = Execution(schema)
    bound = execution.bind(understood(schema, text), {}, None, context(caller, policy))
    assert isinstance(bound, Bound)
    result = await execution.run(bound, seconds=5)
    assert not result.errors
    return result.data


async def test_an_agency_is_shown_its_own_part_only(schema: strawberry.Schema, policy: ContractPolicy) -> None:
    client = build_client_schema(await answered(schema, get_introspection_query(), COURT, policy))
    assert validate_schema(client) == []
    assert set(client.type_map["Person"].fields) == {"id", "nationalId", "identity", "insurance", "pension"}  # type: ignore[attr-defined]
    assert set(client.type_map["Query"].fields) == {"person", "persons"}  # type: ignore[attr-defined]
    assert "Debt" not in client.type_map


async def test_a_type_that_is_hidden_is_not_found_by_its_name(
    schema: strawberry.Schema, policy: ContractPolicy
) -> None:
    text = '{ __type(name: "ContributionRecord") { name fields { name } } }'
    assert await answered(schema, text, COURT, policy) == {"__type": None}
    shown = await answered(schema, text, FUND, policy)
    assert {field["name"] for field in shown["__type"]["fields"]} == {"month", "branch", "kind", "days", "standing"}


async def test_aliases_and_fragments_hide_no_question_for_the_schema(
    schema: strawberry.Schema, policy: ContractPolicy
) -> None:
    text = "{ ...a } fragment a on Query { __typename ... on Query { s: __schema { types { name } } } }"
    shown = await answered(schema, text, COURT, policy)
    assert "Debt" not in {kind["name"] for kind in shown["s"]["types"]}


async def test_introspection_beside_other_fields_is_pruned_too(
    schema: strawberry.Schema, policy: ContractPolicy
) -> None:
    shown = await answered(schema, '{ __typename __type(name: "Debt") { name } }', COURT, policy)
    assert shown == {"__typename": "Query", "__type": None}


async def test_what_implements_an_interface_is_of_the_part(schema: strawberry.Schema, policy: ContractPolicy) -> None:
    text = '{ __type(name: "Node") { possibleTypes { name fields { name } } } }'
    shown = await answered(schema, text, SARA, policy)
    possible = {kind["name"]: {field["name"] for field in kind["fields"]} for kind in shown["__type"]["possibleTypes"]}
    assert possible.keys() == {"Person", "ServiceRequest", "PaymentTicket"}
    assert "dependents" in possible["Person"]


async def test_a_citizen_is_shown_nothing_of_workshops(schema: strawberry.Schema, policy: ContractPolicy) -> None:
    client = build_client_schema(await answered(schema, get_introspection_query(), SARA, policy))
    assert validate_schema(client) == []
    assert "Workshop" not in client.type_map
    assert "me" in client.type_map["Query"].fields  # type: ignore[attr-defined]


async def test_developers_see_the_whole(
    schema: strawberry.Schema, policy: ContractPolicy, graph: GraphQLSchema
) -> None:
    client = build_client_schema(await answered(schema, get_introspection_query(), DEVELOPER, policy))
    assert set(client.type_map) == set(graph.type_map)


async def test_without_a_contract_an_agency_is_shown_no_field(
    schema: strawberry.Schema, policy: ContractPolicy
) -> None:
    shown = await answered(schema, "{ __schema { queryType { fields { name } } } }", STRANGER, policy)
    assert shown == {"__schema": {"queryType": {"fields": []}}}


AGENCIES = ("court", "insurance-fund", "relief")


@pytest.mark.parametrize("asking", AGENCIES)
@pytest.mark.parametrize("written_for", AGENCIES)
def test_an_agency_may_run_its_own_sample_query_and_no_other(
    schema: strawberry.Schema, policy: ContractPolicy, graph: GraphQLSchema, asking: str, written_for: str
) -> None:
    contract = policy.rights_of(Caller(kind=CallerKind.AGENCY, client=written_for)).contract
    assert contract is not None
    asked = understood(schema, sample_query(pruned(graph, contract.fields)))
    rights = policy.rights_of(Caller(kind=CallerKind.AGENCY, client=asking))
    admissions = Admissions(schema, policy.releases)
    refused = [admissions.admit(rights, asked, operation, {}).refused for operation in asked.operations.values()]
    assert any(refused) == (asking != written_for)


def test_parts_are_kept_by_what_they_show(schema: strawberry.Schema, policy: ContractPolicy) -> None:
    _showing.cache_clear()
    asked = understood(schema, "{ __schema { queryType { name } } }")
    first = graph_for(schema, asked, asked.operation(None), context(COURT, policy))
    assert graph_for(schema, asked, asked.operation(None), context(COURT, policy)) is first
    assert graph_for(schema, asked, asked.operation(None), context(FUND, policy)) is not first
    assert _showing.cache_info().maxsize == 64


def test_an_operation_without_introspection_runs_on_the_whole_graph(
    schema: strawberry.Schema, policy: ContractPolicy, graph: GraphQLSchema
) -> None:
    asked = understood(schema, "{ __typename }")
    assert graph_for(schema, asked, asked.operation(None), context(COURT, policy)) is graph
