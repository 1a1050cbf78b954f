"""/metrics: what is counted, to the machine itself and to operators; nobody else learns that it is there."""

import time
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from gateway.domain.failure import Source
from gateway.http.lifecycle import Lifecycle
from gateway.http.settings import HttpSettings
from gateway.metrics import Metrics
from tests.http.conftest import ISSUER, Rooms, Run, small_app

NEAR, FAR = "127.0.0.1", "203.0.113.7"


def app(metrics: Metrics, **http: Any) -> Starlette:
    return small_app(Rooms(), Lifecycle(), HttpSettings(**http), metrics=metrics)


async def asked(app: Starlette, client: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        return await http.get("/metrics", headers={name.replace("_", "-"): value for name, value in headers.items()})


def token(kind: str) -> dict[str, str]:
    return {"authorization": f"Bearer {ISSUER.token(exp=int(time.time()) + 3600, tamin_kind=kind)}"}


def value(page: str, sample: str) -> float | None:
    return next((float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith(f"{sample} ")), None)


async def test_the_machine_itself_reads_them(run: Run) -> None:
    metrics = Metrics()
    async with run(metrics=metrics) as served:
        await served.post({"query": "{ __typename }"})
        await served.post({"query": "{ closed refused }"})
        await served.post({"query": "{ nothing }"})
        await served.client.post("/graphql", json={"query": "{ nest { leaf } }"})
        page = (await served.client.get("/metrics")).raise_for_status()
    assert page.headers["content-type"].startswith("text/plain")
    assert page.headers["cache-control"] == "no-store"
    assert value(page.text, 'tamin_answers_total{code="OK"}') == 1
    assert value(page.text, 'tamin_answers_total{code="SOURCE_CLOSED"}') == 1
    assert value(page.text, 'tamin_answers_total{code="BAD_USER_INPUT"}') == 2
    assert value(page.text, 'tamin_answers_total{code="UNAUTHENTICATED"}') == 1
    assert value(page.text, "tamin_answer_seconds_count") == 4
    assert value(page.text, 'tamin_operations_total{engine="reference",why="new"}') == 2


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (NEAR, {}, 200),
        ("::1", {}, 200),
        (FAR, {}, 404),
        (FAR, token("operator"), 200),
        (FAR, token("citizen"), 404),
        (FAR, {"authorization": "Bearer nonsense"}, 404),
        # a proxy on this machine passes on what comes from anywhere
        (NEAR, {"x_forwarded_for": FAR}, 404),
        (NEAR, {"forwarded": f"for={FAR}"}, 404),
        (NEAR, {"x_forwarded_for": NEAR}, 404),
        (NEAR, {"x_forwarded_for": FAR, **token("operator")}, 200),
    ],
)
async def test_who_reads_them(client: str, headers: dict[str, str], status: int) -> None:
    for trusted in ((), ("127.0.0.0/8",)):
        answer = await asked(app(Metrics(), trusted_proxies=trusted), client, **headers)
        assert answer.status_code == status
        assert status == 200 or not answer.content


async def test_the_networks_are_a_setting() -> None:
    assert (await asked(app(Metrics(), metrics_networks=("203.0.113.0/24",)), FAR)).status_code == 200
    assert (await asked(app(Metrics(), metrics_networks=()), NEAR)).status_code == 404
    with pytest.raises(ValueError, match="metrics_networks must be networks"):
        app(Metrics(), metrics_networks=("nonsense",))


def test_what_is_told_is_counted_under_names_that_the_code_knows() -> None:
    metrics = Metrics()
    metrics.called(Source.BANK_REFAH, "payments_by_payer", "ANSWERED", 0.1)
    metrics.remembered("payments_by_payer", 3, 1)
    metrics.committed(7, 0.004, written=True)
    metrics.committed(2, 5.0, written=False)
    metrics.answered({"FORBIDDEN", "SOURCE_TIMEOUT"}, 0.2)
    page = metrics.written("")[0].decode()
    bank = 'system="BANK_REFAH"'
    assert value(page, f'tamin_calls_total{{operation="payments_by_payer",outcome="ANSWERED",{bank}}}') == 1
    assert value(page, f'tamin_call_seconds_bucket{{le="0.1",{bank}}}') == 1
    assert value(page, 'tamin_memory_keys_total{found="hit",operation="payments_by_payer"}') == 3
    assert value(page, 'tamin_memory_keys_total{found="miss",operation="payments_by_payer"}') == 1
    assert value(page, 'tamin_record_events_total{end="written"}') == 7
    assert value(page, 'tamin_record_events_total{end="failed"}') == 2
    assert value(page, 'tamin_record_commit_seconds_count{end="written"}') == 1
    assert value(page, 'tamin_answers_total{code="FORBIDDEN"}') == 1
    assert value(page, 'tamin_answers_total{code="SOURCE_TIMEOUT"}') == 1
    assert value(page, "tamin_answer_seconds_count") == 1


def test_how_long_calls_took_is_a_histogram_whose_buckets_take_in_their_bounds() -> None:
    metrics = Metrics()
    for seconds in (0.005, 0.0051, 0.1, 0.3, 20.0):
        metrics.called(Source.BANK_REFAH, "payments_by_payer", "ANSWERED", seconds)
    metrics.called(Source.CIVIL_REGISTRY, "citizens_by_national_id", "CANCELLED", 0.2)
    page = metrics.written("")[0].decode()

    def within(bound: str, system: str = "BANK_REFAH") -> float | None:
        return value(page, f'tamin_call_seconds_bucket{{le="{bound}",system="{system}"}}')

    assert [within(bound) for bound in ("0.005", "0.01", "0.1", "0.25", "0.5", "10.0", "+Inf")] == [1, 2, 3, 3, 4, 4, 5]
    assert [within(bound, "CIVIL_REGISTRY") for bound in ("0.1", "0.25", "+Inf")] == [0, 1, 1]
    assert value(page, 'tamin_call_seconds_count{system="BANK_REFAH"}') == 5
    assert value(page, 'tamin_call_seconds_sum{system="BANK_REFAH"}') == pytest.approx(20.4101)
    assert "# TYPE tamin_calls_total counter" in page
    assert "# TYPE tamin_call_seconds histogram" in page
