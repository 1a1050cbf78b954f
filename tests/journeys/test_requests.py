"""Citizens ask for the medical commission: through the gateway as it serves, to the commission of the twin and back."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from tests.journeys.processes import GatewayInTest, TwinInTest, code
from twin.named import NAMED
from twin.world import World

PDF = b"%PDF-1.4 certified %%EOF"
PATIENCE = 30
ASK = """
mutation Ask($key: String!, $certificate: ID!, $ground: CommissionGround!, $subject: NationalId, $insured: NationalId) {
  requestCommission(input: {
    idempotencyKey: $key, certificate: $certificate, ground: $ground, subject: $subject, nationalId: $insured
  }) {
    __typename
    ... on ServiceRequest { ...whole }
    ... on NotEligible { reasons { rule found needed source text { fa en } } }
    ... on AlreadyRequested { request { id state } }
    ... on IdempotencyKeyReused { problem }
    ... on InvalidInput { field problem }
  }
}
fragment whole on ServiceRequest {
  id kind trackingCode state assessment acceptedAt receipt officeNumber needs instance
  title { fa en } text { fa en } steps { state at text { fa en } note }
  reasons { rule source } serviceLevel { workingDays due late }
  commission { subject ground } informationUntil withdrawalAskedAt appointment { at place } outcome
}
"""
WHOLE = ASK[ASK.index("fragment whole") :]
READ = "query Read($id: ID!) { request(id: $id) { ...whole } }" + WHOLE
WITHDRAW = """mutation($id: ID!, $key: String!) { withdrawRequest(input: {id: $id, idempotencyKey: $key}) {
  __typename ... on ServiceRequest { withdrawalAskedAt } ... on NotInThisState { request { state } } } }"""
SUPPLY = """mutation($id: ID!, $documents: [ID!]!) {
  supplyInformation(input: {id: $id, idempotencyKey: "s", documents: $documents, text: "پیوست شد"}) {
  __typename ... on NotInThisState { request { state } } } }"""
WATCH = "subscription($id: ID!) { requestUpdated(id: $id) { state text { en } } }"


class Office:
    """What became of requests at the twin's commission."""

    def __init__(self, twin: TwinInTest) -> None:
        self._twin = twin

    def file(self, tracking_code: str) -> dict[str, Any] | None:
        files = self._twin.control.get("/_twin/commission/files").raise_for_status().json()["files"]
        mine = [file for file in files if file["trackingCode"] == tracking_code]
        assert len(mine) <= 1, "the commission has it twice"
        return mine[0] if mine else None

    def moves(self, tracking_code: str, state: str, **more: Any) -> None:
        file = self.file(tracking_code)
        assert file
        place = f"/_twin/commission/files/{file['reference']}"
        self._twin.control.put(place, json={"state": state, **more}).raise_for_status()


@pytest.fixture
def office(twin: TwinInTest) -> Office:
    return Office(twin)


@pytest.fixture(scope="session")
def insured(running_gateway: GatewayInTest, world: World) -> Iterator[str]:
    """Citizens with an active insurance, each good for one test."""
    named = {who.code for who in NAMED.values()}
    adults = [who for who, person in world.people.items() if not person.withheld and who not in named][:150]
    fields = "nationalId person { insurance { status } identity { lifeStatus } }"
    query = "query($of: [PersonRef!]!) { persons(nationalIds: $of) { %s } }" % fields  # noqa: UP031
    items = running_gateway.ask(query, {"of": adults})["data"]["persons"]
    fit = [
        item["nationalId"]
        for item in items
        if item["person"]
        and (item["person"]["insurance"] or {}).get("status") == "ACTIVE"
        and (item["person"]["identity"] or {}).get("lifeStatus") == "ALIVE"
    ]
    assert len(fit) > 10
    return iter(fit)


def upload(gateway: GatewayInTest, whom: str, content: bytes = PDF, **headers: str) -> httpx.Response:
    token = gateway.wallet.token(whom)
    return gateway.http.post("/uploads", content=content, headers={"authorization": f"Bearer {token}", **headers})


def ask(gateway: GatewayInTest, whom: str, key: str = "key", **more: Any) -> dict[str, Any]:
    certificate = more.pop("certificate", None) or upload(gateway, whom).json()["id"]
    variables = {"key": key, "certificate": certificate, "ground": "ILLNESS"} | more
    answer: dict[str, Any] = gateway.data(ASK, variables, whom=whom)["requestCommission"]
    return answer


