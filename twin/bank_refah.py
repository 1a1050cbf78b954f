"""Bank Refah, as docs/systems/bank_refah.md has it: signed JSON, receipts, confirmation, reversal, reconciliation."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.bank_refah_books import Confirmation, OpenBooks, Reversal, row
from twin.bank_refah_calls import Calls
from twin.bank_refah_page import page, payment_of
from twin.bank_refah_payments import BankConditions, Payment, Till
from twin.bank_refah_signing import signature_error
from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.json_lies import common_lie, said
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, hang_up, nobody_left, question, strike
from twin.world import World

Order = TypeVar("Order", Confirmation, Reversal)

NAME = "bank_refah"
ENTRIES = 50
LARGEST_PAGE = 500


class ReceiptsQuery(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One of the two lists. Raises ValueError."""

    payers: list[str] | None = None
    payment_identifiers: list[str] | None = None
    page: int = 1
    page_size: int = 200

    def __post_init__(self) -> None:
        if (self.payers is None) == (self.payment_identifiers is None):
            raise ValueError("exactly one list")
        if not 1 <= len(self.asked) <= ENTRIES or self.page < 1 or not 1 <= self.page_size <= LARGEST_PAGE:
            raise ValueError("out of range")

    @property
    def asked(self) -> list[str]:
        return self.payers if self.payers is not None else self.payment_identifiers or []


