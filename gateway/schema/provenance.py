"""Where a fact comes from and how old it is."""

import datetime

import strawberry

from gateway.domain.lookup import Freshness
from gateway.resolvers.provenance import age_of
from gateway.schema.answer import answered_by
from gateway.schema.directives import Source
from gateway.schema.enumeration import describe

describe(
    Freshness,
    "How a fact was come by.",
    {
        "LIVE": "The system was asked for this answer.",
        "CACHED": "Remembered, and within its age.",
        "STALE": "Remembered and older than it should be: given since the system cannot be reached.",
    },
)


@strawberry.type(description="Where a fact comes from, and how old it is.")
class Provenance:
    source: Source = strawberry.field(description="The system that said it.")
    fetched_at: datetime.datetime = strawberry.field(description="When the system said it.")
    freshness: Freshness = strawberry.field(description="Whether it was asked for this answer, or remembered.")
    age_seconds: int = answered_by(age_of, description="Seconds since the system said it.")
