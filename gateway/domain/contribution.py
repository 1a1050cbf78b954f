"""Premium months of a person: rows of the employers' lists and of the special insurances."""

import enum

import msgspec

from gateway.domain.calendar import YearMonth
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import Rial


class Standing(enum.Enum):
    """COUNTED once; a DUPLICATE says the same month, workshop, kind, days and wage again and adds to no sum."""

    COUNTED = "COUNTED"
    DUPLICATE = "DUPLICATE"


class ContributionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One month at one workshop. Amounts in rial; `wage` is the insurable total, `premium` the insured's share."""

    record_id: int
    month: YearMonth
    workshop: WorkshopCode | None = None
    workshop_name: str | None = None
    branch: BranchCode
    kind: InsuranceKind
    days: int
    wage: Rial
    premium: Rial
    job: str | None = None
    list_number: str | None = None
    standing: Standing = Standing.COUNTED


class ContributionPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page ended, in the order (month desc, workshop, branch, record id). No workshop sorts as ''."""

    month: YearMonth
    workshop: str
    branch: BranchCode
    record_id: int


class ContributionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a person's records. `since` and `until` are months, both included."""

    person: NationalId
    first: int = 20
    after: ContributionPosition | None = None
    since: YearMonth | None = None
    until: YearMonth | None = None
    kind: InsuranceKind | None = None


class KindSum(msgspec.Struct, frozen=True, kw_only=True):
    kind: InsuranceKind
    days: int
    months: int


class ContributionGap(msgspec.Struct, frozen=True, kw_only=True):
    """Months without any record between two that have one; both ends included."""

    since: YearMonth
    until: YearMonth
    months: int


class WageBase(msgspec.Struct, frozen=True, kw_only=True):
    """The newest records that make up 90 paid days: their days (90 or fewer) and their wage in rial."""

    days: int
    wage: Rial


class ContributionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over all branches, duplicates left out.

    `days` counts a month at most at its own length, however many workshops paid in it; `months` counts the
    months with at least one paid day.
    """

    days: int
    months: int
    by_kind: tuple[KindSum, ...] = ()
    first_month: YearMonth | None = None
    last_month: YearMonth | None = None
    gaps: tuple[ContributionGap, ...] = ()
    last_ninety_days: WageBase | None = None
