"""The registry's events, the other funds, finance and SMS: their wires, by hand."""

from typing import Any

import httpx
import pytest

from tests.twin.conftest import PEOPLE
from twin.faults import LIES
from twin.named import IN_SERVICES
from twin.population import build_world
from twin.vital_events import VitalEvents
from twin.world import World

CODE = {name: who.code for name, who in IN_SERVICES.items()}
ISSUE = {"reference": "r1", "payeeCode": CODE["omid"], "amount": 1_000, "purpose": "MARRIAGE_ALLOWANCE"}
MESSAGE = {"reference": "r1", "nationalCode": CODE["omid"], "text": "سلام"}
QUESTIONS = {
    "registry_events": ("/v1/events/search", {"nationalCodes": [CODE["omid"]]}),
    "insurance_funds": ("/v1/memberships/search", {"nationalCodes": [CODE["farhad"]]}),
    "finance": ("/v1/payment-documents", ISSUE),
    "sms": ("/v1/messages", MESSAGE),
}


async def post(twin: Any, system: str, path: str, content: Any, **more: Any) -> httpx.Response:
    place = twin.descriptor[system]
    auth = more.get("auth", (place["username"], place["password"]))
    answer: httpx.Response = await twin.http.post(place["url"] + path, json=content, auth=auth)
    return answer


async def ask(twin: Any, system: str) -> httpx.Response:
    return await post(twin, system, *QUESTIONS[system])


def test_the_same_world_has_the_same_events_and_they_count_from_one_without_a_hole(world: World) -> None:
    first, second = VitalEvents(world), VitalEvents(build_world(world.seed, PEOPLE))
    rows = first.rows(0, len(first))
    assert rows == second.rows(0, len(second))
    assert [row["sequence"] for row in rows] == list(range(1, len(first) + 1))
    assert [row["registeredOn"] for row in rows] == sorted(row["registeredOn"] for row in rows)
    assert first.rows(len(first), 10) == []


def test_everybody_is_born_once_and_the_dead_die_once(world: World) -> None:
    book = VitalEvents(world)
    rows = book.rows(0, len(book))
    of_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in (1, 2, 3, 4)}
    assert len(of_kind[1]) == len(world.people)
    assert len(of_kind[4]) == sum(person.death is not None for person in world.people.values())
    assert {row["permanent"] for row in of_kind[2]} == {True, False}
    assert of_kind[3], "some have parted"
    assert all(row["occurredOn"] <= row["registeredOn"] for row in rows)


def test_what_a_search_finds_are_the_rows_of_the_feed(world: World) -> None:
    book = VitalEvents(world)
    whole = book.rows(0, len(book))
    couples = [person.code for person in world.people.values() if person.spouse][:40]
    for code in couples:
        own = [
            r for r in whole if int(code) in {p["nin"] for p in r["parties"] if p["role"] not in ("FATHER", "MOTHER")}
        ]
        assert book.of_persons([code]) == own


def test_spouses_of_the_world_are_married_in_the_feed_and_nobody_twice_at_a_time(world: World) -> None:
    book = VitalEvents(world)
    married: dict[int, int] = {}
    for row in book.rows(0, len(book)):
        codes = [party["nin"] for party in row["parties"]]
        if row["kind"] == 2:
            assert not married.keys() & set(codes)
            married |= dict(zip(codes, reversed(codes), strict=True))
        if row["kind"] == 3:
            assert [married.pop(code) for code in codes] == list(reversed(codes))
    for person in world.people.values():
        if person.spouse:
            assert married[int(person.code)] == int(person.spouse)


async def test_the_feed_is_read_in_pages(twin: Any) -> None:
    seen: list[int] = []
    last = 1
    while len(seen) < min(last, 60):
        page = (await post(twin, "registry_events", "/v1/events/read", {"after": len(seen), "limit": 25})).json()
        seen += [event["sequence"] for event in page["events"]]
        last = page["last"]
    assert seen == list(range(1, len(seen) + 1))


async def test_the_couple_and_the_daughter_are_in_the_feed(twin: Any) -> None:
    said = (await ask(twin, "registry_events")).json()["events"]
    wedding = next(event for event in said if event["kind"] == 2)
    assert (wedding["registeredOn"], wedding["permanent"], wedding["officeKind"]) == (14050710, True, 1)
    assert [(p["nin"], p["first"]) for p in wedding["parties"]] == [(70018618, True), (72855371, True)]
    asked = {"nationalCodes": [CODE["mahtab"], CODE["taraneh"]]}
    said = (await post(twin, "registry_events", "/v1/events/search", asked)).json()["events"]
    assert [(e["kind"], e["registeredOn"]) for e in said if e["kind"] != 1] == [(2, 14050618)]


async def test_farhad_is_insured_and_peyman_pensioned_elsewhere(twin: Any) -> None:
    asked = {"nationalCodes": [CODE["farhad"], CODE["peyman"], CODE["omid"]]}
    rows = (await post(twin, "insurance_funds", "/v1/memberships/search", asked)).json()["memberships"]
    assert [(str(r["nationalCode"]).zfill(10), r["standing"]) for r in rows] == [
        (CODE["farhad"], "INSURED"),
        (CODE["peyman"], "PENSIONER"),
    ]


