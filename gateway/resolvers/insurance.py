"""A person's link to the Organisation."""

import asyncio
from collections.abc import Sequence

from strawberry import Info

from executor import by_column
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Fact
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey


@by_column
def insurance_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> "asyncio.Future[list[Fact[Insurance] | Exception | None]]":
    return info.context.loaders.insurances_by_person.load_column([root.national_id for root in roots])
