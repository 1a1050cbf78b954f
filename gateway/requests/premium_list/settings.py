"""What can be set about premium lists. No source tells the tolerance of roundings, nor the bounds: they are ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumListSettings:
    """`tolerance`: rial by which a share may be off, a row. `year_pivot`: two-digit years up to it are 14xx, above it
    13xx. `most_workers` records are read of a file (DSK_NUM has five digits), `most_faults` are told of a list.
    """

    tolerance: int = 1
    year_pivot: int = 49
    most_workers: int = 99_999
    most_faults: int = 1_000
