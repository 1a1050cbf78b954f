"""A person's pension."""

from strawberry import Info

from gateway.domain.lookup import Fact
from gateway.domain.pension import Pension
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of


async def pension_of(root: PersonKey, info: Info[RequestContext, None]) -> Fact[Pension] | None:
    return await info.context.loaders.pensions_by_person.load(own_facts_of(root))