def until(
    gateway: GatewayInTest, whom: str, request: dict[str, Any], fits: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The request, as soon as it is so."""
    end = time.monotonic() + PATIENCE
    while True:
        said: dict[str, Any] = gateway.data(READ, {"id": request["id"]}, whom=whom)["request"]
        if fits(said):
            return said
        assert time.monotonic() < end, said
        time.sleep(0.1)


def comes_to(gateway: GatewayInTest, whom: str, request: dict[str, Any], state: str) -> dict[str, Any]:
    return until(gateway, whom, request, lambda said: bool(said["state"] == state))


def test_a_request_is_accepted_at_once_and_delivered_once(
    gateway: GatewayInTest, office: Office, insured: Iterator[str], tmp_path: Path
) -> None:
    whom = f"citizen:{next(insured)}"
    request = ask(gateway, whom)
    assert (request["__typename"], request["state"]) == ("ServiceRequest", "ACCEPTED")
    assert request["assessment"] == "PASSED"
    assert request["title"]["fa"] == "درخواست کمیسیون پزشکی (ماده ۹۱)"
    assert (request["serviceLevel"]["workingDays"], request["serviceLevel"]["late"]) == (7, False)
    delivered = comes_to(gateway, whom, request, "DELIVERED")
    assert [step["state"] for step in delivered["steps"]] == ["ACCEPTED", "QUEUED", "DELIVERED"]
    assert all(step["text"]["fa"] and step["text"]["en"] for step in delivered["steps"])
    file = office.file(request["trackingCode"])
    assert file
    assert (file["number"], file["received"], file["documents"]) == (delivered["officeNumber"], 1, 1)
    mine = "{ me { requests(first: 1) { nodes { trackingCode state } pageInfo { hasNextPage } } } }"
    assert gateway.data(mine, whom=whom)["me"]["requests"] == {
        "nodes": [{"trackingCode": request["trackingCode"], "state": "DELIVERED"}],
        "pageInfo": {"hasNextPage": False},
    }
    node = "query($id: ID!) { node(id: $id) { __typename ... on ServiceRequest { trackingCode } } }"
    assert gateway.data(node, {"id": request["id"]}, whom=whom)["node"]["trackingCode"] == request["trackingCode"]
    by_code = gateway.data(READ, {"id": request["trackingCode"]}, whom=whom)["request"]
    assert by_code["id"] == request["id"]
    assert receipt_proves(gateway, request, tmp_path)


def receipt_proves(gateway: GatewayInTest, request: dict[str, Any], folder: Path) -> bool:
    """By the command, offline, with the keys as they were published."""
    (folder / "keys.json").write_bytes(gateway.http.get("/receipts/jwks.json").raise_for_status().content)
    (folder / "receipt").write_text(request["receipt"])
    command = [sys.executable, "-m", "gateway.cli", "receipt", "verify", "receipt", "--keys", "keys.json"]
    command[2:3] = ["gateway.cli"]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "receipt").write_text(request["receipt"][:-8] + "AAAAAAAA")
    forged = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert forged.returncode == 1
    return request["trackingCode"] in done.stdout


def test_the_same_key_gives_the_same_answer_and_another_payload_under_it_is_refused(
    gateway: GatewayInTest, office: Office, insured: Iterator[str]
) -> None:
    whom = f"citizen:{next(insured)}"
    certificate = upload(gateway, whom).json()["id"]
    first = ask(gateway, whom, certificate=certificate)
    again = ask(gateway, whom, certificate=certificate)
    assert (again["id"], again["receipt"]) == (first["id"], first["receipt"])
    reused = ask(gateway, whom, certificate=certificate, ground="WORK_ACCIDENT")
    assert reused["__typename"] == "IdempotencyKeyReused"
    standing = ask(gateway, whom, "another key", certificate=certificate)
    assert standing["__typename"] == "AlreadyRequested"
    assert standing["request"]["id"] == first["id"]
    comes_to(gateway, whom, first, "DELIVERED")
    assert office.file(first["trackingCode"])


def test_who_is_not_eligible_is_told_every_reason_and_nothing_is_recorded(gateway: GatewayInTest) -> None:
    answer = ask(gateway, "citizen:reza")
    assert answer["__typename"] == "NotEligible"
    by_rule = {reason["rule"]: reason for reason in answer["reasons"]}
    assert by_rule["commission.subject-is-alive"]["source"] == "CIVIL_REGISTRY"
    assert by_rule["commission.subject-is-alive"]["text"]["fa"]
    assert gateway.data("{ me { requests { nodes { id } } } }", whom="citizen:reza")["me"]["requests"]["nodes"] == []


def test_for_a_stranger_nobody_is_asked(gateway: GatewayInTest, twin: TwinInTest) -> None:
    certificate = upload(gateway, "citizen:mina").json()["id"]
    answer = ask(gateway, "citizen:mina", certificate=certificate, ground="CHILD_UNABLE_TO_WORK", subject=code("kaveh"))
    assert [reason["found"] for reason in answer["reasons"]] == ["NOT_LISTED"]
    assert "civil_registry" not in twin.asked()


@pytest.mark.parametrize("kind", ["refused", "silent"])
def test_while_the_branches_are_away_it_is_accepted_and_assessed_when_they_are_back(
    gateway: GatewayInTest, twin: TwinInTest, office: Office, insured: Iterator[str], kind: str
) -> None:
    whom = f"citizen:{next(insured)}"
    certificate = upload(gateway, whom).json()["id"]
    with twin.fault("branch_databases", kind):
        request = ask(gateway, whom, certificate=certificate)
        assert (request["state"], request["assessment"]) == ("ACCEPTED", "PENDING")
        assert office.file(request["trackingCode"]) is None
    delivered = comes_to(gateway, whom, request, "DELIVERED")
    assert delivered["assessment"] == "PASSED"
    assert office.file(request["trackingCode"])


def test_a_commission_that_is_cut_off_in_its_answer_has_the_request_once(
    gateway: GatewayInTest, twin: TwinInTest, office: Office, insured: Iterator[str]
) -> None:
    whom = f"citizen:{next(insured)}"
    with twin.fault("medical_commission", "cut"):
        request = ask(gateway, whom)
        until(gateway, whom, request, lambda _: (office.file(request["trackingCode"]) or {}).get("received", 0) > 1)
        assert gateway.data(READ, {"id": request["id"]}, whom=whom)["request"]["state"] == "QUEUED"
    comes_to(gateway, whom, request, "DELIVERED")
    file = office.file(request["trackingCode"])
    assert file
    assert file["received"] > 1


def test_it_is_withdrawn_and_another_can_be_asked_for(
    gateway: GatewayInTest, office: Office, insured: Iterator[str]
) -> None:
    whom = f"citizen:{next(insured)}"
    request = comes_to(gateway, whom, ask(gateway, whom), "DELIVERED")
    for _ in range(2):
        answer = gateway.data(WITHDRAW, {"id": request["id"], "key": "w"}, whom=whom)["withdrawRequest"]
        assert answer["__typename"] == "ServiceRequest"
        assert answer["withdrawalAskedAt"]
    comes_to(gateway, whom, request, "WITHDRAWN")
    file = office.file(request["trackingCode"])
    assert file
    assert [act["kind"] for act in file["acts"]] == ["withdrawal"]
    late = gateway.data(WITHDRAW, {"id": request["id"], "key": "x"}, whom=whom)["withdrawRequest"]
    assert late == {"__typename": "NotInThisState", "request": {"state": "WITHDRAWN"}}
    assert ask(gateway, whom, "again")["__typename"] == "ServiceRequest"


def test_what_the_commission_asks_for_is_uploaded_supplied_and_taken_once(
    gateway: GatewayInTest, office: Office, insured: Iterator[str]
) -> None:
    whom = f"citizen:{next(insured)}"
    request = comes_to(gateway, whom, ask(gateway, whom), "DELIVERED")
    office.moves(request["trackingCode"], "NEEDS_INFORMATION", needs="گزارش پزشک معالج")
    asked = comes_to(gateway, whom, request, "NEEDS_INFORMATION")
    assert asked["needs"] == "گزارش پزشک معالج"
    assert asked["informationUntil"] > asked["steps"][-1]["at"]
    report = upload(gateway, whom).json()["id"]
    for _ in range(2):
        said = gateway.data(SUPPLY, {"id": request["id"], "documents": [report]}, whom=whom)
        assert said["supplyInformation"]["__typename"] == "ServiceRequest"
    comes_to(gateway, whom, request, "IN_REVIEW")
    file = office.file(request["trackingCode"])
    assert file
    assert file["acts"] == [{"kind": "supplement", "documents": 1}]
    office.moves(request["trackingCode"], "APPROVED", note="تأیید شد")
    assert comes_to(gateway, whom, request, "APPROVED")["outcome"] == "تأیید شد"


def test_others_see_no_request_and_change_none(gateway: GatewayInTest, insured: Iterator[str]) -> None:
    owner, other = f"citizen:{next(insured)}", f"citizen:{next(insured)}"
    request = ask(gateway, owner)
    for id_ in (request["id"], request["trackingCode"]):
        refused = gateway.ask(READ, {"id": id_}, whom=other)
        assert refused["data"] == {"request": None}
        assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
        changed = gateway.ask(WITHDRAW, {"id": id_, "key": "w"}, whom=other)
        assert changed["data"] == {"withdrawRequest": None}
    unknown = gateway.ask(READ, {"id": "999999999990"}, whom=other)
    assert unknown["errors"][0]["extensions"]["code"] in {"FORBIDDEN", "BAD_USER_INPUT"}
    anothers = gateway.ask(
        ASK,
        {"key": "k", "certificate": "0" * 32, "ground": "ILLNESS", "insured": owner.removeprefix("citizen:")},
        whom=other,
    )
    assert anothers["data"] == {"requestCommission": None}
    assert anothers["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert gateway.data(READ, {"id": request["id"]}, whom=owner)["request"]["withdrawalAskedAt"] is None


def test_agencies_and_the_nameless_ask_for_nothing(gateway: GatewayInTest) -> None:
    variables = {"key": "k", "certificate": "0" * 32, "ground": "ILLNESS"}
    assert gateway.post(ASK, variables, whom=None).status_code == 401
    refused = gateway.ask(ASK, variables, whom="agency:court")
    assert refused["data"] == {"requestCommission": None}
    assert gateway.http.post("/uploads", content=PDF).status_code == 401
    wrong = gateway.http.post("/uploads", content=PDF, headers={"authorization": "Bearer guess"})
    assert wrong.status_code == 401
    assert "www-authenticate" in wrong.headers


def test_uploads_are_believed_by_their_content_alone(gateway: GatewayInTest, insured: Iterator[str]) -> None:
    whom, other = f"citizen:{next(insured)}", next(insured)
    assert upload(gateway, whom, b"MZ not a document", **{"content-type": "application/pdf"}).status_code == 415
    assert upload(gateway, whom, PDF + b"x" * 5_000_001).status_code == 413
    assert upload(gateway, whom, PDF, **{"tamin-person": other}).status_code == 403
    assert upload(gateway, whom, PDF, **{"tamin-person": "123"}).status_code == 400
    stolen = upload(gateway, f"citizen:{other}").json()["id"]
    answer = ask(gateway, whom, certificate=stolen)
    assert (answer["__typename"], answer["field"]) == ("InvalidInput", "certificate")


async def watched(gateway: GatewayInTest, token: str, id_: str, enough: Callable[[list[Any]], bool]) -> list[Any]:
    """What a WebSocket tells, until it is enough."""
    pushes: list[Any] = []
    url = gateway.url.replace("http", "ws") + "/graphql"
    async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        payload = {"query": WATCH, "variables": {"id": id_}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        async with asyncio.timeout(PATIENCE):
            while not enough(pushes):
                pushes.append(json.loads(await socket.recv()))
    return pushes


async def test_a_socket_tells_each_step_and_each_push_is_on_record(
    gateway: GatewayInTest, office: Office, insured: Iterator[str]
) -> None:
    person = next(insured)
    whom = f"citizen:{person}"
    request = await asyncio.to_thread(lambda: comes_to(gateway, whom, ask(gateway, whom), "DELIVERED"))
    token = gateway.wallet.token(whom)

    def states(pushes: list[Any]) -> list[str]:
        return [push["payload"]["data"]["requestUpdated"]["state"] for push in pushes if push["type"] == "next"]

    watching = asyncio.create_task(watched(gateway, token, request["id"], lambda pushes: "SCHEDULED" in states(pushes)))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(office.moves, request["trackingCode"], "IN_REVIEW")
    await asyncio.to_thread(comes_to, gateway, whom, request, "IN_REVIEW")
    await asyncio.sleep(0.5)
    await asyncio.to_thread(office.moves, request["trackingCode"], "SCHEDULED")
    pushes = await watching
    assert [state for state in states(pushes) if state != "DELIVERED"] == ["IN_REVIEW", "SCHEDULED"]
    log = await asyncio.to_thread(
        gateway.data, "{ me { accessLog(first: 20) { nodes { groups { en } } } } }", whom=whom
    )
    groups = [group["en"] for node in log["me"]["accessLog"]["nodes"] for group in node["groups"]]
    assert groups.count("requests") >= 3


async def test_events_tell_the_same_and_end_with_complete_when_refused(
    gateway: GatewayInTest, office: Office, insured: Iterator[str]
) -> None:
    whom, other = f"citizen:{next(insured)}", f"citizen:{next(insured)}"
    request = await asyncio.to_thread(lambda: comes_to(gateway, whom, ask(gateway, whom), "DELIVERED"))
    content = {"query": WATCH, "variables": {"id": request["id"]}}

    async def lines(who: str) -> list[str]:
        heard: list[str] = []
        headers = {"accept": "text/event-stream", "authorization": f"Bearer {gateway.wallet.token(who)}"}
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(base_url=gateway.url, timeout=PATIENCE) as client,
            client.stream("POST", "/graphql", json=content, headers=headers) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for line in answer.aiter_lines():
                heard.append(line)
                if line == "event: complete" or '"IN_REVIEW"' in line:
                    break
        return heard

    watching = asyncio.create_task(lines(whom))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(office.moves, request["trackingCode"], "IN_REVIEW")
    heard = await watching
    assert "event: next" in heard
    assert json.loads(heard[-1].removeprefix("data: "))["data"]["requestUpdated"]["state"] == "IN_REVIEW"
    refused = await lines(other)
    said = next(json.loads(line.removeprefix("data: ")) for line in refused if line.startswith("data: {"))
    assert [error["extensions"]["code"] for error in said["errors"]] == ["FORBIDDEN"]
    assert refused[-1] == "event: complete"


async def test_a_subscription_ends_with_its_token(gateway: GatewayInTest, insured: Iterator[str]) -> None:
    whom = f"citizen:{next(insured)}"
    request = await asyncio.to_thread(lambda: comes_to(gateway, whom, ask(gateway, whom), "DELIVERED"))
    token = await asyncio.to_thread(gateway.wallet.token, whom, expires_in="3")
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await watched(gateway, token, request["id"], lambda _: False)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "connection_init", "payload": {"authorization": "Bearer guess"}}, 4401),
        ({"type": "connection_init"}, 4401),
        ({"type": "subscribe", "id": "1", "payload": {"query": WATCH}}, 4401),
        ("nonsense", 4400),
    ],
)
async def test_a_socket_without_a_good_token_is_closed(gateway: GatewayInTest, first: Any, code: int) -> None:
    url = gateway.url.replace("http", "ws") + "/graphql"
    async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(json.dumps(first) if isinstance(first, dict) else first)
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await asyncio.wait_for(socket.recv(), PATIENCE)
        assert socket.close_code == code


async def test_a_socket_runs_subscriptions_alone(gateway: GatewayInTest) -> None:
    url = gateway.url.replace("http", "ws") + "/graphql"
    token = gateway.wallet.token("citizen:sara")
    async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
        await socket.recv()
        await socket.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket.recv()) == {"type": "pong"}
        for query in ("{ me { id } }", "subscription { nothing }", "{"):
            await socket.send(json.dumps({"id": "q", "type": "subscribe", "payload": {"query": query}}))
            said = json.loads(await socket.recv())
            assert (said["id"], said["type"]) == ("q", "error")
            assert said["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_subscription_by_an_ordinary_post_is_told_where_to_go(gateway: GatewayInTest) -> None:
    answer = gateway.post(WATCH, {"id": "1"}, whom="citizen:sara")
    assert answer.status_code == 406
