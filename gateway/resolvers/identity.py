"""Who a person is, by the civil registry."""

import asyncio
import base64
from collections.abc import Sequence

from strawberry import Info

from executor import by_column, pure
from gateway.domain.citizen import Citizen, Photo
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.columns import facts
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of


@by_column
def identity_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> "asyncio.Future[list[Fact[Citizen] | Exception | None]]":
    return info.context.loaders.citizens_by_national_id.load_column([root.national_id for root in roots])


@by_column
def photo_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> "asyncio.Future[list[Fact[Photo] | Exception | None]]":
    """Part of the identity, and a call of its own at the registry: asked only where it is selected."""
    return facts(roots, own_facts_of, info.context.loaders.photos_by_national_id)


@pure
def photo_base64(root: Fact[Photo]) -> str:
    return base64.b64encode(root.value.content).decode()
