"""The end of somebody's dependency, as a branch is told of it (domain.md 1.1, service 2/3). Nobody asks for it."""

import enum

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.service import Details, Service


class EndOfDependencyGround(enum.Enum):
    MARRIAGE = "MARRIAGE"
    DEATH = "DEATH"


class EndOfDependency(Details, frozen=True, kw_only=True):
    """The applicant is who supported `person`; `branch` lists them. `on` is the day from which dependency is over."""

    person: NationalId
    branch: BranchCode
    on: Day
    ground: EndOfDependencyGround


END_OF_DEPENDENCY = Service(
    name="END_OF_DEPENDENCY",
    plan="2/3",
    mutation="",  # told by the monthly cycle alone
    words=Wording(fa="خاتمه کفالت بر پایه ثبت احوال", en="End of a dependency by the civil registry's data"),
    office=Source.BRANCH_COUNTER,
    details=EndOfDependency,
    asks=(),
)
