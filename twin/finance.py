"""The finance department's payment documents, as docs/systems/finance.md has them: one a reference.

A document is paid, or comes back, once `pay_seconds` of the twin's clock went by; 0: it stays issued.
"""

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

import msgspec

from twin.clock import TEHRAN, Clock
from twin.counts import Counts
from twin.faults import Faults
from twin.jalali import of_datetime, yyyymmdd
from twin.json_desk import Answer, JsonDesk, Operation, each_row, whole
from twin.trouble import turn
from twin.world import World

NAME = "finance"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-finance-1355"
MOST_NUMBERS = 50
STATES = {"ISSUED": 1, "PAID": 2, "RETURNED": 3}
WITHOUT_ACCOUNT_EVERY = 50  # persons
BANK = "013"


class FinanceConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`outcome`: PAID or RETURNED, of what is due."""

    pay_seconds: float = 0.0
    outcome: str = "PAID"

    def __post_init__(self) -> None:
        if self.outcome not in {"PAID", "RETURNED"}:
            raise ValueError("`outcome` must be PAID or RETURNED")
        if not 0 <= self.pay_seconds <= 1e9:
            raise ValueError("`pay_seconds` must not be negative")


class Issue(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    payee_code: str
    amount: int
    purpose: str

    def __post_init__(self) -> None:
        if self.amount <= 0 or not self.reference:
            raise ValueError("nothing to pay, or no reference")


class Search(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    numbers: list[str]

    def __post_init__(self) -> None:
        if not 1 <= len(self.numbers) <= MOST_NUMBERS:
            raise ValueError("out of range")


@dataclass
class Document:
    """`received` counts how often the order came; only the first made it."""

    order: Issue
    number: str
    at: float
    received: int = 1


class Finance:
    """Keeps its documents until `reset`."""

    def __init__(self, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._people, self._clock = world.people, clock
        self.app = JsonDesk(
            NAME,
            (USERNAME, PASSWORD),
            (
                Operation(
                    path="/v1/payment-documents",
                    shape=Issue,
                    done=self._issue,
                    books=True,
                ),
                Operation(
                    path="/v1/payment-documents/search",
                    shape=Search,
                    done=self._search,
                    keys=lambda asked: asked.numbers,
                ),
            ),
            faults,
            counts,
            {
                "another_document": lambda truth: (
                    each_row("documents", {"number": "0"}, _NONE)(truth)
                    if "documents" in truth
                    else whole("document", {"reference": "0" * 32})(truth)
                ),
                "amount": lambda truth: _both(truth, {"amount": 10**15}),
                "wrong_types": lambda truth: _both(truth, {"state": "paid", "amount": {}}),
                "unknown_state": lambda truth: _both(truth, {"state": 99}),
            },
        ).app
        self.reset()

    def reset(self) -> None:
        self.conditions = FinanceConditions()
        self.documents: dict[str, Document] = {}
        self._by_number: dict[str, Document] = {}
        self._numbers = itertools.count(1)

    def _issue(self, asked: Issue) -> Answer:
        known = self.documents.get(asked.reference)
        if known is not None:
            known.received += 1
            return {"result": "OK", "document": self._row(known)} if known.order == asked else {"result": "CONFLICT"}
        if asked.payee_code not in self._people or _account(asked.payee_code) is None:
            return {"result": "NO_ACCOUNT"}
        number = f"PD-{self._clock.now().year}-{next(self._numbers):08}"
        made = Document(asked, number, self._clock.time())
        self.documents[asked.reference] = self._by_number[number] = made
        return {"result": "OK", "document": self._row(made)}

    def _search(self, asked: Search) -> Answer:
        found = [self._by_number[number] for number in dict.fromkeys(asked.numbers) if number in self._by_number]
        return {"result": "OK", "documents": [self._row(document) for document in found]}

    def _row(self, document: Document) -> dict[str, Any]:
        due = document.at + self.conditions.pay_seconds
        settled = self.conditions.pay_seconds > 0 and self._clock.time() >= due
        return {
            "number": document.number,
            "reference": document.order.reference,
            "amount": document.order.amount,
            "state": STATES[self.conditions.outcome if settled else "ISSUED"],
            "accountEnding": (_account(document.order.payee_code) or "")[-4:],
            "issuedOn": _day(document.at),
            "settledOn": _day(due) if settled else "00000000",
        }

    def summary(self) -> dict[str, Any]:
        """For tests: how many documents there are, how often orders came, their sum, their references."""
        documents = self.documents.values()
        return {
            "documents": len(documents),
            "received": sum(each.received for each in documents),
            "amount": sum(each.order.amount for each in documents),
            "references": sorted(self.documents),
        }


_NONE = {
    "number": "0",
    "reference": "0",
    "amount": 1,
    "state": 1,
    "accountEnding": "",
    "issuedOn": "14050801",
    "settledOn": "0",
}


def _both(truth: Answer, changed: dict[str, Any]) -> Answer:
    return each_row("documents", changed, _NONE)(truth) if "documents" in truth else whole("document", changed)(truth)


def _day(moment: float) -> str:
    return str(yyyymmdd(of_datetime(datetime.datetime.fromtimestamp(moment, TEHRAN))))


def _account(code: str) -> str | None:
    """Somebody's account on file, synthetic and with its check digits; some have none."""
    if turn("account" + code, WITHOUT_ACCOUNT_EVERY) == 7:
        return None
    bban = BANK + code.zfill(19)
    return f"IR{98 - int(bban + '182700') % 97:02}{bban}"
