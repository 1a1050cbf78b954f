"""Plants persons who can be recognised, runs what can go well and what can go wrong, and reads every output."""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.domain.service import Audience
from gateway.domain.services import SERVICES
from tests.journeys.canaries import forms, found, personal_values
from tests.journeys.processes import ALL_SYSTEMS, GatewayInTest, TwinInTest, code, served
from tests.journeys.queries import PROFILE
from tests.servers.redis_servers import RedisServer
from twin.cast import DAUGHTER, HUSBAND
from twin.faults import LIES
from twin.named import NAMED
from twin.world import World

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("پاک‌نژاد", "گودرزی", "شریفی", "چراغی", "ژیان", "یزدانی", "Zhian-Canary")
PLANTED = ("0499370899", "0013542427", "1111111116")  # good codes of nobody in the country, and one with a bad digit
SLOW_LIES = frozenset({"endless", "entity_bomb", "external_entity"})
MANY = """query Many($ids: [PersonRef!]!) {
    persons(nationalIds: $ids) { nationalId code person { id insurance { status } } } }"""


@dataclass
class Heard:
    """All that came back: `sinks` hold what must say nothing of persons, `values` what was lawfully told."""

    sinks: dict[str, bytearray] = field(default_factory=lambda: {"headers": bytearray(), "errors": bytearray()})
    values: set[str] = field(default_factory=set)
    answers: int = 0

    def take(self, response: httpx.Response) -> None:
        self.answers += 1
        self.sinks["headers"] += repr(response.headers.raw).encode()
        body = response.content
        with contextlib.suppress(ValueError):
            said = response.json()
            body = json.dumps(said.get("errors", []), ensure_ascii=False).encode() if said.get("data") else body
            self.values.update(personal_values(said.get("data")))
        self.sinks["errors"] += body


def reads_well(gateway: GatewayInTest, heard: Heard) -> None:
    for name in NAMED:
        for whom in (f"citizen:{name}", "developer", "agency:court", "agency:insurance-fund", "agency:relief"):
            heard.take(gateway.post(PROFILE, {"id": code(name)}, whom=whom))
    heard.take(gateway.post(MANY, {"ids": [*(who.code for who in NAMED.values()), *PLANTED]}, whom="agency:court"))
    heard.take(gateway.post("{ me { dependents { person { identity { lastName } } } } }", whom="citizen:sara"))
    heard.take(gateway.post(PROFILE, {"id": HUSBAND}, whom="citizen:sara"))
    heard.take(gateway.post(PROFILE, {"id": DAUGHTER}, whom="citizen:sara"))
    log = "{ me { accessLog { nodes { at reader { en } } } } }"
    heard.take(gateway.post(log, whom="citizen:sara"))


