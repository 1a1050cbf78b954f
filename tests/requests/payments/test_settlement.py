"""A payment from its ticket to the end, against the twin's own books."""

from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.payment import PaymentFinding, PaymentState
from gateway.domain.payment_events import Announced, Asked
from gateway.domain.payment_ticket import Announcement, PaymentTicket
from gateway.requests.payments import tickets
from gateway.requests.payments.ledger import Account
from gateway.requests.payments.tickets import Blocked, KeyReused
from tests.requests.payments.counter import AMOUNT, Counter, debt, premium
from tests.requests.payments.till import BankInTest, SteppedClock, payer

SARA, PARISA = payer(13542419), payer(64982033)
PAID = Announced(Announcement.PAID)


async def test_a_payment_is_confirmed_credited_once_and_opens_treatment_at_once(
    counter: Counter, bank: BankInTest
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    assert bank.takes(ticket) == "PAID"
    await counter.tickets.announced(ticket.id, "call-1", PAID, counter.clock.now())
    await counter.engine.run_due()
    done = await counter.now(ticket)
    assert done.state is PaymentState.CONFIRMED
    assert done.money is not None
    assert [row[1:] for row in bank.rows(ticket)] == [("CONFIRMED", AMOUNT)]
    assert await counter.balances() == {
        Account.BANK: AMOUNT, Account.HELD: 0, Account.PREMIUMS: -AMOUNT, Account.DEBTS: 0, Account.PART_MONTHS: 0,
    }  # fmt: skip
    assert [t.ticket.id for t in await counter.tickets.treatments_of(PARISA)] == [ticket.id]
    assert await counter.changes([PARISA, SARA]) == {PARISA: counter.clock.now()}
    assert bank.calls["confirm"] == 1


async def test_nothing_paid_is_expired_and_the_obligation_is_free_again(counter: Counter, clock: SteppedClock) -> None:
    ticket = await counter.ticket(PARISA, premium())
    assert isinstance(await counter.start(PARISA, premium()), Blocked)
    clock.goes_on(minutes=23)
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.EXPIRED
    assert isinstance(await counter.start(PARISA, premium()), PaymentTicket)


async def test_a_refused_card_has_failed_and_nothing_was_taken(counter: Counter, bank: BankInTest) -> None:
    ticket = await counter.ticket(PARISA, premium())
    assert bank.takes(ticket, card="refuses") == "REFUSED"
    await counter.tickets.announced(ticket.id, "c", Announced(Announcement.REFUSED), counter.clock.now())
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.FAILED
    assert await counter.balances() == dict.fromkeys(Account, 0)


@pytest.mark.parametrize("differs", [1000, -1000])
async def test_another_amount_is_given_back_and_never_credited(
    counter: Counter, bank: BankInTest, differs: int
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket, differs=differs)
    await counter.tickets.apply(ticket.id, Asked(), counter.clock.now())
    await counter.engine.run_due()
    done = await counter.now(ticket)
    assert done.state is PaymentState.REVERSED
    assert done.findings == (PaymentFinding.AMOUNT_DIFFERS,)
    assert [row[1] for row in bank.rows(ticket)] == ["REVERSED"]
    assert await counter.balances() == dict.fromkeys(Account, 0)
    assert await counter.tickets.treatments_of(PARISA) == ()


async def test_a_bank_that_is_silent_after_the_debit_is_paid_but_unconfirmed_and_never_failed(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket)
    await counter.tickets.apply(ticket.id, Asked(), clock.now())
    bank.mood = "silent"
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.CREATED  # nothing is known yet, so nothing is said
    bank.mood = "well"
    clock.goes_on(seconds=3)
    await _one_step(counter)
    bank.mood = "forgets"
    for _ in range(3):
        await counter.engine.run_due()
        clock.goes_on(seconds=20)
    assert (await counter.now(ticket)).state is PaymentState.PAID_UNCONFIRMED
    clock.goes_on(hours=5)
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.PAID_UNCONFIRMED
    assert isinstance(await counter.start(PARISA, premium()), Blocked)
    bank.mood = "well"
    clock.goes_on(hours=2)
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.CONFIRMED
    assert len(bank.rows(ticket)) == 1


async def test_a_confirmation_that_was_carried_out_and_not_answered_is_found_by_inquiry(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket)
    await counter.tickets.apply(ticket.id, Asked(), clock.now())
    await _one_step(counter)
    bank.forgets_only = "confirm"
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.VERIFYING
    bank.forgets_only = None
    clock.goes_on(seconds=3)
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.CONFIRMED
    assert bank.calls["confirm"] == 1
    assert [row[1] for row in bank.rows(ticket)] == ["CONFIRMED"]


async def test_a_bank_that_clears_for_three_days_confirms_in_the_end(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket, clearing_hours=72)
    await counter.tickets.apply(ticket.id, Asked(), clock.now())
    for _ in range(12):
        await counter.engine.run_due()
        assert (await counter.now(ticket)).state is PaymentState.PAID_UNCONFIRMED
        clock.goes_on(hours=6)
    clock.goes_on(hours=1)
    await counter.engine.run_due()
    assert (await counter.now(ticket)).state is PaymentState.CONFIRMED
    assert [row[1] for row in bank.rows(ticket)] == ["CONFIRMED"]


async def test_the_second_debit_of_one_order_is_given_back(counter: Counter, bank: BankInTest) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket, card="pays twice")
    await counter.tickets.apply(ticket.id, Asked(), counter.clock.now())
    await counter.engine.run_due()
    done = await counter.now(ticket)
    assert done.state is PaymentState.CONFIRMED
    assert PaymentFinding.TAKEN_TWICE in done.findings
    assert sorted(row[1] for row in bank.rows(ticket)) == ["CONFIRMED", "REVERSED"]
    balances = await counter.balances()
    assert (balances[Account.BANK], balances[Account.HELD]) == (AMOUNT, 0)


