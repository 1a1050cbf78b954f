"""A person's link to the Organisation, as the branches know it."""

import enum

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import BranchCode, InsuranceNumber, WorkshopCode


class InsuranceKind(enum.Enum):
    COMPULSORY = "COMPULSORY"
    VOLUNTARY = "VOLUNTARY"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    UNEMPLOYED = "UNEMPLOYED"
    STUDENT = "STUDENT"
    HOUSEWIFE = "HOUSEWIFE"


class InsuranceStatus(enum.Enum):
    """NO_LINK is a positive, certifiable answer: all branches were asked and none knows the person."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    PENSIONER = "PENSIONER"
    NO_LINK = "NO_LINK"


class InsuranceLink(msgspec.Struct, frozen=True, kw_only=True):
    """One branch's file of a person."""

    insurance_number: InsuranceNumber
    branch: BranchCode
    kind: InsuranceKind
    status: InsuranceStatus
    workshop: WorkshopCode | None = None
    workshop_name: str | None = None
    since: Day | None = None


class Insurance(msgspec.Struct, frozen=True, kw_only=True):
    """`current` is the active link, else the newest; `links` holds one for each branch that knows the person."""

    status: InsuranceStatus
    current: InsuranceLink | None = None
    links: tuple[InsuranceLink, ...] = ()
