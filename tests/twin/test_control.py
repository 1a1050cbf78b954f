"""The control API: what tests of the gateway will build on."""

import asyncio
from typing import Any

import pytest

SARA, REZA = "0013542419", "0061274801"


async def test_counts_tell_operations_apart(twin: Any) -> None:
    await twin.registry(SARA)
    await twin.registry(SARA, operation="getEstelamC")
    await twin.receipts(SARA)
    await twin.cases(SARA)
    counts = await twin.control("GET", "counts")
    assert counts["civil_registry"] == {"getEstelam3": 1, "getEstelamC": 1}
    assert counts["bank_refah"] == {"receipts/query": 1}
    assert counts["labour_ministry"] == {"oauth2/token": 1, "unemployment-cases/search": 1}
    assert counts["branch_databases"] == {}


async def test_the_calls_say_who_was_asked_for(twin: Any) -> None:
    await twin.receipts(SARA, REZA)
    await twin.registry(REZA)
    calls = (await twin.control("GET", "calls?system=bank_refah"))["calls"]
    assert [(call["operation"], call["keys"]) for call in calls] == [("receipts/query", [SARA, REZA])]
    assert len((await twin.control("GET", "calls"))["calls"]) == 2


async def test_most_calls_at_once_are_remembered_in_all_and_by_person(twin: Any) -> None:
    await twin.fault("civil_registry", kind="delay", milliseconds=150)
    await asyncio.gather(*(twin.registry(code) for code in (SARA, SARA, REZA)))
    await twin.registry(SARA)
    counts = await twin.control("GET", "counts")
    assert counts["in_flight_max"]["civil_registry"] == {"getEstelam3": 3}
    assert counts["in_flight_max_by_key"]["civil_registry"] == {"getEstelam3": 2}


async def test_a_caller_who_hangs_up_is_no_longer_in_flight(twin: Any) -> None:
    await twin.fault("civil_registry", kind="silent")
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await twin.registry(SARA)
        await asyncio.sleep(0.02)
    counts = await twin.control("GET", "counts")
    assert counts["civil_registry"]["getEstelam3"] == 3
    assert counts["in_flight_max"]["civil_registry"]["getEstelam3"] == 1


async def test_reset_forgets_calls_and_with_faults_everything_else(twin: Any) -> None:
    await twin.registry(SARA)
    await twin.fault("bank_refah", kind="refused")
    await twin.control("PUT", "clock", {"offset_seconds": 1000})
    await twin.control("PUT", "registry", {"daily_quota": 0})
    await twin.control("POST", "reset")
    assert (await twin.control("GET", "counts"))["civil_registry"] == {}
    assert "bank_refah" in await twin.control("GET", "faults")
    await twin.control("POST", "reset?faults=1")
    assert await twin.control("GET", "faults") == {}
    assert (await twin.control("GET", "clock"))["offset_seconds"] == 0
    assert (await twin.control("GET", "registry"))["daily_quota"] is None
    assert (await twin.receipts(SARA)).status_code == 200


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("faults/tax_office", {"kind": "silent"}),
        ("faults/bank_refah", {"kind": "sulking"}),
        ("faults/bank_refah", {"kind": "lying"}),
        ("faults/bank_refah", {"kind": "lying", "how": "entity_bomb"}),
        ("faults/bank_refah", {"kind": "silent", "how": "html"}),
        ("faults/bank_refah", {"kind": "error", "rate": 2}),
        ("faults/bank_refah", {"kind": "delay", "milliseconds": -1}),
        ("faults/bank_refah", {"kind": "delay", "seconds": 1}),
        ("faults/bank_refah", ["silent"]),
        ("faults/branch_databases.9999", {"kind": "silent"}),
        ("clock", {}),
        ("clock", {"now": "2026-11-22T09:00:00"}),
        ("clock", {"offset_seconds": "soon"}),
        ("registry", {"hours": "all day"}),
        ("registry", {"holidays": ["Nowruz"]}),
        ("registry", {"message": "unheard.of"}),
        ("registry", {"daily_quota": -1}),
        ("labour", {"expires_in": 0}),
    ],
)
async def test_a_bad_body_gets_400_with_a_sentence(twin: Any, path: str, content: Any) -> None:
    answer = await twin.http.put(f"{twin.descriptor['control']}/_twin/{path}", json=content)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10


async def test_what_is_no_json_gets_400_with_a_sentence(twin: Any) -> None:
    answer = await twin.http.put(f"{twin.descriptor['control']}/_twin/faults/bank_refah", content=b"silent")
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


async def test_a_single_branch_can_be_faulted(twin: Any) -> None:
    await twin.fault("branch_databases", kind="delay", milliseconds=10)
    await twin.fault("branch_databases.0070", kind="refused")
    faults = await twin.control("GET", "faults")
    assert [f["kind"] for f in faults["branch_databases.0070"]] == ["refused", "delay"]
    assert [f["kind"] for f in faults["branch_databases.0960"]] == ["delay"]


async def test_the_clock_can_be_set_to_a_moment_and_runs_on(twin: Any) -> None:
    said = await twin.control("PUT", "clock", {"now": "2030-01-01T00:00:00+03:30"})
    assert said["now"].startswith("2030-01-01T00:00:0")


async def test_the_api_says_what_it_can_do_and_who_is_there(twin: Any) -> None:
    abilities = await twin.http.get(f"{twin.descriptor['control']}/_twin/")
    assert "PUT    /_twin/faults/NAME" in abilities.text
    assert "entity_bomb" in abilities.text
    persons = (await twin.control("GET", "persons"))["persons"]
    assert persons["sara"]["nationalCode"] == SARA