async def test_money_that_comes_after_the_end_is_taken_if_the_obligation_is_free_and_else_given_back(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    late = await counter.ticket(PARISA, premium())
    clock.goes_on(minutes=30)
    await counter.engine.run_due()
    assert (await counter.now(late)).state is PaymentState.EXPIRED
    bank.takes(late)
    await counter.tickets.announced(late.id, "late", PAID, clock.now())
    await counter.engine.run_due()
    assert (await counter.now(late)).state is PaymentState.CONFIRMED

    too_late = await counter.ticket(SARA, premium())
    clock.goes_on(minutes=30)
    await counter.engine.run_due()
    second = await counter.ticket(SARA, premium())
    bank.takes(too_late)
    bank.takes(second)
    for ticket in (too_late, second):
        await counter.tickets.announced(ticket.id, ticket.id, PAID, clock.now())
    await counter.engine.run_due()
    assert (await counter.now(second)).state is PaymentState.CONFIRMED
    done = await counter.now(too_late)
    assert (done.state, done.findings) == (PaymentState.REVERSED, (PaymentFinding.PAID_TOO_LATE,))


@pytest.mark.parametrize("card", ["pays", "refuses"])
async def test_a_payer_who_asks_about_a_ticket_that_is_over_makes_us_ask_the_bank(
    counter: Counter, bank: BankInTest, clock: SteppedClock, card: str
) -> None:
    late = await counter.ticket(PARISA, premium())
    clock.goes_on(minutes=30)
    await counter.engine.run_due()
    bank.takes(late, card=card)
    await counter.tickets.apply(late.id, Asked(), clock.now())
    await counter.engine.run_due()
    done = await counter.now(late)
    assert (done.state.value, done.ask_at) == ("CONFIRMED" if card == "pays" else "EXPIRED", None)


async def test_a_second_debit_is_found_when_somebody_asks(counter: Counter, bank: BankInTest) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket)
    await counter.tickets.apply(ticket.id, Asked(), counter.clock.now())
    await counter.engine.run_due()
    again = bank.debited_again(ticket)
    await counter.tickets.apply(ticket.id, Asked(), counter.clock.now())
    await counter.engine.run_due()
    assert [(rrn, state) for rrn, state, _ in bank.rows(ticket) if rrn == again] == [(again, "REVERSED")]
    done = await counter.now(ticket)
    assert (done.state, done.findings) == (PaymentState.CONFIRMED, (PaymentFinding.TAKEN_TWICE,))


async def test_a_reference_is_spent_once(counter: Counter, bank: BankInTest, clock: SteppedClock) -> None:
    first, second = await counter.ticket(PARISA, premium()), await counter.ticket(SARA, premium())
    bank.takes(first, reference="630512345678")
    bank.takes(second, reference="630512345678")
    for ticket in (first, second):
        await counter.tickets.apply(ticket.id, Asked(), clock.now())
        await counter.engine.run_due()
    assert (await counter.now(first)).state is PaymentState.CONFIRMED
    other = await counter.now(second)
    assert (other.state, other.findings) == (PaymentState.PENDING, (PaymentFinding.REFERENCE_SPENT,))
    assert (await counter.balances())[Account.PREMIUMS] == -AMOUNT
    assert await counter.tickets.treatments_of(SARA) == ()


async def test_a_reversal_by_the_bank_after_the_confirmation_closes_what_it_opened(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket)
    await counter.tickets.apply(ticket.id, Asked(), clock.now())
    await counter.engine.run_due()
    money = (await counter.now(ticket)).money
    assert money is not None
    await bank.reverse(money)
    report = await counter.reconciliation.from_bank(clock.today())
    assert (report.ours, report.settled) == (1, 1)
    assert (await counter.now(ticket)).state is PaymentState.REVERSED
    assert await counter.balances() == dict.fromkeys(Account, 0)
    assert await counter.tickets.treatments_of(PARISA) == ()


