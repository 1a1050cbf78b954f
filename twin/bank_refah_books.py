"""The bank's books while it is open: finds receipts, takes payments, confirms and reverses them, writes their rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from twin.clock import Clock
from twin.jalali import yyyymmdd
from twin.trouble import turn
from twin.world import Date, Receipt

CLEARING_SECONDS = 48 * 3600  # how long a pending payment stays so after its first confirmation (domain.md 1.1)
MONEY_STATES = ("PAID_UNCONFIRMED", "VERIFYING", "CONFIRMED")
LOST_ZEROS_EVERY = 3
NO_PERIOD = ("", "0", "null")
NO_NUMBER = ("", None)
NO_DATE = ("", "00000000")
NO_TIME_MS = (None, 0)


class Confirmation(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    payment_identifier: str
    amount: int
    rrn: str
    trace_no: str
    terminal_id: str
    branch_or_channel: str
    paid_at: str  # Jalali yyyymmddHHMMSS

    def __post_init__(self) -> None:
        if len(self.paid_at) != 14 or not self.paid_at.isdecimal():
            raise ValueError("`paidAt` is yyyymmddHHMMSS")

    @property
    def paid_on(self) -> Date:
        return (int(self.paid_at[:4]), int(self.paid_at[4:6]), int(self.paid_at[6:8]))


class Reversal(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    payment_identifier: str
    rrn: str
    amount: int


class OpenBooks:
    """Works on copies: the world stays as it was built."""

    def __init__(self, receipts: Iterable[Receipt], clock: Clock) -> None:
        self._clock = clock
        self._by_payer: defaultdict[str, list[Receipt]] = defaultdict(list)
        self._by_identifier: defaultdict[str, list[Receipt]] = defaultdict(list)
        self._by_day: defaultdict[str, list[Receipt]] = defaultdict(list)
        self._pending_since: dict[str, float] = {}
        self._clears_at: dict[str, float] = {}  # by rrn: before it, a confirmation is only noted
        self._noted: dict[str, Confirmation] = {}
        for receipt in receipts:
            self._add(receipt)

    def find(self, *, payers: Sequence[str] | None, identifiers: Sequence[str] | None) -> list[Receipt]:
        """Newest first."""
        self._clear()
        index, keys = (self._by_payer, payers) if payers is not None else (self._by_identifier, identifiers or ())
        found = [receipt for key in dict.fromkeys(keys) for receipt in index.get(key, ())]
        return sorted(found, key=_moment, reverse=True)

    def take(self, debits: Sequence[Receipt], clearing_hours: float = 0.0) -> str:
        """Books what a payer's card was charged. A payment that is paid already is not taken again."""
        if not debits:
            return "REFUSED"
        known = self._by_identifier.get(debits[0].identifier, ())
        if any(receipt.state in MONEY_STATES for receipt in known):
            return "ALREADY_PAID"
        for debit in debits:
            self._add(debit)
            if clearing_hours:
                self._clears_at[debit.rrn] = self._clock.time() + clearing_hours * 3600
        return "PAID"

    def reverse(self, reversal: Reversal) -> dict[str, str]:
        """Gives the money of one debit back, once."""
        return {"status": "OK", "result": self._reverse(reversal)}

    def _reverse(self, reversal: Reversal) -> str:
        booked = self._by_identifier.get(reversal.payment_identifier, ())
        same = [receipt for receipt in booked if receipt.rrn == reversal.rrn]
        if not same or same[0].amount != reversal.amount:
            return "NOT_FOUND"
        if all(receipt.state == "REVERSED" for receipt in same):
            return "ALREADY_REVERSED"
        for receipt in same:
            self._replace(receipt, msgspec.structs.replace(receipt, state="REVERSED", confirmed_ms=None))
        return "REVERSED"

    def confirm(self, confirmation: Confirmation) -> dict[str, str]:
        """Not idempotent: a second confirmation of a confirmed payment books a second row."""
        return {"status": "OK", "result": self._confirm(confirmation)}

    def _confirm(self, confirmation: Confirmation) -> str:
        booked = self._by_identifier.get(confirmation.payment_identifier)
        if not booked:
            return "NOT_FOUND"
        self._clear()
        named = [receipt for receipt in booked if receipt.rrn == confirmation.rrn]
        if named and named[0].amount != confirmation.amount:
            return "NOT_FOUND"
        first = (named or booked)[0]
        if first.rrn in self._clears_at:
            self._noted.setdefault(first.rrn, confirmation)
            return "PENDING"
        match first.state:
            case "CONFIRMED":
                self._add(self._confirmed(first, confirmation))
                return "DUPLICATE"
            case "REVERSED":
                return "REVERSED"
            case "EXPIRED" | "FAILED":
                return "NOT_FOUND"
            case "PENDING" | "CREATED":
                since = self._pending_since.setdefault(confirmation.payment_identifier, self._clock.time())
                if self._clock.time() - since < CLEARING_SECONDS:
                    return "PENDING"
        self._replace(first, self._confirmed(first, confirmation))
        return "CONFIRMED"

    def _clear(self) -> None:
        """Debits whose clearing is over; a confirmation that was noted meanwhile takes effect."""
        over = [rrn for rrn, moment in self._clears_at.items() if moment <= self._clock.time()]
        for rrn in over:
            del self._clears_at[rrn]
            confirmation = self._noted.pop(rrn, None)
            if confirmation is None:
                continue
            booked = self._by_identifier[confirmation.payment_identifier]
            held = next((r for r in booked if r.rrn == rrn and r.state in ("PAID_UNCONFIRMED", "VERIFYING")), None)
            if held is not None:
                self._replace(held, self._confirmed(held, confirmation))

    def reconciliation(self, day: str) -> str:
        """CSV lines of all receipts paid on a Jalali yyyymmdd."""
        self._clear()
        receipts = sorted(self._by_day.get(day, ()), key=_moment)
        return "".join(f"{r.identifier},{_payer(r)},{r.amount},{r.rrn},{r.trace},{r.state}\r\n" for r in receipts)

    def _add(self, receipt: Receipt) -> None:
        self._by_payer[receipt.payer].append(receipt)
        self._by_identifier[receipt.identifier].append(receipt)
        self._by_day[_date(receipt)].append(receipt)

    def _replace(self, old: Receipt, new: Receipt) -> None:
        for place in (self._by_payer[old.payer], self._by_identifier[old.identifier], self._by_day[_date(old)]):
            place[:] = [receipt for receipt in place if receipt is not old]
        self._add(new)

    def _confirmed(self, receipt: Receipt, confirmation: Confirmation) -> Receipt:
        return msgspec.structs.replace(
            receipt,
            amount=confirmation.amount,
            rrn=confirmation.rrn,
            trace=confirmation.trace_no,
            terminal=confirmation.terminal_id,
            channel=confirmation.branch_or_channel,
            paid_on=confirmation.paid_on,
            paid_time=confirmation.paid_at[8:],
            state="CONFIRMED",
            confirmed_ms=int(self._clock.time() * 1000),
        )


