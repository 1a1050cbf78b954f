"""A date as a legacy system knows it."""

import datetime

import strawberry

from gateway.domain.calendar import Precision
from gateway.schema.enumeration import describe
from gateway.schema.scalars import JalaliDate

describe(
    Precision,
    "How much of a date its system knows.",
    {"DAY": "The day is known.", "MONTH": "Only year and month are known.", "YEAR": "Only the year is known."},
)


@strawberry.type(description="A date as its system knows it; some births are known by their year only.")
class Day:
    jalali: JalaliDate = strawberry.field(description="In the Jalali calendar: 1399-09-22, 1399-09 or 1399.")
    gregorian: datetime.date | None = strawberry.field(
        description="The same day in the Gregorian calendar; null unless the day is known."
    )
    precision: Precision = strawberry.field(description="How much of the date is known.")
