"""Who read what about a person: shown to that person, and to nobody else."""

from collections.abc import Sequence

from strawberry import Info

from gateway.domain.access import AccessLogEntry, AccessLogPosition, AccessLogQuery
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Cursors, Edge, First, KeptPage, kept_page, page_size
from gateway.resolvers.relation import forbidden, known

Entries = Sequence[Edge[AccessLogEntry, AccessLogPosition]]


async def access_log_of(
    root: PersonKey, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> KeptPage[AccessLogEntry, AccessLogPosition]:
    """Neither supporters nor representatives see it: that they looked is what it may tell."""
    person = root.national_id
    if root.seen_as_dependent or known(info.context).caller.subject != person:
        raise forbidden()
    cursors = Cursors(info.context.keyring, AccessLogPosition, ("Person.accessLog", person.digits))
    position = cursors.read(after)
    size = page_size(first)
    if info.context.access_log is None:
        raise RuntimeError("the gateway keeps no record")
    page = await info.context.access_log(AccessLogQuery(person=person, first=size, after=position))
    return kept_page(page.items, lambda entry: entry.position, cursors, after=position, has_next=page.has_next)
