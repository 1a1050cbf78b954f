"""Facts of a person that need every branch which holds them: a missing branch fails the person, and nobody else."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from adapters.branch_databases.source.surroundings import FromRow, Heard, Surroundings, by_branch, one_or_failure
from adapters.branch_databases.translate.dependents import dependent_from, dependents_of
from adapters.branch_databases.translate.insurance import insurance_of, link_from
from adapters.branch_databases.translate.pension import pension_from, pension_of
from adapters.branch_databases.translate.summary import paid_month_from, summary_of
from adapters.branch_databases.wire.contributions import CONTRIBUTION_SUMS
from adapters.branch_databases.wire.questions import DEPENDENTS, INSURANCES, PENSIONS
from gateway.domain.contribution import ContributionSummary
from gateway.domain.dependent import Dependent
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Fact
from gateway.domain.pension import Pension

R = TypeVar("R")
V = TypeVar("V")

Answer = Mapping[NationalId, Fact[V] | SourceFailure]


class OfPersons:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._pivot = around.settings.year_pivot

    async def insurances(self, persons: Sequence[NationalId]) -> Answer[Insurance]:
        """Never absent: whom no branch knows has NO_LINK."""
        return await self._asked(
            "insurances_by_person",
            INSURANCES,
            persons,
            lambda row, branch, page: link_from(row, branch, page, self._pivot),
            insurance_of,
        )

    async def dependents(self, supporters: Sequence[NationalId]) -> Answer[tuple[Dependent, ...]]:
        return await self._asked(
            "dependents_by_supporter",
            DEPENDENTS,
            supporters,
            lambda row, branch, page: dependent_from(row, branch, page, self._pivot),
            lambda dependents: dependents_of(dependents) or None,
        )

    async def contribution_summaries(self, persons: Sequence[NationalId]) -> Answer[ContributionSummary]:
        """Absent where there is no record at all."""
        return await self._asked(
            "contribution_summaries_by_person",
            CONTRIBUTION_SUMS,
            persons,
            lambda row, _branch, _page: paid_month_from(row, self._pivot),
            summary_of,
        )

    async def pensions(self, persons: Sequence[NationalId]) -> Answer[Pension]:
        return await self._asked(
            "pensions_by_person",
            PENSIONS,
            persons,
            lambda row, branch, _page: pension_from(row, branch, self._pivot),
            pension_of,
        )

    async def _asked(
        self,
        operation: str,
        statement: sa.Select[Any] | sa.CompoundSelect[Any],
        persons: Sequence[NationalId],
        from_row: FromRow[R],
        fact_of: Callable[[list[R]], V | None],
    ) -> dict[NationalId, Fact[V] | SourceFailure]:
        if not persons:
            return {}
        holders = by_branch(self._around.directory.branches_of_insured(persons))
        heard = await self._around.hear(operation, statement, holders, lambda person: person.digits, from_row)
        answer: dict[NationalId, Fact[V] | SourceFailure] = {}
        for person in persons:
            told: Heard[R] = heard.get(person) or Heard()
            failure = one_or_failure(told)
            if failure is not None:
                answer[person] = failure
                continue
            value = fact_of(told.records)
            if value is not None:
                answer[person] = self._around.fact(value)
        return answer
