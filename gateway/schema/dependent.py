"""People whom an insured person supports."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain.dependent import CoverageStatus, Relation
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.resolvers.dependent import person_of
from gateway.schema.answer import answered_by
from gateway.schema.day import Day
from gateway.schema.directives import PERSONAL
from gateway.schema.enumeration import describe
from gateway.schema.provenance import Provenance

if TYPE_CHECKING:
    from gateway.schema.person import Person

describe(
    Relation,
    "What a dependant is to the supporter.",
    {
        "WIFE": "Wife (همسر).",
        "HUSBAND": "Husband (شوهر).",
        "SON": "Son (فرزند پسر).",
        "DAUGHTER": "Daughter (فرزند دختر).",
        "FATHER": "Father (پدر).",
        "MOTHER": "Mother (مادر).",
    },
)
describe(
    CoverageStatus,
    "Whether a dependant is covered.",
    {"COVERED": "Covered under the supporter.", "ENDED": "The cover has ended (خاتمه کفالت)."},
)


@strawberry.type(description="Medical cover of a dependant under the supporter.")
class Coverage:
    status: CoverageStatus | None = strawberry.field(
        description="Whether the dependant is covered.", directives=PERSONAL
    )
    until: Day | None = strawberry.field(
        description="The last day of the cover, where one is set.", directives=PERSONAL
    )


@strawberry.type(description="Somebody whom an insured person supports (فرد تبعی), as the branches know it.")
class Dependent:
    national_id: NationalId | None = strawberry.field(
        description="The dependant's national code (کد ملی).", directives=PERSONAL
    )
    relation: Relation | None = strawberry.field(
        description="What the dependant is to the supporter.", directives=PERSONAL
    )
    first_name: str | None = strawberry.field(
        description="First name by the branch: older, and sometimes other, than the registry's.", directives=PERSONAL
    )
    last_name: str | None = strawberry.field(description="Last name by the branch.", directives=PERSONAL)
    birth: Day | None = strawberry.field(description="The day of birth by the branch.", directives=PERSONAL)
    since: Day | None = strawberry.field(description="When the support began (آغاز کفالت).", directives=PERSONAL)
    coverage: Coverage | None = strawberry.field(description="Medical cover under the supporter.")
    branch: BranchCode | None = strawberry.field(description="The branch that says so (کد شعبه).", directives=PERSONAL)
    person: Annotated["Person", strawberry.lazy("gateway.schema.person")] | None = answered_by(
        person_of,
        description="The dependant as a person. A supporter sees their identity and insurance, while they are covered; "
        "all else is null with FORBIDDEN.",
    )
    provenance: Provenance = strawberry.field(description="Where this comes from.")
