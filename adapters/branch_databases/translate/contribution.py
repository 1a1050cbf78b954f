"""Rows of `dskwor00` and `spcwor00` as premium months: pages of them, and their sums.

Duplicates say month, workshop, kind, days and wage again, in one branch or two. The first in the order (month desc,
workshop, branch, record id) counts.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from adapters.branch_databases.translate.fields import amount, code, days_of_month, month, number, workshop_code
from adapters.branch_databases.translate.kinds import insurance_kind
from gateway.domain.code_pages import CodePage
from gateway.domain.contribution import ContributionPosition, ContributionQuery, ContributionRecord, Standing
from gateway.domain.identifiers import BranchCode
from gateway.domain.legacy_text import name
from gateway.domain.lookup import BranchGap, Page

_Order = tuple[int, str, str, int]


def record_from(row: Any, branch: BranchCode, page: CodePage, pivot: int) -> ContributionRecord:
    return ContributionRecord(
        record_id=number(row.rec_id),
        month=month(row.dsw_yy, row.dsw_mm, pivot),
        workshop=workshop_code(row.dsw_id),
        workshop_name=name(row.wsh_name, page),
        branch=branch,
        kind=insurance_kind(row.kind),
        days=days_of_month(row.dsw_dd),
        wage=amount(row.dsw_mash),
        premium=amount(row.dsw_bime),
        job=name(row.dsw_ocp, page),
        list_number=code(row.dsw_listno),
    )


def contribution_page(
    records: Iterable[ContributionRecord], query: ContributionQuery, gaps: tuple[BranchGap, ...]
) -> Page[ContributionRecord]:
    """`records`: of each branch at least first + 1 behind the cursor, and all of the cursor's month and workshop."""
    told_apart = _told_apart(sorted(records, key=_order))
    behind = [record for record in told_apart if query.after is None or _order(record) > _place(query.after)]
    return Page(items=tuple(behind[: query.first]), has_next=len(behind) > query.first, gaps=gaps)


def _told_apart(ordered: Sequence[ContributionRecord]) -> list[ContributionRecord]:
    seen: set[object] = set()
    told: list[ContributionRecord] = []
    for record in ordered:
        before = len(seen)
        # The kind by its value: enums hash in Python.
        seen.add((record.month, record.workshop, record.kind._value_, record.days, record.wage))
        again = len(seen) == before
        told.append(msgspec.structs.replace(record, standing=Standing.DUPLICATE) if again else record)
    return told


def _order(record: ContributionRecord) -> _Order:
    workshop = record.workshop.digits if record.workshop else ""
    return -record.month.ordinal, workshop, record.branch.digits, record.record_id


def _place(position: ContributionPosition) -> _Order:
    return -position.month.ordinal, position.workshop, position.branch.digits, position.record_id
