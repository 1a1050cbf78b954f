"""How old a fact is."""

from strawberry import Info

from executor import pure
from gateway.domain.lookup import Provenance
from gateway.loading.context import RequestContext


@pure
def age_of(root: Provenance, info: Info[RequestContext, None]) -> int:
    """Whole seconds, by the request's clock; never negative, even if another machine's clock is ahead."""
    return max(0, int((info.context.clock.now() - root.fetched_at).total_seconds()))
