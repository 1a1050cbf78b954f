"""No rial twice, none lost: any order of payments, calls, silences, deaths, late money and nightly files.

The judge is the twin's own books. After each rule what must always hold is checked; in the end everybody is given time,
the bank is well, each night's file is read, and then both sides must say the same, debit by debit.
"""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from gateway.domain.calendar import Day
from gateway.domain.identifiers import NationalId
from gateway.domain.payment import PaymentState
from gateway.domain.payment_events import Announced, Asked
from gateway.domain.payment_ticket import Announcement, Obligation, PaymentPurpose, PaymentTicket, PostingKind
from gateway.requests.payments.ledger import Account
from gateway.requests.payments.tables import POSTINGS
from gateway.requests.payments.tickets import Blocked
from tests.requests.payments.counter import CLAIM_SECONDS, Counter, debt, place, premium
from tests.requests.payments.till import BankInTest, Crash, SteppedClock, payer

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
EXAMPLES, STEPS = (500, 60) if FULL else (20, 30)
pytestmark = pytest.mark.timeout(3_000 if FULL else 300)
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the disk is not what is tried here
PAYERS = [payer(13542419), payer(64982033)]
OBLIGATIONS = [premium(7), premium(8), debt()]
CREDITED = {PaymentPurpose.PREMIUM: Account.PREMIUMS, PaymentPurpose.DEBT: Account.DEBTS}
LONG = 80  # hours: beyond the slowest clearing


