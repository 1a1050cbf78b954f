"""Pages of long lists, after the Relay specification; what is missing from them is said."""

from typing import Generic, TypeVar

import strawberry

from gateway.domain.identifiers import BranchCode
from gateway.schema.provenance import Provenance

T = TypeVar("T")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are entries after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are entries before this page.")
    start_cursor: str | None = strawberry.field(description="The first entry's cursor; null for an empty page.")
    end_cursor: str | None = strawberry.field(
        description="The last entry's cursor, for `after` of the next page; null for an empty page."
    )


@strawberry.type(name="Gap", description="A branch that is missing from a list, and why.")
class Gap:
    branch: BranchCode = strawberry.field(description="The branch that could not be asked (کد شعبه).")
    code: str = strawberry.field(description="Why, as in an error's `extensions.code`: SOURCE_TIMEOUT, CIRCUIT_OPEN …")
    retryable: bool = strawberry.field(description="Whether asking again can help.")
    retry_after: float | None = strawberry.field(description="Seconds to wait before asking again, where it is known.")


@strawberry.type(description="An entry of a list, and its place in it.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(
        description="The entry's place, for `after` with otherwise the same arguments. Opaque."
    )
    node: T = strawberry.field(description="The entry.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The entries of this page with their cursors.")
    nodes: list[T] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    complete: bool = strawberry.field(description="Whether every system that holds entries could be asked.")
    gaps: list[Gap] = strawberry.field(description="The branches that are missing; empty if `complete`.")
    provenance: Provenance = strawberry.field(description="Where the page comes from.")
