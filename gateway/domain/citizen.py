"""A person as the civil registry knows them."""

import enum

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import NationalId


class Gender(enum.Enum):
    FEMALE = "FEMALE"
    MALE = "MALE"
    UNKNOWN = "UNKNOWN"


class LifeStatus(enum.Enum):
    ALIVE = "ALIVE"
    DECEASED = "DECEASED"
    UNKNOWN = "UNKNOWN"


class Shenasname(msgspec.Struct, frozen=True, kw_only=True):
    """The identity booklet. Younger cohorts have no number of their own (0 on the wire): None here."""

    number: str | None = None
    series: str | None = None
    serial: str | None = None
    issue_place: str | None = None


class Citizen(msgspec.Struct, frozen=True, kw_only=True):
    national_id: NationalId
    first_name: str
    last_name: str
    father_name: str | None = None
    gender: Gender
    birth: Day | None = None
    life_status: LifeStatus
    death: Day | None = None
    shenasname: Shenasname | None = None


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """The registry's picture of a person (service 25). `media_type` is image/jpeg or image/png."""

    media_type: str
    content: bytes
