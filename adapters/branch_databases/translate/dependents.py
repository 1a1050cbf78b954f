"""Rows of `bail` (کفالت) as the people whom a person supports."""

from collections.abc import Sequence
from typing import Any

from adapters.branch_databases.translate.fields import code, day, national_id
from adapters.branch_databases.translate.kinds import named
from gateway.domain.calendar import Day
from gateway.domain.code_pages import CodePage
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import BranchCode
from gateway.domain.legacy_text import texts

_RELATIONS = {
    "01": Relation.WIFE,
    "02": Relation.HUSBAND,
    "03": Relation.SON,
    "04": Relation.DAUGHTER,
    "05": Relation.FATHER,
    "06": Relation.MOTHER,
}
_ORDER = list(_RELATIONS.values())
_LONG_AGO = Day(1200)
_STATUSES = {"A": CoverageStatus.COVERED, "E": CoverageStatus.ENDED}


def dependent_from(row: Any, branch: BranchCode, page: CodePage, pivot: int) -> Dependent:
    first_name, last_name = texts((row.fname, row.lname), page)
    return Dependent(
        national_id=national_id(row.natcod),
        relation=named(_RELATIONS, code(row.bail_type)),
        first_name=first_name,
        last_name=last_name,
        birth=day(row.bdate, pivot),
        since=day(row.sdate, pivot),
        coverage=Coverage(status=named(_STATUSES, code(row.stat)), until=day(row.edate, pivot)),
        branch=branch,
    )


def dependents_of(rows: Sequence[Dependent]) -> tuple[Dependent, ...]:
    """Each person and relation once, a cover that holds before one that ended; by relation, then by code."""
    once: dict[tuple[int, str], Dependent] = {}
    for dependent in sorted(rows, key=_strength):
        once[_ORDER.index(dependent.relation), dependent.national_id.digits] = dependent
    return tuple([once[place] for place in sorted(once)])


def _strength(dependent: Dependent) -> tuple[bool, int, int, int, str]:
    covered, since = dependent.coverage.status is CoverageStatus.COVERED, dependent.since or _LONG_AGO
    return covered, since.year, since.month or 0, since.day or 0, dependent.branch.digits
