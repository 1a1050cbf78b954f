"""Payers on their errands: they start at a replica, pay at the bank, and confirm at a replica, perhaps another."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.requests.replicas.errands import CONFIRMED, Errand, Manner
from tests.requests.replicas.fleet import Fleet, Said
from tests.requests.replicas.patience import until
from tests.requests.replicas.payment_replica import DEBT
from tests.requests.replicas.persons import person

BUSY_SECONDS = 0.5
MUTE = ["receipts/confirm", "receipts/reverse"]
WELL = {"card": "pays", "differs": 0, "clearing_hours": 0.0, "beneath": "PAID_UNCONFIRMED", "reference": None}
UNTOUCHED = WELL | {"callback_url": None, "calls": "once", "mute": []}


@dataclass
class Story:
    """What the payers know at the end. `ends` are the states that each ticket may end in, `spent` the tickets whose
    money bears a reference of another; `debits` of all cards; `wrong` are sentences about what must not be."""

    ends: dict[str, frozenset[str]] = field(default_factory=dict)
    identifiers: dict[str, str] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    debits: int = 0
    busy: int = 0
    confirmed: list[Said] = field(default_factory=list)
    start_ms: list[float] = field(default_factory=list)
    confirm_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Bank:
    """The twin's, as payers see it. Conditions are of the whole bank, so one pays at a time."""

    def __init__(self, control: str) -> None:
        self._http = httpx.AsyncClient(base_url=control, timeout=30)
        self._one_at_a_time = asyncio.Lock()

    async def set(self, **conditions: Any) -> None:
        (await self._http.put("/_twin/bank", json=conditions)).raise_for_status()

    async def fails(self, rate: float) -> None:
        """That share of the calls to it; 0: none."""
        place = "/_twin/faults/bank_refah"
        (await self._http.delete(place)).raise_for_status()
        if rate:
            (await self._http.put(place, json={"kind": "error", "rate": rate})).raise_for_status()

    async def takes(self, ticket: Said, payer: int, conditions: dict[str, Any]) -> str:
        order = {
            "billIdentifier": ticket["bill"],
            "paymentIdentifier": ticket["identifier"],
            "amount": ticket["amount"],
            "payer": person(payer).digits,
        }
        async with self._one_at_a_time:
            await self.set(**(WELL | conditions))
            answer = (await self._http.post("/_twin/bank/pay", json=order)).raise_for_status()
        result: str = answer.json()["result"]
        return result

    async def rows(self, identifier: str) -> list[dict[str, Any]]:
        """The bank's books of one payment."""
        answer = (await self._http.get(f"/_twin/bank/books/{identifier}")).raise_for_status()
        rows: list[dict[str, Any]] = answer.json()["receipts"]
        return rows

    async def orders(self) -> dict[str, int]:
        """How often each operation was asked for."""
        counts: dict[str, int] = (await self._http.get("/_twin/counts")).raise_for_status().json()["bank_refah"]
        return counts

    async def close(self) -> None:
        await self._http.aclose()


