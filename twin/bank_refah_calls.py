"""The bank's calls about payments, signed, delivered again until they are taken: docs/systems/bank_refah.md."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from twin.bank_refah_payments import BankConditions, Payment
from twin.bank_refah_signing import CALLBACK_SECRET, CLIENT_ID, signature
from twin.clock import Clock
from twin.jalali import yyyymmdd
from twin.world import Receipt

PAUSES = (0.0, 0.5, 2.0, 8.0)  # seconds before each delivery
PATIENCE = 5.0


class Calls:
    """Works beside the answers to payers; `close` ends what is under way."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()

    def about(self, payment: Payment, outcome: str, debits: Sequence[Receipt], conditions: BankConditions) -> None:
        if conditions.callback_url is None or conditions.calls == "never":
            return
        call = msgspec.json.encode(_call(payment, outcome, debits))
        for _ in range(2 if conditions.calls == "twice" else 1):
            task = asyncio.get_running_loop().create_task(self._deliver(conditions.callback_url, call))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _deliver(self, url: str, call: bytes) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
            for pause in PAUSES:
                await asyncio.sleep(pause)
                try:
                    answer = await http.post(url, content=call, headers=self.headers(url, call))
                except httpx.HTTPError:
                    continue
                if answer.status_code == 200 or 400 <= answer.status_code < 500:
                    return  # taken, or never to be taken

    def headers(self, url: str, call: bytes) -> dict[str, str]:
        """Signed anew for each delivery."""
        time = str(int(self._clock.time()))
        target = (urlsplit(url).path or "/").encode()
        return {
            "content-type": "application/json",
            "x-refah-client": CLIENT_ID,
            "x-refah-time": time,
            "x-refah-signature": signature(CALLBACK_SECRET, "POST", target, time, call),
        }


def _call(payment: Payment, outcome: str, debits: Sequence[Receipt]) -> dict[str, Any]:
    paid: dict[str, Any] = {}
    if debits:
        first = debits[0]
        paid = {
            "amount": first.amount,
            "rrn": first.rrn,
            "traceNo": first.trace,
            "terminalId": first.terminal,
            "branchOrChannel": first.channel,
            "paidAt": f"{yyyymmdd(first.paid_on or (0, 0, 0)):08}{first.paid_time}",
        }
    return {
        "event": uuid.uuid4().hex,
        "paymentIdentifier": payment.payment_identifier,
        "result": outcome,
        **paid,
    }