class BankRefah:
    """Keeps its books open: confirmations change them until `reset`."""

    def __init__(self, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._world = world
        self._faults, self._counts, self._clock = faults, counts, clock
        self._calls = Calls(clock)
        self.conditions = BankConditions()
        self._till = Till(world.seed, clock)  # not opened anew: no reference is given twice
        self.app = Starlette(
            routes=[
                Route("/v1/receipts/query", self._query, methods=["POST"]),
                Route("/v1/receipts/confirm", self._confirm, methods=["POST"]),
                Route("/v1/receipts/reverse", self._reverse, methods=["POST"]),
                Route("/pay", self._page, methods=["GET"]),
                Route("/pay", self._pay, methods=["POST"]),
                Route("/v1/reconciliation/{day}", self._reconciliation, methods=["GET"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        """Opens the books anew; where it calls stays as it is."""
        self._books = OpenBooks(self._world.receipts, self._clock)
        self.conditions = BankConditions(callback_url=self.conditions.callback_url)

    async def _query(self, request: Request) -> Response:
        try:
            body = await question(request)
            query = msgspec.json.decode(body, type=ReceiptsQuery)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(NAME, "receipts/query")
            return said({"error": "BAD_REQUEST"}, 400)
        self._counts.count(NAME, "receipts/query", query.asked)
        with self._counts.in_flight(NAME, "receipts/query", query.asked):
            try:
                struck = await strike(self._faults, NAME, request)
            except CallerGone:
                return nobody_left()
            refused = self._refusal(request, body, struck)
            if refused:
                return refused
            receipts = self._books.find(payers=query.payers, identifiers=query.payment_identifiers)
            begin = (query.page - 1) * query.page_size
            truth = {
                "status": "OK",
                "total": len(receipts),
                "page": query.page,
                "pageSize": query.page_size,
                "receipts": [row(receipt) for receipt in receipts[begin : begin + query.page_size]],
            }
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, truth, query)
            return _perhaps_cut(said(truth), struck)

    async def _confirm(self, request: Request) -> Response:
        return await self._booked(request, "receipts/confirm", Confirmation, self._books.confirm, "CONFIRMED")

    async def _reverse(self, request: Request) -> Response:
        return await self._booked(request, "receipts/reverse", Reversal, self._books.reverse, "REVERSED")

    async def _booked(
        self, request: Request, operation: str, shape: type[Order], book: Callable[[Order], dict[str, str]], truth: str
    ) -> Response:
        """An order that changes the books."""
        try:
            body = await question(request)
            order = msgspec.json.decode(body, type=shape)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(NAME, operation)
            return said({"error": "BAD_REQUEST"}, 400)
        keys = (order.payment_identifier,)
        self._counts.count(NAME, operation, keys)
        with self._counts.in_flight(NAME, operation, keys):
            answer: Response | None = None
            if any(f.kind in ("silent", "cut") for f in self._faults.of(NAME)):
                # The trap of a time-out after the effect: it is booked, and nobody hears of it
                answer = self._refusal(request, body, None) or said(book(order))
            try:
                struck = await strike(self._faults, NAME, request)
            except CallerGone:
                return nobody_left()
            refused = answer or self._refusal(request, body, struck)
            if refused:
                return _perhaps_cut(refused, struck)
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, {"status": "OK", "result": truth}, None)
            done = said(book(order))
            if operation in self.conditions.mute:
                await hang_up(request)
                return nobody_left()
            return done

    async def _page(self, request: Request) -> Response:
        """What the payer's browser shows; it is no part of what is signed, counted or struck."""
        asked = request.query_params
        fields = [asked.get(name, "") for name in ("billIdentifier", "paymentIdentifier", "amount", "payer")]
        return Response(page(*fields), media_type="text/html; charset=utf-8")

    async def _pay(self, request: Request) -> Response:
        """The payer orders. The money is taken first; a silent bank has taken it, and tells nobody."""
        try:
            payment = payment_of(await question(request), request.headers.get("content-type", ""))
        except (QuestionTooLong, ValueError):
            return said({"error": "BAD_REQUEST"}, 400)
        self._counts.count(NAME, "pay", (payment.payment_identifier,))
        silent = bool(self._faults.find(NAME, "silent") or self._faults.find(NAME, "cut"))
        outcome = self.pay(payment, quietly=silent)
        try:
            struck = await strike(self._faults, NAME, request)
        except CallerGone:
            return nobody_left()
        return _perhaps_cut(said({"result": outcome}), struck)

    def pay(self, payment: Payment, *, quietly: bool = False) -> str:
        """PAID, REFUSED or ALREADY_PAID; calls about the first two, unless it happens quietly."""
        debits = self._till.debits(payment, self.conditions)
        outcome = self._books.take(debits, self.conditions.clearing_hours)
        if outcome != "ALREADY_PAID" and not quietly:
            self._calls.about(payment, outcome, debits, self.conditions)
        return outcome

    def books_of(self, identifier: str) -> list[dict[str, Any]]:
        """The rows as they are, unsigned and uncounted: for whoever checks what became of a payment."""
        return [row(receipt) for receipt in self._books.find(payers=None, identifiers=[identifier])]

    async def close(self) -> None:
        await self._calls.close()

    async def _reconciliation(self, request: Request) -> Response:
        day = request.path_params["day"]
        self._counts.count(NAME, "reconciliation", (day,))
        with self._counts.in_flight(NAME, "reconciliation", (day,)):
            try:
                body = await question(request)
                struck = await strike(self._faults, NAME, request)
            except QuestionTooLong:
                return said({"error": "BAD_REQUEST"}, 400)
            except CallerGone:
                return nobody_left()
            refused = self._refusal(request, body, struck)
            if refused:
                return refused
            if len(day) != 8 or not day.isdecimal():
                return said({"error": "BAD_REQUEST"}, 400)
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, {"status": "OK", "receipts": []}, None)
            lines = Response(self._books.reconciliation(day), media_type="text/csv; charset=utf-8")
            return _perhaps_cut(lines, struck)

    def _refusal(self, request: Request, body: bytes, struck: Fault | None) -> Response | None:
        match struck:
            case Fault(kind="closed", retry_after=seconds):
                return said({"error": "CLOSED"}, 503, {"Retry-After": str(seconds)})
            case Fault(kind="quota", retry_after=seconds):
                return said({"error": "TOO_MANY_REQUESTS"}, 429, {"Retry-After": str(seconds)})
            case Fault(kind="error"):
                return said({"error": "INTERNAL"}, 500)
        wrong = signature_error(request, body, self._clock)
        return said({"error": wrong}, 401) if wrong else None

    def _lie(self, how: str, truth: dict[str, Any], query: ReceiptsQuery | None) -> Response:
        """`faults.LIES` has the list. The lies about receipts fall on one at least, whoever was asked for."""
        same = common_lie(how, truth)
        if same:
            return same
        asked = set(query.asked) if query else set()
        others = [r for r in self._world.receipts if not asked & {r.payer, r.identifier}]
        rows = truth.get("receipts") or [row(others[0])]
        match how:
            case "error_inside":
                return said({"status": "ERROR", "error": "ACCOUNT_FROZEN"})
            case "busy_inside":
                return said({"status": "ERROR", "error": "SYSTEM_BUSY"})
            case "amount":
                return said(truth | {"receipts": [r | {"amount": 10**15} for r in rows], "total": len(rows)})
            case "another_payer":
                return said(truth | {"receipts": [row(r) for r in others[:3]], "total": 3})
            case "month_13":
                return said(truth | {"receipts": [r | {"paidDate": "14051305"} for r in rows], "total": len(rows)})
            case "wrong_types":
                return said(truth | {"receipts": {"0": rows[0] | {"amount": "many"}}})
        raise AssertionError(how)


def _perhaps_cut(whole: Response, struck: Fault | None) -> Response:
    return CutInHalf(whole) if struck and struck.kind == "cut" else whole