class Payer:
    """`over_seconds`: after that long a ticket that was not paid is over."""

    def __init__(self, errand: Errand, fleet: Fleet, bank: Bank, story: Story, over_seconds: float) -> None:
        self._errand, self._fleet, self._bank, self._story = errand, fleet, bank, story
        self._over_seconds = over_seconds

    async def goes(self) -> None:
        manner = self._errand.manner
        ticket = await self._hurried() if self._errand.hurried else await self._started("pay")
        if manner.waits:
            await asyncio.sleep(self._over_seconds)
        if manner.again:
            await self._pays(await self._started_anew(), CONFIRMED)
        await self._pays(ticket, manner.ends)
        if self._errand.parts:
            await self._pays_the_rest(ticket)

    async def _pays(self, ticket: Said, ends: frozenset[str]) -> None:
        errand, manner = self._errand, self._errand.manner
        self._story.ends[ticket["id"]] = ends
        self._story.identifiers[ticket["id"]] = ticket["identifier"]
        if manner.pays:
            await self._charged(ticket, manner)
        if errand.told.confirms:
            await self._confirms(ticket)

    async def _charged(self, ticket: Said, manner: Manner) -> None:
        conditions = manner.bank | {"calls": self._errand.told.calls, "mute": MUTE if self._errand.mute else []}
        if manner.spent:
            if not self._story.confirmed:
                self._story.ends[ticket["id"]] = CONFIRMED  # nothing is spent yet
            else:
                conditions["reference"] = self._story.confirmed[-1]["rrn"]
                self._story.spent.add(ticket["id"])
        result = await self._bank.takes(ticket, self._errand.payer, conditions)
        if result != ("REFUSED" if conditions.get("card") == "refuses" else "PAID"):
            self._story.wrong.append(f"the bank said {result} to a payer who {manner.words}")
        self._story.debits += {"refuses": 0, "pays twice": 2}.get(conditions.get("card", "pays"), 1)

    async def _confirms(self, ticket: Said) -> None:
        said = await self._asked(do="confirm", ticket=ticket["id"], key=f"confirm {ticket['id']}")
        self._story.confirm_ms.append(said["ms"])
        now = said["ticket"]
        if said["said"] != "PaymentTicket" or now["id"] != ticket["id"]:
            self._story.wrong.append(f"a confirmation was answered with {said['said']}")
            return
        if now["state"] != "CONFIRMED":
            return
        self._story.confirmed.append(now)
        # Own writes show at once, whichever replica is asked.
        seen = await self._asked(do="look")
        shown = seen["paid_here"] == ticket["amount"] if self._errand.debt else ticket["id"] in seen["treatments"]
        if not shown:
            self._story.wrong.append("a confirmed payment did not show")

    async def _pays_the_rest(self, first: Said) -> None:
        """Once the first half counts: before, the whole debt is still open, and its ticket stands in the way."""

        async def half_is_paid() -> bool:
            seen = await self._asked(do="look")
            return bool(seen["paid_here"] == first["amount"])

        await until(half_is_paid)
        said = await self._start("the rest")
        if said["said"] != "PaymentTicket" or said["ticket"]["amount"] != DEBT - first["amount"]:
            self._story.wrong.append(f"the rest of a debt was answered with {said['said']}")
            return
        ticket = said["ticket"]
        self._story.ends[ticket["id"]] = CONFIRMED
        self._story.identifiers[ticket["id"]] = ticket["identifier"]
        await self._charged(ticket, self._errand.manner)
        await self._asked(do="confirm", ticket=ticket["id"], key=f"confirm {ticket['id']}")

    async def _started(self, key: str) -> Said:
        said = await self._start(key)
        if said["said"] != "PaymentTicket":
            raise AssertionError(f"a payment was not started: {said}")
        ticket: Said = said["ticket"]
        return ticket

    async def _hurried(self) -> Said:
        """Two keys at once, at two replicas perhaps: one ticket."""
        both = await asyncio.gather(self._start("pay"), self._start("pay, pressed again"))
        tickets = {said["ticket"]["id"]: said["ticket"] for said in both if said["ticket"]}
        if sorted(said["said"] for said in both) != ["PaymentTicket", "Stands"] or len(tickets) != 1:
            self._story.wrong.append(f"two keys at once were answered with {[said['said'] for said in both]}")
        ticket: Said = next(iter(tickets.values()))
        again = await self._start("pay")
        if again["said"] != both[0]["said"] or again["ticket"]["id"] != ticket["id"]:
            self._story.wrong.append("the same key was answered differently")
        return ticket

    async def _started_anew(self) -> Said:
        """As soon as the first ticket is out of the way."""
        for attempt in range(100):
            said = await self._start(f"pay anew {attempt}")
            if said["said"] == "PaymentTicket":
                ticket: Said = said["ticket"]
                return ticket
            await asyncio.sleep(BUSY_SECONDS)
        raise AssertionError("a ticket that nobody paid never ended")

    async def _start(self, key: str) -> Said:
        amount = DEBT // 2 if self._errand.parts and key == "pay" else None
        said = await self._asked(do="start", debt=self._errand.debt, amount=amount, key=key)
        self._story.start_ms.append(said["ms"])
        return said

    async def _asked(self, **question: Any) -> Said:
        """Again while a system, or the store, is busy: with the same key."""
        while True:
            said = await self._fleet.ask(payer=self._errand.payer, **question)
            if said["said"] != "SystemBusy":
                return said
            self._story.busy += 1
            await asyncio.sleep(BUSY_SECONDS)
