"""A workshop, and the orders that were served on it."""

from typing import Annotated

import strawberry
from strawberry import Info

from gateway.domain.debt import ClaimOrder, ClaimOrderKind
from gateway.domain.identifiers import BranchCode, WorkshopCode, WorkshopKey
from gateway.domain.lookup import Fact
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.loading.context import RequestContext
from gateway.resolvers.listing import Listing
from gateway.resolvers.relation import forbidden, may_see_workshop


async def workshop_by_codes(
    info: Info[RequestContext, None],
    code: Annotated[WorkshopCode, strawberry.argument(description="The workshop's code (کد کارگاه).")],
    branch: Annotated[BranchCode, strawberry.argument(description="The code of its branch (کد شعبه).")],
) -> Fact[Workshop] | None:
    return await workshop_by_key(info, WorkshopKey(code, branch))


async def workshop_by_key(info: Info[RequestContext, None], key: WorkshopKey) -> Fact[Workshop] | None:
    """Raises Refused, before anything is asked, for a caller without a right to it."""
    if not may_see_workshop(info.context, key):
        raise forbidden()
    return await info.context.loaders.workshops_by_key.load(key)


async def claim_orders_of(
    root: Fact[Workshop],
    info: Info[RequestContext, None],
    kind: Annotated[ClaimOrderKind | None, strawberry.argument(description="Only orders of this kind.")] = None,
) -> Listing[ClaimOrder] | None:
    fact = await info.context.loaders.claim_orders_by_workshop.load(WorkshopKey(root.value.code, root.value.branch))
    if fact is None:
        return None
    return Listing([order for order in fact.value if kind in (None, order.kind)], fact.provenance)


async def notice_agreement_of(root: Fact[Workshop], info: Info[RequestContext, None]) -> NoticeAgreement | None:
    """Our own requests say it: no system is asked."""
    key = WorkshopKey(root.value.code, root.value.branch)
    fact = await info.context.loaders.notice_agreements_by_workshop.load(key)
    return fact.value if fact else None
