"""One replica where payments are started and confirmed, and which the bank calls: see `questions`.

All replicas listen for the bank on one port, which the kernel shares among those that live, as a balancer would.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
from starlette.applications import Starlette

from adapters import bank_refah
from adapters.bank_refah.settings import BankRefahSettings
from gateway.domain.calendar import Day, YearMonth
from gateway.domain.clock import SystemClock
from gateway.domain.contribution import ContributionQuery, ContributionRecord
from gateway.domain.debt import Debt, DebtKey, DebtsOfPerson, DebtStage
from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import BranchCode, InsuranceNumber, NationalId
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.lookup import Fact, Page, Provenance
from gateway.domain.money import rial
from gateway.domain.payment_ticket import PaymentTicket
from gateway.http.bank_calls import bank_calls
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders
from gateway.loading.sources import Sources
from gateway.requests.database import StoreUnavailable
from gateway.requests.engine import EngineSettings, working
from gateway.requests.ground import open_ground
from gateway.requests.payments.desk import PaymentDesk, Stands
from gateway.requests.payments.opening import payment_desk_of
from gateway.requests.payments.settings import PaymentSettings
from gateway.requests.payments.tables import METADATA
from gateway.requests.settings import RequestSettings
from tests.requests.replicas.persons import person
from tests.requests.replicas.questions import answer_all, run
from tests.requests.systems import answering
from twin.listener import listening

KEYRING = Keyring(b"k" * 32)
BRANCH = BranchCode("0070")
PERIOD = YearMonth(1405, 8)
FULL_MONTH = YearMonth(1405, 6)
WAGE = 68_266_667
DEBT = 9_000_001


def debt_of(payer: int) -> DebtKey:
    return DebtKey(f"0070{payer:08}", BRANCH)


async def main(place: dict[str, Any]) -> None:
    async with opened(place) as answering_replica:
        await answer_all(answering_replica)


@asynccontextmanager
async def opened(place: dict[str, Any]) -> AsyncIterator["PaymentReplica"]:
    """`place`: `store`, `documents`, `bank` (as the twin describes it), `port`, `claim_seconds`, and the settings of
    `payments`."""
    clock = SystemClock()
    settings = RequestSettings(
        store=place["store"],
        documents=place["documents"],
        commit_seconds=20.0,
        engine=EngineSettings(claim_seconds=place["claim_seconds"], poll_seconds=0.2, at_once=16),
    )
    bank_settings = BankRefahSettings(**place["bank"], parallelism=16, timeout=2.0)
    async with AsyncExitStack() as stack:
        bank = await stack.enter_async_context(bank_refah.connect(bank_settings, clock))
        ground = await stack.enter_async_context(open_ground(settings, KEYRING, clock, metadata=[METADATA]))
        desk = payment_desk_of(ground, bank.money, PaymentSettings(**place["payments"]), None)
        assert desk
        assert bank.calls
        calls = Starlette(routes=[bank_calls(bank.calls, desk, seconds=5.0)])
        await stack.enter_async_context(working(ground.engine))
        await stack.enter_async_context(listening(calls, place["port"]))
        yield PaymentReplica(desk, _sources(bank, clock), clock)


class PaymentReplica:
    """A system that does not answer, and a store that does not, are SystemBusy here as in the graph."""

    def __init__(self, desk: PaymentDesk, sources: Sources, clock: SystemClock) -> None:
        self._desk, self._sources, self._clock = desk, sources, clock

    async def __call__(self, question: dict[str, Any]) -> dict[str, Any]:
        loaders = Loaders(self._sources, clock=self._clock, paid_here=self._desk.paid_here)
        try:
            match question["do"]:
                case "start":
                    return _told(await self._start(loaders, question))
                case "confirm":
                    reference, key = question["ticket"], question["key"]
                    return _told(await self._desk.confirm(loaders, person(question["payer"]), reference, key))
                case "look":
                    return await self._look(question["payer"])
                case "reconcile":
                    report = await self._desk.reconciliation.from_bank(Day.parse(question["day"]))
                    return {"said": "Report", **msgspec.to_builtins(report)}
        except (SourceFailure, StoreUnavailable):
            return {"said": "SystemBusy"}
        finally:
            await loaders.close()
        raise AssertionError(question)

    async def _start(self, loaders: Loaders, question: dict[str, Any]) -> Any:
        payer, amount = question["payer"], question["amount"]
        if not question["debt"]:
            return await self._desk.start_premium(loaders, person(payer), PERIOD, None, question["key"])
        asked = rial(amount) if amount else None
        return await self._desk.start_debt(loaders, person(payer), debt_of(payer), None, asked, question["key"])

    async def _look(self, payer: int) -> dict[str, Any]:
        """What the payer sees of what was credited: entitlements by ticket, and what was paid for the debt."""
        treatments = await self._desk.treatments_of(person(payer))
        paid = (await self._desk.paid_here([debt_of(payer)])).get(debt_of(payer))
        assert not isinstance(paid, SourceFailure)
        return {
            "said": "Seen",
            "treatments": [each.ticket.id for each in treatments],
            "paid_here": paid.value if paid else 0,
        }


def _told(answer: Any) -> dict[str, Any]:
    ticket = answer.ticket if isinstance(answer, Stands) else answer
    if not isinstance(ticket, PaymentTicket):
        return {"said": type(answer).__name__, "ticket": None}
    told = {
        "id": ticket.id,
        "identifier": ticket.identifier.digits,
        "bill": ticket.bill.digits if ticket.bill else None,
        "amount": ticket.amount,
        "state": ticket.state.value,
        "rrn": ticket.money.rrn if ticket.money else None,
    }
    return {"said": type(answer).__name__, "ticket": told}


def _sources(bank: bank_refah.source.BankRefah, clock: SystemClock) -> Sources:
    """Everybody is insured by themselves with one full month, and owes one debt; of payments the bank itself tells."""
    link = InsuranceLink(
        insurance_number=InsuranceNumber("0070123456"),
        branch=BRANCH,
        kind=InsuranceKind.VOLUNTARY,
        status=InsuranceStatus.ACTIVE,
    )
    month = ContributionRecord(
        record_id=1,
        month=FULL_MONTH,
        branch=BRANCH,
        kind=InsuranceKind.VOLUNTARY,
        days=31,
        wage=rial(WAGE),
        premium=rial(0),
    )

    def fact(value: Any) -> Fact[Any]:
        return Fact(value, Provenance(source=Source.BRANCH_DATABASES, fetched_at=clock.now()))

    async def contributions(keys: Sequence[ContributionQuery], /) -> Mapping[ContributionQuery, Fact[Any]]:
        return {key: fact(Page(items=() if key.since else (month,))) for key in keys}

    async def debts(keys: Sequence[DebtsOfPerson], /) -> Mapping[DebtsOfPerson, Fact[Any]]:
        return {key: fact(Page(items=(_debt(key.person),))) for key in keys}

    return replace(
        answering({"insurances_by_person": Insurance(status=InsuranceStatus.ACTIVE, links=(link,))}, clock),
        contribution_pages=contributions,
        debt_pages_by_person=debts,
        payments_by_payer=bank.payments_by_payer,
    )


def _debt(debtor: NationalId) -> Debt:
    key = debt_of(int(debtor.digits[:9]) - 100_000_000)
    return Debt(
        number=key.number,
        branch=key.branch,
        debtor=debtor,
        stage=DebtStage.NOTICED,
        amount=rial(DEBT),
        remaining=rial(DEBT),
        premium=rial(DEBT),
        unemployment_premium=rial(0),
        other=rial(0),
    )


if __name__ == "__main__":
    run(main)
