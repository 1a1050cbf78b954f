"""Holds a request against its caller's budget, and gives its refusal the form that HTTP has for it."""

from collections.abc import Mapping
from typing import Any

from graphql import OperationDefinitionNode

from gateway.domain.failure import Source
from gateway.domain.refusal import Refused
from gateway.http.errors import GRAPHQL_JSON, Answer, answer
from gateway.http.rate_headers import rate_headers
from gateway.loading.context import RequestContext
from gateway.operation.answers import refusal_error
from gateway.operation.budget import Budget, Overspent, Spent
from gateway.operation.document import Understood
from gateway.rights.rights import Rights


class Spending:
    """Of one request. Without a budget or a caller nothing is counted: the nameless ask no system for anything."""

    def __init__(self, budget: Budget | None, context: RequestContext, tally: Mapping[Source, int]) -> None:
        self._budget = budget
        self._context = context
        self._tally = tally
        self._spent: Spent | None = None

    async def begin(
        self, understood: Understood, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> None:
        """Raises Refused. One that is too large counts as an operation, as what cannot be read does."""
        budget, rights = self._budget, self._context.rights
        if budget is None or rights is None:
            return
        try:
            self._spent = await budget.spend(rights, understood, operation, variables)
        except Overspent:
            raise
        except Refused:
            await budget.count(rights)
            raise

    @property
    def headers(self) -> dict[str, str]:
        return rate_headers(self._spent.standings) if self._spent else {}

    def end(self) -> None:
        """Gives back what was not used: persons who are not in the answer, calls that were not made."""
        if self._spent is not None:
            self._spent.settle(persons=len(self._context.persons), calls=self._tally)


async def unrun(
    errors: list[dict[str, Any]], budget: Budget | None, rights: Rights | None, *, language: str, media_type: str
) -> Answer:
    """The answer to a request that does not run. It counts as an operation: reading it was work."""
    if budget is not None and rights is not None:
        try:
            await budget.count(rights)
        except Refused as refused:
            return over_budget(refused, language=language, media_type=media_type)
    return answer({"errors": errors}, status=400 if media_type == GRAPHQL_JSON else 200, media_type=media_type)


def over_budget(refused: Refused, *, language: str, media_type: str) -> Answer:
    """In application/json 200, as for any well-formed request; else 429 for what time will give, 400 for what it will
    not. Retry-After says when, in both.
    """
    headers: dict[str, str] = {}
    status = 400
    if isinstance(refused, Overspent):
        status, headers = 429, rate_headers(refused.standings, refused.retry_after)
    if media_type != GRAPHQL_JSON:
        status = 200
    return answer({"errors": [refusal_error(refused, language)]}, status=status, media_type=media_type, headers=headers)
