"""Merged lists, by the page. A branch that is away is a gap in the page; the rest is answered.

Keys with equal arguments share a statement: at most one a branch, a batch and a distinct set of arguments.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from adapters.branch_databases.source.surroundings import Heard, Surroundings, by_branch
from adapters.branch_databases.translate.contribution import contribution_page, record_from
from adapters.branch_databases.translate.debts import debt_from, debt_page
from adapters.branch_databases.translate.kinds import INSURANCE_KIND_CODES
from adapters.branch_databases.wire.contributions import ALL_RECORDS, CONTRIBUTION_PAGES, NO_MONTH, NO_RECORD
from adapters.branch_databases.wire.debts import DEBTS_OF_PERSONS, DEBTS_OF_WORKSHOPS, FIRST_DAY
from adapters.outbound.together import together
from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionQuery, ContributionRecord
from gateway.domain.debt import Debt, DebtPosition, DebtsOfPerson, DebtsOfWorkshop
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.lookup import BranchGap, Fact, Page

Q = TypeVar("Q", bound=Hashable)
R = TypeVar("R")
V = TypeVar("V")

Answer = Mapping[Q, Fact[Page[V]] | SourceFailure]
Found = dict[Q, Fact[Page[V]] | SourceFailure]


class Pages:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def contributions(
        self, queries: Sequence[ContributionQuery]
    ) -> Answer[ContributionQuery, ContributionRecord]:
        groups = _grouped(queries, lambda query: (query.first, query.after, query.since, query.until, query.kind))
        return _merged(await together(self._contributions(group) for group in groups))

    async def debts_of_persons(self, queries: Sequence[DebtsOfPerson]) -> Answer[DebtsOfPerson, Debt]:
        groups = _grouped(queries, lambda query: (query.first, query.after))
        return _merged(await together(self._debts_of_persons(group) for group in groups))

    async def debts_of_workshops(self, queries: Sequence[DebtsOfWorkshop]) -> Answer[DebtsOfWorkshop, Debt]:
        groups = _grouped(queries, lambda query: (query.first, query.after))
        return _merged(await together(self._debts_of_workshops(group) for group in groups))

    async def _contributions(
        self, queries: Sequence[ContributionQuery]
    ) -> Found[ContributionQuery, ContributionRecord]:
        pivot = self._around.settings.year_pivot
        heard = await self._around.hear(
            "contribution_pages",
            CONTRIBUTION_PAGES,
            self._holders(queries, self._around.directory.branches_of_insured),
            lambda query: query.person.digits,
            lambda row, branch, page: record_from(row, branch, page, pivot),
            arguments=lambda branch: _contribution_arguments(queries[0], branch, pivot),
        )
        return self._pages(queries, heard, contribution_page)

    async def _debts_of_persons(self, queries: Sequence[DebtsOfPerson]) -> Found[DebtsOfPerson, Debt]:
        pivot = self._around.settings.year_pivot
        heard = await self._around.hear(
            "debt_pages_by_person",
            DEBTS_OF_PERSONS,
            self._holders(queries, self._around.directory.branches_of_debtors),
            lambda query: query.person.digits,
            lambda row, branch, page: debt_from(row, branch, page, pivot),
            arguments=lambda branch: _debt_arguments(queries[0].first, queries[0].after, branch),
        )
        return self._pages(queries, heard, lambda debts, query, gaps: debt_page(debts, query.first, gaps))

    async def _debts_of_workshops(self, queries: Sequence[DebtsOfWorkshop]) -> Found[DebtsOfWorkshop, Debt]:
        pivot = self._around.settings.year_pivot
        branches_of = {
            query: (query.workshop.branch,)
            for query in queries
            if query.workshop.branch in self._around.branches or self._around.directory.knows_workshop(query.workshop)
        }
        heard = await self._around.hear(
            "debt_pages_by_workshop",
            DEBTS_OF_WORKSHOPS,
            by_branch(branches_of),
            lambda query: query.workshop.code.digits,
            lambda row, branch, page: debt_from(row, branch, page, pivot),
            arguments=lambda branch: _debt_arguments(queries[0].first, queries[0].after, branch),
        )
        return self._pages(queries, heard, lambda debts, query, gaps: debt_page(debts, query.first, gaps))

    def _holders(
        self,
        queries: Sequence[Q],
        branches_of: Callable[[Sequence[NationalId]], Mapping[NationalId, Iterable[BranchCode]]],
    ) -> dict[BranchCode, list[Q]]:
        found = branches_of([query.person for query in queries])  # type: ignore[attr-defined]
        return by_branch({query: found[query.person] for query in queries})  # type: ignore[attr-defined]

    def _pages(
        self,
        queries: Sequence[Q],
        heard: Mapping[Q, Heard[R]],
        page_of: Callable[[list[R], Q, tuple[BranchGap, ...]], Page[R]],
    ) -> Found[Q, R]:
        found: Found[Q, R] = {}
        for query in queries:
            told: Heard[R] = heard.get(query) or Heard()
            gaps = tuple(_gap(failure) for failure in told.failures)
            found[query] = told.incoherent or self._around.fact(page_of(told.records, query, gaps))
        return found


def _grouped(queries: Sequence[Q], arguments_of: Callable[[Q], Hashable]) -> list[list[Q]]:
    groups: defaultdict[Hashable, list[Q]] = defaultdict(list)
    for query in queries:
        groups[arguments_of(query)].append(query)
    return list(groups.values())


def _merged(parts: Iterable[Found[Q, R]]) -> Found[Q, R]:
    return {query: found for part in parts for query, found in part.items()}


def _gap(failure: SourceFailure) -> BranchGap:
    if failure.branch is None:
        raise AssertionError("a branch's failure names its branch")
    return BranchGap(
        branch=failure.branch,
        code=failure.code.value,
        retryable=failure.retryable,
        retry_after=failure.retry_after,
    )


def _contribution_arguments(query: ContributionQuery, branch: BranchCode, pivot: int) -> dict[str, object]:
    after = query.after
    return {
        "pivot": pivot,
        "since": _yyyymm(query.since, 0),
        "until": _yyyymm(query.until, NO_MONTH),
        "kind": -1 if query.kind is None else INSURANCE_KIND_CODES[query.kind],
        "after_month": _yyyymm(after.month if after else None, NO_MONTH),
        "after_place": after.workshop if after else "",
        "after_record": _in_tie(branch, after.branch, NO_RECORD, after.record_id, ALL_RECORDS) if after else NO_RECORD,
        "rows_wanted": query.first + 1,
    }


def _debt_arguments(first: int, after: DebtPosition | None, branch: BranchCode) -> dict[str, object]:
    return {
        "after_day": f"{after.issued:08}" if after else FIRST_DAY,
        "tie": _in_tie(branch, after.branch, 1, 0, -1) if after else 1,
        "after_number": after.number if after else "",
        "rows_wanted": first + 1,
    }


def _in_tie(asked: BranchCode, cursor: BranchCode, behind: int, same: int, before: int) -> int:
    """Where rows of the cursor's own place stand: behind it, told by their number, or before it, by branch."""
    if asked == cursor:
        return same
    return behind if asked > cursor else before


def _yyyymm(month: YearMonth | None, otherwise: int) -> int:
    return month.year * 100 + month.month if month else otherwise
