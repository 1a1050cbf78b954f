"""Who read what about a person: shown to that person, and to nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass

from strawberry import Info

from gateway.domain.access import AccessLogEntry, AccessLogPosition, AccessLogQuery
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Cursors, Edge, First, PageInfo, page_size
from gateway.resolvers.relation import forbidden, known

Entries = Sequence[Edge[AccessLogEntry, AccessLogPosition]]


@dataclass(frozen=True, slots=True)
class AccessLogPage:
    edges: Entries
    page_info: PageInfo[AccessLogEntry, AccessLogPosition]

    @property
    def nodes(self) -> list[AccessLogEntry]:
        return [edge.node for edge in self.edges]


async def access_log_of(
    root: PersonKey, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> AccessLogPage:
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
    edges = [Edge(entry, lambda one: one.position, cursors) for entry in page.items]
    return AccessLogPage(edges, PageInfo(edges, has_next_page=page.has_next, has_previous_page=position is not None))
