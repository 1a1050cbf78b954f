"""Whose photo is taken over from the registry: domain.md 1.1, service 25 (S0). Of an insured person or pensioner, and
of their dependants, for medical and insurance use.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.dependent import CoverageStatus, Dependent
from gateway.domain.insurance import Insurance
from gateway.domain.request import Reason
from gateway.domain.services.registry_photo import SERVICE, RegistryPhotoRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, REGISTRY, insurance_of
from gateway.requests.rules.link import is_insured_or_pensioner
from gateway.requests.rules.listing import listed
from gateway.requests.rules.reason import broken


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """`entry` is how the branches list the subject under the applicant; UNREAD for the applicant's own photo.
    `has_photo`: whether the registry has one."""

    insurance: Insurance | Unread = UNREAD
    entry: Dependent | Unread | None = UNREAD
    has_photo: bool | Unread = UNREAD


def reasons(facts: PhotoFacts) -> Iterable[Reason | None]:
    return is_insured_or_pensioner("photo.applicant-is-linked", facts.insurance), _subject(facts), _photo(facts)


def _subject(facts: PhotoFacts) -> Reason | None:
    entry = facts.entry
    if isinstance(entry, Unread) or (entry and entry.coverage.status is CoverageStatus.COVERED):
        return None
    return broken(
        "photo.subject-is-covered",
        found=entry.coverage.status.value if entry else "NOT_LISTED",
        needed=CoverageStatus.COVERED.value,
        source=BRANCHES,
        fa="این فرد تحت پوشش متقاضی نیست.",
        en="This person is not covered under the applicant.",
    )


def _photo(facts: PhotoFacts) -> Reason | None:
    if facts.has_photo is not False:
        return None
    return broken(
        "photo.registry-has-one",
        found="none",
        needed="a photo",
        source=REGISTRY,
        fa="ثبت احوال عکسی از این فرد ندارد.",
        en="The civil registry has no photo of this person.",
    )


async def read(reader: Reader, request: RegistryPhotoRequest) -> PhotoFacts:
    """Of somebody who is not covered under the applicant the registry is not asked."""
    insurance, (entry, has_photo) = await asyncio.gather(
        insurance_of(reader, request.applicant), _photo_of(reader, request)
    )
    return PhotoFacts(insurance=insurance, entry=entry, has_photo=has_photo)


async def _photo_of(reader: Reader, request: RegistryPhotoRequest) -> tuple[Dependent | Unread | None, bool | Unread]:
    entry: Dependent | Unread | None = UNREAD
    if request.about != request.applicant.digits:
        entry = await listed(reader, request.applicant, request.subject or request.applicant)
        if not isinstance(entry, Dependent) or entry.coverage.status is not CoverageStatus.COVERED:
            return entry, UNREAD
    return entry, await _has_photo(reader, request)


async def _has_photo(reader: Reader, request: RegistryPhotoRequest) -> bool | Unread:
    asked = reader.loaders.photos_by_national_id.load(request.subject or request.applicant)
    photo = await reader.value(asked, REGISTRY)
    return photo if isinstance(photo, Unread) else photo is not None


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
