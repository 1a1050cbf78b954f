"""A partner reads, the citizen sees it, and the record that was kept proves itself: over real processes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from tests.journeys.queries import PROFILE

ROOT = Path(__file__).resolve().parents[2]
CASE = "query($id: NationalId!) { person(nationalId: $id) { identity { firstName } pension { status } } }"
LOG = "{ me { accessLog { nodes { reader { fa en } purpose { fa en } groups { en } } } } }"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("record")


@pytest.fixture(scope="module")
def recorded(running_twin: TwinInTest, kept: Path) -> Iterator[GatewayInTest]:
    more = {
        "TAMIN_CONTRACTS": str(ROOT / "contracts"),
        "TAMIN_REGISTERS": str(ROOT / "gateway/sandbox_registers"),
        "TAMIN_AUDIT__STORE": f"sqlite:///{kept}/record.db",
        "TAMIN_AUDIT__CHECKPOINT_SINK": str(kept / "elsewhere.jsonl"),
        "TAMIN_AUDIT__CHECKPOINT_SECONDS": "0.2",
        "TAMIN_AUDIT__SEALED_DAYS": '{"insurance-fund": 30, "relief": 30}',
    }
    with served(running_twin.descriptor, kept / "log", open_to_developers=False, **more) as gateway:
        yield gateway


def test_a_court_reads_and_the_citizen_sees_who_what_and_why(recorded: GatewayInTest) -> None:
    recorded.data(CASE, {"id": code("reza")}, whom="agency:court")
    [entry] = recorded.data(LOG, whom="citizen:reza")["me"]["accessLog"]["nodes"]
    assert [group["en"] for group in entry["groups"]] == ["identity (civil registry)", "pension"]
    assert all(entry[said][language] for said in ("reader", "purpose") for language in ("fa", "en"))


def test_the_record_of_a_gateway_that_runs_is_whole_and_holds_nobody_in_clear(
    recorded: GatewayInTest, kept: Path
) -> None:
    recorded.ask(PROFILE, {"id": code("sara")}, whom="citizen:sara")
    answer = recorded.post(CASE, {"id": code("mina")}, whom="agency:court")
    verified = audit("verify", kept, "--checkpoints", str(kept / "elsewhere.jsonl"))
    assert verified.returncode == 0, verified.stdout
    assert verified.stdout.startswith("whole: ")
    shown = audit("show", kept, "--event", answer.headers["x-request-id"])
    assert '"decision": "REFUSED"' in shown.stdout
    for name in ("sara", "reza", "mina"):
        assert all(code(name).encode() not in path.read_bytes() for path in kept.rglob("*") if path.is_file())


def audit(command: str, kept: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", "audit", command, "--store", f"sqlite:///{kept}/record.db", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
