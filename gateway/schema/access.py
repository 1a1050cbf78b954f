"""Who read what about a person."""

import datetime

import strawberry

from gateway.schema.connection import Edge, PageInfo
from gateway.schema.directives import PERSONAL, list_of


@strawberry.type(description="The same in two languages.")
class Wording:
    fa: str = strawberry.field(description="In Persian.")
    en: str = strawberry.field(description="In English.")


@strawberry.type(description="One reading of data about a person.")
class AccessLogEntry:
    at: datetime.datetime | None = strawberry.field(description="When.", directives=PERSONAL)
    reader: Wording | None = strawberry.field(
        description="Who: the agency by its contract, or what the reader is to the person.", directives=PERSONAL
    )
    purpose: Wording | None = strawberry.field(
        description="Why, by the contract; null for readers without one.", directives=PERSONAL
    )
    legal_basis: str | None = strawberry.field(
        description="The law or agreement that the contract names; null for readers without one.", directives=PERSONAL
    )
    groups: list[Wording] | None = strawberry.field(
        description="What was read, by groups of facts.", directives=[*PERSONAL, *list_of(10)]
    )


@strawberry.type(
    description="A page of the readings of data about a person, the newest first. What is under a sealed investigation "
    "comes in when its time is over."
)
class AccessLogConnection:
    edges: list[Edge[AccessLogEntry]] = strawberry.field(description="The entries of this page with their cursors.")
    nodes: list[AccessLogEntry] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
