"""Whom a person supports, and what the supporter may see of them."""

from strawberry import Info

from gateway.domain.dependent import CoverageStatus, Dependent
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import forbidden, known, may_see_person, own_facts_of


async def dependents_of(root: PersonKey, info: Info[RequestContext, None]) -> list[Fact[Dependent]]:
    fact = await info.context.loaders.dependents_by_supporter.load(own_facts_of(root))
    return [Fact(dependent, fact.provenance) for dependent in fact.value] if fact else []


def person_of(root: Fact[Dependent], info: Info[RequestContext, None]) -> PersonKey:
    """The supporter's view of the dependant ends with the cover: what the branch still lists is history."""
    dependent = root.value
    if may_see_person(known(info.context.caller), dependent.national_id):
        return PersonKey(dependent.national_id)
    if dependent.coverage.status is CoverageStatus.ENDED:
        raise forbidden()
    return PersonKey(dependent.national_id, seen_as_dependent=True)
