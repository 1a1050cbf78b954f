"""A call that breaks off is made again; a system that keeps failing is left alone, and asked again when it recovers."""

import time
from pathlib import Path
from typing import Any

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from tests.journeys.queries import PROFILE

PAYMENTS = "query Q($id: NationalId!) { person(nationalId: $id) { payments { complete } } }"
TRIES = 100
OPEN_SECONDS = 2
EAGER = {
    "TAMIN_RESILIENCE__RETRIES__ATTEMPTS": "1",
    "TAMIN_RESILIENCE__CIRCUIT__FAILURES": "3",
    "TAMIN_RESILIENCE__CIRCUIT__FAILING_SECONDS": "0",
    "TAMIN_RESILIENCE__CIRCUIT__OPEN_SECONDS": str(OPEN_SECONDS),
}


def met(gateway: GatewayInTest, query: str = PAYMENTS) -> tuple[str, dict[str, Any]]:
    """The code of the bank's failure and its extensions; OK where there is none."""
    errors = gateway.ask(query, {"id": code("sara")}).get("errors", [])
    assert all(error["extensions"]["source"] == "BANK_REFAH" for error in errors)
    return (errors[0]["extensions"]["code"], errors[0]["extensions"]) if errors else ("OK", {})


def test_a_bank_that_keeps_failing_is_left_alone_and_asked_again_when_it_recovers(
    twin: TwinInTest, tmp_path: Path
) -> None:
    with served(twin.descriptor, tmp_path / "log", open_to_developers=True, **EAGER) as gateway:
        with twin.fault("bank_refah", "error"):
            assert [met(gateway)[0] for _ in range(3)] == ["SOURCE_UNAVAILABLE"] * 3
            assert twin.asked() == ["bank_refah"] * 3
            for _ in range(TRIES):  # on a machine so slow that a probe is due between two questions, once more
                before = len(twin.asked())
                found, extensions = met(gateway)
                if found == "CIRCUIT_OPEN":
                    break
            assert found == "CIRCUIT_OPEN"
            assert len(twin.asked()) == before, "the bank was asked though it was to be left alone"
            assert extensions["retryable"] is True
            assert 0 < extensions["retryAfter"] <= OPEN_SECONDS
            whole = gateway.ask(PROFILE, {"id": code("sara")})
            assert {error["path"][1] for error in whole["errors"]} == {"payments"}, "the rest of the answer comes"
            assert 'tamin_circuit_open{branch="",system="BANK_REFAH"} 1.0' in gateway.http.get("/metrics").text
        for _ in range(TRIES):
            if met(gateway)[0] == "OK":
                break
            time.sleep(0.1)
        assert met(gateway)[0] == "OK"
        metrics = gateway.http.get("/metrics").text
    assert 'tamin_circuit_open{branch="",system="BANK_REFAH"} 0.0' in metrics
    assert 'outcome="CIRCUIT_OPEN",system="BANK_REFAH"' in metrics
    log = (tmp_path / "log").read_text()
    assert log.count("circuit.opened") == 1
    assert log.count("circuit.closed") == 1


def test_a_branch_that_keeps_failing_is_a_gap_and_costs_no_other_branch(twin: TwinInTest, tmp_path: Path) -> None:
    with served(
        twin.descriptor, tmp_path / "log", open_to_developers=True, **EAGER, TAMIN_HTTP__REQUEST_SECONDS="30"
    ) as gateway:
        links = gateway.data(PROFILE, {"id": code("mina")})["person"]["insurance"]["links"]
        away, there = (link["branch"] for link in links)
        with twin.fault(f"branch_databases.{away}", "refused"):
            gateway.ask(PROFILE, {"id": code("mina")})
            for _ in range(TRIES):
                records = gateway.ask(PROFILE, {"id": code("mina")})["data"]["person"]["contributionRecords"]
                if records["gaps"] == [{"branch": away, "code": "CIRCUIT_OPEN"}]:
                    break
            assert records["gaps"] == [{"branch": away, "code": "CIRCUIT_OPEN"}]
            assert {edge["node"]["branch"] for edge in records["edges"]} == {there}


def test_a_call_that_breaks_off_is_made_again(twin: TwinInTest, tmp_path: Path) -> None:
    retries = {"TAMIN_RESILIENCE__RETRIES__ATTEMPTS": "10", "TAMIN_RESILIENCE__CIRCUIT__FAILURES": "0"}
    with served(twin.descriptor, tmp_path / "log", open_to_developers=True, **retries) as gateway:
        with twin.fault("bank_refah", "error", rate=0.5):
            assert [met(gateway)[0] for _ in range(6)] == ["OK"] * 6
        assert len(twin.asked()) > 6, "no call broke off, so this proves nothing"
        before = len(twin.asked())
        with twin.fault("bank_refah", "closed"):
            assert met(gateway)[0] == "SOURCE_CLOSED"
        assert len(twin.asked()) == before + 1, "what a system says of itself is believed the first time"
