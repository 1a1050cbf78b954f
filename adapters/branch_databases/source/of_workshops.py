"""Workshops and their claim orders: each key names the one branch to ask."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from adapters.branch_databases.source.surroundings import FromRow, Surroundings, by_branch, one_or_failure
from adapters.branch_databases.translate.debts import claim_order_from, in_order_of_issue
from adapters.branch_databases.translate.workshop import workshop_from
from adapters.branch_databases.wire.questions import CLAIM_ORDERS, WORKSHOPS
from gateway.domain.debt import ClaimOrder
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.lookup import Fact
from gateway.domain.workshop import Workshop

R = TypeVar("R")
V = TypeVar("V")

Answer = Mapping[WorkshopKey, Fact[V] | SourceFailure]


class OfWorkshops:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def workshops(self, keys: Sequence[WorkshopKey]) -> Answer[Workshop]:
        return await self._asked("workshops_by_key", WORKSHOPS, keys, workshop_from, lambda rows: rows[0])

    async def claim_orders(self, keys: Sequence[WorkshopKey]) -> Answer[tuple[ClaimOrder, ...]]:
        pivot = self._around.settings.year_pivot
        return await self._asked(
            "claim_orders_by_workshop",
            CLAIM_ORDERS,
            keys,
            lambda row, branch, _page: claim_order_from(row, branch, pivot),
            in_order_of_issue,
        )

    async def _asked(
        self,
        operation: str,
        statement: sa.Select[Any],
        keys: Sequence[WorkshopKey],
        from_row: FromRow[R],
        fact_of: Callable[[list[R]], V],
    ) -> dict[WorkshopKey, Fact[V] | SourceFailure]:
        """A branch that neither settings nor directory know has no workshop."""
        known = [
            key for key in keys if key.branch in self._around.branches or self._around.directory.knows_workshop(key)
        ]
        holders = by_branch({key: (key.branch,) for key in known})
        heard = await self._around.hear(operation, statement, holders, lambda key: key.code.digits, from_row)
        answer: dict[WorkshopKey, Fact[V] | SourceFailure] = {}
        for key, told in heard.items():
            failure = one_or_failure(told)
            if failure is not None:
                answer[key] = failure
            elif told.records:
                answer[key] = self._around.fact(fact_of(told.records))
        return answer
