"""Who a person is, by the civil registry."""

import base64

from strawberry import Info

from gateway.domain.citizen import Citizen, Photo
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of


async def identity_of(root: PersonKey, info: Info[RequestContext, None]) -> Fact[Citizen] | None:
    return await info.context.loaders.citizens_by_national_id.load(root.national_id)


async def photo_of(root: PersonKey, info: Info[RequestContext, None]) -> Fact[Photo] | None:
    """Part of the identity, and a call of its own at the registry: asked only where it is selected."""
    return await info.context.loaders.photos_by_national_id.load(own_facts_of(root))


def photo_base64(root: Fact[Photo]) -> str:
    return base64.b64encode(root.value.content).decode()
