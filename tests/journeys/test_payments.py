"""Premiums, debts and part-months paid over HTTP: every way it can go, with the bank's own books as the judge."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.paying import CONFIRM, DEBT, PART_MONTH, PREMIUM, Payer
from tests.journeys.processes import BILL, RATES, GatewayInTest, TwinInTest, code, environment_for, served
from twin.cast import CAST
from twin.world import Kind, World

PERIOD = "1405-09"


@pytest.fixture(scope="session")
def voluntary(world: World) -> Iterator[str]:
    """One payer after the other, each with one insurance that goes on and that they pay themselves."""
    kinds = (Kind.VOLUNTARY, Kind.SELF_EMPLOYED, Kind.STUDENT, Kind.HOUSEWIFE)
    mine = [m.person for m in world.memberships if m.kind in kinds and m.status == "A"]
    once = [person for person in dict.fromkeys(mine) if person not in CAST and mine.count(person) == 1]
    return iter([person for person in once if not world.people[person].withheld])


@pytest.fixture
def payer(gateway: GatewayInTest, twin: TwinInTest, voluntary: Iterator[str]) -> Payer:
    person = next(voluntary)
    return Payer(gateway, twin, f"citizen:{person}", person)


def started(payer: Payer, key: str = "k", period: str = PERIOD) -> dict[str, Any]:
    ticket = payer.asks(PREMIUM, idempotencyKey=key, period=period)
    assert ticket["__typename"] == "PaymentTicket", ticket
    return ticket


def test_a_premium_is_paid_confirmed_and_opens_treatment_without_anybody_asking_again(payer: Payer) -> None:
    ticket = started(payer)
    assert (ticket["state"], ticket["purpose"], ticket["kind"], ticket["period"]) == (
        "CREATED", "PREMIUM", ticket["kind"], PERIOD,
    )  # fmt: skip
    assert ticket["kind"] in RATES
    assert ticket["paymentIdentifier"] in ticket["paymentPage"]
    assert payer.code not in ticket["paymentPage"]
    assert payer.mine()["treatment"] == []
    assert payer.pays(ticket) == "PAID"
    done = payer.until(ticket, "CONFIRMED")
    assert [(row["state"], row["amount"]) for row in payer.books(ticket)] == [("CONFIRMED", int(ticket["amount"]))]
    mine = payer.mine()
    paid = next(p for p in mine["payments"]["nodes"] if p["identifier"] == ticket["paymentIdentifier"])
    assert (paid["state"], paid["amount"], paid["rrn"]) == ("CONFIRMED", ticket["amount"], done["rrn"])
    assert [t["payment"]["id"] for t in mine["treatment"]] == [ticket["id"]]
    assert mine["treatment"][0]["since"] == done["confirmedAt"]
    assert mine["treatment"][0]["provenance"]["source"] == "BANK_REFAH"
    again = payer.asks(PREMIUM, idempotencyKey="another", period=PERIOD)
    assert (again["__typename"], again["ticket"]) == (
        "PaymentStands", {"id": ticket["id"], "state": "CONFIRMED"},
    )  # fmt: skip


def test_a_confirmed_payment_is_in_the_next_query_though_payments_are_remembered(
    twin: TwinInTest, voluntary: Iterator[str], tmp_path: Path
) -> None:
    person = next(voluntary)
    with served(twin.descriptor, tmp_path / "log", TAMIN_MEMORY="process") as gateway:
        payer = Payer(gateway, twin, f"citizen:{person}", person)
        ticket = started(payer)
        assert payer.mine()["payments"]["provenance"]["freshness"] in ("LIVE", "CACHED")
        assert payer.mine()["payments"]["provenance"]["freshness"] == "CACHED"
        payer.pays(ticket)
        confirmed = payer.asks(CONFIRM, idempotencyKey="c", payment=ticket["id"])
        assert confirmed["state"] == "CONFIRMED"
        said = payer.mine()["payments"]
        assert (ticket["paymentIdentifier"], "CONFIRMED") in [(p["identifier"], p["state"]) for p in said["nodes"]]
        assert said["provenance"]["freshness"] == "LIVE"


def test_a_refused_card_fails_and_leaves_the_month_to_be_paid(payer: Payer) -> None:
    payer.bank(card="refuses")
    ticket = started(payer)
    assert payer.pays(ticket) == "REFUSED"
    assert payer.until(ticket, "FAILED")["paidAt"] is None
    payer.bank(card="pays")
    second = started(payer, "second")
    assert second["id"] != ticket["id"]
    payer.pays(second)
    payer.until(second, "CONFIRMED")


def test_a_bank_that_is_silent_after_the_debit_is_asked_until_it_answers_and_holds_one_payment(payer: Payer) -> None:
    ticket = started(payer)
    with payer.twin.fault("bank_refah", "cut"), pytest.raises(httpx.HTTPError):
        payer.pays(ticket)
    assert [row["state"] for row in payer.books(ticket)] == ["PAID_UNCONFIRMED"]  # and nobody was called
    with payer.twin.fault("bank_refah", "silent"):
        unknown = payer.asks(CONFIRM, idempotencyKey="c1", payment=ticket["id"])
        assert unknown["state"] == "CREATED"
        blocked = payer.asks(PREMIUM, idempotencyKey="k2", period=PERIOD)
        # Either the bank cannot be asked whether the month is paid, or the ticket is met first: nothing new is opened.
        assert blocked["__typename"] in ("PaymentStands", "SystemBusy")
    payer.asks(CONFIRM, idempotencyKey="c2", payment=ticket["id"])
    payer.until(ticket, "CONFIRMED")
    assert [row["state"] for row in payer.books(ticket)] == ["CONFIRMED"]


def test_a_confirmation_that_the_bank_carried_out_and_did_not_answer_is_not_sent_twice(payer: Payer) -> None:
    payer.bank(calls="never")
    ticket = started(payer)
    payer.pays(ticket)
    payer.twin.control.put("/_twin/bank", json={"mute": ["receipts/confirm"]}).raise_for_status()
    late = payer.asks(CONFIRM, idempotencyKey="c", payment=ticket["id"])
    assert late["state"] in ("VERIFYING", "PAID_UNCONFIRMED")
    assert "not pay again" in late["text"]["en"]
    payer.bank(mute=[])
    payer.until(ticket, "CONFIRMED")
    assert [row["state"] for row in payer.books(ticket)] == ["CONFIRMED"]
    calls = payer.twin.control.get("/_twin/calls", params={"system": "bank_refah"}).json()["calls"]
    sent = [c for c in calls if c["operation"] == "receipts/confirm" and ticket["paymentIdentifier"] in c["keys"]]
    assert len(sent) == 1


def test_the_same_key_gets_the_same_ticket_and_another_payload_a_named_refusal(payer: Payer) -> None:
    ticket = started(payer, "same")
    assert started(payer, "same")["id"] == ticket["id"]
    other = payer.asks(PREMIUM, idempotencyKey="same", period="1405-10")
    assert other["__typename"] == "IdempotencyKeyReused"
    payer.pays(ticket)
    payer.until(ticket, "CONFIRMED")
    assert started(payer, "same")["state"] == "CONFIRMED"
    assert [t["id"] for t in payer.mine()["paymentTickets"]["nodes"]] == [ticket["id"]]


@pytest.mark.parametrize("differs", [-1, 1])
def test_an_amount_that_differs_by_a_rial_goes_back(payer: Payer, differs: int) -> None:
    payer.bank(differs=differs)
    ticket = started(payer)
    payer.pays(ticket)
    done = payer.until(ticket, "REVERSED")
    assert done["findings"] == ["AMOUNT_DIFFERS"]
    assert [row["state"] for row in payer.books(ticket)] == ["REVERSED"]
    assert payer.mine()["treatment"] == []


def test_a_card_that_is_charged_twice_for_one_order_gets_the_second_debit_back(payer: Payer) -> None:
    payer.bank(card="pays twice")
    ticket = started(payer)
    payer.pays(ticket)
    payer.until(ticket, "CONFIRMED")
    for _ in range(100):
        if sorted(row["state"] for row in payer.books(ticket)) == ["CONFIRMED", "REVERSED"]:
            break
        time.sleep(0.1)
    assert sorted(row["state"] for row in payer.books(ticket)) == ["CONFIRMED", "REVERSED"]
    assert payer.read(ticket)["findings"] == ["TAKEN_TWICE"]


def test_a_payment_after_the_ticket_has_expired_still_counts_once(
    twin: TwinInTest, voluntary: Iterator[str], tmp_path: Path
) -> None:
    person = next(voluntary)
    quick = json.dumps({"bill": BILL, "rates": RATES, "ticket_minutes": 0.01, "grace_seconds": 0.1})
    with served(twin.descriptor, tmp_path / "log", TAMIN_PAYMENTS=quick) as gateway:
        payer = Payer(gateway, twin, f"citizen:{person}", person)
        ticket = started(payer)
        assert payer.until(ticket, "EXPIRED")["paymentPage"] is None
        assert payer.pays(ticket) == "PAID"
        payer.until(ticket, "CONFIRMED")
        assert [row["state"] for row in payer.books(ticket)] == ["CONFIRMED"]


def test_a_bank_that_clears_for_days_is_paid_but_unconfirmed_and_blocks_a_second_payment(payer: Payer) -> None:
    payer.bank(clearing_hours=48)
    ticket = started(payer)
    payer.pays(ticket)
    waiting = payer.until(ticket, "PAID_UNCONFIRMED")
    assert "Do not pay again" in waiting["text"]["en"]
    second = payer.asks(PREMIUM, idempotencyKey="second", period=PERIOD)
    assert second["ticket"] == {"id": ticket["id"], "state": "PAID_UNCONFIRMED"}


def test_parisa_has_paid_and_the_bank_confirms_it_when_she_asks(gateway: GatewayInTest, twin: TwinInTest) -> None:
    parisa = Payer(gateway, twin, "citizen:parisa", code("parisa"))
    waiting = next(p for p in parisa.mine()["payments"]["nodes"] if p["state"] == "PAID_UNCONFIRMED")
    month = "1405-07"
    stands = parisa.asks(PREMIUM, idempotencyKey="again?", period=month)
    assert stands["__typename"] == "PaymentStands"
    assert stands["payment"] == {"identifier": waiting["identifier"], "state": "PAID_UNCONFIRMED"}
    done = parisa.asks(CONFIRM, idempotencyKey="please", payment=waiting["identifier"])
    assert (done["__typename"], done["state"], done["period"]) == ("PaymentTicket", "CONFIRMED", month), done
    assert (done["billIdentifier"], done["paymentPage"]) == (None, None)
    rows = parisa.books({"paymentIdentifier": waiting["identifier"]})
    assert [row["state"] for row in rows] == ["CONFIRMED"]
    assert parisa.mine()["treatment"][0]["period"] == month
    again = parisa.asks(CONFIRM, idempotencyKey="please", payment=waiting["identifier"])
    assert again["id"] == done["id"]
    somebody = Payer(gateway, twin, "citizen:sara", code("sara"))
    refused = somebody.asks(CONFIRM, idempotencyKey="k", payment=waiting["identifier"])
    assert refused["__typename"] == "NoSuchPayment"


DEBTS = """query { me { debts(first: 20) { nodes { number branch workshop remaining paidHere } } } }"""


def test_kaveh_pays_a_debt_in_two_parts_and_never_more_than_is_left(gateway: GatewayInTest, twin: TwinInTest) -> None:
    kaveh = Payer(gateway, twin, "citizen:kaveh", code("kaveh"))

    def debts() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = gateway.data(DEBTS, whom=kaveh.whom)["me"]["debts"]["nodes"]
        return found

    debt = next(d for d in debts() if int(d["remaining"]) > 1000)
    left, name = int(debt["remaining"]), {"number": debt["number"], "branch": debt["branch"]}
    too_much = kaveh.asks(DEBT, idempotencyKey="d0", amount=str(left + 1), **name)
    assert [r["rule"] for r in too_much["reasons"]] == ["debt.amount-is-owed"]
    part = kaveh.asks(DEBT, idempotencyKey="d1", amount="777", **name)
    assert (part["purpose"], part["amount"], part["debtNumber"]) == ("DEBT", "777", debt["number"])
    blocked = kaveh.asks(DEBT, idempotencyKey="d2", **name)
    assert blocked["ticket"]["id"] == part["id"]
    kaveh.pays(part)
    kaveh.until(part, "CONFIRMED")
    now = next(d for d in debts() if d["number"] == debt["number"])
    assert (now["remaining"], now["paidHere"]) == (debt["remaining"], "777")
    rest = kaveh.asks(DEBT, idempotencyKey="d3", **name)
    assert int(rest["amount"]) == left - 777
    kaveh.pays(rest)
    kaveh.until(rest, "CONFIRMED")
    nothing = kaveh.asks(DEBT, idempotencyKey="d4", **name)
    assert [r["rule"] for r in nothing["reasons"]] == ["debt.is-owed"]
    assert kaveh.mine()["treatment"] == []
    unknown = kaveh.asks(DEBT, idempotencyKey="d5", number="007099999999", branch="0070")
    assert [r["rule"] for r in unknown["reasons"]] == ["debt.is-known"]


def test_an_employer_pays_a_debt_of_their_workshop_and_of_no_other(gateway: GatewayInTest, twin: TwinInTest) -> None:
    kaveh = Payer(gateway, twin, "employer:kaveh", code("kaveh"))
    found = gateway.data(
        '{ workshop(code: "0070012345", branch: "0070") { debts(first: 20) { nodes { number branch remaining } } } }',
        whom=kaveh.whom,
    )["workshop"]["debts"]["nodes"]
    debt = [d for d in found if int(d["remaining"]) > 1000][-1]
    given = {"number": debt["number"], "branch": "0070", "amount": "1000"}
    ticket = kaveh.asks(DEBT, idempotencyKey="w1", workshop="0070012345", **given)
    assert ticket["__typename"] == "PaymentTicket"
    kaveh.pays(ticket)
    kaveh.until(ticket, "CONFIRMED")
    other = {"idempotencyKey": "w2", "workshop": "0070099999"} | given
    said = gateway.ask(DEBT, {"input": other}, whom=kaveh.whom)
    assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_what_cannot_be_paid_says_why(gateway: GatewayInTest, twin: TwinInTest) -> None:
    sara = Payer(gateway, twin, "citizen:sara", code("sara"))
    assert rules(sara.asks(PREMIUM, idempotencyKey="1", period=PERIOD)) == ["premium.insured-pays-themselves"]
    parisa = Payer(gateway, twin, "citizen:parisa", code("parisa"))
    assert rules(parisa.asks(PREMIUM, idempotencyKey="2", period="1386-01")) == ["premium.period-is-insured"]
    worked = parisa.asks(PREMIUM, idempotencyKey="2a", period="1399-01")  # as an employee
    assert rules(worked) == ["premium.month-is-unpaid"]
    assert rules(parisa.asks(PREMIUM, idempotencyKey="3", period="1406-12")) == ["premium.period-has-come"]
    assert rules(parisa.asks(PART_MONTH, idempotencyKey="4", year=1405, half=2)) == ["part-month.half-is-over"]
    assert rules(parisa.asks(PART_MONTH, idempotencyKey="5", year=1404, half=1)) == ["part-month.days-are-missing"]
    wrong = parisa.asks(PART_MONTH, idempotencyKey="6", year=1404, half=3)
    assert (wrong["__typename"], wrong["field"]) == ("InvalidInput", "half")
    assert parisa.asks(PREMIUM, idempotencyKey="", period=PERIOD)["field"] == "idempotencyKey"


def rules(said: dict[str, Any]) -> list[str]:
    assert said["__typename"] == "NotEligible", said
    return [reason["rule"] for reason in said["reasons"]]


def test_with_a_source_down_nothing_is_opened_and_the_same_key_may_come_again(payer: Payer) -> None:
    with payer.twin.fault("branch_databases", "refused"):
        busy = payer.asks(PREMIUM, idempotencyKey="busy", period=PERIOD)
    assert busy["__typename"] == "SystemBusy"
    ticket = started(payer, "busy")
    payer.pays(ticket)
    payer.until(ticket, "CONFIRMED")


def test_a_ticket_is_its_payers_alone(payer: Payer) -> None:
    ticket = started(payer)
    gateway = payer.gateway
    for whom in ("citizen:sara", "operator"):
        said = gateway.ask("query($id: ID!) { paymentTicket(id: $id) { state } }", {"id": ticket["id"]}, whom=whom)
        assert said["data"]["paymentTicket"] is None
        assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    node = gateway.data(
        "query($id: ID!) { node(id: $id) { id ... on PaymentTicket { state } } }", {"id": ticket["id"]}, whom=payer.whom
    )["node"]
    assert node == {"id": ticket["id"], "state": "CREATED"}
    payer.pays(ticket)
    payer.until(ticket, "CONFIRMED")


def test_a_call_that_is_not_the_banks_is_refused_and_one_that_comes_again_changes_nothing(payer: Payer) -> None:
    payer.bank(calls="never")
    ticket = started(payer)
    url = f"{payer.gateway.url}/callbacks/bank-refah"
    descriptor = payer.twin.descriptor["bank_refah"]
    call = {"event": "ab" * 16, "paymentIdentifier": ticket["paymentIdentifier"], "result": "PAID"}

    def said(content: Any, **wrong: Any) -> tuple[int, dict[str, Any]]:
        body = json.dumps(content).encode()
        answer = httpx.post(url, content=body, headers=signed(descriptor, body, **wrong))
        return answer.status_code, answer.json()

    assert said(call, secret=descriptor["secret"]) == (401, {"error": "SIGNATURE_INVALID"})
    assert said(call, client="somebody") == (401, {"error": "CLIENT_UNKNOWN"})
    assert said(call, time=int(time.time()) - 301) == (401, {"error": "TIME_SKEW"})
    assert said({"event": "x"}) == (400, {"error": "BAD_REQUEST"})
    assert said(call | {"paymentIdentifier": "999999999999"}) == (404, {"error": "PAYMENT_UNKNOWN"})
    assert payer.read(ticket)["state"] == "CREATED"
    # Signed, and untrue: the bank's books know of nothing, so nothing is credited.
    assert said(call) == (200, {"status": "OK", "result": "TAKEN"})
    assert said(call) == (200, {"status": "OK", "result": "KNOWN"})
    assert payer.until(ticket, "VERIFYING")["confirmedAt"] is None
    payer.pays(ticket)
    assert payer.asks(CONFIRM, idempotencyKey="c", payment=ticket["id"])["state"] == "CONFIRMED"
    assert said(call) == (200, {"status": "OK", "result": "KNOWN"})
    assert [row["state"] for row in payer.books(ticket)] == ["CONFIRMED"]


def signed(descriptor: dict[str, Any], body: bytes, **wrong: Any) -> dict[str, str]:
    """As docs/systems/bank_refah.md says, written out once more."""
    import hashlib
    import hmac

    moment = str(wrong.get("time", int(time.time())))
    message = f"POST\n/callbacks/bank-refah\n{moment}\n{hashlib.sha256(body).hexdigest()}"
    secret = wrong.get("secret", descriptor["callback_secret"])
    return {
        "X-Refah-Client": wrong.get("client", descriptor["client_id"]),
        "X-Refah-Time": moment,
        "X-Refah-Signature": hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest(),
    }


@contextlib.contextmanager
def reconciling(twin: TwinInTest, folder: Path) -> Iterator[tuple[GatewayInTest, dict[str, str]]]:
    """A gateway, and the environment of a command beside it."""
    same: dict[str, Any] = {"TAMIN_MASTER_KEY": "cd" * 32, "TAMIN_REQUESTS__STORE": f"sqlite:///{folder}/requests.db"}
    with served(twin.descriptor, folder / "log", **same) as gateway:
        yield gateway, environment_for(twin.descriptor, **same)


def test_the_nightly_file_settles_what_nobody_asked_about(
    twin: TwinInTest, voluntary: Iterator[str], tmp_path: Path
) -> None:
    person = next(voluntary)
    with reconciling(twin, tmp_path) as (gateway, environment):
        payer = Payer(gateway, twin, f"citizen:{person}", person)
        payer.bank(calls="never")
        ticket = started(payer)
        payer.pays(ticket)
        assert payer.read(ticket)["state"] == "CREATED"  # nobody was told
        date = payer.books(ticket)[0]["paidDate"]
        day = f"{date[:4]}-{date[4:6]}-{date[6:]}"
        said = command(environment, "payments", "reconcile", "--from-bank", "--day", day)
        assert "1 of ours" in said
        payer.until(ticket, "CONFIRMED")
        assert [row["state"] for row in payer.books(ticket)] == ["CONFIRMED"]


def command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
