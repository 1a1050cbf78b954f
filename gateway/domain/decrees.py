"""What yearly decrees, by-laws and disputed readings leave open for the services: an operator's, never invented."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.domain.entitlement import EntitlementRules
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import Rial


class Decrees(msgspec.Struct, frozen=True, kw_only=True):
    """`entitlement` has the minimum daily wages. `rates` are premiums in hundredths of a percent of the wage, by kind;
    `part_month_rate` the same for the missing days of a month. `military_day` is what one day of military service costs
    to be credited, in rial. None, and a kind that is not there: unknown.

    Two readings of domain.md 1.6 are kept open: whether voluntary insurance takes only those below 50 (S0, S3) instead
    of up to 50 completed (S4); and whether parents have to be over 60 and 55 (Art. 58, an older text) instead of having
    completed them (S0).
    """

    entitlement: EntitlementRules = EntitlementRules()
    rates: Mapping[InsuranceKind, int] = MappingProxyType({})
    part_month_rate: int | None = None
    military_day: Rial | None = None
    voluntary_below_fifty: bool = False
    parents_over_age: bool = False


UNDECREED: Final = Decrees()
