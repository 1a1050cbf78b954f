"""People whom an insured person supports, as the branches know them (law: Art. 58)."""

import enum

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import BranchCode, NationalId


class Relation(enum.Enum):
    WIFE = "WIFE"
    HUSBAND = "HUSBAND"
    SON = "SON"
    DAUGHTER = "DAUGHTER"
    FATHER = "FATHER"
    MOTHER = "MOTHER"


class CoverageStatus(enum.Enum):
    COVERED = "COVERED"
    ENDED = "ENDED"


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Medical cover under the supporter. `until` is the last day, where one is set."""

    status: CoverageStatus
    until: Day | None = None


class Dependent(msgspec.Struct, frozen=True, kw_only=True):
    """Name and birth are the branch's own: older, and sometimes other, than the registry's."""

    national_id: NationalId
    relation: Relation
    first_name: str | None = None
    last_name: str | None = None
    birth: Day | None = None
    since: Day | None = None
    coverage: Coverage
    branch: BranchCode