async def test_the_same_key_gets_the_same_ticket_and_another_payload_is_refused(counter: Counter) -> None:
    first = await counter.start(PARISA, premium(), key="k1", payload=b"a")
    again = await counter.start(PARISA, premium(), key="k1", payload=b"a")
    assert isinstance(first, PaymentTicket)
    assert again == first
    assert isinstance(await counter.start(PARISA, premium(9), key="k1", payload=b"b"), KeyReused)
    assert isinstance(
        await counter.start(SARA, premium(), key="k1", payload=b"b"), PaymentTicket
    )  # keys are a person's own


async def test_a_premium_is_paid_once_and_a_debt_may_be_paid_in_parts(counter: Counter, bank: BankInTest) -> None:
    for obligation in (premium(), debt()):
        ticket = await counter.ticket(PARISA, obligation)
        bank.takes(ticket)
        await counter.tickets.apply(ticket.id, Asked(), counter.clock.now())
    await counter.engine.run_due()
    assert isinstance(await counter.start(PARISA, premium()), Blocked)
    assert isinstance(await counter.start(PARISA, debt()), PaymentTicket)


async def test_the_nightly_file_settles_what_no_inquiry_could(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket)
    await counter.tickets.apply(ticket.id, Asked(), clock.now())
    await _one_step(counter)
    bank.forgets_only = "confirm"
    await counter.engine.run_due()
    bank.mood = "silent"
    report = await counter.reconciliation.from_bank(clock.today())
    assert report.settled == 1
    assert (await counter.now(ticket)).state is PaymentState.CONFIRMED
    again = await counter.reconciliation.from_bank(clock.today())
    assert again.settled == 0
    assert (await counter.balances())[Account.PREMIUMS] == -AMOUNT


async def test_a_file_that_says_what_is_known_writes_nothing_but_its_report(
    counter: Counter, bank: BankInTest, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "A_STATEMENT", 4)
    payers = [payer(100_000_000 + n) for n in range(10)]
    paid = [await counter.ticket(each, premium()) for each in payers]
    for ticket, card in zip(paid, ["pays", "pays twice"] * 5, strict=True):
        bank.takes(ticket, card=card)
        await counter.tickets.apply(ticket.id, Asked(), clock.now())
    given_back = await counter.ticket(PARISA, debt())
    bank.takes(given_back, differs=5)
    await counter.tickets.apply(given_back.id, Asked(), clock.now())
    await counter.engine.run_due()
    nobody_told = await counter.ticket(SARA, debt("007010000002"))
    bank.takes(nobody_told)
    written = writings_of(counter, monkeypatch)
    report = await counter.reconciliation.from_bank(clock.today())
    assert (report.ours, report.lines, report.settled, report.doubted) == (17, 17, 1, 0)
    assert len(written) == 2  # the one ticket, and the report
    await counter.engine.run_due()
    assert (await counter.now(nobody_told)).state is PaymentState.CONFIRMED
    written.clear()
    assert (await counter.reconciliation.from_bank(clock.today())).settled == 0
    assert len(written) == 1


async def test_each_night_reads_the_file_of_the_day_before_and_begins_the_next(
    counter: Counter, bank: BankInTest, clock: SteppedClock
) -> None:
    await counter.reconciliation.schedule()
    await counter.reconciliation.schedule()
    read: list[str] = []
    original = bank.reconciliation

    async def seen(day):  # type: ignore[no-untyped-def]
        read.append(day.jalali)
        return await original(day)

    bank.reconciliation = seen  # type: ignore[method-assign]
    for _ in range(3):
        await counter.engine.run_due()
        clock.goes_on(days=1)
    assert read == ["1405-08-02", "1405-08-03", "1405-08-04"]


async def test_a_repeated_call_of_the_bank_changes_nothing(counter: Counter, bank: BankInTest) -> None:
    ticket = await counter.ticket(PARISA, premium())
    bank.takes(ticket)
    assert await counter.tickets.announced(ticket.id, "call", PAID, counter.clock.now())
    assert not await counter.tickets.announced(ticket.id, "call", PAID, counter.clock.now())
    await counter.engine.run_due()
    asked = dict(bank.calls)
    assert not await counter.tickets.announced(ticket.id, "call", PAID, counter.clock.now())
    await counter.engine.run_due()
    assert bank.calls == asked


async def _one_step(counter: Counter) -> None:
    """The first step that is due, without those that follow."""
    for claimed in await counter.engine._claim(16):
        await counter.engine._one(*claimed)


def writings_of(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows with each transaction that writes, from now on."""
    begun: list[None] = []
    writing = counter.database.writing

    def counted() -> AbstractAsyncContextManager[AsyncConnection]:
        begun.append(None)
        return writing()

    monkeypatch.setattr(counter.database, "writing", counted)
    return begun
