"""A person's pension."""

import asyncio
from collections.abc import Sequence

from strawberry import Info

from executor import by_column
from gateway.domain.lookup import Fact
from gateway.domain.pension import Pension
from gateway.loading.context import RequestContext
from gateway.resolvers.columns import facts
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of


@by_column
def pension_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> "asyncio.Future[list[Fact[Pension] | Exception | None]]":
    return facts(roots, own_facts_of, info.context.loaders.pensions_by_person)
