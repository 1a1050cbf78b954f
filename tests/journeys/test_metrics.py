"""What an operator reads on /metrics is what happened."""

from pathlib import Path

import httpx

from tests.journeys.processes import TwinInTest, code, served
from tests.journeys.queries import PROFILE


def readings(http: httpx.Client) -> dict[str, float]:
    lines = http.get("/metrics").raise_for_status().text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {sample: float(value) for sample, _, value in pairs}


def test_metrics_tell_what_was_asked_remembered_answered_and_recorded(twin: TwinInTest, tmp_path: Path) -> None:
    with served(twin.descriptor, tmp_path / "log", TAMIN_MEMORY="process") as gateway:
        gateway.data(PROFILE, {"id": code("sara")})
        gateway.data(PROFILE, {"id": code("sara")})
        with twin.fault("bank_refah", "error"):
            gateway.ask(PROFILE, {"id": code("kaveh")})
        gateway.post("{ me { id } }", whom=None)
        read = readings(gateway.http)
    asked = twin.asked()

    def calls(system: str, outcome: str) -> float:
        own = (f'outcome="{outcome}"', f'system="{system.upper()}"')
        return sum(
            n for sample, n in read.items() if sample.startswith("tamin_calls_total") and all(o in sample for o in own)
        )

    for system in ("civil_registry", "labour_ministry"):
        assert calls(system, "ANSWERED") == asked.count(system)
    branches = [system for system in asked if system.startswith("branch_databases.")]
    assert calls("branch_databases", "ANSWERED") == len(branches)
    assert calls("bank_refah", "ANSWERED") == 1
    assert calls("bank_refah", "SOURCE_UNAVAILABLE") >= 1
    assert read['tamin_memory_keys_total{found="hit",operation="citizens_by_national_id"}'] == 1
    assert read['tamin_memory_keys_total{found="miss",operation="citizens_by_national_id"}'] == 2
    assert read['tamin_answers_total{code="OK"}'] == 2
    assert read['tamin_answers_total{code="SOURCE_UNAVAILABLE"}'] == 1
    assert read['tamin_answers_total{code="UNAUTHENTICATED"}'] == 1
    assert read['tamin_record_events_total{end="written"}'] == 3
    assert read['tamin_operations_total{engine="compiled",why=""}'] == 2
    assert read["process_resident_memory_bytes"] > 0
