"""A twin and a gateway as their users start them: processes of their own, spoken to over real sockets."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.domain.services import SERVICES
from gateway.sandbox import settings_for
from tests.journeys.wallet import Wallet
from twin.named import NAMED

START_SECONDS = 90
PEOPLE, SEED = 1000, 3070  # the country of `make run`, so that its template serves both
BILL = "58936100706"  # invented, with its check digit
RATES = {"VOLUNTARY": 2700, "SELF_EMPLOYED": 1400, "STUDENT": 1200, "HOUSEWIFE": 1200}  # all but the first invented
# Workflows look often here, so that journeys see where they lead.
REQUESTS = {
    "retry_first_seconds": 0.2,
    "retry_most_seconds": 1.0,
    "watch_seconds": 0.1,
    "terms": {
        service.lower(): {"service_days": 7, "information_days": 10, "follow_seconds": 0.2} for service in SERVICES
    },
    "engine": {"poll_seconds": 0.2},
}
ALL_SYSTEMS = ("civil_registry", "bank_refah", "labour_ministry", "branch_databases")
OFFICES = (  # asked by no query
    *("medical_commission", "branch_counter", "short_term_benefits"),
    *("registry_events", "insurance_funds", "finance", "sms", "branch_intake"),
)


class TwinInTest:
    """The running twin and its control API."""

    def __init__(self, descriptor: dict[str, Any]) -> None:
        self.descriptor = descriptor
        self.control = httpx.Client(base_url=descriptor["control"], timeout=10)
        weakref.finalize(self, self.control.close)

    def counts(self) -> dict[str, Any]:
        return self._json(self.control.get("/_twin/counts"))

    def asked(self) -> list[str]:
        """The system of each call about somebody since the test began; branches as branch_databases.0070.

        What the gateway does for itself is left out: it refreshes its directory, renews a token, opens a connection.
        So is what it does for requests of other journeys that are under way: it looks after them at the commission.
        """
        calls = self._json(self.control.get("/_twin/calls"))["calls"]
        own = {"oauth2/token", "other"}
        said = [call["system"] for call in calls if call["operation"] not in own]
        asked = [system for system in said if system.partition(".")[0] not in OFFICES]
        return [system for system in asked if system != "branch_databases.directory"]

    def most_in_flight(self, system: str, operation: str) -> int:
        most: int = self.counts()["in_flight_max"][system][operation]
        return most

    def reset(self) -> None:
        self.control.post("/_twin/reset", params={"faults": 1}).raise_for_status()

    @contextlib.contextmanager
    def fault(self, system: str, kind: str, **more: Any) -> Iterator[None]:
        self.control.put(f"/_twin/faults/{system}", json={"kind": kind, **more}).raise_for_status()
        try:
            yield
        finally:
            self.control.delete(f"/_twin/faults/{system}").raise_for_status()

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        said: dict[str, Any] = response.raise_for_status().json()
        return said


class GatewayInTest:
    """The running gateway: ask it, and read what it has logged. Agencies prove their key with each request."""

    def __init__(self, url: str, log: Path, wallet: Wallet) -> None:
        self.url = url
        self.log = log
        self.wallet = wallet
        self.http = httpx.Client(base_url=url, timeout=30)
        weakref.finalize(self, self.http.close)

    def post(
        self, query: str, variables: dict[str, Any] | None = None, *, whom: str | None = "developer"
    ) -> httpx.Response:
        content = {"query": query, "variables": variables or {}}
        headers = {"accept": "application/graphql-response+json"}
        response = self.http.post("/graphql", json=content, headers=headers | self._proven(whom))
        if whom and self.wallet.learned(response):
            response = self.http.post("/graphql", json=content, headers=headers | self._proven(whom))
        return response

    def is_called_by_the_bank(self, control: str) -> None:
        """From now on, and no other gateway."""
        here = {"callback_url": f"{self.url}/callbacks/bank-refah"}
        httpx.put(f"{control}/_twin/bank", json=here).raise_for_status()

    def _proven(self, whom: str | None) -> dict[str, str]:
        return self.wallet.headers(whom, "POST", f"{self.url}/graphql") if whom else {}

    def ask(self, query: str, variables: dict[str, Any] | None = None, *, whom: str = "developer") -> dict[str, Any]:
        """The whole answer; the request itself must have been understood."""
        response = self.post(query, variables, whom=whom)
        assert response.status_code == 200, response.text
        said: dict[str, Any] = response.json()
        return said

    def data(self, query: str, variables: dict[str, Any] | None = None, *, whom: str = "developer") -> Any:
        """The data of an answer that must have no errors."""
        said = self.ask(query, variables, whom=whom)
        assert "errors" not in said, json.dumps(said["errors"], ensure_ascii=False, indent=1)
        return said["data"]


def code(name: str) -> str:
    return NAMED[name].code


def ends_with_us() -> None:
    """In a child on Linux: die when the test process dies, so that nothing is left behind by a killed run."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextlib.contextmanager
def started(command: list[str], env: dict[str, str], log: Path, ready: str) -> Iterator[str]:
    """Runs a command until the block ends; gives the first line of its output that contains `ready`."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, preexec_fn=ends_with_us
        )
    assert process.stdin
    assert process.stdout
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        line = ""
        for raw in process.stdout:
            line = raw.decode()
            if ready in line:
                break
        else:
            pytest.fail(f"{command} did not start:\n{log.read_text(errors='replace')[-4000:]}")
        timer.cancel()
        with log.open("ab") as rest:
            drain = threading.Thread(target=lambda: [rest.write(more) for more in process.stdout or ()], daemon=True)
            drain.start()
            yield line
            process.send_signal(signal.SIGTERM)
            process.stdin.close()
            assert process.wait(30) == 0, log.read_text(errors="replace")[-4000:]
            drain.join(5)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()


def environment_for(descriptor: dict[str, Any], **more: str) -> dict[str, str]:
    """What `serve` reads: nothing but these."""
    settings = {
        "TAMIN_LISTENING__PORT": "0",
        "TAMIN_MASTER_KEY": secrets.token_hex(32),
        "TAMIN_MEMORY": "off",
        "TAMIN_PAYMENTS": json.dumps({"bill": BILL, "part_month_rate": 3000, "rates": RATES}),
        "TAMIN_REQUESTS": json.dumps(REQUESTS),
        # Journeys share a gateway: the next must not feel what one has broken. test_resilience opens circuits.
        "TAMIN_RESILIENCE__CIRCUIT__FAILURES": "0",
        "TAMIN_MINIMUM_DAILY_WAGE": json.dumps(dict.fromkeys(range(1390, 1411), 3000000)),
        **{f"TAMIN_{system.upper()}": json.dumps(said) for system, said in settings_for(descriptor).items()},
        **more,
    }
    return {"PATH": os.environ["PATH"], **settings}


@contextlib.contextmanager
def served(
    descriptor: dict[str, Any], log: Path, *, open_to_developers: bool = True, **more: str
) -> Iterator[GatewayInTest]:
    """Without `open_to_developers` it is `serve` as in production, where developers see nobody."""
    module = ["tests.journeys.sandboxed"] if open_to_developers else ["gateway.cli", "serve"]
    command = [sys.executable, "-m", *module]
    more = {"TAMIN_AUDIT__STORE": f"sqlite:///{log.parent}/record.db"} | more
    with started(command, environment_for(descriptor, **more), log, "http://") as line:
        gateway = GatewayInTest(line.split()[-1], log, Wallet(descriptor["issuer"]["token_url"]))
        gateway.is_called_by_the_bank(descriptor["control"])
        yield gateway
        gateway.http.close()