class Money(RuleBasedStateMachine):
    @initialize()
    def opens(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
        self.runner = asyncio.Runner()
        self.clock = SteppedClock()
        self.bank = BankInTest(self.clock)
        self.tickets: list[PaymentTicket] = []
        self.days: set[str] = set()
        self.events = 0
        self.dies_at: str | None = None
        self.counter = self._opened()

    def _opened(self) -> Counter:
        return self.runner.run(Counter(place(self.folder), self.bank, self.clock, self._perhaps_dies).open())

    def _perhaps_dies(self, flow: str, step: str, moment: str) -> None:
        if self.dies_at in (moment, f"{step} {moment}"):
            self.dies_at = None
            raise Crash

    def _dead_and_alive_again(self) -> None:
        """Nothing of the process remains; its claims run out."""
        self.runner.run(self.counter.dies())
        self.counter = self._opened()
        self.clock.goes_on(seconds=CLAIM_SECONDS + 1)

    @rule(who=st.sampled_from(PAYERS), what=st.sampled_from(OBLIGATIONS))
    def a_payer_starts(self, who, what) -> None:  # type: ignore[no-untyped-def]
        outcome = self.runner.run(self.counter.start(who, what))
        assert isinstance(outcome, PaymentTicket | Blocked)
        mine = self._same(self._now(), who, what)
        if isinstance(outcome, PaymentTicket):
            self.tickets.append(outcome)
            assert not any(t.open for t in mine if t.id != outcome.id)
        else:
            assert any(t.open or t.state is PaymentState.CONFIRMED for t in mine)

    @precondition(lambda self: self.tickets)
    @rule(
        which=st.integers(0, 7),
        differs=st.sampled_from([0, 0, 0, 1000, -1000]),
        card=st.sampled_from(["pays", "pays", "pays twice", "refuses"]),
        clearing=st.sampled_from([0, 0, 49, 72]),
        beneath=st.sampled_from(["PAID_UNCONFIRMED", "VERIFYING"]),
    )
    def a_payer_pays(self, which: int, differs: int, card: str, clearing: int, beneath: str) -> None:
        ticket = self._ticket(which)
        self.bank.takes(ticket, differs=differs, card=card, clearing_hours=clearing, beneath=beneath)
        self.days.add(self.clock.today().jalali)

    @precondition(lambda self: self.tickets)
    @rule(which=st.integers(0, 7), what=st.sampled_from(Announcement), again=st.booleans())
    def the_bank_calls(self, which: int, what: Announcement, again: bool) -> None:
        """About a payment, also wrongly, also once more."""
        ticket = self._ticket(which)
        self.events += not again
        event = f"{ticket.id}-{self.events}"
        self.runner.run(self.counter.tickets.announced(ticket.id, event, Announced(what), self.clock.now()))

    @precondition(lambda self: self.tickets)
    @rule(which=st.integers(0, 7))
    def a_payer_asks(self, which: int) -> None:
        self.runner.run(self.counter.tickets.apply(self._ticket(which).id, Asked(), self.clock.now()))

    @rule(mood=st.sampled_from(["well", "well", "silent", "forgets", "dies"]))
    def the_bank_is_in_another_mood(self, mood: str) -> None:
        self.bank.mood = mood

    @rule(at=st.sampled_from(["claimed", "effected", "committed", "confirm effected", "reverse effected"]))
    def the_process_will_die(self, at: str) -> None:
        self.dies_at = at

    @rule(seconds=st.sampled_from([1, 10, 120, 1500, 3 * 3600, 72 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.goes_on(seconds=seconds)

    @rule()
    def the_gateway_works(self) -> None:
        try:
            self.runner.run(self.counter.engine.run_due())
        except Crash:
            self._dead_and_alive_again()
        self._holds()

    @rule()
    def the_gateway_is_restarted(self) -> None:
        self._dead_and_alive_again()

    @precondition(lambda self: self.days)
    @rule(which=st.integers(0, 7))
    def a_nightly_file_is_read(self, which: int) -> None:
        days = sorted(self.days)
        self.runner.run(self.counter.reconciliation.from_bank(Day.parse(days[which % len(days)])))
        self._holds()

    def teardown(self) -> None:
        if not hasattr(self, "counter"):
            return
        try:
            self._in_the_end()
        finally:
            self.runner.run(self.counter.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def _in_the_end(self) -> None:
        self.bank.mood, self.dies_at = "well", None
        self._dead_and_alive_again()
        for _ in range(8):
            self.clock.goes_on(hours=LONG / 8)
            self.runner.run(self.counter.engine.run_due())
        for _ in range(2):
            for day in sorted(self.days):
                self.runner.run(self.counter.reconciliation.from_bank(Day.parse(day)))
            self.clock.goes_on(hours=2)
            self.runner.run(self.counter.engine.run_due())
        self._holds()
        credited = 0
        for ticket in self._now():
            rows = self.bank.rows(ticket)
            references = [rrn for rrn, _, _ in rows]
            assert len(references) == len(set(references)), "a debit was confirmed twice at the bank"
            assert {state for _, state, _ in rows} <= {"CONFIRMED", "REVERSED"}, "money was forgotten at the bank"
            confirmed = [(rrn, amount) for rrn, state, amount in rows if state == "CONFIRMED"]
            credited += sum(amount for _, amount in confirmed)
            if ticket.state is PaymentState.CONFIRMED:
                assert [amount for _, amount in confirmed] == [ticket.amount]
            else:
                assert confirmed == []
                assert ticket.money is None or ticket.state is PaymentState.REVERSED
            assert not ticket.open or not rows
        balances = self._balances()
        assert balances[Account.HELD] == 0
        assert balances[Account.BANK] == credited

    def _holds(self) -> None:
        """What is true at every moment."""
        balances = self._balances()
        assert sum(balances.values()) == 0
        assert balances[Account.HELD] <= 0 <= balances[Account.BANK]
        postings, tickets = self._postings(), self._now()
        for ticket in tickets:
            bank = {rrn: state for rrn, state, _ in self.bank.rows(ticket)}
            mine = [(rrn, kind, amount) for t, rrn, kind, amount in postings if t == ticket.id]
            net = [rrn for rrn, kind, _ in mine if kind is PostingKind.CREDITED]
            assert len(net) <= 1, "credited twice"
            assert all(amount == ticket.amount for _, kind, amount in mine if kind is PostingKind.CREDITED)
            for rrn, kind, _ in mine:
                if kind is PostingKind.CREDITED:
                    assert bank[rrn] == "CONFIRMED", "credited, and the bank does not say so"
                if kind is PostingKind.RETURNED:
                    assert bank[rrn] == "REVERSED", "given back in our books alone"
            assert (ticket.state is PaymentState.CONFIRMED) == bool(net)
            if ticket.state in (PaymentState.FAILED, PaymentState.EXPIRED):
                assert ticket.money is None, "paid, and called failed"
        for who in PAYERS:
            for what in OBLIGATIONS:
                same = self._same(tickets, who, what)
                assert sum(t.open for t in same) <= 1
                if what.purpose is PaymentPurpose.PREMIUM:
                    assert sum(t.state is PaymentState.CONFIRMED for t in same) <= 1, "an obligation paid twice"
            treated = {t.ticket.id for t in self.runner.run(self.counter.tickets.treatments_of(who))}
            assert treated == {
                t.id
                for t in tickets
                if t.payer == who
                and t.state is PaymentState.CONFIRMED
                and t.obligation.purpose is PaymentPurpose.PREMIUM
            }

    def _same(self, tickets: list[PaymentTicket], who: NationalId, what: Obligation) -> list[PaymentTicket]:
        """A debt is one, whoever pays it."""
        return [t for t in tickets if t.obligation == what and (what.debt is not None or t.payer == who)]

    def _ticket(self, which: int) -> PaymentTicket:
        """Of the newest."""
        return self.tickets[-1 - which % len(self.tickets)]

    def _now(self) -> list[PaymentTicket]:
        async def all_of_them() -> list[PaymentTicket]:
            found = [await self.counter.tickets.of_owner(who, first=1000) for who in PAYERS]
            return [ticket for mine in found for ticket in mine]

        return self.runner.run(all_of_them())

    def _balances(self) -> dict[Account, int]:
        return self.runner.run(self.counter.balances())

    def _postings(self) -> list[tuple[str, str, PostingKind, int]]:
        async def read() -> list[tuple[str, str, PostingKind, int]]:
            async with self.counter.database.reading() as connection:
                rows = await connection.execute(
                    sa.select(POSTINGS.c.ticket, POSTINGS.c.rrn, POSTINGS.c.kind, POSTINGS.c.amount)
                )
                return [(t, rrn, PostingKind(kind), amount) for t, rrn, kind, amount in rows]

        return self.runner.run(read())


TestMoney = Money.TestCase
TestMoney.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    phases=list(Phase) if FULL else [Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
