"""Whom a person supports, and what the supporter may see of them."""

from strawberry import Info

from gateway.domain.dependent import Dependent
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import known, own_facts_of, seen


async def dependents_of(root: PersonKey, info: Info[RequestContext, None]) -> list[Fact[Dependent]]:
    """A protected person is left out: not even that they are somebody's dependant is told."""
    fact = await info.context.loaders.dependents_by_supporter.load(own_facts_of(root))
    policy, rights = info.context.policy, known(info.context)
    listed = fact.value if fact else ()
    return [Fact(d, fact.provenance) for d in listed if fact and policy.lists(rights, d.national_id)]


async def person_of(root: Fact[Dependent], info: Info[RequestContext, None]) -> PersonKey:
    """By the same rule as any other way to a person: what the branch still lists may be history."""
    return await seen(info, root.value.national_id)
