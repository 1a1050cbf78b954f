"""Rows of `pensioner` as the pension of a person."""

from collections.abc import Sequence
from typing import Any

from adapters.branch_databases.translate.fields import amount, code, day
from adapters.branch_databases.translate.kinds import named
from gateway.domain.identifiers import BranchCode
from gateway.domain.pension import Pension, PensionKind, PensionStatus

_KINDS = {"R": PensionKind.RETIREMENT, "D": PensionKind.DISABILITY, "S": PensionKind.SURVIVOR}
_STATUSES = {"A": PensionStatus.ACTIVE, "S": PensionStatus.SUSPENDED, "E": PensionStatus.ENDED}
_STRENGTH = [PensionStatus.ENDED, PensionStatus.SUSPENDED, PensionStatus.ACTIVE]


def pension_from(row: Any, branch: BranchCode, pivot: int) -> Pension:
    number = code(row.pns_no)
    if number is None:
        raise ValueError("a pension has no number")
    paid_on = day(row.pay_date, pivot)
    return Pension(
        number=number,
        kind=named(_KINDS, code(row.pns_kind)),
        status=named(_STATUSES, code(row.stat)),
        base_date=day(row.base_date, pivot),
        end_date=day(row.end_date, pivot),
        monthly_amount=amount(row.amount),
        last_payment=paid_on,
        last_payment_amount=amount(row.pay_amount) if paid_on else None,
        branch=branch,
    )


def pension_of(pensions: Sequence[Pension]) -> Pension | None:
    """The active one, else the suspended, else the ended; among equals the newest."""
    return max(pensions, key=_precedence, default=None)


def _precedence(pension: Pension) -> tuple[int, str, str, str]:
    since = pension.base_date.jalali if pension.base_date else ""
    return _STRENGTH.index(pension.status), since, pension.branch.digits, pension.number
