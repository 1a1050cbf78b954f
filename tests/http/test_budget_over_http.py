"""Limits as a client meets them: status, Retry-After, RateLimit fields, and the numbers in the error."""

from typing import Any

import pytest
from strawberry.printer import print_schema

from gateway.domain.clock import SystemClock
from gateway.http.settings import HttpSettings
from gateway.loading.counters import LocalCounters
from gateway.loading.keyring import Keyring
from gateway.operation.allowances import LimitSettings, OwnAllowance
from gateway.operation.budget import Budget
from gateway.operation.weights import Weights
from tests.http.conftest import KEY, Rooms, Run, small_schema

NEST = {"query": "{ nest { nest { leaf } } }"}
JSON = "application/json"


def budget(**limits: Any) -> Budget:
    clock = SystemClock()
    settings = LimitSettings(citizen=OwnAllowance(**limits))
    return Budget(Weights(print_schema(small_schema(Rooms()))), settings, LocalCounters(clock), Keyring(KEY), clock)


async def test_each_answer_says_how_its_caller_stands(run: Run) -> None:
    async with run(budget=budget(operations_per_minute=10, cost_per_minute=100)) as served:
        for left in (9, 8):
            response = await served.post(NEST)
            assert response.status_code == 200
            assert response.headers["ratelimit-policy"] == '"operations";q=10;w=60, "cost";q=100;w=60'
            operations, cost = response.headers["ratelimit"].split(", ")
            assert operations.startswith(f'"operations";r={left};t=')
            assert cost.startswith(f'"cost";r={100 - 2 * (10 - left)};t=')


@pytest.mark.parametrize(("accept", "status"), [("application/graphql-response+json", 429), (JSON, 200)])
async def test_who_asks_too_often_is_told_when_to_come_back(run: Run, accept: str, status: int) -> None:
    async with run(budget=budget(operations_per_minute=1)) as served:
        assert (await served.post(NEST, accept=accept)).status_code == 200
        response = await served.post(NEST, accept=accept, accept_language="en")
        assert response.status_code == status
        (error,) = response.json()["errors"]
        assert error["message"] == "Too many requests. Please try again later."
        wait = error["extensions"].pop("retryAfter")
        assert error["extensions"] == {"code": "RATE_LIMITED", "retryable": True, "limit": "operations"}
        assert 0 < wait <= 120
        assert response.headers["retry-after"] == str(wait)
        assert response.headers["ratelimit"].startswith('"operations";r=0;t=')
        assert "data" not in response.json()


@pytest.mark.parametrize(("accept", "status"), [("application/graphql-response+json", 400), (JSON, 200)])
async def test_what_costs_too_much_is_told_its_cost_and_is_not_to_be_tried_again(
    run: Run, accept: str, status: int
) -> None:
    async with run(budget=budget(field_cost=1)) as served:
        response = await served.post(NEST, accept=accept)
        assert response.status_code == status
        assert "retry-after" not in response.headers
        (error,) = response.json()["errors"]
        assert error["extensions"] == {
            "code": "COST_LIMIT",
            "retryable": False,
            "measure": "FIELD_COST",
            "cost": 2,
            "limit": 1,
        }


async def test_what_costs_too_much_counts_as_an_operation(run: Run) -> None:
    async with run(budget=budget(field_cost=1, operations_per_minute=2)) as served:
        assert [(await served.post(NEST)).status_code for _ in range(3)] == [400, 400, 429]


@pytest.mark.parametrize(
    "bad",
    [
        {"query": "query($n: Int!) { count(first: $n) }", "variables": {"n": "many"}},
        {"query": "{ nothing }"},
        {"query": "{ nest"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a"}}},
    ],
)
async def test_what_was_read_and_does_not_run_counts_as_an_operation(run: Run, bad: dict[str, Any]) -> None:
    async with run(budget=budget(operations_per_minute=2)) as served:
        for _ in range(2):
            assert (await served.post(bad)).json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert (await served.post(bad)).status_code == 429
        assert (await served.post(NEST)).status_code == 429


async def test_the_nameless_are_not_counted(run: Run) -> None:
    async with run(budget=budget(operations_per_minute=1)) as served:
        for _ in range(3):
            response = await served.client.post("/graphql", json={"query": "{ __typename }"})
            assert response.status_code == 200
            assert "ratelimit" not in response.headers


async def test_scripts_of_a_web_front_end_may_read_the_fields(run: Run) -> None:
    async with run(http=HttpSettings(cors_origins=("https://front.example",)), budget=budget()) as served:
        response = await served.post(NEST, origin="https://front.example")
        shown = {name.strip() for name in response.headers["access-control-expose-headers"].split(",")}
        assert {"ratelimit", "ratelimit-policy", "retry-after"} <= shown