def goes_wrong(gateway: GatewayInTest, heard: Heard) -> None:
    """Literals, names and headers that hold what they should not; each of them is refused or ignored."""
    sara, bad, name = code("sara"), PLANTED[2], NAMES[-1]
    documents = (
        f'{{ person(nationalId: "{sara}") {{ identity {{ firstName }} }} }}',
        f'{{ person(nationalId: "{bad}") {{ id }} }}',
        f'{{ person(nationalId: "{sara}") {{ nosuchfield }} }}',
        f'{{ person(nationalId: "{sara}" ',
        f'{{ person(nationalId: "{sara}", name: "{name}") {{ id }} }}',
        f'query Find_{sara} {{ person(nationalId: "{sara}") {{ id }} }}',
        f'{{ node(id: "{sara}") {{ id }} }}',
        f'{{ me {{ debts(after: "{sara}") {{ complete }} }} }}',
        f"{{ me {{ p{sara}: nationalId }} }}",
        f"# {name} {sara}\n{{ me {{ id }} }}",
        f'{{ persons(nationalIds: ["{bad}", "{name}"]) {{ code }} }}',
        f'{{ __type(name: "{name}") {{ name }} }}',
    )
    for document in documents:
        for whom in ("citizen:sara", "developer", "agency:court", None):
            heard.take(gateway.post(document, whom=whom))
    variables: tuple[Any, ...] = ({"id": bad}, {"id": [sara]}, {"id": {"code": sara}}, {"id": int(sara)}, {sara: name})
    for said in variables:
        heard.take(gateway.post(PROFILE, said, whom="citizen:sara"))
    raw = gateway.http
    query = f'{{ person(nationalId: "{sara}") {{ id }} }}'
    heard.take(raw.get("/graphql", params={"query": query}))
    heard.take(raw.get(f"/persons/{sara}"))
    heard.take(
        raw.post("/graphql", content=f'{{"query": "{sara}", "x"'.encode(), headers={"content-type": "application/json"})
    )
    heard.take(raw.post("/graphql", content=sara.encode(), headers={"content-type": f"text/{sara}"}))
    heard.take(raw.request(f"X{sara}", "/graphql"))
    for header in ("authorization", "x-request-id", "traceparent", "user-agent", "accept", "accept-language", "cookie"):
        shown = f"Bearer {sara}" if header == "authorization" else sara
        heard.take(raw.post("/graphql", json={"query": "{ __typename }"}, headers={header: shown}))
    good = gateway.wallet.token("citizen:sara")
    heard.take(raw.post("/graphql", json={"query": "{ me { id } }"}, headers={"authorization": f"Bearer {good}x"}))
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": sara}}
    heard.take(raw.post("/graphql", json={"extensions": persisted}, headers={"authorization": f"Bearer {good}"}))
    heard.take(raw.post("/graphql", json={"query": query, "operationName": f"{name}{sara}"}))


def breaks(gateway: GatewayInTest, twin: TwinInTest, heard: Heard) -> None:
    people = iter(list(NAMED.values()) * 40)
    for system in ALL_SYSTEMS:
        for kind in ("error", "refused", "cut", "closed", "quota", "silent"):
            with twin.fault(system, kind):
                heard.take(gateway.post(PROFILE, {"id": next(people).code}))
        for how in LIES[system]:
            if how not in SLOW_LIES:
                with twin.fault(system, "lying", how=how):
                    heard.take(gateway.post(PROFILE, {"id": next(people).code}))


def assesses(gateway: GatewayInTest, twin: TwinInTest, heard: Heard) -> None:
    """Every service's rules over every system they read, well and bent; requests about others that are refused or kept,
    and an office that lies when it is told of one."""
    services = [name for name, service in SERVICES.items() if service.audience is Audience.PERSON]
    told = "eligible unread reasons { found needed text { fa } } figures { value }"
    asked = " ".join(f"{name.lower()}: eligibility(service: {name}) {{ {told} }}" for name in services)
    rules = f"{{ me {{ {asked} }} }}"
    people = iter([f"citizen:{name}" for name in NAMED] * 40)
    heard.take(gateway.post(rules, whom="citizen:sara"))
    for system in ("registry_events", "insurance_funds"):
        for kind in ("error", "refused", "cut", "closed", "quota"):
            with twin.fault(system, kind):
                heard.take(gateway.post(rules, whom=next(people)))
        for how in LIES[system]:
            if how not in SLOW_LIES:
                with twin.fault(system, "lying", how=how):
                    heard.take(gateway.post(rules, whom=next(people)))
    ask = """mutation($input: RegisterDependantInput!) { registerDependant(input: $input) {
        ... on ServiceRequest { id } ... on NotEligible { reasons { rule found } } ... on InvalidInput { problem }
    } }"""
    for number, (whom, birth) in enumerate(product((HUSBAND, code("leila"), *PLANTED), ("1360-01-01", code("sara")))):
        said = {"idempotencyKey": f"canary-{number}", "dependant": whom, "birth": birth, "relation": "HUSBAND"}
        with twin.fault("branch_counter", "lying", how="another_referral"):
            heard.take(gateway.post(ask, {"input": said}, whom="citizen:sara"))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def leaky(
    running_twin: TwinInTest, twin: TwinInTest, redis_server: RedisServer, tmp_path: Path
) -> Iterator[tuple[GatewayInTest, contextlib.ExitStack]]:
    """A gateway with all that keeps anything: Redis, the record, a sink of checkpoints. The stack stops it."""
    more = {
        "TAMIN_MEMORY": redis_server.url,
        "TAMIN_CONTRACTS": str(ROOT / "contracts"),
        "TAMIN_REGISTERS": str(ROOT / "gateway/sandbox_registers"),
        "TAMIN_AUDIT__CHECKPOINT_SINK": str(tmp_path / "checkpoints"),
        "TAMIN_AUDIT__CHECKPOINT_SECONDS": "1",
        "TAMIN_HTTP__REQUEST_SECONDS": "1",
    }
    with contextlib.ExitStack() as stack:
        yield (
            stack.enter_context(served(running_twin.descriptor, tmp_path / "log", open_to_developers=True, **more)),
            stack,
        )


