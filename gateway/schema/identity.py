"""Who a person is, by the civil registry."""

import strawberry

from gateway.domain.citizen import Gender, LifeStatus
from gateway.domain.identifiers import NationalId
from gateway.resolvers.identity import photo_base64
from gateway.schema.answer import answered_by
from gateway.schema.day import Day
from gateway.schema.directives import PERSONAL, SPECIAL
from gateway.schema.enumeration import describe
from gateway.schema.provenance import Provenance

describe(
    Gender,
    "Gender, as registered.",
    {"FEMALE": "Female (زن).", "MALE": "Male (مرد).", "UNKNOWN": "The registry does not say."},
)
describe(
    LifeStatus,
    "Whether a person lives, as registered.",
    {"ALIVE": "Alive.", "DECEASED": "Deceased (متوفی).", "UNKNOWN": "The registry does not say."},
)


@strawberry.type(description="The identity booklet (شناسنامه). Younger people have no number of their own.")
class Shenasname:
    number: str | None = strawberry.field(
        description="Its number; null where the national code took its place.", directives=PERSONAL
    )
    series: str | None = strawberry.field(description="Its series (سری).", directives=PERSONAL)
    serial: str | None = strawberry.field(description="Its serial number (سریال).", directives=PERSONAL)
    issue_place: str | None = strawberry.field(description="The office that issued it (محل صدور).", directives=PERSONAL)


@strawberry.type(description="Who a person is, by the civil registry (ثبت احوال).")
class Identity:
    national_id: NationalId | None = strawberry.field(description="The national code (کد ملی).", directives=PERSONAL)
    first_name: str | None = strawberry.field(description="First name (نام).", directives=PERSONAL)
    last_name: str | None = strawberry.field(description="Last name (نام خانوادگی).", directives=PERSONAL)
    father_name: str | None = strawberry.field(description="The father's first name (نام پدر).", directives=PERSONAL)
    gender: Gender | None = strawberry.field(description="Gender, as registered.", directives=PERSONAL)
    birth: Day | None = strawberry.field(
        description="The day of birth, as precise as it is registered.", directives=PERSONAL
    )
    life_status: LifeStatus | None = strawberry.field(description="Whether the person lives.", directives=SPECIAL)
    death: Day | None = strawberry.field(description="The day of death; null for the living.", directives=SPECIAL)
    shenasname: Shenasname | None = strawberry.field(
        description="The identity booklet (شناسنامه).", directives=PERSONAL
    )
    provenance: Provenance = strawberry.field(description="Where this comes from.")


@strawberry.type(description="The registry's picture of a person (service 25).")
class Photo:
    media_type: str | None = strawberry.field(description="image/jpeg or image/png.")
    base64: str | None = answered_by(photo_base64, description="The picture's bytes in base64.", directives=SPECIAL)
    provenance: Provenance = strawberry.field(description="Where this comes from.")
