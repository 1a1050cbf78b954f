"""What each event makes of a payment, as a pure function."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.domain.calendar import YearMonth
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import rial
from gateway.domain.payment import PaymentFinding, PaymentState
from gateway.domain.payment_course import next_step, opened
from gateway.domain.payment_events import (
    Announced,
    AskAgain,
    Asked,
    BankSaid,
    BankSilent,
    Circumstances,
    CloseTreatment,
    Confirm,
    OpenTreatment,
    Patience,
    PaymentEvent,
    Post,
    Reconciled,
    Reverse,
    Step,
    Verdict,
)
from gateway.domain.payment_identifier import BillIdentifier, PaymentIdentifier
from gateway.domain.payment_ticket import (
    Announcement,
    BankReceipt,
    BankVerdict,
    Obligation,
    PaymentPurpose,
    PaymentTicket,
    PostingKind,
)

NOW = datetime.datetime(2026, 10, 25, 8, 0, tzinfo=datetime.UTC)
PATIENCE = Patience()
BILL = BillIdentifier.of("5893610070")
AMOUNT = rial(18_432_000)
TICKET = opened(
    PaymentTicket(
        id="a" * 32,
        identifier=PaymentIdentifier.of(1_234_567_890, BILL),
        bill=BILL,
        payer=NationalId("0064982033"),
        obligation=Obligation(purpose=PaymentPurpose.PREMIUM, kind=InsuranceKind.VOLUNTARY, period=YearMonth(1405, 8)),
        amount=AMOUNT,
        opened_at=NOW,
        expires_at=NOW + datetime.timedelta(minutes=20),
    ),
    PATIENCE,
)
AFTER = NOW + datetime.timedelta(minutes=30)


def receipt(state: PaymentState = PaymentState.PAID_UNCONFIRMED, **more: object) -> BankReceipt:
    money = BankReceipt(
        identifier=TICKET.identifier.digits, state=state, amount=AMOUNT, rrn="630512345678", paid_at=NOW
    )
    return replace(money, **more)


def after(
    event: PaymentEvent,
    ticket: PaymentTicket = TICKET,
    *,
    now: datetime.datetime = NOW,
    around: Circumstances | None = None,
) -> Step:
    return next_step(ticket, event, now=now, around=around or Circumstances(), patience=PATIENCE)


MONEY = receipt()
HELD = after(BankSaid((MONEY,))).ticket
PAID_FOR = Circumstances(posted=frozenset({("630512345678", PostingKind.TAKEN)}))
CREDITED = Circumstances(posted=PAID_FOR.posted | {("630512345678", PostingKind.CREDITED)})
CONFIRMED = after(Verdict(MONEY, BankVerdict.CONFIRMED), HELD, around=PAID_FOR).ticket


def test_a_new_ticket_is_asked_about_when_it_has_expired() -> None:
    assert TICKET.state is PaymentState.CREATED
    assert TICKET.ask_at == TICKET.expires_at + PATIENCE.grace


def test_the_banks_call_is_a_reason_to_ask_and_no_confirmation() -> None:
    step = after(Announced(Announcement.PAID))
    assert (step.ticket.state, step.ticket.ask_at, step.bookings, step.command) == (
        PaymentState.VERIFYING, NOW, (), None,
    )  # fmt: skip


def test_money_that_was_found_stands_in_the_ledger_before_it_is_confirmed() -> None:
    step = after(BankSaid((MONEY,)))
    assert step.bookings == (Post(PostingKind.TAKEN, "630512345678", AMOUNT),)
    assert step.command == Confirm(MONEY)
    assert step.ticket.state is PaymentState.VERIFYING


def test_a_confirmation_credits_and_opens_treatment_once() -> None:
    step = after(Verdict(MONEY, BankVerdict.CONFIRMED), HELD, around=PAID_FOR)
    assert step.bookings == (Post(PostingKind.CREDITED, "630512345678", AMOUNT), OpenTreatment())
    assert (step.ticket.state, step.ticket.confirmed_at, step.ticket.ask_at) == (PaymentState.CONFIRMED, NOW, None)
    again = after(BankSaid((receipt(PaymentState.CONFIRMED),)), CONFIRMED, around=CREDITED)
    assert (again.bookings, again.command) == ((), None)


def test_a_confirmed_debt_opens_no_treatment() -> None:
    debt = replace(HELD, obligation=Obligation(purpose=PaymentPurpose.DEBT))
    step = after(Verdict(MONEY, BankVerdict.CONFIRMED), debt, around=PAID_FOR)
    assert OpenTreatment() not in step.bookings


@pytest.mark.parametrize("event", [Asked(), Announced(Announcement.PAID), Announced(Announcement.REFUSED), AskAgain()])
def test_nothing_that_is_only_said_moves_a_confirmed_payment(event: PaymentEvent) -> None:
    step = after(event, CONFIRMED, around=CREDITED)
    assert (step.ticket.state, step.bookings, step.command) == (PaymentState.CONFIRMED, (), None)


def test_pending_is_paid_but_unconfirmed() -> None:
    step = after(Verdict(MONEY, BankVerdict.PENDING), HELD, around=PAID_FOR)
    assert step.ticket.state is PaymentState.PAID_UNCONFIRMED
    assert step.ticket.ask_at == NOW + PATIENCE.while_pending


def test_a_duplicate_is_looked_up_and_never_granted() -> None:
    step = after(Verdict(MONEY, BankVerdict.DUPLICATE), HELD, around=PAID_FOR)
    assert step.bookings == ()
    assert step.ticket.state is PaymentState.VERIFYING
    assert step.ticket.ask_at == NOW
    assert step.ticket.findings == (PaymentFinding.DUPLICATE_CONFIRMATION,)


def test_silence_after_the_debit_is_never_a_failure_and_is_asked_about_less_and_less() -> None:
    ticket, waits = HELD, []
    for _ in range(9):
        ticket = after(BankSilent(), ticket, around=PAID_FOR).ticket
        assert ticket.ask_at is not None
        waits.append((ticket.ask_at - NOW).total_seconds())
        assert ticket.state in (PaymentState.VERIFYING, PaymentState.PAID_UNCONFIRMED)
    assert waits == [2, 5, 15, 60, 300, 900, 3600, 3600, 3600]
    assert ticket.state is PaymentState.PAID_UNCONFIRMED


def test_a_bank_that_says_how_long_to_wait_is_left_alone_so_long() -> None:
    assert after(BankSilent(500.0)).ticket.ask_at == NOW + datetime.timedelta(seconds=500)


def test_a_silent_bank_expires_nothing() -> None:
    assert after(BankSilent(), now=AFTER).ticket.state is PaymentState.CREATED


@pytest.mark.parametrize("rows", [(), (BankReceipt(identifier="1", state=PaymentState.EXPIRED, amount=AMOUNT),)])
def test_expired_is_what_the_bank_knows_nothing_of_after_its_time(rows: tuple[BankReceipt, ...]) -> None:
    assert after(BankSaid(rows)).ticket.state is PaymentState.CREATED
    expired = after(BankSaid(rows), now=AFTER).ticket
    assert (expired.state, expired.ask_at, expired.open) == (PaymentState.EXPIRED, None, False)


def test_a_refused_payer_has_failed_only_if_the_bank_holds_nothing() -> None:
    refused = after(Announced(Announcement.REFUSED)).ticket
    assert after(BankSaid(()), refused).ticket.state is PaymentState.FAILED
    assert after(BankSaid((MONEY,)), refused).command == Confirm(MONEY)


def test_money_that_was_announced_and_is_not_in_the_books_is_waited_for() -> None:
    announced = after(Announced(Announcement.PAID)).ticket
    step = after(BankSaid(()), announced, now=AFTER)
    assert step.ticket.state is PaymentState.VERIFYING
    assert step.ticket.ask_at == AFTER + PATIENCE.while_pending


@pytest.mark.parametrize("amount", [AMOUNT - 1, AMOUNT + 1])
def test_an_amount_that_differs_by_a_rial_is_reversed(amount: int) -> None:
    wrong = receipt(amount=rial(amount))
    step = after(BankSaid((wrong,)))
    assert step.command == Reverse(wrong)
    assert step.ticket.findings == (PaymentFinding.AMOUNT_DIFFERS,)
    assert step.bookings == (Post(PostingKind.TAKEN, "630512345678", rial(amount)),)
    back = after(BankSaid((replace(wrong, state=PaymentState.REVERSED),)), step.ticket, around=PAID_FOR)
    assert back.ticket.state is PaymentState.REVERSED
    assert back.bookings == (Post(PostingKind.RETURNED, "630512345678", rial(amount)),)


def test_of_two_debits_the_first_pays_and_the_second_is_given_back() -> None:
    second = receipt(rrn="630500000002", paid_at=AFTER)
    first = after(BankSaid((second, MONEY)))
    assert first.command == Confirm(MONEY)
    assert first.ticket.findings == (PaymentFinding.TAKEN_TWICE,)  # known before anything can be forgotten
    both = Circumstances(posted=PAID_FOR.posted | {("630500000002", PostingKind.TAKEN)})
    credited = after(Verdict(MONEY, BankVerdict.CONFIRMED), first.ticket, around=both)
    assert credited.ticket.ask_at == NOW
    step = after(BankSaid((second, receipt(PaymentState.CONFIRMED))), credited.ticket, around=CREDITED)
    assert step.command == Reverse(second)
    assert step.ticket.findings == (PaymentFinding.TAKEN_TWICE,)


def test_a_second_confirmation_is_a_finding_and_no_money() -> None:
    again = receipt(PaymentState.CONFIRMED, rrn="630500000002")
    step = after(BankSaid((receipt(PaymentState.CONFIRMED), again)), CONFIRMED, around=CREDITED)
    assert (step.bookings, step.command) == ((), None)
    assert step.ticket.findings == (PaymentFinding.DUPLICATE_CONFIRMATION,)


@pytest.mark.parametrize("event", [BankSaid, Reconciled])
@pytest.mark.parametrize("state", [PaymentState.CONFIRMED, PaymentState.PAID_UNCONFIRMED])
def test_what_was_credited_is_not_credited_again_under_another_reference(
    event: type[BankSaid] | type[Reconciled], state: PaymentState
) -> None:
    other = receipt(state, rrn="630500000002")
    step = after(event((other,)), CONFIRMED, around=CREDITED)
    assert step.ticket.state is PaymentState.CONFIRMED
    assert step.ticket.money == CONFIRMED.money
    assert [b for b in step.bookings if isinstance(b, Post) and b.kind is not PostingKind.TAKEN] == []
    assert step.ticket.ask_at is not None  # its own money should be there


def test_a_reference_of_another_ticket_pays_nothing_and_is_not_reversed() -> None:
    step = after(BankSaid((MONEY,)), around=Circumstances(spent_elsewhere=frozenset({"630512345678"})))
    assert (step.bookings, step.command) == ((), None)
    assert step.ticket.findings == (PaymentFinding.REFERENCE_SPENT,)
    assert step.ticket.open


@pytest.mark.parametrize("state", [PaymentState.EXPIRED, PaymentState.FAILED, PaymentState.REVERSED])
def test_late_money_pays_if_nothing_else_does_and_is_given_back_if_something_does(state: PaymentState) -> None:
    over = replace(TICKET, state=state, ask_at=None)
    assert after(BankSaid((MONEY,)), over).command == Confirm(MONEY)
    step = after(BankSaid((MONEY,)), over, around=Circumstances(free=False))
    assert step.command == Reverse(MONEY)
    assert step.ticket.state is state
    assert step.ticket.findings == (PaymentFinding.PAID_TOO_LATE,)


def test_what_the_bank_takes_back_after_its_confirmation_is_withdrawn_and_closes_treatment() -> None:
    step = after(BankSaid((receipt(PaymentState.REVERSED),)), CONFIRMED, around=CREDITED)
    assert step.bookings == (Post(PostingKind.WITHDRAWN, "630512345678", AMOUNT), CloseTreatment())
    assert step.ticket.state is PaymentState.REVERSED


def test_a_file_settles_what_it_knows_and_sends_nothing_to_the_bank() -> None:
    settled = after(Reconciled((receipt(PaymentState.CONFIRMED),)), HELD, around=PAID_FOR)
    assert settled.ticket.state is PaymentState.CONFIRMED
    held = after(Reconciled((MONEY,)), TICKET)
    assert (held.command, held.ticket.ask_at) == (None, NOW)
    assert held.bookings == (Post(PostingKind.TAKEN, "630512345678", AMOUNT),)


STATES = st.sampled_from(PaymentState)
RECEIPTS = st.builds(
    BankReceipt,
    identifier=st.just(TICKET.identifier.digits),
    state=STATES,
    amount=st.sampled_from([AMOUNT, rial(1)]),
    rrn=st.sampled_from([None, "630512345678", "630500000002"]),
    paid_at=st.sampled_from([None, NOW, AFTER]),
)
EVENTS = st.one_of(
    st.builds(Announced, st.sampled_from(Announcement)),
    st.just(Asked()),
    st.just(AskAgain()),
    st.just(BankSilent()),
    st.builds(BankSaid, st.lists(RECEIPTS, max_size=4).map(tuple)),
    st.builds(Reconciled, st.lists(RECEIPTS, max_size=4).map(tuple)),
    st.builds(Verdict, st.just(MONEY), st.sampled_from(BankVerdict)),
)
AROUND = st.builds(
    Circumstances,
    free=st.booleans(),
    spent_elsewhere=st.frozensets(st.sampled_from(["630512345678", "630500000002"]), max_size=1),
    posted=st.sampled_from([frozenset(), PAID_FOR.posted, CREDITED.posted]),
)


@given(
    event=EVENTS,
    around=AROUND,
    state=STATES,
    money=st.sampled_from([None, MONEY]),
    now=st.sampled_from([NOW, AFTER]),
)
def test_any_event_may_come_at_any_time(
    event: PaymentEvent, around: Circumstances, state: PaymentState, money: BankReceipt | None, now: datetime.datetime
) -> None:
    step = after(event, replace(TICKET, state=state, money=money), now=now, around=around)
    done = step.ticket
    if step.command is not None:
        assert done.ask_at == now, "a command that is lost would never be asked about again"
        assert step.command.receipt.rrn not in around.spent_elsewhere
    if isinstance(step.command, Confirm):
        assert step.command.receipt.amount == TICKET.amount
    credited = {rrn for rrn, kind in around.posted if kind is PostingKind.CREDITED}
    new = {b.rrn for b in step.bookings if isinstance(b, Post) and b.kind is PostingKind.CREDITED}
    taken_back = {b.rrn for b in step.bookings if isinstance(b, Post) and b.kind is PostingKind.WITHDRAWN}
    if not isinstance(event, Verdict):
        assert len((credited | new) - taken_back) <= 1, "credited twice"
    if done.open:
        assert done.ask_at is not None or isinstance(event, Asked), "an open payment that nobody asks about"
    if done.state in (PaymentState.FAILED, PaymentState.EXPIRED) and state not in (done.state,):
        assert money is None
