"""Workshops (کارگاه): where insured persons work and who owes their premiums."""

import msgspec

from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode


class Workshop(msgspec.Struct, frozen=True, kw_only=True):
    """As its branch knows it. `employer` is None for legal persons."""

    code: WorkshopCode
    branch: BranchCode
    name: str
    employer_name: str | None = None
    employer: NationalId | None = None
    address: str | None = None
    active: bool
