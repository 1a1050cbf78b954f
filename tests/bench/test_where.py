"""To which part of the gateway a sampled stack belongs."""

import pytest

from bench.where import OTHER, part_of, shares, table

SERVED = (
    'process 1:"python -m gateway";thread (1): MainThread;'
    "run (uvloop/__init__.py:92);"
    "RequestResponseCycle.run_asgi (uvicorn/protocols/http/httptools_impl.py:422)"
)
EXECUTED = f"{SERVED};GraphQLEndpoint._operation (gateway/http/endpoint.py:200);run (executor/run.py:68)"


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        (SERVED, "HTTP, in and out"),
        (EXECUTED, "executor"),
        (f"{EXECUTED};one (<plan>:3);Day.jalali (gateway/domain/calendar.py:80)", "executor"),
        (f"{EXECUTED};load (gateway/resolvers/person.py:20);wait (asyncio/tasks.py:1)", "resolvers"),
        ("run (threading.py:1);_connection_worker_thread (aiosqlite/core.py:10)", "record"),
        ("run (threading.py:1);_worker (aiosqlite/core.py:1);committed (gateway/operation/audit/store.py:9)", "record"),
        (
            "_asked (gateway/loading/gathering.py:70);_added (gateway/loading/redis_counters.py:60);"
            "count (gateway/loading/redis_memory.py:110);execute (redis/asyncio/client.py:1500)",
            "limits",
        ),
        ("run (uvloop/__init__.py:92);data_received (aiohttp/client_proto.py:300)", "calls: around each"),
        (
            "run (uvloop/__init__.py:92);call (adapters/bank_refah/client.py:9);post (aiohttp/client.py:9)",
            "calls: bank",
        ),
        ("run (uvloop/__init__.py:92);Runner.run (asyncio/runners.py:118)", OTHER),
    ],
)
def test_a_stack_belongs_to_our_innermost_line_or_else_to_the_outermost_library(stack: str, part: str) -> None:
    assert part_of(stack) == part


def test_what_a_thread_used_is_shared_out_by_its_stacks_however_often_it_was_seen() -> None:
    waits = "process 1:;thread (2): writer;_worker (aiosqlite/core.py:1);committed (gateway/operation/audit/store.py:9)"
    found = shares(f"{EXECUTED} 3\n{SERVED} 1\n{waits} 900\n", {1: 0.8, 2: 0.1, 3: 0.1})
    assert found == pytest.approx({"executor": 0.6, "HTTP, in and out": 0.2, "record": 0.1, OTHER: 0.1})


def test_small_parts_are_not_told() -> None:
    told = table("ours", {"Q1 cold": (2.0, {"executor": 0.97, "record": 0.02, OTHER: 0.01})})
    assert "| executor | 1940 (97%) |" in told
    assert "| record | 40 (2%) |" in told
    assert "| all | 2000 |" in told
    assert OTHER not in told
