"""One system down, each in turn and all together: the rest of the answer comes, and what is missing says why."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.processes import ALL_SYSTEMS, OFFICES, GatewayInTest, TwinInTest, code, served
from tests.journeys.queries import GROUPS, PROFILE, SOURCE_OF

SYSTEM_OF = {source: source.lower() for source in set(SOURCE_OF.values())}


def groups_of(system: str) -> set[str]:
    return {group for group, source in SOURCE_OF.items() if SYSTEM_OF[source] == system}


def missing(said: dict[str, Any]) -> set[str]:
    """The groups that are null or have gaps."""
    person = said["data"]["person"]
    return {group for group in GROUPS if person[group] is None or person[group] == {}} | {
        group for group in GROUPS if isinstance(person[group], dict) and person[group].get("gaps")
    }


def codes(said: dict[str, Any]) -> set[tuple[str, str]]:
    errors = said.get("errors", [])
    gaps = [
        gap["code"]
        for group in said["data"]["person"].values()
        if isinstance(group, dict)
        for gap in group.get("gaps") or []
    ]
    return {(e["extensions"]["code"], e["extensions"]["source"]) for e in errors} | {
        (gap, "BRANCH_DATABASES") for gap in gaps
    }


@pytest.mark.parametrize("kind", ["refused", "silent"])
@pytest.mark.parametrize("system", ALL_SYSTEMS)
def test_one_system_away_costs_only_its_own_facts(gateway: GatewayInTest, twin: Any, system: str, kind: str) -> None:
    whole = gateway.data(PROFILE, {"id": code("sara")})["person"]
    with twin.fault(system, kind):
        said = gateway.ask(PROFILE, {"id": code("sara")})
    lost = missing(said) - {group for group in GROUPS if whole[group] is None}
    assert lost
    assert lost <= groups_of(system)
    expected = "SOURCE_UNAVAILABLE" if kind == "refused" else "SOURCE_TIMEOUT"
    assert codes(said) == {(expected, system.upper())}
    for error in said.get("errors", []):
        assert error["extensions"]["retryable"] is True
        assert error["path"][0] == "person"
    for group in set(GROUPS) - lost - {"unemployment"}:
        kept, before = said["data"]["person"][group], whole[group]
        assert _without_time(kept) == _without_time(before), group
    back = gateway.data(PROFILE, {"id": code("sara")})["person"]
    assert {group for group in GROUPS if back[group] is None} == {group for group in GROUPS if whole[group] is None}


def _without_time(said: Any) -> Any:
    if isinstance(said, dict):
        return {
            k: _without_time(v) for k, v in said.items() if k not in {"fetchedAt", "ageSeconds", "endCursor", "cursor"}
        }
    if isinstance(said, list):
        return [_without_time(item) for item in said]
    return said


def test_one_branch_away_leaves_the_other_branch_and_a_gap_with_its_reason(gateway: GatewayInTest, twin: Any) -> None:
    links = gateway.data(PROFILE, {"id": code("mina")})["person"]["insurance"]["links"]
    away, there = (link["branch"] for link in links)
    with twin.fault(f"branch_databases.{away}", "refused"):
        said = gateway.ask(PROFILE, {"id": code("mina")})
    records = said["data"]["person"]["contributionRecords"]
    assert records["complete"] is False
    assert [gap["branch"] for gap in records["gaps"]] == [away]
    assert {edge["node"]["branch"] for edge in records["edges"]} == {there}
    # A sum that lacks a branch would be wrong, so it is no sum at all.
    assert said["data"]["person"]["contributionSummary"] is None
    assert {error["extensions"]["branch"] for error in said["errors"]} == {away}


def test_a_dead_directory_costs_nothing_once_it_was_read(gateway: GatewayInTest, twin: Any) -> None:
    with twin.fault("branch_databases.directory", "refused"):
        person = gateway.data(PROFILE, {"id": code("sara")})["person"]
    assert person["contributionRecords"]["complete"] is True


def test_with_everything_off_the_gateway_starts_answers_with_reasons_and_recovers(
    twin: TwinInTest, tmp_path: Path
) -> None:
    for system in (*ALL_SYSTEMS, *OFFICES):
        twin.control.put(f"/_twin/faults/{system}", json={"kind": "refused"}).raise_for_status()
    with served(twin.descriptor, tmp_path / "log", TAMIN_BRANCH_DATABASES__DIRECTORY_REFRESH="0.2") as gateway:
        assert gateway.http.get("/live").status_code == 200
        ready = gateway.http.get("/ready").json()
        assert ready["ready"] is True
        assert set(ready["systems"].values()) == {"down"}
        said = gateway.ask(PROFILE, {"id": code("sara")})
        assert missing(said) == set(GROUPS)
        assert codes(said) == {("SOURCE_UNAVAILABLE", system.upper()) for system in ALL_SYSTEMS}
        twin.reset()
        for _ in range(200):  # it notices by itself, in its own time: the directory is tried again every now and then
            said = gateway.ask(PROFILE, {"id": code("sara")})
            if "errors" not in said:
                break
            time.sleep(0.1)
        assert "errors" not in said, said["errors"]


QUOTA = {"civil_registry": "SOURCE_QUOTA", "bank_refah": "SOURCE_QUOTA", "labour_ministry": "SOURCE_QUOTA"}


@pytest.mark.parametrize("system", QUOTA)
@pytest.mark.parametrize(("kind", "expected"), [("quota", "SOURCE_QUOTA"), ("closed", "SOURCE_CLOSED")])
def test_a_closed_or_exhausted_system_says_so(
    gateway: GatewayInTest, twin: Any, system: str, kind: str, expected: str
) -> None:
    with twin.fault(system, kind):
        said = gateway.ask(PROFILE, {"id": code("sara")})
    assert codes(said) == {(expected, system.upper())}


def test_the_registry_at_night_is_closed_and_says_when_to_come_back(gateway: GatewayInTest, twin: Any) -> None:
    twin.control.put("/_twin/registry", json={"hours": "07:00-19:00"}).raise_for_status()
    twin.control.put("/_twin/clock", json={"now": "2026-11-21T21:00:00+03:30"}).raise_for_status()
    said = gateway.ask(PROFILE, {"id": code("sara")})
    assert ("SOURCE_CLOSED", "CIVIL_REGISTRY") in codes(said)


def test_a_signature_that_the_bank_refuses_is_our_fault_not_the_clients(gateway: GatewayInTest, twin: Any) -> None:
    twin.control.put("/_twin/clock", json={"offset_seconds": 4000}).raise_for_status()
    said = gateway.ask(PROFILE, {"id": code("sara")})
    (error,) = (e for e in said["errors"] if e["extensions"]["source"] == "BANK_REFAH")
    assert error["extensions"]["code"] == "SOURCE_UNAVAILABLE"
    assert error["extensions"]["retryable"] is False


@pytest.mark.parametrize("system", ALL_SYSTEMS)
def test_an_answer_cut_off_in_the_middle_is_no_answer(gateway: GatewayInTest, twin: Any, system: str) -> None:
    with twin.fault(system, "cut"):
        said = gateway.ask(PROFILE, {"id": code("sara")})
    assert codes(said) == {("SOURCE_UNAVAILABLE", system.upper())}
