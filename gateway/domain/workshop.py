"""Workshops (کارگاه): where insured persons work and who owes their premiums."""

import datetime

import msgspec

from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey


class Workshop(msgspec.Struct, frozen=True, kw_only=True):
    """As its branch knows it. `employer` is None for legal persons."""

    code: WorkshopCode
    branch: BranchCode
    name: str
    employer_name: str | None = None
    employer: NationalId | None = None
    address: str | None = None
    active: bool


class NoticeAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """The workshop takes service of orders electronically (domain.md 1.1, service 9), since `agreed_at`."""

    agreed_at: datetime.datetime


def about_workshop(key: WorkshopKey) -> str:
    """How a request says which workshop it is about."""
    return f"{key.code.digits}.{key.branch.digits}"
