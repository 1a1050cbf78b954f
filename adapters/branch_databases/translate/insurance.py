"""Rows of `insured` as a person's link to the Organisation."""

from collections.abc import Sequence
from typing import Any

from adapters.branch_databases.translate.fields import code, day, workshop_code
from adapters.branch_databases.translate.kinds import insurance_kind, named
from gateway.domain.calendar import Day
from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import BranchCode, InsuranceNumber
from gateway.domain.insurance import Insurance, InsuranceLink, InsuranceStatus
from gateway.domain.legacy_text import name

_STATUSES = {"A": InsuranceStatus.ACTIVE, "I": InsuranceStatus.INACTIVE, "P": InsuranceStatus.PENSIONER}
_PRECEDENCE = (InsuranceStatus.ACTIVE, InsuranceStatus.PENSIONER, InsuranceStatus.INACTIVE)
_LONG_AGO = Day(1200)


def link_from(row: Any, branch: BranchCode, page: CodePage, pivot: int) -> InsuranceLink:
    return InsuranceLink(
        insurance_number=InsuranceNumber(code(row.ins_no) or ""),
        branch=branch,
        kind=insurance_kind(row.ins_kind),
        status=named(_STATUSES, code(row.ins_stat)),
        workshop=workshop_code(row.wshid),
        workshop_name=name(row.wsh_name, page),
        since=day(row.ins_sdate, pivot),
    )


def insurance_of(links: Sequence[InsuranceLink]) -> Insurance:
    """One link a branch, the best where a branch has several files of a person; ordered by branch."""
    best: dict[BranchCode, InsuranceLink] = {}
    for link in sorted(links, key=_strength):
        best[link.branch] = link
    if not best:
        return Insurance(status=InsuranceStatus.NO_LINK)
    statuses = {link.status for link in best.values()}
    return Insurance(
        status=next(status for status in _PRECEDENCE if status in statuses),
        current=max(best.values(), key=_strength),
        links=tuple(best[branch] for branch in sorted(best)),
    )


def _strength(link: InsuranceLink) -> tuple[bool, tuple[int, int, int], str]:
    since = link.since or _LONG_AGO
    return link.status is InsuranceStatus.ACTIVE, (since.year, since.month or 0, since.day or 0), link.branch.digits
