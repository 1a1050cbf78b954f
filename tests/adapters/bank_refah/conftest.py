import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.bank_refah import connect
from adapters.bank_refah.settings import BankRefahSettings
from adapters.bank_refah.source import BankRefah
from tests.adapters.outbound.stand_in import Seen, SetClock, StandIn, standing_in

SARA, PARISA, REZA = "0013542419", "0064982033", "0061274801"


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        "paymentIdentifier": "000000104217",
        "payer": SARA,
        "amount": 18_432_000,
        "dueAmount": 18_432_000,
        "state": "CONFIRMED",
        "premiumKind": "VOLUNTARY",
        "period": "140507",
        "rrn": "630512345678",
        "traceNo": "104217",
        "terminalId": "01234567",
        "branchOrChannel": "INTERNET",
        "paidDate": "14050703",
        "paidTime": "101530",
        "confirmedAt": 1_790_000_000_000,
        **changes,
    }


@dataclass
class Books:
    """A bank that knows some receipts, and pages them."""

    receipts: list[dict[str, Any]] = field(default_factory=list)

    async def desk(self, seen: Seen) -> web.StreamResponse:
        asked = json.loads(seen.body)
        payers = {payer.lstrip("0") for payer in asked.get("payers", ())}
        named = set(asked.get("paymentIdentifiers", ()))
        rows = [
            row
            for row in self.receipts
            if str(row.get("payer")).lstrip("0") in payers or row.get("paymentIdentifier") in named or row.get("stray")
        ]
        start = (asked["page"] - 1) * asked["pageSize"]
        page = rows[start : start + asked["pageSize"]]
        return web.json_response(
            {"status": "OK", "total": len(rows), "page": asked["page"], "pageSize": asked["pageSize"], "receipts": page}
        )


@dataclass(frozen=True)
class Talk:
    server: StandIn
    books: Books
    bank: BankRefah
    clock: SetClock


@contextlib.asynccontextmanager
async def talking(*receipts: dict[str, Any], **changes: Any) -> AsyncIterator[Talk]:
    books, clock = Books(list(receipts)), SetClock()
    async with standing_in(books.desk) as server:
        given = {
            "url": server.url,
            "client_id": "tamin",
            "secret": SecretStr("of the tests"),
            "timeout": 1.0,
            **changes,
        }
        async with connect(BankRefahSettings.model_validate(given), clock) as bank:
            yield Talk(server, books, bank, clock)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    parisas = receipt(payer=PARISA.lstrip("0"), paymentIdentifier="000000104300", state="PAID_UNCONFIRMED")
    async with talking(receipt(), parisas) as talk:
        yield talk
