"""A person's link to the Organisation."""

from strawberry import Info

from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey


async def insurance_of(root: PersonKey, info: Info[RequestContext, None]) -> Fact[Insurance] | None:
    return await info.context.loaders.insurances_by_person.load(root.national_id)
