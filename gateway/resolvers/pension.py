"""A person's pension."""

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
async def pension_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> Sequence[Fact[Pension] | Exception | None]:
    return await facts(roots, own_facts_of, info.context.loaders.pensions_by_person)
