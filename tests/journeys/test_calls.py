"""Few, batched, parallel: what each system was asked, by the twin's own counts."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.processes import ALL_SYSTEMS, GatewayInTest, code
from tests.journeys.queries import GROUPS, PROFILE

BANK_BATCH, MINISTRY_BATCH, BRANCH_BATCH = 50, 100, 500


def statements(counts: dict[str, Any]) -> dict[str, dict[str, int]]:
    """By branch: how many statements read from each table."""
    return {
        branch: {table: n for table, n in tables.items() if table != "other"}
        for branch, tables in counts.get("branch_databases", {}).items()
        if branch != "directory"
    }


@given(
    groups=st.sets(st.sampled_from(sorted(GROUPS)), min_size=1),
    size=st.sampled_from([1, 2, 49, 50, 51, 100, 101, 150, 260]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_over_n_persons_asks_each_system_at_most_once_a_batch(
    gateway: GatewayInTest, twin: Any, everyone: list[str], groups: set[str], size: int
) -> None:
    twin.reset()
    ids = everyone[:size]
    fields = " ".join(GROUPS[group] for group in sorted(groups))
    query = "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code person { " + fields + " } } }"
    items = gateway.ask(query, {"ids": ids})["data"]["persons"]
    assert [item["code"] for item in items] == [None] * len(ids)
    counts = twin.counts()
    registry = counts.get("civil_registry", {}).get("getEstelam3", 0)
    assert registry == (len(ids) if "identity" in groups else 0)
    assert counts.get("bank_refah", {}).get("receipts/query", 0) <= (
        (math.ceil(len(ids) / BANK_BATCH) * pages_of_the_bank(len(ids))) if "payments" in groups else 0
    )
    assert counts.get("labour_ministry", {}).get("unemployment-cases/search", 0) <= (
        (math.ceil(len(ids) / MINISTRY_BATCH) * 2) if "unemployment" in groups else 0
    )
    # Which groups read which table first; the entitlement of an unemployment case needs the summary too.
    readers = {
        "bail": {"dependents"},
        "insured": {"insurance"},
        "dskwor00": {"contributionSummary", "contributionRecords", "unemployment"},
        "pensioner": {"pension"},
        "debit": {"debts"},
    }
    for branch, tables in statements(counts).items():
        for table, n in tables.items():
            asking = readers[table] & groups
            if asking == {"contributionSummary", "unemployment"}:
                asking = {"contributionSummary"}  # one Lookup serves both
            elif asking == readers["dskwor00"]:
                asking = {"contributionSummary", "contributionRecords"}
            assert n <= len(asking) * math.ceil(len(ids) / BRANCH_BATCH), (branch, table)


def pages_of_the_bank(persons: int) -> int:
    """At most: a payer of the twin has fewer than 40 receipts, a page of ours holds 200."""
    return math.ceil(min(persons, BANK_BATCH) * 40 / 200)


def test_an_alias_asks_nothing_twice(gateway: GatewayInTest, twin: Any) -> None:
    query = """query($id: NationalId!) { a: person(nationalId: $id) { identity { firstName } }
        b: person(nationalId: $id) { identity { lastName }
          payments { totalCount } more: payments(first: 1) { totalCount } } }"""
    gateway.data(query, {"id": code("sara")})
    counts = twin.counts()
    assert counts["civil_registry"]["getEstelam3"] == 1
    assert counts["bank_refah"]["receipts/query"] == 1


def test_the_registry_is_asked_once_for_a_person_over_all_concurrent_requests(
    gateway: GatewayInTest, twin: Any
) -> None:
    together = 12
    barrier = threading.Barrier(together)

    def one(_: int) -> str:
        barrier.wait()
        name: str = gateway.data(
            "query($id: NationalId!) { person(nationalId: $id) { identity { firstName } } }", {"id": code("sara")}
        )["person"]["identity"]["firstName"]
        return name

    with twin.fault("civil_registry", "delay", milliseconds=1500), ThreadPoolExecutor(together) as pool:
        names = set(pool.map(one, range(together)))
    assert len(names) == 1
    assert twin.counts()["civil_registry"]["getEstelam3"] == 1


def test_the_registry_is_never_asked_for_more_persons_at_once_than_allowed(
    gateway: GatewayInTest, twin: Any, everyone: list[str]
) -> None:
    query = "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { identity { firstName } } } }"
    with twin.fault("civil_registry", "delay", milliseconds=30):
        gateway.ask(query, {"ids": everyone[:80]})
    assert 2 <= twin.most_in_flight("civil_registry", "getEstelam3") <= 16


def test_all_first_level_facts_are_asked_before_any_has_answered(gateway: GatewayInTest, twin: Any) -> None:
    """So a profile takes one delay, not their sum: every call of every system overlaps every other."""
    gateway.data(PROFILE, {"id": code("sara")})  # connections, prepared statements and the ministry's token stand
    twin.control.post("/_twin/reset")
    for system in ALL_SYSTEMS:
        twin.control.put(f"/_twin/faults/{system}", json={"kind": "delay", "milliseconds": 700}).raise_for_status()
    gateway.data(PROFILE, {"id": code("sara")})
    calls = len(twin.asked())
    assert calls >= 9
    assert twin.counts()["in_flight_max_of_all"] >= calls


def test_only_the_branches_that_hold_a_person_are_asked(gateway: GatewayInTest, twin: Any) -> None:
    person = gateway.data(
        "query($id: NationalId!) { person(nationalId: $id) { insurance { links { branch } } } }", {"id": code("mina")}
    )
    assert set(statements(twin.counts())) == {link["branch"] for link in person["person"]["insurance"]["links"]}


def test_the_ministrys_token_is_fetched_once_and_renewed_when_it_ends(gateway: GatewayInTest, twin: Any) -> None:
    query = "query($id: NationalId!) { person(nationalId: $id) { unemployment { stage } } }"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: gateway.data(query, {"id": code("sara")}), range(8)))
    assert twin.counts()["labour_ministry"].get("oauth2/token", 0) <= 1
    twin.control.put("/_twin/clock", json={"offset_seconds": 3600}).raise_for_status()
    gateway.data(query, {"id": code("sara")})
    assert twin.counts()["labour_ministry"]["oauth2/token"] <= 2


@pytest.mark.parametrize("field", ["nationalId", "id", "__typename"])
def test_a_key_asks_nobody(gateway: GatewayInTest, twin: Any, field: str) -> None:
    gateway.data("query($id: NationalId!) { person(nationalId: $id) { " + field + " } }", {"id": code("sara")})
    assert twin.asked() == []
