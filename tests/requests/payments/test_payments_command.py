"""tamin-gateway payments: files that somebody brings, and the ledger."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import payments_command
from gateway.domain.payment_events import Asked
from gateway.domain.payment_ticket import PaymentTicket
from gateway.loading.keyring import Keyring
from gateway.requests.sealing import Sealing
from tests.requests.payments.counter import AMOUNT, BILL, Counter, premium
from tests.requests.payments.till import BankInTest, SteppedClock, payer
from tests.start.test_settings import ENOUGH


@pytest.fixture
def paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaymentTicket:
    """A payment that was confirmed, in a store that the settings name."""
    url = f"sqlite:///{tmp_path}/requests.db"
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TAMIN_MASTER_KEY", (b"k" * 32).hex())
    monkeypatch.setenv("TAMIN_REQUESTS__STORE", url)
    monkeypatch.setenv("TAMIN_PAYMENTS", json.dumps({"bill": BILL.digits}))
    monkeypatch.setattr(payments_command, "configure_logs", lambda _: None)

    async def pay() -> PaymentTicket:
        clock = SteppedClock()
        bank = BankInTest(clock)
        counter = await Counter(url, bank, clock, sealing=Sealing(Keyring(b"k" * 32))).open()
        ticket = await counter.ticket(payer(64982033), premium())
        bank.takes(ticket)
        await counter.tickets.apply(ticket.id, Asked(), clock.now())
        await counter.engine.run_due()
        done = await counter.now(ticket)
        await counter.close()
        return done

    return asyncio.run(pay())


def line(ticket: PaymentTicket, rrn: str, state: str = "CONFIRMED") -> str:
    return f"{ticket.identifier.digits},0064982033,{ticket.amount},{rrn},104217,{state}\r\n"


def test_a_file_that_agrees_ends_with_0_and_one_that_lacks_our_money_with_1(
    paid: PaymentTicket, tmp_path: Path
) -> None:
    assert paid.money is not None
    file = tmp_path / "file.csv"
    file.write_text(line(paid, str(paid.money.rrn)) + "000000104001,13542419,5,630500000009,1,CONFIRMED\r\n")
    said = CliRunner().invoke(payments_command.commands, ["reconcile", str(file), "--day", "1405-08-03"])
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (
        0, "1405-08-03: 2 lines, 1 of ours, 0 settled, 0 doubted, 0 unreadable",
    )  # fmt: skip
    file.write_text(line(paid, "999999999999") + "garbled\r\n")
    said = CliRunner().invoke(payments_command.commands, ["reconcile", str(file), "--day", "1405-08-03"])
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (
        1, "1405-08-03: 1 lines, 1 of ours, 0 settled, 1 doubted, 1 unreadable",
    )  # fmt: skip
    books = CliRunner().invoke(payments_command.commands, ["ledger"])
    accounts = dict(each.split() for each in books.stdout.splitlines()[-5:])
    assert accounts == {
        "BANK": f"{AMOUNT:,}", "HELD": "0", "PREMIUMS": f"{-AMOUNT:,}", "DEBTS": "0", "PART_MONTHS": "0",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments", [["reconcile"], ["reconcile", "--from-bank", "FILE"], ["reconcile", "FILE", "--day", "1405-13-01"]]
)
def test_what_is_not_understood_ends_with_2(paid: PaymentTicket, tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / "file.csv"
    file.write_text(line(paid, "630512345678"))
    given = [str(file) if argument == "FILE" else argument for argument in arguments]
    assert CliRunner().invoke(payments_command.commands, given).exit_code == 2


def test_another_document_is_no_file(paid: PaymentTicket, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("<html></html>")
    assert CliRunner().invoke(payments_command.commands, ["reconcile", str(file)]).exit_code == 2
