"""Who may see whom: here resolvers ask the policy, and the branches where a right depends on what they know.

What the policy knows by itself is settled first, without asking anybody. Only whoever may have dependants, citizens
and employers, costs a question: whom the branches list as theirs.
"""

from collections.abc import Sequence

from strawberry import Info

from gateway.domain.failure import Code, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.rights.rights import Rights


def known(context: RequestContext) -> Rights:
    """Raises Refused for a request that nobody stands behind."""
    if context.rights is None:
        raise Refused(Code.UNAUTHENTICATED, "This needs an access token.")
    return context.rights


async def seen(info: Info[RequestContext, None], person: NationalId) -> PersonKey:
    """The person, as the caller may see them. Raises Refused, or SourceUnavailable where a relation is not known."""
    view = (await views(info.context, [person]))[0]
    if isinstance(view, PersonKey):
        return view
    raise view


async def views(
    context: RequestContext, persons: Sequence[NationalId]
) -> list[PersonKey | Refused | SourceUnavailable]:
    """How the caller may see each person, or why not; at most one question for all of them."""
    rights = known(context)
    covered = [context.policy.covers(rights, person) for person in persons]
    if all(covered) or not context.policy.supports_others(rights):
        return [PersonKey(p) if own else forbidden() for p, own in zip(persons, covered, strict=True)]
    try:
        dependants = await _dependants(context, rights)
    except SourceUnavailable as failure:
        return [PersonKey(p) if own else failure for p, own in zip(persons, covered, strict=True)]
    return [
        PersonKey(p) if own else PersonKey(p, seen_as_dependent=True) if p in dependants else forbidden()
        for p, own in zip(persons, covered, strict=True)
    ]


async def _dependants(context: RequestContext, rights: Rights) -> frozenset[NationalId]:
    """Raises SourceUnavailable for any failure of the branches: without their word the relation does not hold."""
    assert rights.caller.subject is not None  # noqa: S101 - the policy said so: `supports_others`
    try:
        fact = await context.loaders.dependents_by_supporter.load(rights.caller.subject)
    except SourceFailure as failure:
        raise SourceUnavailable(
            failure.source, "a relation is not known", retry_after=failure.retry_after, branch=failure.branch
        ) from failure
    listed = fact.value if fact else ()
    return frozenset(d.national_id for d in listed if context.policy.covers_dependent(rights, d))


def may_see_workshop(context: RequestContext, workshop: WorkshopKey) -> bool:
    return context.policy.covers_workshop(known(context), workshop)


def forbidden() -> Refused:
    return Refused(Code.FORBIDDEN, "This caller may not see this.")


def own_facts_of(person: PersonKey) -> NationalId:
    """The person to ask about. Raises Refused where the caller sees them only as somebody's dependant."""
    if person.seen_as_dependent:
        raise forbidden()
    return person.national_id
