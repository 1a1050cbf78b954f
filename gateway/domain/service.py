"""What a service of Plan 3070 is, on every floor: its name, its words, and what its applicant says."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.workshop import about_workshop


class Audience(enum.Enum):
    """Whose service it is: a person asks for themselves, an employer for a workshop."""

    PERSON = "PERSON"
    WORKSHOP = "WORKSHOP"


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What the applicant says. `documents` are ids of uploads.

    Further fields have defaults, None for what was not said: eligibility is asked before anything is said.
    """

    applicant: NationalId
    documents: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """Whom or what it is about: one request for it may be open at a time."""
        return self.applicant.digits


class WorkshopDetails(Details, frozen=True, kw_only=True):
    """`applicant` is who acts for the workshop."""

    workshop: WorkshopKey

    @property
    def about(self) -> str:
        return about_workshop(self.workshop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`name` is its RequestKind, `mutation` the graph's field that asks for it, `plan` its number in the plan (a
    number that the sources leave unsaid is given as the range that it is in). `office` decides it. `labels`: the
    fields of its details that the applicant is shown, in words. `asks` are the systems that its assessment asks, as
    often as it asks them about one applicant."""

    name: str
    plan: str
    mutation: str
    words: Wording
    office: Source
    details: type[Any]
    asks: tuple[Source, ...]
    audience: Audience = Audience.PERSON
    labels: Mapping[str, Wording] = field(default_factory=dict)
