"""The numbers that settings are made of. Whoever reads settings from outside holds them to what stands here: a time
that is negative or beyond all measure would be found out much later, by whoever waits for it. A duration is in the unit
that its setting names.
"""

from typing import Annotated, TypeAlias

from annotated_types import Ge, Gt, Le

_LONGEST = 1e9  # some thirty years of seconds

Duration: TypeAlias = Annotated[float, Gt(0), Le(_LONGEST)]
DurationOrZero: TypeAlias = Annotated[float, Ge(0), Le(_LONGEST)]
Count: TypeAlias = Annotated[int, Ge(1)]
CountOrZero: TypeAlias = Annotated[int, Ge(0)]
Share: TypeAlias = Annotated[float, Ge(0), Le(1)]
Port: TypeAlias = Annotated[int, Ge(0), Le(65_535)]
YearPivot: TypeAlias = Annotated[int, Ge(0), Le(99)]
