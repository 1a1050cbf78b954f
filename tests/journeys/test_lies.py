"""Systems that answer nonsense: each costs its own facts, says its code, and leaks nothing of what it said."""

import re

import pytest

from tests.journeys.processes import ALL_SYSTEMS, GatewayInTest, TwinInTest, code
from tests.journeys.queries import GROUPS, PROFILE
from tests.journeys.test_outages import codes, groups_of, missing
from twin.faults import LIES

NONSENSE = [
    (system, how)
    for system, hows in LIES.items()
    for how in hows
    if system in ALL_SYSTEMS  # the others are asked by no query: test_requests, tests/twin
    if (system, how) != ("branch_databases", "another_person")  # dropped, so that no error is left: below
]


@pytest.mark.parametrize(("system", "how"), NONSENSE)
def test_nonsense_is_a_clear_error_of_that_system_and_nothing_of_it_is_used(
    gateway: GatewayInTest, twin: TwinInTest, system: str, how: str
) -> None:
    whole = missing(gateway.ask(PROFILE, {"id": code("sara")}))  # what she does not have is no loss
    if system == "labour_ministry" and how.startswith("token"):
        twin.control.put("/_twin/clock", json={"offset_seconds": 7200}).raise_for_status()  # a new token is needed
    with twin.fault(system, "lying", how=how):
        said = gateway.ask(PROFILE, {"id": code("sara")})
    lost = missing(said) - whole
    if not how.startswith("token"):  # the hours that end a token end the bank's patience with our clock too
        assert lost <= groups_of(system)
    found = {c for c in codes(said) if c[1] == system.upper()}
    if how in {"another_person", "another_payer"}:
        # Rows about others are not released, and say nothing about whom we asked for.
        assert found <= {("SOURCE_UNAVAILABLE", system.upper())}
    else:
        assert found == {("SOURCE_UNAVAILABLE", system.upper())}
        assert lost
    text = str(said)
    assert "Traceback" not in text
    assert not re.search(r"\b(?:lxml|msgspec|asyncpg|httpx|aiohttp|sqlalchemy)\b", text)


@pytest.mark.parametrize("system", ["civil_registry", "bank_refah", "labour_ministry", "branch_databases"])
def test_facts_of_another_person_are_never_released(gateway: GatewayInTest, twin: TwinInTest, system: str) -> None:
    whole = gateway.data(PROFILE, {"id": code("sara")})["person"]
    how = "another_payer" if system == "bank_refah" else "another_person"
    with twin.fault(system, "lying", how=how):
        person = gateway.ask(PROFILE, {"id": code("sara")})["data"]["person"]
    for group in GROUPS:
        said = person[group]
        if said is not None and group in groups_of(system):
            rows = said if isinstance(said, list) else said.get("edges", said.get("links"))
            assert not rows or said == whole[group] or group == "insurance", group


def test_no_national_code_and_no_name_stands_in_the_log_of_any_journey(
    gateway: GatewayInTest, twin: TwinInTest
) -> None:
    """Runs what went wrong above once more and reads everything that this gateway has printed so far."""
    for system, hows in LIES.items():
        for how in hows:
            with twin.fault(system, "lying", how=how):
                gateway.post(PROFILE, {"id": code("sara")})
    gateway.post('{ person(nationalId: "0013542418") { id } }')
    gateway.post("query($id: NationalId!) { person(nationalId: $id) { id } }", {"id": "0013542418"})
    gateway.post('{ person(nationalId: "0013542419") { nosuchfield } }')
    gateway.http.get("/graphql", params={"query": '{ person(nationalId: "0013542419") { id } }'})
    log = gateway.log.read_text(errors="replace")
    assert "http.request" in log
    assert not re.search(r"(?<![0-9a-f.])[0-9]{10}(?![0-9a-f])", log), "a national code in the log"
    person = gateway.data(PROFILE, {"id": code("sara")})["person"]["identity"]
    assert person["lastName"] not in log
    assert "Traceback" not in log, "an exception that nobody expected"
