"""Whether somebody is insured, or draws a pension, in another fund than the Organisation (domain.md 1.1, kefalat)."""

import enum

import msgspec

from gateway.domain.calendar import Day


class FundStanding(enum.Enum):
    INSURED = "INSURED"
    PENSIONER = "PENSIONER"


class FundMembership(msgspec.Struct, frozen=True, kw_only=True):
    """`fund` is the fund's code, `fund_name` its name. `since` is None where the fund does not say."""

    fund: str
    fund_name: str
    standing: FundStanding
    since: Day | None = None
