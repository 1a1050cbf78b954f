"""Rows of `debit`, `debit_ledger` and `claim_order`."""

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.branch_databases.translate.fields import (
    amount,
    code,
    day,
    issue_day,
    national_id_or_none,
    number,
    workshop_code,
    year_month,
)
from adapters.branch_databases.translate.kinds import named
from gateway.domain.calendar import Day
from gateway.domain.code_pages import CodePage
from gateway.domain.debt import ClaimOrder, ClaimOrderKind, Debt, DebtStage, LedgerEntry, LedgerKind
from gateway.domain.identifiers import BranchCode
from gateway.domain.legacy_text import text
from gateway.domain.lookup import BranchGap, Page

_STAGES = {
    "01": DebtStage.NOTICED,
    "02": DebtStage.WARNED,
    "03": DebtStage.FINAL,
    "04": DebtStage.EXECUTION_ORDER,
    "05": DebtStage.ENFORCEMENT,
}
_LEDGER_KINDS = {
    "C": LedgerKind.CHARGE,
    "P": LedgerKind.PENALTY,
    "V": LedgerKind.PAYMENT,
    "A": LedgerKind.ADJUSTMENT,
}
_ORDER_KINDS = {
    "01": ClaimOrderKind.DEBT_NOTICE,
    "02": ClaimOrderKind.WARNING,
    "03": ClaimOrderKind.EXECUTION_ORDER,
    "04": ClaimOrderKind.STATEMENT,
}


def debt_from(row: Any, branch: BranchCode, page: CodePage, pivot: int) -> Debt:
    return Debt(
        number=_number(row.debit_no),
        branch=branch,
        workshop=workshop_code(row.wshid),
        debtor=national_id_or_none(row.debtor_natcod),
        stage=named(_STAGES, code(row.step_code)),
        reason=text(row.reason, page),
        period_since=year_month(row.date_from),
        period_until=year_month(row.date_to),
        issued=issue_day(row.order_date),
        served=day(row.eblagh_date, pivot),
        ruled=day(row.badvi_date, pivot),
        amount=amount(row.debit_amount),
        remaining=amount(row.debit_remain),
        premium=amount(row.bimeh_amount),
        unemployment_premium=amount(row.bikari_amount),
        other=amount(row.sayer_amount),
    )


def debt_page(debts: Iterable[Debt], first: int, gaps: tuple[BranchGap, ...]) -> Page[Debt]:
    """The first of them in the order (issued desc, branch, number)."""
    ordered = sorted(debts, key=lambda debt: (-_as_number(debt.issued), debt.branch.digits, debt.number))
    return Page(items=tuple(ordered[:first]), has_next=len(ordered) > first, gaps=gaps)


def ledger_entry_from(row: Any, page: CodePage, pivot: int) -> LedgerEntry:
    return LedgerEntry(
        sequence=number(row.row_no),
        date=day(row.led_date, pivot),
        kind=named(_LEDGER_KINDS, code(row.led_kind)),
        amount=amount(row.amount),
        balance=amount(row.balance),
        description=text(row.led_desc, page),
    )


def claim_order_from(row: Any, branch: BranchCode, pivot: int) -> ClaimOrder:
    return ClaimOrder(
        number=_number(row.order_no),
        kind=named(_ORDER_KINDS, code(row.kind)),
        branch=branch,
        debt_number=code(row.debit_no),
        issued=day(row.order_date, pivot),
        served=day(row.eblagh_date, pivot),
        amount=amount(row.amount),
    )


def in_order_of_issue(orders: Sequence[ClaimOrder]) -> tuple[ClaimOrder, ...]:
    """Newest first, then by number."""
    return tuple(sorted(orders, key=lambda order: (-_as_number(order.issued), order.number)))


def _number(value: object) -> str:
    number = code(value)
    if number is None:
        raise ValueError("a debt or order has no number")
    return number


def _as_number(day: Day | None) -> int:
    return 0 if day is None else day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0)
