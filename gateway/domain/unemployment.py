"""Unemployment cases of the Labour Ministry, and what the law of 1369 grants (domain.md 2.7)."""

import enum

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import NationalId
from gateway.domain.money import Rial


class CaseStage(enum.Enum):
    REGISTERED = "REGISTERED"
    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    REFERRED_TO_SSO = "REFERRED_TO_SSO"
    REJECTED = "REJECTED"
    SUSPENDED = "SUSPENDED"
    EXHAUSTED = "EXHAUSTED"


class Approval(enum.Enum):
    """The labour office's word. It may be taken back after it was given: WITHDRAWN."""

    PENDING = "PENDING"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class UnemploymentCase(msgspec.Struct, frozen=True, kw_only=True):
    """The newest case of a person. The ministry sometimes lists a person twice: `also_registered_as` names the others.

    `drawn_months` adds up over all cases of the person; `dependants` is the ministry's count, uncapped.
    """

    national_id: NationalId
    tracking_code: str
    stage: CaseStage
    approval: Approval
    registered_on: Day | None = None
    referred_on: Day | None = None
    lost_job_on: Day | None = None
    married: bool
    dependants: int
    drawn_months: int
    also_registered_as: tuple[str, ...] = ()


class Entitlement(msgspec.Struct, frozen=True, kw_only=True):
    """What the law grants. Amounts in rial a day; None where a setting (the minimum daily wage) is not known."""

    contribution_months: int
    months_entitled: int
    months_drawn: int
    months_left: int
    average_daily_wage: Rial | None = None
    daily_benefit: Rial | None = None
