"""What can be watched. Each push is an answer of its own: rights are checked anew, and it is on record first."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from strawberry import ID, Info

from gateway.loading.context import RequestContext
from gateway.resolvers.request import request_updates
from gateway.schema.request import ServiceRequest


@strawberry.type(
    description="What can be watched, over a WebSocket (graphql-transport-ws) or as server-sent events. It ends with "
    "the caller's token."
)
class Subscription:
    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="The request as it stands, and again each time something about it changes. Null once the caller "
        "may see it no longer."
    )
    async def request_updated(
        self,
        info: Info[RequestContext, None],
        id: Annotated[ID, strawberry.argument(description="The request's `id`, or its tracking code.")],  # noqa: A002
    ) -> AsyncGenerator[ServiceRequest | None, None]:
        async for request in request_updates(info.context, id):
            yield request  # type: ignore[misc]  # the record that the type reads
