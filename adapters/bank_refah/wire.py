"""Bank Refah's JSON as it travels. Each receipt is read by itself, so that a bad one costs only its payer."""

import msgspec


class ReceiptsQuery(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One of the two lists."""

    payers: list[str] | None = None
    payment_identifiers: list[str] | None = None
    page: int
    page_size: int


class ReceiptsAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`status` is OK, or ERROR with a key in `error` and nothing else."""

    status: str
    error: str | None = None
    total: int | None = None
    page: int | None = None
    receipts: list[msgspec.Raw] | None = None


class ConfirmationOrder(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`paid_at` is Jalali `yyyymmddHHMMSS` in Tehran."""

    payment_identifier: str
    amount: int
    rrn: str
    trace_no: str
    terminal_id: str
    branch_or_channel: str
    paid_at: str


class ReversalOrder(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    payment_identifier: str
    rrn: str
    amount: int


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is OK with a `result`, or ERROR with a key in `error`."""

    status: str
    error: str | None = None
    result: str | None = None


class IdentifierOfReceipt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    payment_identifier: str


class PayerOfReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """All that is read of a receipt before it is known whose it is."""

    payer: str | int


class ReceiptOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Amounts in rial; dates Jalali `yyyymmdd`, times `HHMMSS` in Tehran, `confirmedAt` epoch milliseconds."""

    payment_identifier: str
    payer: str | int
    amount: int
    due_amount: int | None = None
    state: str
    premium_kind: str | None = None
    period: str | int | None = None
    rrn: str | None = None
    trace_no: str | None = None
    terminal_id: str | None = None
    branch_or_channel: str | None = None
    paid_date: str | int | None = None
    paid_time: str | None = None
    confirmed_at: int | str | None = None


class CallOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The bank's call to us about a payment. What else it says of the money is asked for by an inquiry."""

    event: str
    payment_identifier: str
    result: str
