"""Whom a person supports, and what the supporter may see of them."""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Sequence

from strawberry import Info

from executor import by_column
from gateway.domain.dependent import Dependent
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.columns import facts, following
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import known, own_facts_of, views


@by_column
def dependents_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> asyncio.Future[list[list[Fact[Dependent]] | Exception]]:
    """A protected person is left out: not even that they are somebody's dependant is told."""
    lists, rights = info.context.policy.lists, known(info.context)

    def shown(said: Fact[tuple[Dependent, ...]] | Exception | None) -> list[Fact[Dependent]] | Exception:
        if said is None or isinstance(said, Exception):
            return said or []
        return [one for one in said.each() if lists(rights, one.value.national_id)]

    asked = facts(roots, own_facts_of, info.context.loaders.dependents_by_supporter)
    return following(asked, lambda facts: [shown(said) for said in facts])


@by_column
async def person_of(
    roots: Sequence[Fact[Dependent]], info: Info[RequestContext, None]
) -> Sequence[PersonKey | Exception]:
    """By the same rule as any other way to a person: what the branch still lists may be history."""
    return await views(info.context, [root.value.national_id for root in roots])