def row(receipt: Receipt) -> dict[str, Any]:
    """A receipt on the wire; which empty marker it shows and whether it lost its zeros hangs on its identifier."""

    def empty(of: str, markers: Sequence[Any]) -> Any:
        return markers[turn(of + receipt.identifier, len(markers))]

    period = f"{receipt.period // 12:04}{receipt.period % 12 + 1:02}" if receipt.period else empty("period", NO_PERIOD)
    return {
        "paymentIdentifier": receipt.identifier,
        "payer": _payer(receipt),
        "amount": receipt.amount,
        "dueAmount": receipt.due,
        "state": receipt.state,
        "premiumKind": receipt.kind,
        "period": period,
        "rrn": receipt.rrn or empty("rrn", NO_NUMBER),
        "traceNo": receipt.trace or empty("trace", NO_NUMBER),
        "terminalId": receipt.terminal or empty("terminal", NO_NUMBER),
        "branchOrChannel": receipt.channel,
        "paidDate": _date(receipt) or empty("date", NO_DATE),
        "paidTime": receipt.paid_time,
        "confirmedAt": receipt.confirmed_ms or empty("confirmed", NO_TIME_MS),
    }


def _payer(receipt: Receipt) -> str:
    lost = turn(receipt.identifier + "zeros", LOST_ZEROS_EVERY) == 0
    return receipt.payer.lstrip("0") if lost else receipt.payer


def _date(receipt: Receipt) -> str:
    return str(yyyymmdd(receipt.paid_on)) if receipt.paid_on else ""


def _moment(receipt: Receipt) -> tuple[str, str, str]:
    return _date(receipt), receipt.paid_time, receipt.identifier
