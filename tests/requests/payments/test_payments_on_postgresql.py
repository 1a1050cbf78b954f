"""The store of money on a real PostgreSQL, with two replicas that want the same at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import sqlalchemy as sa

from gateway.domain.payment import PaymentState
from gateway.domain.payment_events import Announced, Asked
from gateway.domain.payment_ticket import Announcement, PaymentTicket
from gateway.requests.payments.ledger import Account
from gateway.requests.payments.tables import POSTINGS
from gateway.requests.payments.tickets import Blocked
from tests.requests.payments.counter import AMOUNT, Counter, debt, premium
from tests.requests.payments.till import BankInTest, SteppedClock, payer
from tests.requests.postgres import running_postgresql

SARA, PARISA = payer(13542419), payer(64982033)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with running_postgresql() as url:
        yield url


@pytest.fixture
async def replicas(postgresql: str) -> AsyncIterator[tuple[Counter, Counter]]:
    clock = SteppedClock()
    bank = BankInTest(clock)
    first = await Counter(postgresql, bank, clock).open()
    second = await Counter(postgresql, bank, clock).open()
    yield first, second
    await first.close()
    await second.close()


async def test_two_replicas_open_one_ticket_for_one_obligation(replicas: tuple[Counter, Counter]) -> None:
    outcomes = await asyncio.gather(*(replica.start(PARISA, premium(7)) for replica in replicas * 4))
    opened = [outcome for outcome in outcomes if isinstance(outcome, PaymentTicket)]
    assert len(opened) == 1
    assert {outcome.ticket.id for outcome in outcomes if isinstance(outcome, Blocked)} == {opened[0].id}


async def test_the_same_key_at_two_replicas_at_once_gets_the_same_ticket(replicas: tuple[Counter, Counter]) -> None:
    outcomes = await asyncio.gather(*(replica.start(SARA, premium(7), key="same") for replica in replicas * 4))
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, PaymentTicket)}) == 1
    assert all(isinstance(outcome, PaymentTicket) for outcome in outcomes)


async def test_two_engines_settle_a_payment_once_however_often_it_is_called_about(
    replicas: tuple[Counter, Counter],
) -> None:
    first, second = replicas
    bank, now = first.bank, first.clock.now()
    tickets = [await first.ticket(SARA, obligation) for obligation in (premium(8), debt())]
    for ticket in tickets:
        bank.takes(ticket, card="pays twice")
        calls = [(replica, f"{ticket.id}{n % 2}") for n, replica in enumerate(replicas * 3)]
        paid = Announced(Announcement.PAID)
        new = await asyncio.gather(*(r.tickets.announced(ticket.id, event, paid, now) for r, event in calls))
        assert sorted(new) == [False] * 4 + [True] * 2
        await second.tickets.apply(ticket.id, Asked(), now)
    await asyncio.gather(first.engine.run_due(), second.engine.run_due())
    await asyncio.gather(first.engine.run_due(), second.engine.run_due())
    for ticket in tickets:
        done = await second.now(ticket)
        assert (done.state, done.ask_at) == (PaymentState.CONFIRMED, None)
        assert sorted(row[1:] for row in bank.rows(ticket)) == [("CONFIRMED", AMOUNT), ("REVERSED", AMOUNT)]
    balances = await second.balances()
    assert (balances[Account.PREMIUMS], balances[Account.DEBTS], balances[Account.HELD]) == (-AMOUNT, -AMOUNT, 0)
    assert [t.ticket.id for t in await first.tickets.treatments_of(SARA)] == [tickets[0].id]
    found = await second.tickets.of_owner(SARA, first=2)
    assert len(found) == 2
    rest = await second.tickets.of_owner(SARA, first=10, before=(found[-1].opened_at, found[-1].id))
    assert {t.id for t in (*found, *rest)} >= {t.id for t in tickets}
    assert not {t.id for t in found} & {t.id for t in rest}
    report = await second.reconciliation.from_bank(first.clock.today())
    assert (report.settled, report.doubted) == (0, 0)


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": -5}, {"debit": "HELD", "credit": "HELD"}, {"rrn": "100000000000"}]
)
async def test_the_store_itself_takes_no_posting_that_breaks_the_ledger(
    replicas: tuple[Counter, Counter], wrong: dict[str, object]
) -> None:
    first, _ = replicas
    good = {
        "ticket": "t", "rrn": "100000000000", "kind": "TAKEN", "debit": "BANK", "credit": "HELD", "amount": 5, "at": 0,
    }  # fmt: skip
    fresh = {"rrn": "200000000000"}
    statement = sa.insert(POSTINGS)
    async with first.database.writing() as connection:
        if (await connection.execute(sa.select(POSTINGS).where(POSTINGS.c.rrn == good["rrn"]))).first() is None:
            await connection.execute(statement.values(**good))
    with pytest.raises(sa.exc.IntegrityError):
        async with first.database.writing() as connection:
            await connection.execute(statement.values(**(good | fresh | wrong)))
