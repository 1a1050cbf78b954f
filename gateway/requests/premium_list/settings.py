"""What can be set about premium lists. No source tells the tolerance of roundings, nor the bounds: they are ours."""

from dataclasses import dataclass

from gateway.domain.settable import Count, CountOrZero, YearPivot


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumListSettings:
    """`tolerance`: rial by which a share may be off, a row. `year_pivot`: two-digit years up to it are 14xx, above it
    13xx. `most_workers` records are read of a file (DSK_NUM has five digits), `most_faults` are told of a list.
    """

    tolerance: CountOrZero = 1
    year_pivot: YearPivot = 49
    most_workers: Count = 99_999
    most_faults: Count = 1_000