async def test_an_order_that_comes_twice_is_one_document(twin: Any) -> None:
    first, second = [(await ask(twin, "finance")).json() for _ in range(2)]
    assert first == second
    assert (first["document"]["state"], len(first["document"]["accountEnding"])) == (1, 4)
    said = await twin.control("GET", "finance/documents")
    assert (said["documents"], said["received"], said["amount"]) == (1, 2, 1_000)
    other = await post(twin, "finance", "/v1/payment-documents", ISSUE | {"amount": 2})
    assert other.json() == {"result": "CONFLICT"}


@pytest.mark.parametrize(("outcome", "state"), [("PAID", 2), ("RETURNED", 3)])
async def test_documents_are_settled_by_the_twins_clock(twin: Any, outcome: str, state: int) -> None:
    number = (await ask(twin, "finance")).json()["document"]["number"]
    await twin.control("PUT", "finance", {"pay_seconds": 60, "outcome": outcome})
    asked = {"numbers": [number, "PD-0"]}
    seen = []
    for offset in (0, 61):
        await twin.control("PUT", "clock", {"offset_seconds": offset})
        (row,) = (await post(twin, "finance", "/v1/payment-documents/search", asked)).json()["documents"]
        seen.append((row["state"], row["settledOn"] != "00000000"))
    assert seen == [(1, False), (state, True)]


async def test_a_message_that_comes_twice_is_sent_once_and_can_be_read(twin: Any) -> None:
    for _ in range(2):
        assert (await ask(twin, "sms")).json() == {"result": "OK", "message": {"reference": "r1"}}
    (sent,) = (await twin.control("GET", f"sms?to={CODE['omid']}"))["messages"]
    assert (sent["text"], sent["received"]) == ("سلام", 2)
    assert (await twin.control("GET", f"sms?to={CODE['nasrin']}"))["messages"] == []
    assert (await post(twin, "sms", "/v1/messages", MESSAGE | {"text": "دیگر"})).json() == {"result": "CONFLICT"}


async def test_some_have_neither_account_nor_number_on_file(twin: Any, world: World) -> None:
    orders, messages = set(), set()
    for number, code in enumerate(list(world.people)[:150]):
        order = ISSUE | {"reference": f"r{number}", "payeeCode": code}
        orders.add((await post(twin, "finance", "/v1/payment-documents", order)).json()["result"])
        message = MESSAGE | {"reference": f"m{number}", "nationalCode": code}
        messages.add((await post(twin, "sms", "/v1/messages", message)).json()["result"])
    assert (orders, messages) == ({"OK", "NO_ACCOUNT"}, {"OK", "NO_NUMBER"})


@pytest.mark.parametrize("system", QUESTIONS)
async def test_a_wrong_account_is_refused_and_nothing_is_booked(twin: Any, system: str) -> None:
    assert (await post(twin, system, *QUESTIONS[system], auth=("guess", "guess"))).status_code == 401
    assert (await twin.control("GET", "finance/documents"))["documents"] == 0
    assert (await twin.control("GET", "sms"))["messages"] == []


@pytest.mark.parametrize("system", QUESTIONS)
async def test_what_is_no_such_question_is_bad(twin: Any, system: str) -> None:
    path, _ = QUESTIONS[system]
    assert (await post(twin, system, path, {"what": 1})).status_code == 400


@pytest.mark.parametrize(("system", "count"), [("finance", 1), ("sms", 1)])
async def test_cut_off_it_has_done_what_nobody_hears_of(twin: Any, system: str, count: int) -> None:
    await twin.fault(system, kind="cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await ask(twin, system)
    await twin.control("DELETE", f"faults/{system}")
    done = await twin.control("GET", "finance/documents"), await twin.control("GET", "sms")
    assert (done[0]["documents"], len(done[1]["messages"])) == ((1, 0) if system == "finance" else (0, 1))


@pytest.mark.parametrize(
    ("kind", "status"),
    [("error", 500), ("closed", 503), ("quota", 429)],
)
@pytest.mark.parametrize("system", QUESTIONS)
async def test_each_can_be_unwell(twin: Any, system: str, kind: str, status: int) -> None:
    await twin.fault(system, kind=kind)
    assert (await ask(twin, system)).status_code == status


@pytest.mark.parametrize(("system", "how"), [(s, how) for s in QUESTIONS for how in LIES[s] if how != "endless"])
async def test_their_lies(twin: Any, system: str, how: str) -> None:
    truth = (await ask(twin, system)).content
    await twin.fault(system, kind="lying", how=how)
    assert (await ask(twin, system)).content != truth


async def test_calls_are_counted_and_a_reset_forgets_the_books(twin: Any) -> None:
    for system in QUESTIONS:
        await ask(twin, system)
    counts = await twin.control("GET", "counts")
    assert [counts[system] for system in QUESTIONS] == [
        {"events/search": 1},
        {"memberships/search": 1},
        {"payment-documents": 1},
        {"messages": 1},
    ]
    await twin.control("POST", "reset?faults=1")
    assert (await twin.control("GET", "finance/documents"))["documents"] == 0
    assert (await twin.control("GET", "sms"))["messages"] == []
