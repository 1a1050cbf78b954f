"""What can be set about the monthly cycles."""

import datetime
from dataclasses import dataclass

from gateway.domain.settable import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSettings:
    """`scheduled`: gateways begin each month's cycles by themselves, once the month has ended (Jalali, in Tehran) and
    it is `at` (unknown: a setting); without it they run by command alone. `batch` is how many persons a step assesses
    or pays, `page` how many events it reads. `tries`: so often a person whose branch fails is assessed before the cycle
    ends without them; a whole system that is down is waited for. `temporary_marriage_ends_dependency`: not known by
    default, and then left to the branch.
    """

    scheduled: bool = False
    at: datetime.time = datetime.time(2)
    batch: Count = 200
    page: Count = 1_000
    tries: Count = 8
    temporary_marriage_ends_dependency: bool | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.batch <= 2_000 or not 1 <= self.page <= 1_000 or self.tries < 1:
            raise ValueError("batch is 1 to 2000, page 1 to 1000, tries at least 1")