@pytest.mark.timeout(240)
def test_no_output_holds_a_national_code_or_a_name_of_any_journey_or_failure(
    leaky: tuple[GatewayInTest, contextlib.ExitStack],
    twin: TwinInTest,
    redis_server: RedisServer,
    heard: Heard,
    world: World,
    tmp_path: Path,
) -> None:
    gateway, running = leaky
    reads_well(gateway, heard)
    goes_wrong(gateway, heard)
    breaks(gateway, twin, heard)
    assesses(gateway, twin, heard)
    twin.reset()
    reads_well(gateway, heard)  # once more, from memory
    tokens = {gateway.wallet.token(whom).split(".")[1] for whom in ("citizen:sara", "developer", "agency:court")}
    heard.sinks["metrics"] = bytearray(gateway.http.get("/metrics").raise_for_status().content)
    running.close()  # what it says as it ends counts too

    sinks = {name: bytes(said) for name, said in heard.sinks.items()} | _of_redis(redis_server) | _of_files(tmp_path)
    codes = frozenset(world.people) | frozenset(PLANTED)
    values = {*NAMES, *(who.code for who in NAMED.values()), *PLANTED, HUSBAND, DAUGHTER, *tokens, *heard.values}
    assert len(heard.values) > 60, "too little was read for this to prove anything"
    assert heard.answers > 150
    assert sinks["redis"].count(b"tamin:fact:") > 20, "nothing was remembered"
    assert len(sinks["record.db"]) > 100_000, "nothing is on record"
    assert b"http.request" in sinks["log"]
    assert b"tamin_calls_total" in sinks["metrics"]
    assert not found(values, codes, sinks)
    assert b"Traceback" not in sinks["log"], "an exception that nobody expected"


def _of_redis(server: RedisServer) -> dict[str, bytes]:
    """Each key and value, the server's file, and what it shows of itself."""
    said = bytearray()
    for key in server.ask.scan_iter(count=1_000):
        said += key + b"\n" + (server.ask.dump(key) or b"") + b"\n"
    server.ask.save()
    folder = server.ask.config_get("dir")["dir"]
    file = Path(folder, server.ask.config_get("dbfilename")["dbfilename"]).read_bytes()
    return {"redis": bytes(said), "redis file": file, "redis slowlog": repr(server.ask.slowlog_get(1_000)).encode()}


def _of_files(folder: Path) -> dict[str, bytes]:
    """The log, the record with its write-ahead file, checkpoints: whatever the gateway left in its folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_planted_value_is_found_in_every_form() -> None:
    for value in (code("sara"), "پاک‌نژاد"):
        for form in forms(value):
            assert found([value], frozenset(), {"log": b"x " + form + b" y"})
    assert found([], frozenset({code("sara")}), {"log": b'{"person": "13542419"}'})
    assert re.search(r"\d{10}", code("sara"))
